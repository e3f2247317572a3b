"""Tests of data: how many axes an array has, what holds it, and what the elements of a dataset are."""

import pytest

from tests.scan.following import met, value
from tfcompat.scan.code.values import Data, Rank, Several, Text


def array(axes: int | None) -> Rank:
    return Rank(kind="array", axes=axes)


SERIES, FRAME = Rank(kind="series", axes=1), Rank(kind="frame", axes=2)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("np.array([1.0, -2])", array(1)),
        ("np.asarray([[1], [2]])", array(2)),
        ("tf.constant(np.zeros((2, 3)))", array(2)),
        ("np.array(a)", None),
        ("np.arange(3)", array(1)),
        ("tf.linspace(0.0, 1.0, 3)", array(1)),
        ("np.random.rand(4, 2)", array(2)),
        ("np.random.randn(*shape)", None),
        ("np.zeros((4, 2, 1))", array(3)),
        ("np.zeros([4], 'float32')", array(1)),
        ("np.ones(4)", array(1)),
        ("np.ones(shape=(4, 2))", array(2)),
        ("np.ones((4, *rest))", None),
        ("np.ones(4.5)", None),
        ("np.ones(shape)", None),
        ("np.ones()", None),
        ("np.expand_dims(np.arange(3), -1)", array(2)),
        ("np.expand_dims(a, -1)", None),
        ("np.squeeze(np.zeros((4, 2)))", None),
        ("np.random.normal(size=(4, 2))", array(2)),
        ("np.random.normal(0.0, 1.0, size=3)", array(1)),
        ("np.random.normal(scale=3)", None),
        ("np.random.permutation(size=3)", None),
        ("np.fft.normal(size=3)", None),
        ("np.random.default_rng(0).normal(size=(4, 2))", None),
        ("pd.read_csv('a.csv')", FRAME),
        ("pd.Series(a)", SERIES),
        ("pd.to_numeric(a)", None),
    ],
)
def test_what_a_function_makes(code: str, found: Rank | None) -> None:
    assert value(f"x = {code}") == found


def test_packages_are_known_by_their_whole_names() -> None:
    assert value("import numpy\nx = numpy.zeros((2, 3))") == array(2)
    assert value("import pandas\nx = pandas.Series([1])") == SERIES
    assert value("import numpy\nx = numpy.numpy.zeros((2, 3))") is None
    assert value("import pandas\nx = pandas.pandas.Series([1])") is None
    assert value("import elsewhere as np\nx = np.zeros((2, 3))") is None


@pytest.mark.parametrize(
    ("code", "axes"),
    [
        ("[1.0, 2]", 1),
        ("[-1.0, +2]", 1),
        ("[[1], [2, 3]]", 2),
        ("([[1]], [[2]])", 3),
        ("[True]", 1),
        ("['a']", None),
        ("[['a']]", None),
        ("[]", None),
        ("[[], [1]]", None),
        ("[1, 'a']", 1),
        ("['a', 1]", None),
        ("[{}]", None),
    ],
)
def test_how_deep_lists_of_numbers_are(code: str, axes: int | None) -> None:
    found = value(f"x = {code}")
    assert isinstance(found, Several)
    assert found.axes == axes


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("np.zeros((4, 2)).astype('float32')", array(2)),
        ("pd.Series(a).fillna(0)", SERIES),
        ("pd.Series(a).to_numpy()", array(1)),
        ("pd.Series(a).tolist()", Rank(kind="list", axes=1)),
        ("pd.Series(a).to_list()", Rank(kind="list", axes=1)),
        ("pd.DataFrame(a).to_numpy()", array(2)),
        ("np.zeros((4, 2)).ravel()", array(1)),
        ("pd.Series(a).to_frame()", FRAME),
        ("np.zeros((4, 2)).reshape((2, 2, 2))", array(3)),
        ("np.zeros((4, 2)).reshape([8])", array(1)),
        ("np.zeros((4, 2)).reshape(-1, 1)", array(2)),
        ("np.zeros((4, 2)).reshape(8)", array(1)),
        ("np.zeros((4, 2)).reshape((2, 2, 2), order='F')", array(3)),
        ("np.zeros((4, 2)).reshape((2, 2, 2), 3)", array(3)),
        ("np.zeros((4, 2)).reshape(8, (2, 2))", array(2)),
        ("np.zeros((4, 2)).reshape(*shape)", None),
        ("np.zeros((4, 2)).reshape()", None),
        ("np.zeros((4, 2)).sum(1)", None),
        ("np.zeros((4, 2)).pop('a')", None),
        ("np.zeros((4, 2)).drop('a')", None),
        ("pd.DataFrame(a).pop('a')", SERIES),
        ("pd.DataFrame(a).drop('a')", FRAME),
        ("pd.DataFrame(a).sum()", None),
        ("pd.DataFrame(a).T", FRAME),
        ("pd.DataFrame(a).values", array(2)),
        ("pd.Series(a).values", array(1)),
        ("np.zeros((4, 2)).T", array(2)),
        ("np.zeros((4, 2)).shape", None),
    ],
)
def test_what_a_method_or_an_attribute_gives(code: str, found: Rank | None) -> None:
    assert value(f"x = {code}") == found


