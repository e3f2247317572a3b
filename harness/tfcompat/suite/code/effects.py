"""What a file of the suite does when it is imported, besides binding names: such a statement may change any scenario."""

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tfcompat.suite.code.marks import Marks, Placed
from tfcompat.suite.code.modules import Module, Suite
from tfcompat.suite.code.syntax import PACKAGE, Function, chain_of, names_of

#: Calls that change nothing but what they return: these of Python itself,
BUILTINS = frozenset(
    {
        *("abs", "all", "any", "bool", "bytes", "chr", "classmethod", "complex", "dict", "divmod"),
        *("enumerate", "float", "frozenset", "getattr", "hasattr", "hash", "int", "isinstance"),
        *("issubclass", "len", "list", "max", "min", "object", "ord", "pow", "property", "range"),
        *("repr", "reversed", "round", "set", "slice", "sorted", "staticmethod", "str", "sum", "super"),
        *("tuple", "type", "zip"),
    }
)
#: those of these modules,
MODULES = (
    *("numpy.", "pytest.", "re.", "math.", "functools.", "itertools.", "collections."),
    *(
        "operator.itemgetter.",
        "operator.attrgetter.",
        "string.",
        "textwrap.",
        "pathlib.",
        "os.path.",
        "datetime.",
        "decimal.",
        "fractions.",
        "enum.",
    ),
    *(
        "dataclasses.",
        "contextlib.",
        "abc.",
        "types.",
        "typing.",
        "copy.",
        "tensorflow.function.",
        "tensorflow.TensorSpec.",
    ),
)
#: except these parts of them,
CHANGING = frozenset(
    {
        *(
            "random",
            "seed",
            "seterr",
            "set_printoptions",
            "importorskip",
            "exit",
            "skip",
            "register",
            "reduce",
            "starmap",
        ),
        *("copyto", "fill_diagonal", "place", "put", "put_along_axis", "putmask", "nditer", "save", "savetxt", "savez"),
    }
)
#: The argument by which a function of NumPy is told to write into an array that is there.
INTO = "out"
#: and these methods of any object.
METHODS = frozenset(
    {
        *("astype", "copy", "encode", "endswith", "format", "get", "items", "join", "keys", "lower", "max", "mean"),
        *("min", "ravel", "replace", "reshape", "split", "startswith", "std", "strip", "sum", "tolist", "upper"),
        *("values", "var"),
    }
)
#: Methods that run where an object is made, and what a class may be made from that has none of them.
MAKING = frozenset({"__init__", "__new__", "__post_init__", "__init_subclass__", "__set_name__"})
PLAIN_BASES = frozenset({"builtins.object", "typing.NamedTuple", "enum.Enum", "enum.IntEnum"})
NAMED_TUPLES = frozenset({"collections.namedtuple", "typing.NamedTuple"})
#: Packages that a file may import without changing anything: the suite, and what the recorder has imported before.
WITHOUT_EFFECT = frozenset({PACKAGE, "pytest", "_pytest", "packaging"}) | sys.stdlib_module_names
#: What was imported before in any process but a new interpreter: this module itself, and this package with its parts.
IMPORTED_BEFORE, PACKAGE_BEFORE = "tensorflow", "numpy"


