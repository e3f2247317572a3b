"""Tests of expressions: what each stands for, and what is met on the way."""

import pytest

from tests.scan.following import followed, met, value
from tfcompat.scan.code.expressions import LONGEST
from tfcompat.scan.code.values import Dotted, Layer, ManyLayers, Rank, Several, Symbol, Text, Words

ARRAY = Rank(kind="array", axes=2)


@pytest.mark.parametrize(
    ("code", "end"),
    [
        ("'a.h5'", "a.h5"),
        ("f'{name}.h5'", ".h5"),
        ("f'a{name}'", ""),
        ("f''", ""),
        ("f'{a}{b}.keras'", ".keras"),
        ("f'a.h5{a}b'", "b"),
        ("name + '.h5'", ".h5"),
        ("'a' + '.h5'", ".h5"),
        ("'a' + name", ""),
        ("name + name", ""),
        ("1 + 2", ""),
        ("3", ""),
        ("('a.h5' if x else 'a.h5')", "a.h5"),
        ("('a.h5' if x else 'b.h5')", ""),
    ],
)
def test_a_text_is_known_by_its_end(code: str, end: str) -> None:
    assert value(f"x = {code}") == (Text(end=end) if end else None)


def test_of_a_long_text_the_end_is_kept() -> None:
    found = value(f"x = '{'a' * 200}.h5'")
    assert isinstance(found, Text)
    assert (len(found.end), found.end[-4:]) == (LONGEST, "a.h5")


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("tf.keras.layers", "tf.keras.layers"),
        ("L.Normalization", "tf.keras.layers.Normalization"),
        ("getattr(tf, 'keras').layers", "tf.keras.layers"),
        ("__import__('tensorflow').keras", "tf.keras"),
        ("getattr(L, name)", ""),
        ("getattr(L, 3)", ""),
        ("getattr(L)", ""),
        ("getattr(unknown, 'a')", ""),
        ("__import__(name)", ""),
        ("unknown.layers", ""),
        ("L.Dense if a else L.Dense", "tf.keras.layers.Dense"),
        ("L.Dense if a else L.Add", ""),
    ],
)
def test_a_path_is_reached_by_its_parts(code: str, path: str) -> None:
    assert value(f"x = {code}") == (Dotted(path=path) if path else None)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("from tensorflow.keras.layers import *\nx = Normalization", "tf.keras.layers.Normalization"),
        (
            "from numpy import *\nfrom tensorflow.keras.layers import *\nx = Normalization",
            "tf.keras.layers.Normalization",
        ),
        ("from tensorflow.keras.layers import *\nx = Dense", ""),
        ("from tensorflow.keras.layers import *\nx = normalization", ""),
        ("from tensorflow.keras.utils import *\nx = normalize", ""),
        ("from tensorflow.keras.layers import *\nNormalization = 1\nx = Normalization", ""),
    ],
)
def test_what_a_star_brought(code: str, found: str) -> None:
    assert value(code) == (Dotted(path=found) if found else None)


@pytest.mark.parametrize(
    ("code", "axes"),
    [
        ("[np.zeros((4, 2)), np.ones((3, 2))]", 3),
        ("[np.zeros((4, 2)), np.ones(3)]", None),
        ("[np.zeros((4, 2)), unknown]", None),
        ("[unknown]", None),
        ("[pd.Series(a), pd.Series(b)]", 2),
        ("[(i for i in a)]", 1),
        ("[1, np.zeros(3)]", 1),
    ],
)
def test_the_axes_of_a_list_of_arrays(code: str, axes: int | None) -> None:
    found = value(f"x = {code}")
    assert isinstance(found, Several)
    assert found.axes == axes


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("m.layers[0]\nn([1.0])", ""),
        ("m._layers\nn([1.0])", ""),
        ("m.name\nn([1.0])", "call-before-adapt"),
        ("n.layers\nn([1.0])", "call-before-adapt"),
        ("[n for n in a]\nn([1.0])", ""),
        ("[k for k in a]\nn([1.0])", "call-before-adapt"),
        ("a if b else n\nn([1.0])", ""),
        ("{'a': n, 'b': 1}\nn([1.0])", ""),
        ("(lambda n: n([1.0]))", ""),
        ("(lambda k: n([1.0]))", "call-before-adapt"),
        ("a[n([1.0])]", "call-before-adapt"),
        ("a[0] = n\nn([1.0])", ""),
        ("f(*[n([1.0])])", "call-before-adapt"),
        ("f(**{'a': n([1.0])})", "call-before-adapt"),
        ("[1 for a in n([1.0])]", "call-before-adapt"),
        ("[1 for a in b if n([1.0])]", "call-before-adapt"),
        ("{n([1.0]): 1 for a in b}", "call-before-adapt"),
        ("{1: n([1.0]) for a in b}", "call-before-adapt"),
        ("a if n([1.0]) else b", "call-before-adapt"),
        ("a and not n([1.0])", "call-before-adapt"),
        ("f'{n([1.0])}'", "call-before-adapt"),
        ("(k := n([1.0]))", "call-before-adapt"),
        ("n([1.0]) < 1", "call-before-adapt"),
        ("n([1.0]) + 1", "call-before-adapt"),
        ("{n([1.0])}", "call-before-adapt"),
    ],
)
def test_what_is_met_on_the_way_and_what_is_not_known_after_it(code: str, rule: str) -> None:
    head = "n = L.Normalization()\nm = K.Sequential([K.Input((2,)), n])\n"
    assert [found for _, found in met(f"{head}{code}")] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("x = [1, 'a'][1]", Text(end="a")),
        ("x = ['a', 1][-2]", Text(end="a")),
        ("x = ['a', 1][-3]", None),
        ("x = ['a', 1][2]", None),
        ("x = ['a', 'a'][i]", None),
        ("x = ['a', 'a'][0, 1]", None),
        ("x = unknown[0]", None),
        ("x, y = 'a', 'b'", Text(end="a")),
        ("[y, x] = 'a', 'b'", Text(end="b")),
        ("x, y = 'a', 'b', 'c'", None),
        ("x, *y = 'a', 'b'", Text(end="a")),
        ("y, *x = 'a', 'b'", None),
        ("x, y = unknown", None),
        ("(x := 'a')", Text(end="a")),
        ("x = y = 'a'", Text(end="a")),
        ("x = np.zeros((4, 2)) - np.ones((4, 2))", ARRAY),
        ("x = np.zeros((4, 2)) - np.ones(2)", None),
        ("x = np.zeros((4, 2)) - unknown", None),
        ("x = unknown - np.zeros((4, 2))", None),
    ],
)
def test_what_a_name_is_given(code: str, found: Text | Rank | None) -> None:
    assert value(code) == found


