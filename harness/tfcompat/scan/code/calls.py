"""Calls: what is constructed, and what the methods of layers, models and datasets are called for."""

import ast
from collections.abc import Iterator, Sequence

from tfcompat.scan.code import data as arrays
from tfcompat.scan.code.constructions import Constructions, by_name
from tfcompat.scan.code.layers import paired, symbols
from tfcompat.scan.code.models import MODEL
from tfcompat.scan.code.values import (
    Checkpoint,
    Data,
    Dotted,
    Function,
    Instance,
    Layer,
    ManyLayers,
    Model,
    OwnClass,
    Rank,
    Several,
    Symbol,
    Text,
    Traced,
    Value,
    Words,
    is_symbolic,
    named,
)
from tfcompat.scan.known.names import (
    Ask,
    asks_of_path,
    class_of,
    is_api,
    short,
)
from tfcompat.scan.known.traps import ADAPTABLE

#: The classes of models, and what makes an input, behind any root.
SEQUENTIAL = ("keras.Sequential", "keras.models.Sequential")
INPUT = ("keras.Input", "layers.Input", "layers.InputLayer")
#: Functions that set the policy of what is made from then on.
POLICY = ("mixed_precision.set_global_policy", "mixed_precision.experimental.set_policy", "config.set_dtype_policy")
#: Functions that change nothing of what they are given.
HARMLESS = frozenset(
    {"print", "len", "type", "str", "repr", "isinstance", "id", "list", "tuple", "float", "int", "hasattr"}
)
#: Functions that give what they are given, as far as it is known.
SAME = frozenset({"list", "tuple", "sorted", "reversed"})


