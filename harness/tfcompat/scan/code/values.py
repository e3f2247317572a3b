"""Values: what a name of the user's code may stand for, and what is known of it at a line, where not knowing is a value."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Known(StrEnum):
    """Whether something has happened."""

    NO = "no"
    MAYBE = "maybe"
    YES = "yes"


@dataclass(frozen=True, kw_only=True)
class Dotted:
    """A module, class or function of TensorFlow or another package by its whole path, ``tf`` for ``tensorflow``."""

    path: str


@dataclass(frozen=True, kw_only=True)
class Rank:
    """An array with so many axes; ``kind`` is what holds it: an array, a list, a Series or a DataFrame."""

    kind: str
    axes: int | None = None


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text that is written out, as far as its end."""

    end: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Several:
    """A list or tuple of values; ``axes`` where it is of numbers or of arrays."""

    parts: tuple["Value", ...]
    axes: int | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Layer:
    """A layer that was constructed: its class, the path that it was reached by, and its keyword arguments."""

    cls: str
    path: str
    keywords: Mapping[str, ast.expr] = field(default_factory=dict)

    @property
    def given(self) -> bool:
        """Whether it was constructed with its statistics."""
        return bool({"mean", "variance", "weights", "vocabulary", "bin_boundaries", "**"} & set(self.keywords))


@dataclass(frozen=True, kw_only=True, eq=False)
class Symbol:
    """What a functional model is made of: an input, or what layers made of one."""

    layers: tuple["Layer | Model", ...] = ()


@dataclass(kw_only=True, eq=False)
class Model:
    """A model and what is in it; ``shaped`` says whether it knows what it is given."""

    layers: list["Layer | Model"]
    path: str
    shaped: bool

    def holds(self, layer: Layer) -> bool:
        return any(part is layer or (isinstance(part, Model) and part.holds(layer)) for part in self.layers)

    def all_layers(self) -> list[Layer]:
        """Its layers, and those of the models in it."""
        return [layer for part in self.layers for layer in (part.all_layers() if isinstance(part, Model) else [part])]


@dataclass(frozen=True, kw_only=True, eq=False)
class Data:
    """A dataset: what its elements are (``pair``, ``dict`` or empty), whether it never ends, and the layers mapped over it
    by the call at ``node``.
    """

    elements: str = ""
    endless: bool = False
    layers: tuple[Layer, ...] = ()
    node: ast.AST | None = None

    def holds(self, layer: Layer) -> bool:
        return any(known is layer for known in self.layers)


@dataclass(frozen=True, kw_only=True, eq=False)
class Traced:
    """A ``tf.function`` and the layers that it uses."""

    layers: tuple[Layer, ...]

    def holds(self, layer: Layer) -> bool:
        return any(known is layer for known in self.layers)


@dataclass(frozen=True, kw_only=True, eq=False)
class Checkpoint:
    """A ``tf.train.Checkpoint`` of some values."""

    parts: tuple["Value", ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Function:
    """A function of the user's own code."""

    node: ast.FunctionDef | ast.AsyncFunctionDef


#: What is traced once and keeps what it saw.
Holder = Model | Data | Traced
Value = Dotted | Rank | Text | Several | Layer | Symbol | Model | Data | Traced | Checkpoint | Function | None


@dataclass(frozen=True, kw_only=True)
class State:
    """What is known of a value at a line.

    ``pending`` are the traps that the next use of a layer meets. ``traced`` are the methods that have traced it, ``stale``
    those with a trap that the next call of it meets: an adapt() has come since.
    """

    adapted: Known = Known.NO
    compiled: Known = Known.NO
    eager: bool = False
    pending: frozenset[str] = frozenset()
    traced: frozenset[str] = frozenset()
    stale: frozenset[tuple[str, str]] = frozenset()


@dataclass(kw_only=True)
class World:
    """What each name stands for, and what is known of each value."""

    names: dict[str, Value] = field(default_factory=dict)
    states: dict[object, State] = field(default_factory=dict)

    def state(self, value: object) -> State:
        return self.states.get(value, State())

    def copy(self) -> "World":
        return World(names=dict(self.names), states=dict(self.states))


def merged(worlds: Iterable[World]) -> World:
    """What is known after one of several ways through the code: only what is known after each."""
    first, *others = worlds
    for other in others:
        names = {name: merged_value(first.names[name], other.names.get(name)) for name in first.names}
        names |= {name: value for name, value in other.names.items() if name not in names and is_class(value)}
        states = {
            value: merged_state(first.state(value), other.state(value)) for value in {**first.states, **other.states}
        }
        first = World(names=names, states=states)
    return first


def is_class(value: Value) -> bool:
    return isinstance(value, Dotted)


def merged_value(value: Value, other: Value) -> Value:
    """Two paths that end in one name are one class: which of the two is asked where each is used."""
    if isinstance(value, Dotted) and isinstance(other, Dotted):
        return value if value.path.rpartition(".")[2] == other.path.rpartition(".")[2] else None
    return value if value == other else None


def merged_state(state: State, other: State) -> State:
    return State(
        adapted=state.adapted if state.adapted is other.adapted else Known.MAYBE,
        compiled=state.compiled if state.compiled is other.compiled else Known.MAYBE,
        eager=state.eager or other.eager,
        pending=state.pending & other.pending,
        traced=state.traced & other.traced,
        stale=state.stale & other.stale,
    )
