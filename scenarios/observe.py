"""What a scenario is written with: helpers that find and describe what a release has."""

import contextlib
import importlib
import math
from typing import Any, Dict, Iterator, Optional

#: Where the Normalization class has lived, newest first.
NORMALIZATION_PATHS = (
    "tf.keras.layers.Normalization",
    "tf.keras.layers.experimental.preprocessing.Normalization",
)
#: How Keras 3 says that it does not write a format.
NOT_WRITTEN = ("Invalid filepath extension for saving", "The filename must end in `.weights.h5`", "Unrecognized format")


class Missing(Exception):
    """The path, class, argument or method that the scenario asks about is not in this release.

    It is raised ``from`` the exception that showed it, which is what the record keeps.
    """


class Unanswerable(Exception):
    """The scenario cannot be asked in this environment: the message says what it lacks."""


class Compared:
    """An observation and what it is held against."""

    def __init__(self, observed: Any, expected: Any) -> None:
        self.observed = observed
        self.expected = expected


class Answer:
    """The word that answers a question, and what was seen that led to it."""

    def __init__(self, word: str, seen: Any) -> None:
        self.word = word
        self.seen = seen


def compared(observed: Any, expected: Any) -> Compared:
    """What a promise with the oracle ``NUMPY`` or ``INVARIANCE`` returns: what was observed, and what it has to be.

    They are the same where all texts are, and all numbers within 1e-3 (relative) or 1e-5 (absolute).
    """
    return Compared(observed, expected)


def answer(word: str, seen: Any = None) -> Answer:
    """What a question returns: one of the words of its answers, and the values that show it."""
    return Answer(word, seen)


def refused(error: BaseException) -> Answer:
    """The answer "refused", and the last line of what the error says: those above it may be paths of the environment."""
    return Answer("refused", (str(error).strip() or type(error).__name__).splitlines()[-1].strip())


def which(seen: Any, **expected: Any) -> Answer:
    """The answer whose expected value is what was seen; underscores in its name stand for spaces.

    Where none is, the word is ``something else``, which is no answer of any question: the row is then wrong.
    """
    values = plain(seen)
    for name, value in expected.items():
        if alike(values, plain(value)):
            return Answer(name.replace("_", " "), seen)
    return Answer("something else", seen)


def alike(left: Any, right: Any) -> bool:
    """Whether two plain values are the same: numbers within 1e-3 (relative) or 1e-5 (absolute)."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(alike(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(alike, left, right))
    if isinstance(left, bool) or isinstance(right, bool) or not is_number(left) or not is_number(right):
        return bool(left == right)
    return math.isclose(left, right, rel_tol=1e-3, abs_tol=1e-5)


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float))


def resolve(path: str) -> Any:
    """The object at a dotted path of attributes; the first name is imported, and ``tf`` means ``tensorflow``.

    Raises Missing where a name on the way is not there.
    """
    first, *names = path.split(".")
    found: Any = import_module("tensorflow" if first == "tf" else first)
    walked = first
    for name in names:
        try:
            found = getattr(found, name)
        except (AttributeError, ImportError) as error:
            raise Missing("%s has no %s: %s" % (walked, name, error)) from error
        walked += "." + name
    return found


def import_module(path: str) -> Any:
    """The module that ``import path`` gives; raises Missing where it, or a package above it, is not there."""
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError as error:
        if error.name and (path == error.name or path.startswith(error.name + ".")):
            raise Missing(str(error)) from error
        raise


def installed(package: str) -> Any:
    """The module of a package that TensorFlow does not bring along; raises Unanswerable where it is not installed."""
    try:
        return importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package:
            raise
        raise Unanswerable("the package %s is not in this environment" % package) from error


def from_import(module: str, name: str) -> Any:
    """What ``from module import name`` binds, by the import statement itself; raises Missing where it is not there."""
    import_module(module)
    bound: Dict[str, Any] = {}
    try:
        exec("from %s import %s" % (module, name), bound)
    except ImportError as error:
        if "cannot import name" in str(error) or isinstance(error, ModuleNotFoundError):
            raise Missing(str(error)) from error
        raise
    return bound[name]


def normalization(**arguments: Any) -> Any:
    """A Normalization layer of this release, wherever its class lives; an argument that it does not take is Missing."""
    return construct(normalization_class(), **arguments)


def normalization_class() -> Any:
    """The Normalization class of this release, wherever it lives; raises Missing where it has none."""
    first, *others = NORMALIZATION_PATHS
    try:
        return resolve(first)
    except Missing as error:
        for path in others:
            with contextlib.suppress(Missing):
                return resolve(path)
        raise Missing("no Normalization at " + " or ".join(NORMALIZATION_PATHS)) from error.__cause__


def construct(cls: Any, *values: Any, **arguments: Any) -> Any:
    """``cls(*values, **arguments)``; raises Missing where the class refuses one of the arguments as unknown to it."""
    try:
        return cls(*values, **arguments)
    except (TypeError, ValueError) as error:
        if unknown_argument(error, arguments):
            raise Missing("%s takes no such argument: %s" % (cls.__name__, error)) from error
        raise


def keras_layer(name: str, *values: Any, **arguments: Any) -> Any:
    """A layer of ``tf.keras.layers`` by its class's name; a class or argument that this release lacks is Missing."""
    return construct(resolve("tf.keras.layers." + name), *values, **arguments)


