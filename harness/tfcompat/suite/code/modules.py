"""The files of a suite as modules: which names each of them has, and where these come from."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from tfcompat.errors import DataError
from tfcompat.suite.code.syntax import PACKAGE, Chain, Function, read, without_documentation

Import = ast.Import | ast.ImportFrom


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import binds: a module, or where ``name`` is given a name in it."""

    module: str
    name: str | None = None

    @property
    def dotted(self) -> str:
        return f"{self.module}.{self.name}" if self.name else self.module


@dataclass(frozen=True)
class Module:
    """A file of the suite: ``name`` is the dotted name that it is imported by, ``path`` the file's in the suite."""

    name: str
    path: str
    is_package: bool
    tree: ast.Module = field(repr=False, compare=False)

    @cached_property
    def bindings(self) -> Mapping[str, list[ast.stmt]]:
        """The statements that bind each name of the module, in their order."""
        bindings: dict[str, list[ast.stmt]] = {}
        for statement in self.tree.body:
            for name in sorted(bound_by(statement)):
                bindings.setdefault(name, []).append(statement)
        return bindings

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """Every import statement in the file, wherever it stands."""
        return tuple(node for node in statements_in(self.tree.body) if isinstance(node, Import))

    @cached_property
    def only_imports(self) -> Mapping[str, Imported]:
        """The names that imports alone bind, and what these are."""
        bound: dict[str, set[Imported]] = {}
        for node in self.tree.body:
            if isinstance(node, Import):
                for name, what in self.imported(node):
                    bound.setdefault(name, set()).add(what)
        return {
            name: next(iter(targets))
            for name, targets in bound.items()
            if len(targets) == 1 and all(isinstance(statement, Import) for statement in self.bindings[name])
        }

    @cached_property
    def order(self) -> str:
        """The names in the order in which they get their values, without functions and classes that are defined once.

        It matters where a name gets another value later, or something else happens between two values.
        """
        repeated = {name for name, statements in self.bindings.items() if len(statements) > 1}
        bound = [
            sorted(bound_by(node))
            for node in without_documentation(self.tree.body)[0]
            if not isinstance(node, Function | ast.ClassDef | Import) or bound_by(node) & repeated
        ]
        return " ".join(",".join(names) for names in bound)

    @cached_property
    def documentation(self) -> str:
        return ast.get_docstring(self.tree, clean=False) or ""

    def imported(self, node: Import) -> Iterator[tuple[str, Imported]]:
        """The names that an import statement binds, and what each is; the name ``*`` is all that the module has."""
        for alias in node.names:
            if isinstance(node, ast.ImportFrom):
                yield alias.asname or alias.name, Imported(module=self.source(node), name=alias.name)
            elif alias.asname:
                yield alias.asname, Imported(module=alias.name)
            else:
                yield alias.name.split(".")[0], Imported(module=alias.name.split(".")[0])

    def source(self, node: ast.ImportFrom) -> str:
        """The whole name of the module that a ``from`` names; each dot before it is a package further up."""
        if not node.level:
            return node.module or ""
        up = node.level - self.is_package
        package = self.name.split(".")[: -up or None]
        return ".".join([*package, *([node.module] if node.module else [])])

    def only_import(self, name: str) -> Imported | None:
        """What the import is that alone binds a name; None where something else binds it too."""
        return self.only_imports.get(name)

    def aliases_of(self, name: str) -> Iterator[ast.alias]:
        """What binds a name in the import statements of the module: ``import os.path`` is more of ``os``."""
        for node in self.bindings.get(name, []):
            if isinstance(node, Import):
                yield from (alias for alias in node.names if name in (alias.asname, alias.name.split(".")[0]))

    def only_value(self, name: str) -> ast.expr | None:
        """The value of the assignment that alone binds a name, or None."""
        match self.bindings.get(name, []):
            case [ast.Assign(targets=[ast.Name()], value=value) | ast.AnnAssign(value=ast.expr() as value)]:
                return value
        return None

    def only_function(self, name: str) -> Function | None:
        match self.bindings.get(name, []):
            case [ast.FunctionDef() | ast.AsyncFunctionDef() as function]:
                return function
        return None

    @cached_property
    def stars(self) -> tuple[str, ...]:
        """The modules of which the file imports everything."""
        return tuple(what.module for node in self.imports for name, what in self.imported(node) if name == "*")


