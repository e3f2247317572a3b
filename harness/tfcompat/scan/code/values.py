"""Values: what a name of the user's code may stand for, and what is known of it at a line, where not knowing is a value."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeGuard


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
    """An array with so many axes; ``kind`` is what holds it: an array, a list, a Series, a DataFrame or a generator."""

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
class Words:
    """A dictionary whose keys are written out, such as the arguments of a layer."""

    keywords: Mapping[str, ast.expr]


@dataclass(frozen=True, kw_only=True, eq=False)
class Layer:
    """A layer that was constructed: its class, the path that it was reached by, and its keyword arguments.

    One that was taken out of several has the first of these as its ``origin``: it may be any of them. ``policy`` is the one of
    dtypes that it was constructed under, where the code sets one.
    """

    cls: str
    path: str
    keywords: Mapping[str, ast.expr] = field(default_factory=dict)
    origin: "Layer | None" = None
    policy: str = ""

    def may_be(self, other: "Layer") -> bool:
        """Whether it is another layer, or may be for all that is known."""
        return self is other or (self.origin is not None and self.origin in (other, other.origin))

    @property
    def given(self) -> bool:
        """Whether it was constructed with its statistics."""
        return bool({"mean", "variance", "weights", "vocabulary", "bin_boundaries", "**"} & set(self.keywords))


@dataclass(frozen=True, kw_only=True, eq=False)
class ManyLayers:
    """Layers that were constructed alike, in a list or by keys, such as one a column; with ``pairs`` each follows its key.

    One that is ``alone`` is the layer itself, wherever it is taken out.
    """

    layer: Layer
    key: "Value" = None
    pairs: bool = False
    alone: bool = False

    def made_like(self, layer: Layer) -> bool:
        """Whether a layer is constructed as these are."""
        return made_by(self.layer) == made_by(layer)


def made_by(layer: Layer) -> tuple[str, Mapping[str, str]]:
    """The path and the keyword arguments that a layer was constructed by."""
    return layer.path, {name: ast.unparse(value) for name, value in layer.keywords.items()}


@dataclass(frozen=True, kw_only=True, eq=False)
class Symbol:
    """What a functional model is made of: an input, or what layers made of one."""

    layers: tuple["Layer | Model", ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class OwnClass:
    """A class of the user's own code; ``path`` is that of the model or layer that it is one of, empty where it is neither."""

    node: ast.ClassDef
    path: str = ""

    def method(self, name: str) -> "ast.FunctionDef | None":
        """A method that is written in it without a decorator, and calls its instance ``self``."""
        for part in self.node.body:
            if isinstance(part, ast.FunctionDef) and part.name == name:
                first = [argument.arg for argument in part.args.args[:1]]
                return part if first == ["self"] and not part.decorator_list else None
        return None

    def has(self, name: str) -> bool:
        """Whether something is written in it by that name."""
        return any(getattr(part, "name", "") == name for part in self.node.body)


@dataclass(frozen=True, kw_only=True, eq=False)
class Instance:
    """What the user's own class makes, and what its constructor gave it."""

    own: OwnClass
    attributes: "dict[str, Value]"


@dataclass(kw_only=True, eq=False)
class Model:
    """A model and what is in it; ``shaped`` says whether it knows what it is given. ``own`` is the user's class of it, whose
    constructor gave it its ``attributes``.
    """

    layers: list["Layer | Model"]
    path: str
    shaped: bool
    own: OwnClass | None = None
    attributes: "dict[str, Value]" = field(default_factory=dict)

    def holds(self, layer: Layer) -> bool:
        return any(layer.may_be(part) for part in self.all_layers())

    def all_layers(self) -> list[Layer]:
        """Its layers, and those of the models in it."""
        return [part for part in every_part(self) if isinstance(part, Layer)]


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
        return any(layer.may_be(known) for known in self.layers)


@dataclass(frozen=True, kw_only=True, eq=False)
class Traced:
    """A ``tf.function`` and the layers that it uses."""

    layers: tuple[Layer, ...]

    def holds(self, layer: Layer) -> bool:
        return any(layer.may_be(known) for known in self.layers)


@dataclass(frozen=True, kw_only=True, eq=False)
class Checkpoint:
    """A ``tf.train.Checkpoint`` of some values."""

    parts: tuple["Value", ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Function:
    """A function of the user's own code, or a method of its ``owner``."""

    node: ast.FunctionDef | ast.AsyncFunctionDef
    owner: "Model | Instance | None" = None


#: What is traced once and keeps what it saw.
Holder = Model | Data | Traced
Value = (
    Dotted
    | Rank
    | Text
    | Several
    | Words
    | Layer
    | ManyLayers
    | Symbol
    | Model
    | Data
    | Traced
    | Checkpoint
    | Function
    | OwnClass
    | Instance
    | None
)


def every_part(value: Value) -> list[Value]:
    """A value and all that it has in it, each once: objects of the user's own classes may have one another."""
    known: dict[Value, None] = {}
    todo = [value]
    while todo:
        part = todo.pop()
        if part is not None and part not in known:
            known[part] = None
            todo.extend(reversed(parts_of(part)))
    return list(known)


def parts_of(value: Value) -> Sequence[Value]:
    """What a value has directly in it."""
    match value:
        case Several() | Checkpoint():
            return value.parts
        case Model():
            return value.layers
        case ManyLayers():
            return (value.layer,)
        case Instance():
            return list(value.attributes.values())
    return ()


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


def is_symbolic(value: Value) -> TypeGuard[Several]:
    """Whether a value is a list, or a dictionary, of what is symbolic alone; an empty one may become one."""
    return isinstance(value, Several) and all(isinstance(part, Symbol) for part in value.parts)


def named(node: ast.expr) -> str:
    """What a variable or an attribute of ``self`` is kept as among names; empty for any other expression."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return f"self.{name}"
    return ""