def test_the_columns_of_a_frame_are_texts() -> None:
    found = value("x = pd.DataFrame(a).columns")
    assert isinstance(found, Several)
    assert found.parts == (Text(end=""),)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("np.zeros((4, 2))[1]", array(1)),
        ("np.zeros((4, 2))[-1]", array(1)),
        ("np.zeros((4, 2))[1:3]", array(2)),
        ("np.zeros((4, 2))[:, 0]", array(1)),
        ("np.zeros((4, 2))[:, 0, None]", array(2)),
        ("np.zeros((4, 2))[:, np.newaxis]", array(3)),
        ("np.zeros((4, 2))[..., tf.newaxis]", array(3)),
        ("np.zeros((4, 2))[..., 0]", array(1)),
        ("np.zeros((4, 2))[None]", array(3)),
        ("np.zeros((4, 2))[0, 1]", None),
        ("np.arange(3)[0]", None),
        ("np.arange(3)[1:]", array(1)),
        ("np.arange(3)[mask]", None),
        ("np.arange(3)[a.axis]", None),
        ("np.zeros((4, 2))[mask, 0]", None),
        ("pd.Series(a)[1:]", SERIES),
        ("pd.Series(a)[:, None]", array(2)),
        ("pd.Series(a).tolist()[1:]", None),
        ("(np.array([1]) for i in a)[0]", None),
        ("pd.DataFrame(a)[['b', 'c']]", FRAME),
        ("pd.DataFrame(a)['b']", SERIES),
        ("pd.DataFrame(a)[b]", None),
        ("pd.DataFrame(a)[0]", None),
    ],
)
def test_what_a_subscript_gives(code: str, found: Rank | None) -> None:
    assert value(f"x = {code}") == found


FROM = "tf.data.Dataset.from_tensor_slices"


@pytest.mark.parametrize(
    ("code", "elements", "endless"),
    [
        (f"{FROM}((a, b))", "pair", False),
        (f"{FROM}((a,))", "", False),
        (f"{FROM}(a, (b, c))", "", False),
        (f"{FROM}((a, b), c)", "pair", False),
        (f"{FROM}({{'a': b}})", "dict", False),
        (f"{FROM}(a)", "", False),
        (f"{FROM}()", "", False),
        ("tf.data.Dataset.from_generator((a, b))", "", False),
        ("tf.data.Dataset.range(3)", "", False),
        ("tf.data.Dataset.zip(a, b)", "pair", False),
        (f"{FROM}(a).zip(b)", "pair", False),
        (f"{FROM}((a, b)).batch(2).shuffle(3)", "pair", False),
        (f"{FROM}(a).repeat()", "", True),
        (f"{FROM}(a).repeat(2)", "", False),
        (f"{FROM}(a).repeat(count=2)", "", False),
        (f"{FROM}(a).cache()", "", False),
        (f"{FROM}(a).repeat().batch(2)", "", True),
        (f"{FROM}(a).repeat().take(2)", "", False),
        (f"{FROM}((a, b)).map(lambda x, y: x)", "", False),
        (f"{FROM}(a).map(lambda x: (x, x))", "pair", False),
    ],
)
def test_what_the_elements_of_a_dataset_are(code: str, elements: str, endless: bool) -> None:
    found = value(f"x = {code}")
    assert isinstance(found, Data)
    assert (found.elements, found.endless) == (elements, endless)


@pytest.mark.parametrize("code", [f"{FROM}(a).reduce(b, c)", f"{FROM}(a).as_numpy_iterator()", "tf.data.Options(a)"])
def test_what_is_no_dataset(code: str) -> None:
    assert value(f"x = {code}") is None


def test_a_list_of_arrays_has_an_axis_more_than_they() -> None:
    found = value("x = [np.zeros((2, 2)), np.ones((3, 2))]")
    assert isinstance(found, Several)
    assert found.axes == 3
    other = value("x = [np.zeros((2, 2)), np.ones(3)]")
    assert isinstance(other, Several)
    assert other.axes is None


def test_an_ellipsis_stands_for_the_axes_that_are_not_named() -> None:
    assert met("L.Normalization().adapt(np.arange(3)[..., np.newaxis])") == []
    assert met("L.Normalization().adapt(np.arange(3)[...])") == [(1, "one-column-default-axis")]


def test_a_column_of_unknown_values_is_no_trap() -> None:
    assert met("L.Normalization().adapt(np.zeros((4, 2))[mask])") == []
    assert met("L.Normalization().adapt(np.zeros((4, 2))[:, 0])") == [(1, "one-column-default-axis")]
