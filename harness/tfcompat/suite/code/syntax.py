"""A piece of Python as its syntax tree has it: a text without layout and documentation, and the names that it uses."""

import ast
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

#: Where a suite is imported from: it is this package, whatever its folder is called.
PACKAGE = "scenarios"
#: Words of code that reads documentation, source text, or all that a module has.
READS_DOCUMENTATION = frozenset({"__doc__", "getdoc", "get_docstring", "help"})
READS_SOURCE = frozenset(
    {"__file__", "getsource", "getsourcelines", "getsourcefile", "getfile", "findsource", "getcomments", "linecache"}
    | {"co_firstlineno", "co_filename", "f_lineno", "tb_lineno", "_getframe", "currentframe"}
)
READS_MODULE = frozenset(
    {"globals", "locals", "vars", "__globals__", "f_globals", "__dict__", "getmembers", "getmodule", "modules"}
    | {"__subclasses__"}
)
IMPORTS_BY_TEXT = frozenset({"import_module", "__import__"})
WORDS = READS_DOCUMENTATION | READS_SOURCE | READS_MODULE | IMPORTS_BY_TEXT
#: What runs text: called with names of its own as the second argument it does not see those of the module.
RUNS_TEXT = frozenset({"exec", "eval"})
#: What asks for fixtures by their name.
ASKS_FOR_FIXTURES = frozenset({"usefixtures", "getfixturevalue"})
#: Stands for all fixtures, where their name is not a constant.
ANY_FIXTURE = "*"
#: Fields of nodes that say nothing of behaviour.
SKIPPED = frozenset({"ctx", "type_comment", "kind", "type_ignores"})

#: A text that may be the name of a module or a file of the suite.
OF_PACKAGE = re.compile(rf"{PACKAGE}([./]|\Z)")

Function = ast.FunctionDef | ast.AsyncFunctionDef
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
#: A dotted name: ``("np", "array")``; the first part is the variable.
Chain = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Piece:
    """What a piece of code is. ``text`` is the same in every version of Python that runs the harness.

    ``uses`` are the dotted names whose variable it does not bind itself, ``bound`` the variables that it binds where it
    stands, ``words`` those of ``WORDS`` in it, ``imports`` the import statements in it, ``strings`` its texts that may
    name a file of the suite, ``fixtures`` the names of those that it asks pytest for.
    """

    text: str
    documentation: str
    uses: frozenset[Chain]
    bound: frozenset[str]
    words: frozenset[str]
    imports: tuple[ast.Import | ast.ImportFrom, ...]
    strings: frozenset[str]
    fixtures: frozenset[str]


def read(nodes: Sequence[ast.AST], decorators: Sequence[ast.AST] | None = None) -> Piece:
    """The piece that some nodes of one scope are; ``decorators``, where given, replace those of a function that stands there.

    Raises RecursionError where the code is nested too deep.
    """
    reader = Reader()
    for node in nodes:
        if decorators is not None and isinstance(node, Function):
            reader.function(node, decorators)
        else:
            reader.read(node)
    return reader.piece()


def without_documentation(body: Sequence[ast.stmt]) -> tuple[Sequence[ast.stmt], str]:
    """The statements of a body, and the docstring that stood before them."""
    match body:
        case [ast.Expr(value=ast.Constant(value=str(text))), *rest]:
            return rest, text
    return body, ""