def call(function: Any, *values: Any, **arguments: Any) -> Any:
    """``function(*values, **arguments)``; raises Missing where it refuses one of the arguments as unknown to it."""
    try:
        return function(*values, **arguments)
    except TypeError as error:
        if unknown_argument(error, arguments):
            raise Missing("no such argument: %s" % error) from error
        raise


def unknown_argument(error: Exception, arguments: Dict[str, Any]) -> bool:
    """Whether an error says that one of the arguments is unknown to the function that was called with them."""
    text = str(error)
    speaks_of_one = any("'%s'" % name in text for name in arguments)
    return speaks_of_one and (
        "unexpected keyword argument" in text
        or "Keyword argument not understood" in text
        or "Unrecognized keyword arguments" in text
        or "Invalid keyword argument" in text
    )


def method(owner: Any, name: str) -> Any:
    """A method of an object; raises Missing where it has none of that name."""
    try:
        return getattr(owner, name)
    except AttributeError as error:
        raise Missing(str(error)) from error


def use_policy(name: str) -> None:
    """Set the global dtype policy, under the name that the function has in this release."""
    try:
        setter = resolve("tf.keras.mixed_precision.set_global_policy")
    except Missing:
        setter = resolve("tf.keras.mixed_precision.experimental.set_policy")
    setter(name)


@contextlib.contextmanager
def format_of_release() -> Iterator[None]:
    """Raises Missing where what is done inside asks for a format of files that this release does not write."""
    try:
        yield
    except ValueError as error:
        if any(text in str(error) for text in NOT_WRITTEN):
            raise Missing("no such format: %s" % error) from error
        raise


def statistics(layer: Any) -> Any:
    """The mean and variance that a Normalization layer uses, as flat lists; a label where adapt() made none."""
    if getattr(layer, "mean", None) is None:
        return "no statistics"
    return {name: plain(array_of(getattr(layer, name)).ravel()) for name in ("mean", "variance")}


def array_of(value: Any) -> Any:
    """The array of a tensor or variable, whatever backend Keras has."""
    import numpy as np  # not before: the recorder imports this file, and NumPy is TensorFlow's to bring along

    return value.numpy() if hasattr(value, "numpy") else np.asarray(value)


def plain(value: Any) -> Any:
    """A value as JSON: arrays and tensors as nested lists, floats to five significant digits and six decimals.

    Rounding makes an observation comparable across releases and processors. What JSON has no word for becomes a
    label: ``nan``, ``inf``, a dtype's or a class's name.
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return rounded(value)
    if isinstance(value, int):
        return value
    if isinstance(value, type):
        return value.__module__ + "." + value.__qualname__
    if hasattr(value, "numpy"):
        return plain(value.numpy())
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(getattr(value, "name", value))


def rounded(value: float) -> Any:
    """A float to five significant digits and six decimals; a label where it is not finite."""
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    return round(float("%.5g" % value), 6) + 0.0


def described(value: Any) -> Dict[str, Any]:
    """The dtype, shape and rounded numbers of an array or tensor."""
    array = value.numpy() if hasattr(value, "numpy") else value
    return {"dtype": str(array.dtype), "shape": list(array.shape), "value": plain(array)}


def raised_by(action: Any, *values: Any, **arguments: Any) -> Optional[str]:
    """The name of the exception that a call raises, or None where it returns: for behaviour documented as an error."""
    try:
        action(*values, **arguments)
    except Missing:
        raise
    except Exception as error:
        return type(error).__name__
    return None
