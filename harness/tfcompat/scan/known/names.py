"""Names: the whole path behind a name of the user's code, and the scenarios that ask for it."""

import ast
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from packaging.version import Version

from tfcompat.scan.known.traps import ADAPTABLE, NORMALIZATION, TRAPS

#: What a path of the packages begins with that the scenarios are about.
ROOTS = frozenset({"tf", "keras", "tf_keras", "keras_core", "tensorflow_addons"})
#: Those of them whose layers the scenarios ask about by the name of the class.
MEASURED = frozenset({"tf", "keras"})
#: What the last part of a normalization API looks like, and the packages whose names are asked for as a whole.
NORMALIZES = re.compile(r"normali[sz]|(batch|layer|group|instance)_?norm|^moments$|^local_response", re.IGNORECASE)
#: Where the functions are that normalize; elsewhere a name in small letters is that of a module.
FUNCTIONS = re.compile(
    r"tf\.(nn|math|linalg|image|layers|contrib\.layers|compat\.v1\.(nn|layers))\.|.*\b(backend|ops|utils)\."
)
FOLDERS = ("experimental.preprocessing",)
#: Modules of which one scenario says for all that they have whether they are there.
MODULES: Mapping[str, str] = {"tf.layers": "imports::tf.layers.BatchNormalization"}
#: Where Keras has its layers, behind any root.
LAYERS = re.compile(r"(?:^|\.)keras\.(?:_tf_keras\.keras\.|src\.)?(?:.*\.)?layers\.(?:.*\.)?(\w+)$")
#: The arguments that every layer takes; no scenario is about them.
OF_EVERY_LAYER = frozenset(
    {"name", "dtype", "trainable", "dynamic", "autocast", "activity_regularizer", "input_shape", "batch_input_shape"}
    | {"input_dim", "weights", "batch_size"}
)
#: The arguments that are mostly given by their place.
PLACES: Mapping[str, tuple[str, ...]] = {
    "Normalization": ("axis", "mean", "variance", "invert"),
    "BatchNormalization": ("axis", "momentum", "epsilon", "center", "scale"),
    "LayerNormalization": ("axis", "epsilon", "center", "scale"),
    "GroupNormalization": ("groups", "axis", "epsilon", "center", "scale"),
    "RMSNormalization": ("axis", "epsilon"),
    "UnitNormalization": ("axis",),
    "SpectralNormalization": ("layer", "power_iterations"),
}
#: The attributes and methods of the layer Normalization that scenarios ask for, but for those that each release has.
ATTRIBUTES = frozenset(
    {"mean", "variance", "count", "axis", "adapt_mean", "adapt_variance", "input_mean", "input_variance", "streaming"}
    | {"is_adapted", "reset_state", "reset_states", "update_state", "finalize_state", "merge_state"}
)
#: The module of an alternative that a listing of public names answers.
LISTED = "listed"
#: How a release may be compared as text.
COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, kw_only=True)
class Gate:
    """``tf.__version__``, one of ``<``, ``<=``, ``>`` and ``>=``, and a version that is written out."""

    sign: str
    version: str

    def is_wrong(self, release: str) -> bool:
        """Whether the texts compare otherwise than the versions on a release."""
        compare = COMPARISONS[self.sign]
        return compare(release, self.version) is not compare(Version(release), Version(self.version))


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What a use asks for: the first of some scenarios that there is. ``refused`` says that it works where code is refused.

    Of a ``gate`` the scenario only shows that it goes wrong: on which releases follows from what it compares.
    """

    scenarios: tuple[str, ...]
    refused: bool = False
    gate: Gate | None = None


@dataclass(frozen=True, kw_only=True)
class Use:
    """A normalization API or a trap at a line of the user's code.

    ``ways`` are what it does: each of its parts is needed, and the next way is taken where an import of one fails;
    without any the code cares for a failure itself. ``within`` is the path of the class that an argument belongs to.
    ``guarded`` says that a condition decides whether the line runs. ``optional`` is left out where nothing asks for it.
    """

    path: str
    cell: int
    line: int
    column: int
    end: tuple[int, int]
    rule: str
    subject: str
    ways: tuple[tuple[Ask, ...], ...]
    write: str = ""
    within: tuple[str, ...] = ()
    guarded: bool = False
    handled: bool = False
    optional: bool = False

    @property
    def key(self) -> tuple[int, int, int, str, str]:
        return self.cell, self.line, self.column, self.rule, self.subject


def short(path: str) -> str:
    """A path with ``tf`` for ``tensorflow``."""
    return re.sub(r"^tensorflow(?=\.|$)", "tf", path)


def long(path: str) -> str:
    return re.sub(r"^tf(?=\.|$)", "tensorflow", path)


def is_api(path: str) -> bool:
    """Whether a path is one of a normalization API, or of a layer with adapt()."""
    root, last = path.partition(".")[0], path.rpartition(".")[2]
    if root not in ROOTS or last == path:
        return False
    if last in ADAPTABLE or path.endswith(FOLDERS):
        return True
    return bool(NORMALIZES.search(last)) and (not last.islower() or bool(FUNCTIONS.match(path)))


def asks_of_path(path: str, statement: str = "") -> Ask:
    """What asks whether a path is there, the nearest question first; ``statement`` is the import that reaches it."""
    module, _, last = path.rpartition(".")
    by_import = f"imports::from {long(module)} import {last}"
    scenarios = (
        f"imports::{statement}" if statement else "",
        f"imports::{path}",
        f"ecosystem::{path}",
        f"siblings::{path}",
    )
    behind = (by_import, f"{LISTED}::{path}", *filter(None, [MODULES.get(module)]))
    return Ask(scenarios=tuple(filter(None, (*scenarios, *behind))))


def class_of(path: str) -> str:
    """The class of a layer behind a path of Keras or Addons, whose own have its name before them; empty where it is none."""
    if path.startswith("tensorflow_addons.layers."):
        return f"tensorflow_addons.{path.rpartition('.')[2]}"
    found = LAYERS.search(path)
    return found[1] if found and found[1][0].isupper() else ""


def arguments(
    cls: str, call: ast.Call, written: Callable[[ast.expr], Mapping[str, ast.expr] | None]
) -> dict[str, ast.expr]:
    """The arguments of a constructor by name; ``**`` where some are not known: ``written`` gives those of a dictionary."""
    places = PLACES.get(cls, ())
    by_place = takewhile(lambda argument: not isinstance(argument, ast.Starred), call.args)
    known = dict(zip(places, by_place, strict=False))
    named: dict[str, ast.expr] = {}
    for keyword in call.keywords:
        words = {keyword.arg: keyword.value} if keyword.arg else written(keyword.value)
        named.update({"**": keyword.value} if words is None else words)
    stars = [argument for argument in call.args if isinstance(argument, ast.Starred)]
    return {**known, **named, **({"**": stars[0]} if stars else {})}


def asks_of_arguments(cls: str, keywords: Mapping[str, ast.expr]) -> Iterator[tuple[str, Ask, bool, ast.expr]]:
    """What asks for each argument of a layer: as it is shown, the question, whether it may be left out, and its value."""
    for name, value in keywords.items():
        if name != "**":
            scenarios = (f"arguments::{cls}({name})", f"construct::argument_{name}" if cls == "Normalization" else "")
            yield f"{cls}({name}=)", Ask(scenarios=tuple(filter(None, scenarios))), name in OF_EVERY_LAYER, value
    if axis := axis_row(cls, keywords.get("axis")):
        yield f"{cls}(axis={ast.unparse(keywords['axis'])})", Ask(scenarios=(axis,)), True, keywords["axis"]


def ask_of_attribute(cls: str, name: str, *, called: bool) -> Ask | None:
    """What asks for an attribute or a method of a layer; None where nothing does."""
    if cls != NORMALIZATION or name not in ATTRIBUTES:
        return None
    scenarios = (f"state::attribute_{name}", f"adapt::attribute_{name}", f"adapt::{name}")
    return Ask(scenarios=(f"state::parameters_of_{name}", *scenarios) if called else scenarios)


def axis_row(cls: str, axis: ast.expr | None) -> str:
    """The row that asks for axes which say the rank by themselves, as those of images do; empty where none does."""
    numbers = integers(axis)
    if cls == "BatchNormalization" and isinstance(axis, ast.List | ast.Tuple) and len(numbers) == 1:
        return f"batchnorm::axis_{'list' if isinstance(axis, ast.List) else 'tuple'}"
    if not numbers or max(numbers) != 3 or cls == "Normalization":
        return ""
    return f"axes::{cls}_rank_4_axis_{'_'.join(map(str, numbers))}"


def integers(node: ast.expr | None) -> tuple[int, ...]:
    """The integers that are written at a place, one or several; empty where something else is."""
    try:
        value = ast.literal_eval(node) if node is not None else None
    except (ValueError, TypeError, RecursionError):
        return ()
    numbers = value if isinstance(value, list | tuple) else (value,)
    return tuple(numbers) if all(type(number) is int for number in numbers) else ()


def ask_of_trap(rule: str, cls: str) -> Ask | None:
    """What asks where a trap bites a class; None where nothing asks."""
    scenario = TRAPS[rule].scenario_of(cls)
    return Ask(scenarios=(scenario,), refused=TRAPS[rule].refused) if scenario else None
