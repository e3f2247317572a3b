"""Layers: what the user's code does to a layer, what is known of it since, and the traps that this meets."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tfcompat.scan.code.values import (
    Data,
    Holder,
    Known,
    Layer,
    ManyLayers,
    Model,
    Rank,
    Several,
    Symbol,
    Text,
    Traced,
    Value,
    World,
    every_part,
    is_symbolic,
)
from tfcompat.scan.known.names import Ask, Use, ask_of_attribute, ask_of_trap, integers
from tfcompat.scan.known.traps import ADAPTABLE, AFTER_ADAPT, NORMALIZATION, TRAPS

#: What a layer has got by methods that no statistics are used before.
LATER = {"update_state": "update-without-finalize", "reset_state": "reset-without-finalize"}
#: The rule of what is not followed.
UNFOLLOWED = "unfollowed"
#: The policies under which adapt() itself is a trap.
POLICIES = {"mixed_bfloat16": "mixed-bfloat16"}
#: Methods that build a layer.
BUILDS = ("adapt", "build", "update_state")
#: Methods that change nothing.
QUIET = ("build", "get_config", "get_weights", "compute_output_shape")


class Objects:
    """The layers, models, datasets and functions of some code, and the uses that were met so far."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.cell = 0
        self.world = World()
        self.holders: list[Holder] = []
        self.uses: dict[tuple[int, int, int, str, str], Use] = {}
        self.warned: set[object] = set()
        self.built: set[Layer] = set()
        self.guarded = 0
        self.graph = 0
        self.policy = ""
        self.was_run = False

    def add(
        self,
        node: ast.AST,
        rule: str,
        subject: str,
        ask: Ask,
        *,
        write: str = "",
        within: Sequence[str] = (),
        optional: bool = False,
    ) -> None:
        """Keep a use at a node."""
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        use = Use(
            path=self.path,
            cell=self.cell,
            line=line,
            column=column,
            end=(getattr(node, "end_lineno", line), getattr(node, "end_col_offset", column)),
            rule=rule,
            subject=subject,
            ways=((ask,),),
            write=write,
            within=tuple(within),
            guarded=self.guarded > 0 and rule not in TRAPS,
            optional=optional,
        )
        self.uses.setdefault(use.key, use)

    def unfollowed(self, node: ast.AST, what: str) -> None:
        """Keep what is not followed any further: nobody shall believe that all was judged."""
        if not self.was_run:
            self.add(node, UNFOLLOWED, what, Ask(scenarios=()))

    def met(self) -> list[Use]:
        """The uses; where there are none of a normalization API, what is not followed is none of it either."""
        uses = list(self.uses.values())
        return uses if any(use.rule != UNFOLLOWED for use in uses) else []

    def meet(self, rule: str, node: ast.AST | None, cls: str = NORMALIZATION) -> None:
        """Keep a trap at a node, where a scenario asks it for that class."""
        if node is not None and (ask := ask_of_trap(rule, cls)):
            self.add(node, rule, TRAPS[rule].says, ask, write=TRAPS[rule].write)

    def change(self, value: object, **changes: object) -> None:
        self.world.states[value] = replace(self.world.state(value), **changes)  # type: ignore[arg-type]

    def keep(self, holder: Holder, **state: frozenset[str]) -> Holder:
        """Keep what holds layers, so that an adapt() of them makes it stale."""
        self.holders.append(holder)
        self.change(holder, **state)
        return holder

    def escape(self, value: Value) -> None:
        """What the code hands elsewhere may be adapted, compiled or loaded there."""
        for part in every_part(value):
            match part:
                case Model():
                    self.change(part, traced=frozenset(), stale=frozenset(), pending=frozenset(), compiled=Known.MAYBE)
                case Layer():
                    state = self.world.state(part)
                    adapted = Known.MAYBE if state.adapted is Known.NO else state.adapted
                    self.change(part, adapted=adapted, pending=frozenset())
                    self.built.add(part)
                case Traced():
                    self.change(part, stale=frozenset(), traced=frozenset())

    def one_of(self, layers: ManyLayers) -> Layer:
        """One of several layers. It may be any of them, so it is a value of its own, of which nothing else is known."""
        if layers.alone:
            return layers.layer
        layer = replace(layers.layer, origin=layers.layer)
        self.escape(layer)
        return layer

    def each(self, values: Value, turn: int = 0) -> Value:
        """What a round of a loop over some values is given: a text where all are texts, such as the names of columns."""
        self.escape(values)
        if isinstance(values, Several) and values.parts:
            if all(isinstance(part, Text) for part in values.parts):
                return values.parts[0]
            if all(isinstance(part, Layer | Symbol | Several) for part in values.parts):
                return values.parts[turn % len(values.parts)]
        if not isinstance(values, ManyLayers):
            return None
        layer = self.one_of(values)
        return Several(parts=(values.key, layer)) if values.pairs else layer

    def put(self, collection: Value, value: Value, key: Value = None) -> Value:
        """What a collection is after a value was put into it: nothing is known of one of which the values differ."""
        self.escape(value)
        match collection, value:
            case Several(parts=()), Layer():
                return ManyLayers(layer=value, key=key)
            case ManyLayers(), Layer() if collection.made_like(value):
                return replace(collection, alone=False)
            case Several(parts=parts), Symbol() if is_symbolic(collection):
                return Several(parts=(*parts, value))
            case Several(parts=()) | ManyLayers(), _:
                return None
        return collection