def chain_of(node: ast.expr) -> Chain | None:
    """The dotted name that an expression is, or None."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return (node.id, *reversed(parts)) if isinstance(node, ast.Name) else None


@dataclass
class Scope:
    """The variables of a function, a comprehension or a class. Those of a class are not seen by the functions in it."""

    is_class: bool = False
    bound: set[str] = field(default_factory=set)
    of_module: set[str] = field(default_factory=set)
    uses: set[Chain] = field(default_factory=set)

    def free(self) -> set[Chain]:
        if self.is_class:
            return self.uses
        return {chain for chain in self.uses if chain[0] not in self.bound or chain[0] in self.of_module}


class Reader:
    """Reads nodes into one piece. What it may take for a use of the module's variable though it is none, it does."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.documentation: list[str] = []
        self.scope = Scope()
        self.words: set[str] = set()
        self.imports: list[ast.Import | ast.ImportFrom] = []
        self.strings: set[str] = set()
        self.fixtures: set[str] = set()
        self.apart: set[ast.expr] = set()

    def piece(self) -> Piece:
        return Piece(
            text="".join(self.parts),
            documentation="\0".join(self.documentation),
            uses=frozenset(self.scope.uses),
            bound=frozenset(self.scope.bound),
            words=frozenset(self.words),
            imports=tuple(self.imports),
            strings=frozenset(self.strings),
            fixtures=frozenset(self.fixtures),
        )

    @contextmanager
    def inside(self, scope: Scope) -> Iterator[None]:
        outer, self.scope = self.scope, scope
        yield
        outer.uses |= scope.free()
        outer.of_module |= scope.of_module
        self.scope = outer

    def read(self, node: ast.AST) -> None:
        match node:
            case ast.Name():
                self.name(node)
            case ast.Constant():
                self.constant(node)
            case ast.Attribute():
                self.attribute(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.function(node, node.decorator_list)
            case ast.Lambda():
                self.lambda_(node)
            case ast.ClassDef():
                self.class_(node)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                self.comprehension(node)
            case ast.Call():
                self.call(node)
            case _:
                self.binding(node)
                self.fields(node)

    def fields(self, node: ast.AST) -> None:
        """A node as its name and those of its fields that have something: newer Pythons know more fields, all empty."""
        self.parts.append(type(node).__name__ + "(")
        for name in node._fields:
            value = getattr(node, name, None)
            if name not in SKIPPED and value is not None and value != []:
                self.parts.append(name + "=")
                self.value(value)
        self.parts.append(")")

    def value(self, value: object) -> None:
        if isinstance(value, ast.AST):
            self.read(value)
        elif isinstance(value, list):
            self.parts.append("[")
            for item in value:
                self.value(item)
                self.parts.append(",")
            self.parts.append("]")
        else:
            self.parts.append(ascii(value))

    def name(self, node: ast.Name) -> None:
        self.parts.append(node.id + " ")
        if isinstance(node.ctx, ast.Load):
            self.use((node.id,))
            if node.id in RUNS_TEXT and node not in self.apart:
                self.words.add("globals")
        else:
            self.scope.bound.add(node.id)

    def use(self, chain: Chain) -> None:
        self.scope.uses.add(chain)
        self.words.update(WORDS.intersection(chain))
        if chain[0] in ("__name__", "__doc__"):
            self.words.add("globals")

    def constant(self, node: ast.Constant) -> None:
        self.parts.append((hex(node.value) if type(node.value) is int else ascii(node.value)) + " ")
        if isinstance(node.value, str):
            if node.value in WORDS:
                self.words.add(node.value)
            if OF_PACKAGE.match(node.value):
                self.strings.add(node.value)

    def attribute(self, node: ast.Attribute) -> None:
        if chain := chain_of(node):
            self.parts.append(".".join(chain) + " ")
            self.use(chain)
            return
        self.parts.append("." + node.attr + " ")
        self.words.update(WORDS.intersection([node.attr]))
        self.read(node.value)

    def call(self, node: ast.Call) -> None:
        function = node.func
        called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if called in RUNS_TEXT:
            if len(node.args) > 1 and not (isinstance(node.args[1], ast.Constant) and node.args[1].value is None):
                self.apart.add(function)
            else:
                self.words.add("globals")
        if called in ASKS_FOR_FIXTURES:
            for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
                constant = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
                self.fixtures.add(argument.value if constant else ANY_FIXTURE)  # type: ignore[attr-defined]
        self.fields(node)

    def function(self, node: Function, decorators: Sequence[ast.AST]) -> None:
        self.scope.bound.add(node.name)
        self.parts.append(f"{type(node).__name__}({node.name} ")
        self.value(list(decorators))
        self.signature(node.args)
        self.value([node.returns])
        with self.inside(Scope(bound=names_of(node.args))):
            self.body(node.body)

    def lambda_(self, node: ast.Lambda) -> None:
        self.parts.append("Lambda(")
        self.signature(node.args)
        with self.inside(Scope(bound=names_of(node.args))):
            self.read(node.body)
        self.parts.append(")")

    def signature(self, arguments: ast.arguments) -> None:
        """The parameters; what stands for their annotations and defaults belongs to the scope around the function."""
        self.fields(arguments)

    def class_(self, node: ast.ClassDef) -> None:
        self.scope.bound.add(node.name)
        self.parts.append(f"ClassDef({node.name} ")
        self.value([*node.decorator_list, *node.bases, *node.keywords])
        with self.inside(Scope(is_class=True)):
            self.body(node.body)

    def body(self, body: Sequence[ast.stmt]) -> None:
        statements, documentation = without_documentation(body)
        self.documentation.append(documentation)
        self.value(list(statements))
        self.parts.append(")")

    def comprehension(self, node: Comprehension) -> None:
        """The first iterable is evaluated outside the comprehension, so a variable of the same name is another one."""
        self.parts.append(type(node).__name__ + "(")
        first, *others = node.generators
        self.read(first.iter)
        with self.inside(Scope()):
            self.value([first.target, *first.ifs, str(first.is_async), *others])
            self.value([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])
        self.parts.append(")")

    def binding(self, node: ast.AST) -> None:
        """The variables that a node binds without a Name."""
        match node:
            case ast.Import() | ast.ImportFrom():
                self.imports.append(node)
                self.scope.bound.update(alias.asname or alias.name.split(".")[0] for alias in node.names)
            case ast.Global(names=names):
                self.scope.of_module.update(names)
                self.scope.uses.update((name,) for name in names)
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
                | ast.MatchMapping(rest=str(name))
            ):
                self.scope.bound.add(name)


def names_of(arguments: ast.arguments) -> set[str]:
    """The names of the parameters of a function."""
    several = [one for one in (arguments.vararg, arguments.kwarg) if one]
    return {parameter.arg for parameter in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *several]}