def test_what_is_symbolic_stays_so() -> None:
    head = "a, b = K.Input((2,)), K.Input((2,))\nd, e = L.Dense(1), L.Add()\n"
    for code, names in (
        ("x = d(a) + e(b)", ["Dense", "Add"]),
        ("x = d(a) + d(b)", ["Dense"]),
        ("x = d(a) * 2", ["Dense"]),
        ("x = 1.0 - d(a)", ["Dense"]),
        ("x = [d(a), e(b)][i]", ["Dense", "Add"]),
        ("x = tf.nn.relu(d(a))", ["Dense"]),
    ):
        found = value(f"{head}{code}")
        assert isinstance(found, Symbol)
        assert [layer.cls for layer in found.layers if isinstance(layer, Layer)] == names


def test_the_last_of_some_layers_is_known() -> None:
    assert met("n = [L.Dense(1), L.Normalization()]\nn[-1].adapt(np.arange(3))") == [(2, "one-column-default-axis")]


def test_a_part_of_layers_is_layers_and_one_of_them_a_layer() -> None:
    many = "n = [L.Normalization() for i in a]\n"
    assert isinstance(value(f"{many}x = n[1:]"), ManyLayers)
    one = value(f"{many}x = n[1]")
    assert isinstance(one, Layer)
    assert one.origin is not None


def test_a_dictionary_is_a_collection_or_words_or_nothing() -> None:
    norm = "L.Normalization()"
    found = value(f"x = {{'a': {norm}, 'b': {norm}}}")
    assert isinstance(found, ManyLayers)
    assert not found.alone
    alone = value(f"x = {{'a': {norm}}}")
    assert isinstance(alone, ManyLayers)
    assert alone.alone
    symbols = value("x = {'a': K.Input((2,)), 'b': K.Input((2,))}")
    assert isinstance(symbols, Several)
    assert len(symbols.parts) == 2
    words = value("x = {'axis': 1, 'name': 'a'}")
    assert isinstance(words, Words)
    assert set(words.keywords) == {"axis", "name"}
    assert value("x = {'axis': 1, 2: 'a'}") is None
    assert value("x = {'axis': 1, key: 'a'}") is None
    assert value("x = {'axis': 1, **more}") is None
    assert isinstance(value("x = {}"), Several)


def test_a_comprehension_is_a_generator_or_a_collection_of_layers_or_nothing() -> None:
    assert value("x = (i for i in a)") == Rank(kind="generator")
    assert value("x = [i for i in a]") is None
    assert isinstance(value("x = (L.Normalization() for i in a)"), ManyLayers)
    keyed = value("x = {k: L.Normalization() for k in ['a', 'b']}")
    assert isinstance(keyed, ManyLayers)
    assert keyed.key == Text(end="a")
    assert value("x = 'a'\n[x for x in [1, 2]]") == Text(end="a")


def test_what_is_called_by_another_name_is_not_followed() -> None:
    head = "n = L.Normalization()\nm = K.Sequential([n])\n"
    for code, found in (
        ("m.predict", ["predict() that is called by another name"]),
        ("n.adapt", ["adapt() that is called by another name"]),
        ("m.summary", []),
        ("unknown.predict", []),
        (
            "os.environ['TF_USE_LEGACY_KERAS'] = '1'",
            ["TF_USE_LEGACY_KERAS: another Keras than the one that comes with the release"],
        ),
    ):
        uses = followed(f"{head}k = {code}" if "=" not in code else f"{head}{code}").uses.values()
        assert [use.subject for use in uses if use.rule == "unfollowed"] == found


def test_an_attribute_that_was_set_is_found() -> None:
    own = "class A:\n    def __init__(self):\n        self.n = L.Normalization()\na = A()\n"
    assert isinstance(value(f"{own}x = a.n"), Layer)
    assert value(f"{own}x = a.other") is None
    assert value("x = unknown.n") is None


def test_a_use_in_a_choice_by_the_release_is_guarded() -> None:
    code = "a = tf.nn.moments(x) if hasattr(tf, 'y') else 1\nb = tf.nn.moments(x) if training else 1\ntf.nn.moments(x)"
    assert [use.guarded for use in followed(code).uses.values()] == [True, False, False]


def test_a_release_as_text_is_met_by_either_name() -> None:
    assert met("tf.__version__ < '2.10'") == [(1, "version-as-text")]
    assert met("tf.version.VERSION < '2.10'") == [(1, "version-as-text")]
    assert met("tf.other < '2.10'\nunknown < '2.10'") == []