def statements_in(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Statements, and all that stand inside them."""
    for node in body:
        yield node
        for block in ("body", "orelse", "finalbody", "handlers", "cases"):
            yield from statements_in(getattr(node, block, ()))


def bound_by(statement: ast.stmt) -> frozenset[str]:
    """The names that a statement of a module binds."""
    if isinstance(statement, Function | ast.ClassDef):
        return frozenset({statement.name})
    if isinstance(statement, ast.Assign) and all(isinstance(target, ast.Name) for target in statement.targets):
        simple = {target.id for target in statement.targets if isinstance(target, ast.Name)}
        if not any(isinstance(node, ast.NamedExpr) for node in ast.walk(statement.value)):
            return frozenset(simple)
    return read([statement]).bound


@dataclass(frozen=True)
class Suite:
    """All modules of a suite by their dotted names."""

    modules: Mapping[str, Module]
    known: dict[tuple[str, Chain], str] = field(default_factory=dict, repr=False, compare=False)

    def submodule(self, module: str, name: str) -> str | None:
        """The module of this name below a package that is a part of the suite."""
        dotted = f"{module}.{name}"
        return dotted if dotted in self.modules else None

    def module_of(self, module: str, chain: Chain, depth: int = 0) -> tuple[str, Chain] | None:
        """The module of the suite that a dotted name leads to, and the rest of the name; None where it leads to none.

        The name is one that is used in ``module``.
        """
        target = self.modules[module].only_import(chain[0])
        if target is None or depth > len(self.modules):
            return None
        reached = self.reached(target, depth)
        return self.descend(reached, chain[1:], depth) if reached else None

    def reached(self, target: Imported, depth: int) -> str | None:
        """The module of the suite that an import gives, or None."""
        if target.name is None:
            return target.module if target.module in self.modules else None
        if target.module not in self.modules:
            return None
        if target.name in self.modules[target.module].bindings:
            further = self.module_of(target.module, (target.name,), depth + 1)
            return further[0] if further and not further[1] else None
        return self.submodule(target.module, target.name)

    def descend(self, module: str, rest: Chain, depth: int) -> tuple[str, Chain]:
        """Follow a dotted name from a module through the modules in it."""
        if not rest:
            return module, rest
        if rest[0] in self.modules[module].bindings:
            return self.module_of(module, rest, depth + 1) or (module, rest)
        below = self.submodule(module, rest[0])
        return self.descend(below, rest[1:], depth) if below else (module, rest)

    def dotted(self, module: str, chain: Chain) -> str:
        """The whole name of what a dotted name in a module stands for: ``numpy.array``, ``builtins.len``,
        ``scenarios.observe.resolve``. What is bound nowhere is taken for a name of Python itself.
        """
        if (module, chain) not in self.known:
            self.known[module, chain] = self.followed(module, chain)
        return self.known[module, chain]

    def followed(self, module: str, chain: Chain) -> str:
        if chain[0] not in self.modules[module].bindings:
            return ".".join(("builtins", *chain))
        for _ in self.modules:
            module, chain = self.module_of(module, chain) or (module, chain)
            target = self.modules[module].only_import(chain[0]) if chain else None
            if target is None:
                break
            if target.module not in self.modules or target.name not in self.modules[target.module].bindings:
                return ".".join((target.dotted, *chain[1:]))
            module, chain = target.module, (str(target.name), *chain[1:])
        return ".".join((module, *chain))

    def functions(self, module: str, name: str) -> list[tuple[Module, Function]]:
        """The functions that a name of a module is, each with its module; an imported one is where it is defined."""
        source, _, binding = self.dotted(module, (name,)).rpartition(".")
        place = self.modules.get(source)
        statements = place.bindings.get(binding, []) if place else []
        return [(place, node) for node in statements if place and isinstance(node, Function)]


def suite_of(files: Mapping[str, bytes]) -> Suite:
    """The modules in the Python files of a suite. Raises DataError where one of them cannot be read as Python."""
    modules = [module_of(path, content) for path, content in sorted(files.items()) if path.endswith(".py")]
    packages = {name for module in modules for name in packages_above(module.name)}
    empty = {name: Module(name, "", True, ast.Module(body=[], type_ignores=[])) for name in sorted(packages)}
    return Suite({**empty, **{module.name: module for module in modules}})


def packages_above(name: str) -> Iterator[str]:
    """The packages that a module is in; a folder is one without an ``__init__.py``, too."""
    parts = name.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts)))


def module_of(path: str, content: bytes) -> Module:
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise DataError(f"{path} cannot be read as Python ({error}): correct it, and run again") from error
    parts = (PACKAGE, *PurePosixPath(path).with_suffix("").parts)
    is_package = parts[-1] == "__init__"
    return Module(".".join(parts[:-1] if is_package else parts), path, is_package, tree)
