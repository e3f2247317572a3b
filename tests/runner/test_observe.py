"""Tests of what scenarios are written with: finding what a release has, and describing it as JSON."""

import json
import math
import sys
from enum import Enum
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from scenarios import observe
from scenarios.observe import Missing, from_import, import_module, plain, raised_by, resolve, rounded, unknown_argument


class Array:
    """As a NumPy array or scalar: knows its nested lists, its dtype and its shape."""

    def __init__(self, value: Any, dtype: str = "float32", shape: tuple[int, ...] = ()) -> None:
        self.value = value
        self.dtype = dtype
        self.shape = shape

    def tolist(self) -> Any:
        return self.value


class Tensor:
    """As an eager tensor: knows its array."""

    def __init__(self, array: Array) -> None:
        self.array = array

    def numpy(self) -> Array:
        return self.array


class Normalization:
    """A layer that takes an axis and nothing else, and says so as Keras does."""

    def __init__(self, axis: int = -1, **others: object) -> None:
        if others:
            raise TypeError(f"('Keyword argument not understood:', {next(iter(others))!r})")
        if axis > 9:
            raise ValueError("All `axis` values must be in the range [-ndim, ndim)")

    def adapt(self, data: object) -> None:
        return


@pytest.fixture
def tensorflow(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A stand-in TensorFlow whose ``keras.layers`` has what a test puts there."""
    module = ModuleType("tensorflow")
    layers = SimpleNamespace(experimental=SimpleNamespace(preprocessing=SimpleNamespace()))
    monkeypatch.setattr(module, "keras", SimpleNamespace(layers=layers), raising=False)
    monkeypatch.setitem(sys.modules, "tensorflow", module)
    return module


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package on the path, whose modules a test writes."""
    folder = tmp_path / "made_up"
    folder.mkdir()
    (folder / "__init__.py").write_text("here = 'value'\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.split(".")[0] == "made_up"]:
        monkeypatch.delitem(sys.modules, name)
    return folder


def test_a_path_is_resolved_from_its_module_on(tensorflow: ModuleType) -> None:
    tensorflow.keras.layers.Normalization = Normalization
    assert resolve("tf.keras.layers.Normalization") is Normalization
    assert resolve("tensorflow.keras.layers.Normalization.adapt") is Normalization.adapt
    assert resolve("json.dumps") is json.dumps
    assert resolve("tf") is tensorflow


def test_a_path_with_a_name_that_is_not_there_says_where_it_ends(tensorflow: ModuleType) -> None:
    with pytest.raises(Missing, match=r"^tf\.keras has no optimizers: "):
        resolve("tf.keras.optimizers.SGD")


def test_an_attribute_whose_import_fails_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Lazy:
        @property
        def keras(self) -> None:
            raise ImportError("install tf_keras first")

    monkeypatch.setitem(sys.modules, "tensorflow", Lazy())
    with pytest.raises(Missing, match=r"^tf has no keras: install tf_keras first"):
        resolve("tf.keras.layers")


def test_an_attribute_that_raises_otherwise_is_no_missing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        @property
        def keras(self) -> None:
            raise RuntimeError("broken")

    monkeypatch.setitem(sys.modules, "tensorflow", Broken())
    with pytest.raises(RuntimeError, match="broken"):
        resolve("tf.keras")


def test_a_module_that_is_there_is_imported(package: Path) -> None:
    (package / "inner.py").write_text("x = 3\n")
    assert import_module("made_up.inner").x == 3


@pytest.mark.parametrize(
    "path", ["no_such_package", "no_such_package.layers", "made_up.nothing", "made_up.nothing.at.all"]
)
def test_a_module_that_is_not_there_is_missing(path: str, package: Path) -> None:
    with pytest.raises(Missing, match="No module named"):
        import_module(path)


def test_a_module_that_needs_another_one_is_no_missing_one(package: Path) -> None:
    (package / "needy.py").write_text("import no_such_package\n")
    with pytest.raises(ModuleNotFoundError, match="no_such_package"):
        import_module("made_up.needy")


def test_a_module_whose_name_only_begins_alike_is_no_missing_one(package: Path) -> None:
    (package / "needy.py").write_text("import made_u\n")
    with pytest.raises(ModuleNotFoundError, match="made_u'"):
        import_module("made_up.needy")


def test_a_name_is_imported_from_its_module(package: Path) -> None:
    assert from_import("made_up", "here") == "value"


def test_a_submodule_is_imported_as_a_name(package: Path) -> None:
    (package / "inner.py").write_text("x = 3\n")
    assert from_import("made_up", "inner").x == 3


@pytest.mark.parametrize(
    ("module", "name"), [("made_up", "nothing"), ("made_up.nothing", "x"), ("no_such_package", "x")]
)
def test_a_name_that_cannot_be_imported_is_missing(module: str, name: str, package: Path) -> None:
    with pytest.raises(Missing):
        from_import(module, name)


def test_an_import_error_of_the_module_itself_is_no_missing_name(package: Path) -> None:
    (package / "broken.py").write_text("raise ImportError('libcudart.so.11 is too old')\n")
    with pytest.raises(ImportError, match="libcudart"):
        from_import("made_up.broken", "x")


def test_an_import_error_of_a_lazy_name_is_no_missing_name(package: Path) -> None:
    (package / "lazy.py").write_text(
        "def __getattr__(name):\n    if name == 'x': raise ImportError('too old')\n    raise AttributeError(name)\n"
    )
    with pytest.raises(ImportError, match="too old"):
        from_import("made_up.lazy", "x")


def test_the_normalization_class_is_found_where_it_lives_now(tensorflow: ModuleType) -> None:
    layers = tensorflow.keras.layers
    layers.Normalization, layers.experimental.preprocessing.Normalization = Normalization, object
    assert observe.normalization_class() is Normalization


def test_the_normalization_class_is_found_where_it_lived_before(tensorflow: ModuleType) -> None:
    tensorflow.keras.layers.experimental.preprocessing.Normalization = Normalization
    assert observe.normalization_class() is Normalization
    assert isinstance(observe.normalization(axis=2), Normalization)


@pytest.mark.usefixtures("tensorflow")
def test_a_release_without_the_class_is_missing_it() -> None:
    with pytest.raises(Missing, match=r"no Normalization at tf\.keras\.layers\.Normalization or tf\.keras"):
        observe.normalization()


def test_an_argument_that_a_class_does_not_take_is_missing() -> None:
    with pytest.raises(Missing, match=r"Normalization takes no such argument: .*'invert'"):
        observe.construct(Normalization, axis=1, invert=True)


def test_an_argument_that_a_class_refuses_for_its_value_is_not_missing() -> None:
    with pytest.raises(ValueError, match="must be in the range"):
        observe.construct(Normalization, axis=10)


def test_an_argument_that_a_method_does_not_take_is_missing() -> None:
    layer = Normalization()
    assert observe.call(layer.adapt, [1]) is None
    with pytest.raises(Missing, match=r"^no such argument: .*'batch_size'"):
        observe.call(layer.adapt, [1], batch_size=2)


def test_a_method_that_raises_a_type_error_of_its_own_is_not_missing() -> None:
    with pytest.raises(TypeError, match="not iterable"):
        observe.call(list, 3)


@pytest.mark.parametrize(
    ("message", "unknown"),
    [
        ("__init__() got an unexpected keyword argument 'invert'", True),
        ("('Keyword argument not understood:', 'invert')", True),
        ("Unrecognized keyword arguments passed to Normalization: {'invert': True}", True),
        ("f() got an unexpected keyword argument 'training'", False),
        ("invert: unexpected keyword argument", False),
        ("'invert' has to be a bool", False),
    ],
)
def test_which_errors_say_that_an_argument_is_unknown(message: str, unknown: bool) -> None:
    assert unknown_argument(TypeError(message), {"invert": True}) is unknown


def test_no_argument_is_unknown_where_none_was_given() -> None:
    assert not unknown_argument(TypeError("f() got an unexpected keyword argument 'x'"), {})


def test_a_method_is_found_or_missing() -> None:
    layer = Normalization()
    assert observe.method(layer, "adapt") == layer.adapt
    with pytest.raises(Missing, match="reset_state"):
        observe.method(layer, "reset_state")


class Colour(Enum):
    """Something with a name."""

    RED = 1


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        (True, True),
        ("text", "text"),
        (3, 3),
        (1 / 3, 0.33333),
        (math.nan, "nan"),
        ([1, (2.0, None)], [1, [2.0, None]]),
        ({1: (1,), "a": {"b": math.inf}}, {"1": [1], "a": {"b": "inf"}}),
        (b"caf\xc3\xa9 \xff", "café \ufffd"),
        (Normalization, f"{__name__}.Normalization"),
        (int, "builtins.int"),
        (Colour.RED, "RED"),
        (Array([[1.0, -math.inf]]), [[1.0, "-inf"]]),
        (Array(b"x"), "x"),
        (Tensor(Array([0.1234567])), [0.12346]),
        ([Tensor(Array(True))], [True]),
    ],
)
def test_a_value_as_json(value: object, shown: object) -> None:
    observed = plain(value)
    assert observed == shown
    assert type(observed) is type(shown)
    json.dumps(observed, allow_nan=False)