class Layers(Objects):
    """What is done to layers."""

    def unadapted(self, layer: Layer) -> bool:
        """Whether a layer that learns by adapt() surely has nothing."""
        return layer.cls in ADAPTABLE and not layer.given and self.world.state(layer).adapted is Known.NO

    def constructed(self, layer: Layer, node: ast.AST) -> Layer:
        given = {"mean", "variance"} & set(layer.keywords)
        if layer.cls == NORMALIZATION and len(given) == 1 and "**" not in layer.keywords:
            self.meet(f"{given.pop()}-alone", node)
        return layer

    def adapt(self, layer: Layer, call: ast.Call, data: Value) -> None:
        """Learn from data: the traps of the arguments and data, and what it makes stale."""
        if layer.cls == NORMALIZATION:
            self.adapt_arguments(layer, call, data)
        if self.graph:
            self.meet("adapt-in-function", call, layer.cls)
        if layer.cls == NORMALIZATION and "dtype" not in layer.keywords and layer.policy in POLICIES:
            self.meet(POLICIES[layer.policy], call)
        again = self.world.state(layer).adapted is not Known.NO
        for holder in self.holders:
            if holder.holds(layer):
                state = self.world.state(holder)
                stale = {(method, AFTER_ADAPT[method][again]) for method in state.traced}
                self.change(holder, stale=state.stale | stale)
        self.change(layer, adapted=Known.YES, pending=frozenset())

    def adapt_arguments(self, layer: Layer, call: ast.Call, data: Value) -> None:
        if {"mean", "variance"} <= set(layer.keywords):
            self.meet("adapt-given", call)
        if integers(layer.keywords.get("axis")) == (0,):
            self.meet("axis-of-batch", call)
        names = {keyword.arg for keyword in call.keywords}
        beside = "-dataset" if isinstance(data, Data) else ""
        if "batch_size" in names:
            self.meet(f"batch-size{beside}", call)
        if "steps" in names and (beside or isinstance(data, Rank)):
            self.meet(f"steps{beside}", call)
        if "reset_state" in names:
            self.meet("reset-state", call)
        for rule in of_data(data, layer.keywords.get("axis"), "steps" in names):
            self.meet(rule, call)

    def called(self, layer: Layer, call: ast.Call, first: Value) -> Value:
        """A call of a layer: on something symbolic it becomes a part of a model."""
        if not self.graph:
            self.built.add(layer)
        if (inputs := symbols(first)) is not None:
            return Symbol(layers=(*inputs, layer))
        if isinstance(first, Rank | Several):
            self.use_pending(layer, call)
            if self.unadapted(layer) and not self.graph and layer not in self.warned:
                self.warned.add(layer)
                self.meet("call-before-adapt", call, layer.cls)
        return first if isinstance(first, Rank) else None

    def use_pending(self, layer: Layer, node: ast.AST) -> None:
        for rule in self.world.state(layer).pending:
            self.meet(rule, node, layer.cls)
        if self.world.state(layer).pending:
            self.change(layer, pending=frozenset())

    def of_layer(self, layer: Layer, method: str, call: ast.Call, first: Value) -> Value:
        """A method of a layer."""
        self.attribute_of(layer, method, call.func, called=True)
        if method in BUILDS:
            self.built.add(layer)
        state = self.world.state(layer)
        if method == "adapt" and layer.cls in ADAPTABLE:
            self.adapt(layer, call, first)
        elif method in LATER and layer.cls == NORMALIZATION:
            self.change(layer, pending=state.pending | {LATER[method]}, adapted=Known.MAYBE)
        elif method == "finalize_state":
            self.change(layer, pending=frozenset(), adapted=Known.MAYBE)
        elif method not in QUIET:
            self.escape(layer)
        return None

    def attribute_of(self, layer: Layer, name: str, node: ast.AST, *, called: bool) -> None:
        """An attribute or a method of a layer, where a scenario asks for it."""
        if ask := ask_of_attribute(layer.cls, name, called=called):
            self.add(node, "attribute", f"{layer.cls}.{name}{'()' if called else ''}", ask, optional=True)