class Calls(Constructions):
    """What calls do."""

    def dotted(self, node: ast.expr) -> str:
        """The whole path of a chain of attributes; empty where it begins with something else."""
        raise NotImplementedError

    def reached(self, node: ast.AST, path: str) -> Value:
        """A path that the code reaches; one of a normalization API is a use."""
        if is_api(path) and not path.endswith(".preprocessing"):
            optional = path.rpartition(".")[2].islower() and not path.startswith("tf.contrib.")
            self.add(node, "import", path, asks_of_path(path), optional=optional)
        return Dotted(path=path)

    def of_call(self, node: ast.Call) -> Value:
        func = node.func
        path = self.dotted(func)
        if path:
            if isinstance(func, ast.Attribute):
                self.reached(func, path)
            return self.of_path(path, node, self.values(node))
        if isinstance(func, ast.Attribute):
            return self.of_method(self.value(func.value), func, node)
        called = self.value(func)
        return self.of_value(called, node, self.values(node))

    def values(self, node: ast.Call) -> list[Value]:
        """What the arguments stand for: those by place, then those by name."""
        return [self.value(argument) for argument in (*node.args, *(word.value for word in node.keywords))]

    def of_value(self, called: Value, node: ast.Call, values: Sequence[Value]) -> Value:
        """A call of a value: a layer, a model, a function."""
        first = values[0] if values else None
        match called:
            case Layer():
                return self.called(called, node, first)
            case Model():
                inputs = symbols(first)
                return None if inputs is None else Symbol(layers=(*inputs, called))
            case Traced():
                self.read(called, node)
                return None
            case Dotted():
                return self.of_path(called.path, node, values)
            case Function():
                return self.run(called, node, values)
            case OwnClass():
                return self.construct(called, node, values)
            case Instance(own=own):
                return self.of_own(called, own, "__call__", node, values)
        return self.of_builtin(node.func.id if isinstance(node.func, ast.Name) else "", node, values)

    def of_builtin(self, name: str, node: ast.Call, values: Sequence[Value]) -> Value:
        """A call of a function of Python itself, or of something that is not known."""
        first = values[0] if values else None
        if name == "getattr":
            return self.of_getattr(node, first)
        if name == "__import__" and isinstance(first, Text):
            return Dotted(path=short(first.end))
        if name == "dict" and not node.args and all(word.arg for word in node.keywords):
            return Words(keywords={word.arg: word.value for word in node.keywords if word.arg})
        if name in SAME and isinstance(first, ManyLayers | Several):
            return first
        if name == "enumerate" and (pairs := paired(first)):
            return pairs
        if name not in HARMLESS:
            self.escape(Several(parts=tuple(values)))
        return None

    def run(self, function: Function, node: ast.Call, values: Sequence[Value]) -> Value:
        """A call of a function of the same code; what walks statements says what it does."""
        raise NotImplementedError

    def construct(self, own: OwnClass, node: ast.Call, values: Sequence[Value]) -> Value:
        """A call of a class of the same code."""
        raise NotImplementedError

    def of_own(
        self, owner: Model | Instance, own: OwnClass, name: str, call: ast.Call, values: Sequence[Value]
    ) -> Value:
        """A call of a method of such a class."""
        raise NotImplementedError

    def of_getattr(self, node: ast.Call, base: Value) -> Value:
        name = node.args[1] if len(node.args) > 1 else None
        if not isinstance(base, Dotted) or not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
            return None
        self.guarded += len(node.args) > 2
        reached = self.reached(node, f"{base.path}.{name.value}")
        self.guarded -= len(node.args) > 2
        return reached

    def of_path(self, path: str, node: ast.Call, values: Sequence[Value]) -> Value:
        """A call of a function or class of a package."""
        first = values[0] if values else None
        if path.endswith(SEQUENTIAL):
            return self.sequential(path, node, first)
        if path.endswith(MODEL):
            return self.functional(path, node, values)
        if path.endswith(INPUT):
            return Symbol()
        if cls := class_of(path):
            return self.layer(path, cls, node)
        if path.endswith(POLICY) and isinstance(first, Text):
            self.policy = first.end
        if path.endswith("models.clone_model"):
            self.unfollowed(node, "clone_model()")
        return self.of_function(path, node, values)

    def of_function(self, path: str, node: ast.Call, values: Sequence[Value]) -> Value:
        first = values[0] if values else None
        if path == "importlib.import_module" and isinstance(first, Text):
            return Dotted(path=short(first.end))
        if (
            path == "functools.partial"
            and isinstance(first, Dotted)
            and (cls := class_of(first.path))
            and is_api(first.path)
        ):
            self.add(node, "class", f"functools.partial of {cls}", Ask(scenarios=()))
            return None
        if path == "tf.train.Checkpoint":
            return Checkpoint(parts=tuple(values))
        if path.endswith("keras.utils.normalize") and isinstance(first, Rank | Several) and first.axes == 1:
            self.meet("normalize-one-dimension", node)
        if path == "tf.function":
            return self.traced(node.args[0]) if node.args else None
        if path.endswith(("saved_model.save", "models.save_model")) and isinstance(first, Model):
            place = values[1] if len(values) > 1 else None
            self.save(first, node, "save" if path.endswith("save_model") else "saved", place)
            return None
        if (inputs := symbols(Several(parts=tuple(values)))) is not None:
            return Symbol(layers=inputs)
        if path.partition(".")[0] not in ("numpy", "pandas"):
            self.escape(Several(parts=tuple(values)))
        if isinstance(values[-1] if values else None, Text) and path.endswith(("path.join", "pathlib.Path")):
            return values[-1]
        array = Rank(kind="array", axes=first.axes) if isinstance(first, Several) else first
        return arrays.made(path, node, array)

    def of_method(self, owner: Value, func: ast.Attribute, node: ast.Call) -> Value:
        """A call of a method of a value."""
        values = self.values(node)
        first = values[0] if values else None
        match owner:
            case Dotted(path=path):
                whole = short(f"{path}.{func.attr}")
                self.reached(func, whole)
                return self.of_path(whole, node, values)
            case Layer():
                first = by_name(node, values).get("data", first) if func.attr == "adapt" else first
                return self.of_layer(owner, func.attr, node, first)
            case Model(own=OwnClass() as own) | Instance(own=own) if own.has(func.attr):
                return self.of_own(owner, own, func.attr, node, values)
            case Model():
                return self.of_model(owner, func.attr, node, values)
            case Data():
                return self.of_data(owner, func.attr, node)
            case Rank():
                return arrays.of_method(owner, func.attr, node)
            case ManyLayers() | Several() if isinstance(owner, ManyLayers) or is_symbolic(owner):
                return self.of_collection(owner, func, node, values)
            case Checkpoint():
                if func.attr in ("restore", "read"):
                    self.restore(owner)
                    return owner
                return owner if func.attr.startswith(("assert_", "expect_")) else None
        return self.of_unknown(func, node, values)

    def of_data(self, data: Data, method: str, node: ast.Call) -> Value:
        """A method of a dataset."""
        if method == "map":
            return self.map(data, node)
        made = arrays.of_dataset(data, method, node)
        return self.derived(made) if isinstance(made, Data) else made

    def of_collection(
        self, owner: ManyLayers | Several, func: ast.Attribute, node: ast.Call, values: Sequence[Value]
    ) -> Value:
        """A method of a list or dictionary of layers, or of an empty one; what changes it otherwise leaves nothing known."""
        name = named(func.value)
        match func.attr, owner:
            case "append", _ if name:
                self.world.names[name] = self.put(owner, values[0] if values else None)
                return None
            case "values", _:
                return owner
            case "items", _:
                return paired(owner)
            case "get" | "pop", ManyLayers():
                return self.one_of(owner)
            case "get", Several(parts=(_, *_)):
                return Symbol(layers=symbols(owner) or ())
        if name and func.attr != "keys":
            self.world.names[name] = None
        return self.of_unknown(func, node, values)

    def of_unknown(self, func: ast.Attribute, node: ast.Call, values: Sequence[Value]) -> Value:
        """A method of something unknown; one of ``self`` may do anything with what ``self`` has."""
        known = self.world.names.get(f"{func.value.id}.{func.attr}") if isinstance(func.value, ast.Name) else None
        if known is not None:
            return self.of_value(known, node, values)
        if func.attr == "map":
            return self.map(Data(), node) if self.used(node.args[0] if node.args else None) else None
        if func.attr == "adapt" and named(func) != "self.adapt":
            self.unfollowed(node, "adapt() of a layer that is not followed")
        self.escape(Several(parts=tuple(values)))
        if isinstance(func.value, ast.Name) and func.value.id == "self":
            for name, value in self.world.names.items():
                if name.startswith("self."):
                    self.escape(value)
        return None

    def map(self, data: Data, node: ast.Call) -> Value:
        """``dataset.map()`` with the layers that its function uses."""
        function = node.args[0] if node.args else None
        body = function.body if isinstance(function, ast.Lambda) else None
        return self.mapped(data, node, self.used(function), arrays.elements(body) if body else "")

    def used(self, node: ast.AST | None) -> tuple[Layer, ...]:
        """The layers that a function uses: those that a layer, a lambda or a function of the same code has in it."""
        return tuple(dict.fromkeys(self.layers_in(node))) if node is not None else ()

    def layers_in(self, node: ast.AST, depth: int = 3) -> Iterator[Layer]:
        for child in ast.walk(node):
            name = ast.unparse(child) if isinstance(child, ast.Name) or is_own(child) else ""
            match self.world.names.get(name):
                case Layer() as layer:
                    yield layer
                case Traced(layers=layers):
                    yield from layers
                case Function(node=inner) if depth:
                    yield from self.layers_in(inner, depth - 1)

    def traced(self, node: ast.AST) -> Traced:
        made = Traced(layers=tuple(layer for layer in self.used(node) if layer.cls in ADAPTABLE and not layer.given))
        self.keep(made)
        return made


def is_own(node: ast.AST) -> bool:
    """Whether a node is an attribute of ``self``."""
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