def test_what_has_no_word_in_json_and_no_name_is_its_text() -> None:
    assert plain(1j) == "1j"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.123456789, 0.12346),
        (123456.789, 123460.0),
        (0.0000004, 0.0),
        (0.00000123456, 0.000001),
        (-0.9999999, -1.0),
        (math.nan, "nan"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
    ],
)
def test_a_float_is_rounded_or_labelled(value: float, shown: object) -> None:
    assert rounded(value) == shown


@pytest.mark.parametrize("value", [-0.0, -0.0000001])
def test_zero_has_no_sign(value: float) -> None:
    assert math.copysign(1.0, rounded(value)) == 1.0


@pytest.mark.parametrize("wrap", [lambda array: array, Tensor])
def test_an_array_is_described_by_dtype_shape_and_numbers(wrap: Any) -> None:
    array = Array([[0.5], [math.nan]], "float16", (2, 1))
    assert observe.described(wrap(array)) == {"dtype": "float16", "shape": [2, 1], "value": [[0.5], ["nan"]]}


def test_what_a_call_raises_is_named() -> None:
    assert raised_by(int, "x") == "ValueError"
    assert raised_by(int, x=1) == "TypeError"
    assert raised_by(int, "1") is None


def test_what_is_missing_is_no_error_that_was_asked_for() -> None:
    with pytest.raises(Missing):
        raised_by(resolve, "json.nothing")


def test_statistics_are_flat_lists_or_none_at_all() -> None:
    tensor = Tensor(Array([1.0]))
    tensor.array.ravel = lambda: tensor.array  # type: ignore[attr-defined]
    assert observe.statistics(SimpleNamespace(mean=tensor, variance=tensor)) == {"mean": [1.0], "variance": [1.0]}
    assert observe.statistics(SimpleNamespace(mean=None)) == "no statistics"
    assert observe.statistics(object()) == "no statistics"
