"""The graph of a suite's names: what the code of each is, and which others it uses."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from tfcompat.suite.code.effects import Effects, outside_imports
from tfcompat.suite.code.fixtures import Fixture, fixtures_of
from tfcompat.suite.code.marks import Marks
from tfcompat.suite.code.modules import Import, Imported, Module, Suite
from tfcompat.suite.code.syntax import ANY_FIXTURE, IMPORTS_BY_TEXT, PACKAGE, READS_MODULE, Chain, Function, Piece, read

#: Stand for no name of a module, but for all of it; for what it does when it is imported; and for what it imports then,
#: which matters in a new interpreter.
WHOLE, EFFECTS, IMPORTS = "*", "#effects", "#imports"
#: The file whose fixtures all scenarios see.
CONFTEST = f"{PACKAGE}.conftest"


class Key(NamedTuple):
    """A name of a module, or one of the words above. A tuple, for that is hashed in half the time."""

    module: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Node:
    """The code of a name; empty where only its ``uses`` count. ``fixtures`` are the names that it asks pytest for."""

    text: str = ""
    documentation: str = ""
    words: frozenset[str] = frozenset()
    uses: frozenset[Key] = frozenset()
    fixtures: frozenset[str] = frozenset()


def joined(nodes: Iterable[Node]) -> Node:
    """Several nodes as one."""
    nodes = list(nodes)
    return Node(
        text="\0".join(node.text for node in nodes if node.text),
        documentation="\0".join(node.documentation for node in nodes),
        words=frozenset().union(*(node.words for node in nodes)),
        uses=frozenset().union(*(node.uses for node in nodes)),
        fixtures=frozenset().union(*(node.fixtures for node in nodes)),
    )


@dataclass(frozen=True)
class Graph:
    """The nodes of a suite, each made when it is first asked for."""

    suite: Suite
    nodes: dict[Key, Node] = field(default_factory=dict, repr=False)
    visible: dict[str, list[Fixture]] = field(default_factory=dict, repr=False)

    @cached_property
    def marks(self) -> Marks:
        return Marks(self.suite)

    @cached_property
    def effects(self) -> Effects:
        return Effects(self.suite, self.marks)

    def node(self, key: Key) -> Node:
        if key not in self.nodes:
            self.nodes[key] = self.made(key)
        return self.nodes[key]

    def made(self, key: Key) -> Node:
        module = self.suite.modules[key.module]
        match key.name:
            case "*":
                names = (Key(module=module.name, name=name) for name in module.bindings if name != WHOLE)
                return Node(uses=frozenset([*names, *self.always(module)]), documentation=module.documentation)
            case "#effects":
                effects = [self.of_statement(module, statement) for statement in self.effects.of(module)]
                order = Node(text=module.order) if effects else Node()
                outside = Node(text=" ".join(outside_imports(module, fresh=False)))
                return joined([*effects, order, outside, Node(uses=frozenset(self.imported_by(module, EFFECTS)))])
            case "#imports":
                text = " ".join(outside_imports(module, fresh=True))
                return Node(text=text, uses=frozenset(self.imported_by(module, IMPORTS)))
        statements = module.bindings.get(key.name, [])
        target = module.only_import(key.name)
        if target is not None:
            text = " ".join([target.dotted, *sorted(alias.name for alias in module.aliases_of(key.name))])
            return Node(text=text, uses=frozenset([*self.of_target(target), *self.always(module)]))
        order = Node(text=module.order) if len(statements) > 1 else Node()
        return joined([*(self.of_statement(module, statement) for statement in statements), order])

    def of_statement(self, module: Module, statement: ast.stmt) -> Node:
        """A statement; the decorators of a function count as far as they are behaviour."""
        decorators = self.marks.behaviour(module, statement) if isinstance(statement, Function) else None
        return self.of_piece(module, read([statement], decorators))

    def of_piece(self, module: Module, piece: Piece) -> Node:
        uses = set(self.always(module))
        for chain in piece.uses:
            uses.update(self.used(module, chain))
        for node in piece.imports:
            uses.update(self.of_import(module, node))
        for text in piece.strings:
            uses.update(self.named_by(text, imports=bool(piece.words & IMPORTS_BY_TEXT)))
        if piece.words & READS_MODULE:
            uses.add(Key(module=module.name, name=WHOLE))
        return Node(
            text=" *".join([piece.text, *module.stars]),
            documentation=piece.documentation,
            words=piece.words,
            uses=frozenset(uses),
            fixtures=piece.fixtures,
        )

    def always(self, module: Module) -> Iterator[Key]:
        """What every name of a module depends on: what its file does at import, and files of which it imports everything."""
        yield Key(module=module.name, name=EFFECTS)
        yield from (Key(module=name, name=WHOLE) for name in module.stars if name in self.suite.modules)

    def used(self, module: Module, chain: Chain) -> Iterator[Key]:
        """What a dotted name in a module stands for; a module that is used as a whole is all of it."""
        if chain[0] not in module.bindings:
            return
        yield Key(module=module.name, name=chain[0])
        if inner := self.suite.module_of(module.name, chain):
            reached, rest = inner
            known = rest and rest[0] in self.suite.modules[reached].bindings
            yield Key(module=reached, name=rest[0] if known else WHOLE)

    def named_by(self, text: str, *, imports: bool) -> Iterator[Key]:
        """The modules that a text names: one with its parts, or where that is not clear each of them."""
        named = [name for name in self.suite.modules if f"{text}.".startswith(f"{name}.") and name != PACKAGE]
        if named:
            yield Key(module=max(named, key=len), name=WHOLE)
        elif text != PACKAGE or imports:
            yield from (Key(module=name, name=WHOLE) for name in self.suite.modules)

    def of_target(self, target: Imported) -> Iterator[Key]:
        """What an import depends on; a module only on what it does at import, until something in it is used."""
        if target.module not in self.suite.modules:
            return
        if target.name is None:
            yield Key(module=target.module, name=EFFECTS)
        elif target.name in self.suite.modules[target.module].bindings:
            yield Key(module=target.module, name=target.name)
        elif below := self.suite.submodule(target.module, target.name):
            yield Key(module=below, name=EFFECTS)
        else:
            yield Key(module=target.module, name=WHOLE)

    def of_import(self, module: Module, node: Import) -> Iterator[Key]:
        """What an import statement inside another one depends on: of modules, on all that they have."""
        for alias in node.names:
            source = module.source(node) if isinstance(node, ast.ImportFrom) else alias.name
            name = alias.name if isinstance(node, ast.ImportFrom) else None
            for key in self.of_target(Imported(module=source, name=name)):
                yield Key(module=key.module, name=WHOLE) if key.name == EFFECTS else key

    def imported_by(self, module: Module, name: str) -> Iterator[Key]:
        """The files of the suite that a file imports, and the packages that they are in, each with this word."""
        for node in module.imports:
            for alias in node.names:
                source = module.source(node) if isinstance(node, ast.ImportFrom) else alias.name
                for reached in (source, f"{source}.{alias.name}"):
                    if reached in self.suite.modules:
                        yield Key(module=reached, name=name)
        if module.name != PACKAGE:
            yield Key(module=PACKAGE, name=name)

    def fixtures_seen_in(self, file: str) -> list[Fixture]:
        """The fixtures that the scenarios of a file may ask for: those of the file, and of a conftest.py."""
        if file not in self.visible:
            modules = (self.suite.modules[name] for name in (file, CONFTEST) if name in self.suite.modules)
            self.visible[file] = [fixture for module in modules for fixture in fixtures_of(self.suite, module)]
        return self.visible[file]

    def asked_for(self, names: Iterable[str], file: str) -> set[Key]:
        """The fixtures of these names in a file, and those that they ask for in turn."""
        waiting, known, keys = list(names), set[str](), set[Key]()
        while waiting:
            name = waiting.pop()
            if name not in known:
                known.add(name)
                for fixture in self.fixtures_seen_in(file):
                    if name in (fixture.name, ANY_FIXTURE):
                        keys.add(Key(module=fixture.module, name=fixture.binding))
                        waiting.extend(fixture.asks_for)
        return keys

    def closure(self, start: Iterable[Key], file: str) -> dict[Key, Node]:
        """All that some names depend on, in a scenario of a file."""
        reached: dict[Key, Node] = {}
        waiting = list(start)
        while waiting:
            key = waiting.pop()
            if key not in reached:
                reached[key] = node = self.node(key)
                waiting.extend(node.uses)
                waiting.extend(self.asked_for(node.fixtures, file) if node.fixtures else ())
        return reached