def of_data(data: Value, axis: ast.expr | None, steps: bool) -> Iterator[str]:
    """The traps of what adapt() is given."""
    each = axis is None or (isinstance(axis, ast.UnaryOp) and ast.unparse(axis) == "-1")
    together = isinstance(axis, ast.Constant) and axis.value is None
    match data:
        case Rank(kind="frame" | "generator" as kind):
            yield kind
        case Rank(kind="series") if each:
            yield "series-default-axis"
        case Rank(axes=1) | Several(axes=1) if each:
            yield "one-column-default-axis"
        case Several(axes=1) | Rank(kind="list", axes=1) if together:
            yield "list-of-numbers"
        case Several(axes=2) | Rank(kind="list", axes=2):
            yield "list-of-rows"
        case Several(axes=3) if all(isinstance(part, Rank) for part in data.parts):
            yield "list-of-batches"
        case Data(elements="pair"):
            yield "labelled-dataset"
        case Data(elements="dict"):
            yield "dataset-of-dicts"
        case Data(endless=True) if not steps:
            yield "endless-dataset"


def symbols(value: Value) -> tuple[Layer | Model, ...] | None:
    """The layers behind something symbolic, or a list with something symbolic; None where nothing is."""
    if isinstance(value, Symbol):
        return value.layers
    if isinstance(value, Several):
        parts = [symbols(part) for part in value.parts]
        return (
            tuple(dict.fromkeys(layer for part in parts if part for layer in part))
            if any(part is not None for part in parts)
            else None
        )
    return None


def paired(collection: Value) -> Value:
    """What gives each of a collection behind its key or its number; None of anything else."""
    if isinstance(collection, ManyLayers):
        return replace(collection, pairs=True)
    if isinstance(collection, Several) and collection.parts:
        return Several(parts=tuple(Several(parts=(None, part)) for part in collection.parts))
    return None


def within(parts: Sequence[Value]) -> Iterator[Layer | Model]:
    """The layers and models of a list, and those behind what is symbolic."""
    for part in parts:
        if isinstance(part, Layer | Model):
            yield part
        elif isinstance(part, Symbol):
            yield from part.layers