@dataclass(frozen=True)
class Effects:
    """Tells the statements of a suite that have an effect at import."""

    suite: Suite
    marks: Marks
    known: dict[str, bool] = field(default_factory=dict)

    def of(self, module: Module) -> list[ast.stmt]:
        """The statements of a module that do more than to bind a name to a value, in their order."""
        return [statement for statement in module.tree.body if not self.is_quiet(module, statement)]

    def is_quiet(self, module: Module, statement: ast.stmt) -> bool:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return self.quiet_function(module, statement)
            case ast.ClassDef():
                return self.quiet_class(module, statement)
            case ast.Assign(targets=targets, value=value):
                return all(map(is_variable, targets)) and self.quiet_value(module, value)
            case ast.AnnAssign(target=target, value=value):
                return is_variable(target) and (value is None or self.quiet_value(module, value))
            case ast.ImportFrom(module="__future__"):
                return False
            case ast.Expr(value=ast.Constant()) | ast.Import() | ast.ImportFrom() | ast.Pass():
                return True
        return False

    def quiet_function(self, module: Module, function: Function) -> bool:
        """Whether a definition only binds its name: its body does not run."""
        defaults = [*function.args.defaults, *(node for node in function.args.kw_defaults if node)]
        return self.quiet_applied(module, self.marks.behaviour(module, function)) and all(
            self.quiet_value(module, node) for node in defaults
        )

    def quiet_class(self, module: Module, node: ast.ClassDef) -> bool:
        """Whether a definition only binds its name: its body runs, its decorators are called, and its bases may be told."""
        return (
            self.quiet_applied(module, [*node.decorator_list, *(word.value for word in node.keywords)])
            and all(self.quiet_value(module, base) and self.quiet_base(module, base) for base in node.bases)
            and all(self.is_quiet(module, statement) for statement in node.body)
        )

    def quiet_applied(self, module: Module, applied: Sequence[ast.AST]) -> bool:
        """Whether what is called with a definition changes nothing: a decorator or a metaclass, also by its bare name."""
        called = [
            node for node in applied if isinstance(node, ast.Name | ast.Attribute) and not self.is_mark(module, node)
        ]
        return all(self.quiet_call(module, node) for node in called) and all(
            self.quiet_value(module, node) for node in applied
        )

    def quiet_base(self, module: Module, base: ast.expr) -> bool:
        """Whether nothing of the suite runs where a class is made from a base."""
        name = self.suite.dotted(module.name, chain_of(base) or ("?",))
        home, _, class_name = name.rpartition(".")
        place = self.suite.modules.get(home)
        if place is None:
            return not name.startswith(f"{PACKAGE}.")
        match place.bindings.get(class_name, []):
            case [ast.ClassDef() as node]:
                told = any(getattr(part, "name", "") in ("__init_subclass__", "__set_name__") for part in node.body)
                return not (told or node.keywords) and all(self.quiet_base(place, inner) for inner in node.bases)
            case [ast.Assign(value=ast.Call(func=called))]:
                return self.suite.dotted(home, chain_of(called) or ("?",)) in NAMED_TUPLES
        return False

    def is_mark(self, module: Module, name: ast.expr) -> bool:
        """Whether a name of the suite stands for a mark of pytest, so that to decorate with it changes nothing else."""
        made = self.marks.made_by(Placed(module=module, node=name))
        if made is None:
            return False
        chain = chain_of(made.node.func if isinstance(made.node, ast.Call) else made.node)
        return chain is not None and self.suite.dotted(made.module.name, chain).startswith("pytest.mark.")

    def quiet_value(self, module: Module, value: ast.AST) -> bool:
        return not any(
            isinstance(node, ast.NamedExpr)
            or (isinstance(node, ast.Call) and not self.quiet_call(module, node.func))
            or (isinstance(node, ast.keyword) and node.arg == INTO)
            for node in evaluated(value)
        )

    def quiet_call(self, module: Module, called: ast.expr) -> bool:
        """Whether a call of what an expression gives changes nothing."""
        chain = chain_of(called)
        if chain is None:
            return isinstance(called, ast.Attribute) and called.attr in METHODS
        name = self.suite.dotted(module.name, chain)
        if CHANGING.intersection(name.split(".")):
            return False
        if name.removeprefix("builtins.") in BUILTINS or f"{name}.".startswith(MODULES):
            return True
        of_object = len(chain) > 1 and name.startswith((f"{PACKAGE}.", "builtins."))
        return (of_object and chain[-1] in METHODS) or self.quiet_body(name)

    def quiet_body(self, name: str) -> bool:
        """Whether a function of the suite changes nothing, as far as its statements tell. One that calls itself may be."""
        if name not in self.known:
            self.known[name] = True
            self.known[name] = self.changes_nothing(name)
        return self.known[name]

    def changes_nothing(self, name: str) -> bool:
        module_name, _, function_name = name.rpartition(".")
        module = self.suite.modules.get(module_name)
        if module is None:
            return False
        function = module.only_function(function_name)
        if function is None:
            return self.makes_record(module, function_name)
        return not any(
            isinstance(node, ast.Global | ast.Nonlocal | ast.Import | ast.ImportFrom | ast.Delete | ast.AugAssign)
            or (isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load))
            or (isinstance(node, ast.Call) and not self.quiet_inside(module, function, node.func))
            for statement in function.body
            for node in ast.walk(statement)
        )

    def makes_record(self, module: Module, name: str) -> bool:
        """Whether a name is a class without code of its own that runs where an object is made."""
        match module.bindings.get(name, []):
            case [ast.ClassDef(bases=bases, keywords=[], body=body)]:
                names = {self.suite.dotted(module.name, chain_of(base) or ("?",)) for base in bases}
                return names <= PLAIN_BASES and not any(getattr(node, "name", "") in MAKING for node in body)
            case [ast.Assign(value=ast.Call(func=called))]:
                return self.suite.dotted(module.name, chain_of(called) or ("?",)) in NAMED_TUPLES
        return False

    def quiet_inside(self, module: Module, function: Function, called: ast.expr) -> bool:
        """Whether a call in a function is quiet: of a parameter nothing is known but its methods."""
        chain = chain_of(called)
        if chain and chain[0] in names_of(function.args):
            return len(chain) > 1 and chain[-1] in METHODS
        return self.quiet_call(module, called)


def is_variable(target: ast.expr) -> bool:
    """Whether an assignment to a target only binds names."""
    return not any(isinstance(node, ast.Attribute | ast.Subscript) for node in ast.walk(target))


def evaluated(node: ast.AST, *, runs: bool = False) -> Iterator[ast.AST]:
    """The nodes of an expression that are evaluated with it: not those inside its lambdas, but for what ``runs`` them."""
    yield node
    inside = node.args if isinstance(node, ast.Lambda) and not runs else node
    runs = runs or (isinstance(node, ast.Call) and getattr(node.func, "id", "") in BUILTINS)
    for child in ast.iter_child_nodes(inside):
        yield from evaluated(child, runs=runs)


def outside_imports(module: Module, *, fresh: bool) -> list[str]:
    """What a file imports at its beginning from outside the suite that may change something by that, sorted.

    In a ``fresh`` interpreter TensorFlow is such a thing; elsewhere it was imported before, and its parts were not.
    """
    names = {
        alias.name if isinstance(node, ast.Import) else f"{node.module}.{alias.name}"
        for node in module.tree.body
        if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and not node.level)
        for alias in node.names
    }
    changing = {name for name in names if name.split(".")[0] not in WITHOUT_EFFECT}
    before = {name for name in changing if name == IMPORTED_BEFORE or name.split(".")[0] == PACKAGE_BEFORE}
    return sorted(changing if fresh else changing - before)
