"""Expressions: what each stands for, evaluated in the order in which Python does it."""

import ast
from collections.abc import Sequence
from dataclasses import replace

from tfcompat.scan.code import data as arrays
from tfcompat.scan.code.calls import Calls
from tfcompat.scan.code.conditions import gate_of, is_guard
from tfcompat.scan.code.layers import symbols
from tfcompat.scan.code.values import (
    Data,
    Dotted,
    Instance,
    Layer,
    ManyLayers,
    Model,
    Rank,
    Several,
    Symbol,
    Text,
    Value,
    Words,
    World,
    is_symbolic,
    named,
)
from tfcompat.scan.known.names import Ask, class_of, integers, is_api, short
from tfcompat.scan.known.traps import TRAPS

#: Characters of the end of a text that are kept.
LONGEST = 80
#: The methods of layers and models that a name of their own may be given.
BOUND = frozenset({"adapt", "compile", "predict", "evaluate", "fit", "train_on_batch"})
#: What chooses tf_keras in place of the Keras that TensorFlow comes with.
LEGACY = "TF_USE_LEGACY_KERAS"
#: Where TensorFlow says its release.
RELEASE = frozenset({"tf.__version__", "tf.version.VERSION"})


class Expressions(Calls):
    """Evaluates the expressions of some code."""

    stars: tuple[str, ...] = ()

    def value(self, node: ast.AST | None) -> Value:
        """What an expression stands for; what it does on the way is kept."""
        match node:
            case None:
                return None
            case ast.Name():
                return self.of_name(node)
            case ast.Attribute():
                return self.of_attribute(node)
            case ast.Call():
                return self.of_call(node)
            case ast.Constant():
                return self.of_constant(node)
            case ast.Subscript():
                return self.of_subscript(node)
            case ast.BinOp():
                return self.of_operator(self.value(node.left), self.value(node.right))
        return self.of_more(node)

    def of_more(self, node: ast.AST) -> Value:
        """What is written with brackets, or chooses; of any other expression its parts."""
        match node:
            case ast.List() | ast.Tuple() | ast.Set():
                return self.of_list(node)
            case ast.Dict(keys=[]):
                return Several(parts=())
            case ast.Dict():
                return self.of_dictionary(node)
            case ast.JoinedStr():
                return self.of_parts(node.values)
            case ast.Compare():
                return self.of_compare(node)
            case ast.Lambda():
                return self.aside(node)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return self.comprehension(node)
            case ast.NamedExpr():
                return self.bind(node.target, self.value(node.value))
            case ast.IfExp():
                return self.of_choice(node)
        return self.of_children(node)

    def of_children(self, node: ast.AST) -> Value:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr | ast.keyword | ast.comprehension):
                self.value(child)
        return None

    def of_parts(self, parts: Sequence[ast.expr]) -> Value:
        """A formatted text: its end, where that is written out."""
        values = [self.value(part) for part in parts]
        return values[-1] if values and isinstance(values[-1], Text) else None

    def of_constant(self, node: ast.Constant) -> Value:
        if node.value == LEGACY:
            self.unfollowed(node, f"{LEGACY}: another Keras than the one that comes with the release")
        return Text(end=node.value[-LONGEST:]) if isinstance(node.value, str) else None

    def of_name(self, node: ast.Name) -> Value:
        if node.id not in self.world.names:
            return self.of_star(node)
        value = self.world.names[node.id]
        if isinstance(value, Data):
            self.read(value, value.node)
        return value

    def of_star(self, node: ast.Name) -> Value:
        """A name that ``from … import *`` may have brought."""
        for module in self.stars:
            if class_of(f"{module}.{node.id}") and is_api(f"{module}.{node.id}"):
                return self.reached(node, f"{module}.{node.id}")
        return None

    def dotted(self, node: ast.expr) -> str:
        """The whole path of a chain of attributes; empty where it begins with something else."""
        if isinstance(node, ast.Name):
            value = self.world.names.get(node.id)
            return value.path if isinstance(value, Dotted) else ""
        if isinstance(node, ast.Attribute) and (base := self.dotted(node.value)):
            return short(f"{base}.{node.attr}")
        return ""

    def of_attribute(self, node: ast.Attribute) -> Value:
        if path := self.dotted(node):
            return self.reached(node, path)
        owner = self.value(node.value)
        if isinstance(owner, Dotted):
            return self.reached(node, short(f"{owner.path}.{node.attr}"))
        if isinstance(owner, Model) and node.attr in ("layers", "_layers"):
            self.escape(owner)
        if isinstance(owner, Layer | Model) and node.attr in BOUND:
            self.unfollowed(node, f"{node.attr}() that is called by another name")
        if isinstance(owner, Layer):
            self.attribute_of(owner, node.attr, node, called=False)
        if isinstance(owner, Rank):
            return arrays.of_attribute(owner, node.attr)
        name = f"{node.value.id}.{node.attr}" if isinstance(node.value, ast.Name) else ""
        attributes = owner.attributes if isinstance(owner, Model | Instance) else {}
        return self.world.names.get(name, attributes.get(node.attr))

    def of_list(self, node: ast.List | ast.Tuple | ast.Set) -> Value:
        parts = tuple(self.value(part) for part in node.elts)
        axes = arrays.depth(node)
        ranks = {part.axes for part in parts if isinstance(part, Rank)}
        if axes is None and len(ranks) == 1 and all(isinstance(part, Rank) for part in parts):
            axes = (ranks.pop() or 0) + 1
        return Several(parts=parts, axes=axes)

    def of_dictionary(self, node: ast.Dict) -> Value:
        """A dictionary that is written out: a collection of layers made alike, or of what is symbolic, else what its keys say."""
        keys, values = [self.value(key) for key in node.keys], [self.value(value) for value in node.values]
        collection: Value = Several(parts=())
        for key, value in zip(keys, values, strict=True):
            collection = self.put(collection, value, key)
        if isinstance(collection, ManyLayers) and len(keys) == 1:
            return replace(collection, alone=True)
        if collection is not None:
            return collection
        self.escape(Several(parts=(*keys, *values)))
        texts = [key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
        return Words(keywords=dict(zip(texts, node.values, strict=True))) if len(texts) == len(keys) else None

    def of_subscript(self, node: ast.Subscript) -> Value:
        owner, index = self.value(node.value), self.value(node.slice)
        if isinstance(owner, Rank):
            return arrays.item(owner, node.slice, index)
        if isinstance(owner, ManyLayers):
            return owner if isinstance(node.slice, ast.Slice) else self.one_of(owner)
        if isinstance(owner, Several) and len(places := integers(node.slice)) == 1:
            return owner.parts[places[0]] if -len(owner.parts) <= places[0] < len(owner.parts) else None
        if is_symbolic(owner) and owner.parts:
            return Symbol(layers=symbols(owner) or ())
        return None

    def of_operator(self, left: Value, right: Value) -> Value:
        if isinstance(left, Symbol) or isinstance(right, Symbol):
            layers = [layer for value in (left, right) if isinstance(value, Symbol) for layer in value.layers]
            return Symbol(layers=tuple(dict.fromkeys(layers)))
        if isinstance(left, Text) and not isinstance(right, Text):
            return None
        if isinstance(left, Rank) and isinstance(right, Rank):
            return left if left.axes == right.axes else None
        if isinstance(right, Text):
            return right
        return None

    def of_compare(self, node: ast.Compare) -> Value:
        if gate := gate_of(node, lambda side: self.dotted(side) in RELEASE):
            trap = TRAPS["version-as-text"]
            ask = Ask(scenarios=(trap.scenario,), gate=gate)
            self.add(node, "version-as-text", trap.says, ask, write=trap.write)
        return self.of_children(node)

    def of_choice(self, node: ast.IfExp) -> Value:
        self.value(node.test)
        self.guarded += (guard := is_guard(node.test))
        values = self.value(node.body), self.value(node.orelse)
        self.guarded -= guard
        if values[0] == values[1]:
            return values[0]
        for value in values:
            self.escape(value)
        return None

    def aside(self, node: ast.Lambda) -> Value:
        """What runs later: what it uses is kept, what it does is not known."""
        before, self.world = self.world, self.world.copy()
        for child in ast.walk(node):
            if isinstance(child, ast.arg):
                self.world.names[child.arg] = None
        self.of_children(node)
        self.world = before
        return None

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Value:
        """What runs more than once: what it uses is kept, what it does is not known but for the layers that it makes."""
        before, self.world = self.world, self.world.copy()
        for part in node.generators:
            self.bind(part.target, self.each(self.value(part.iter)))
            for test in part.ifs:
                self.value(test)
        key = self.value(node.key) if isinstance(node, ast.DictComp) else None
        made = self.value(node.value if isinstance(node, ast.DictComp) else node.elt)
        self.world = World(names=before.names, states={**self.world.states, **before.states})
        for child in ast.walk(node):
            if isinstance(child, ast.Name):
                self.escape(self.world.names.get(child.id))
        collection = self.put(Several(parts=()), made, key)
        return Rank(kind="generator") if isinstance(node, ast.GeneratorExp) and collection is None else collection

    def bind(self, target: ast.expr, value: Value) -> Value:
        """Give a value a name, or several their names."""
        match target:
            case ast.Name():
                self.world.names[target.id] = value
            case ast.Tuple() | ast.List():
                parts = value.parts if isinstance(value, Several) and len(value.parts) == len(target.elts) else None
                for place, part in enumerate(target.elts):
                    self.bind(part, parts[place] if parts else None)
            case ast.Attribute(value=ast.Name(id="self")):
                self.world.names[named(target)] = value
            case ast.Starred():
                self.bind(target.value, None)
            case ast.Subscript(value=ast.Name() | ast.Attribute() as collection) if (
                name := named(collection)
            ) in self.world.names:
                self.world.names[name] = self.put(self.world.names[name], value, self.value(target.slice))
            case _:
                self.escape(value)
                self.of_children(target)
        return value
