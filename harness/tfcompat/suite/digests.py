"""Digests: for each scenario a hash over all in the suite that its outcome depends on, and one for the recorder."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import PurePosixPath
from typing import Protocol

from tfcompat.errors import DataError
from tfcompat.files import hash_of
from tfcompat.suite.code.graph import CONFTEST, EFFECTS, IMPORTS, WHOLE, Graph, Key, Node, joined
from tfcompat.suite.code.modules import Module, suite_of
from tfcompat.suite.code.parameters import origins, says_all
from tfcompat.suite.code.syntax import PACKAGE, READS_DOCUMENTATION, READS_SOURCE, names_of, read

#: The folder of the recorder.
RECORDER = f"{PACKAGE}.runner."
#: Names of a file that pytest uses unasked, beside its own hooks, which begin with ``pytest_``.
UNASKED = frozenset(
    {
        *("pytestmark", "pytest_plugins", "setup_module", "teardown_module", "setup_function"),
        *("teardown_function", "setup_method", "teardown_method", "setUpModule", "tearDownModule"),
        *("__getattr__",),
    }
)


class Scenario(Protocol):
    """What a digest needs to know of a scenario; a ``CataloguedScenario`` says it."""

    @property
    def id(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def function(self) -> str: ...
    @property
    def parameters(self) -> Mapping[str, str]: ...
    @property
    def limit(self) -> float: ...
    @property
    def largest(self) -> int: ...
    @property
    def fresh(self) -> bool: ...


def digests(files: Mapping[str, bytes], scenarios: Sequence[Scenario]) -> dict[str, str]:
    """The digest of each scenario of a suite by its id: 16 hexadecimal digits.

    ``files`` are those of the suite by their name in it. What is text or judging does not count: ids, titles,
    references, what is documented, comments and layout. In doubt more counts. Raises DataError where a file is not
    Python, or has none of the scenarios that it should have.
    """
    with readable():
        reader = Digests(files)
        return {scenario.id: reader.of(scenario) for scenario in scenarios}


def recorder_digest(files: Mapping[str, bytes]) -> str:
    """The digest of the code that runs scenarios and records them, and of all of the suite that it uses.

    Raises DataError where a file is not Python.
    """
    with readable():
        graph = Graph(suite_of(files))
        start = [Key(module=name, name=WHOLE) for name in graph.suite.modules if f"{name}.".startswith(RECORDER)]
        reached = graph.closure(start, CONFTEST)
        return hash_of(*sorted(hash_of_node(key, node) for key, node in reached.items() if node.text))


@contextmanager
def readable() -> Iterator[None]:
    """Raises DataError where what is inside cannot follow the code, because it is nested too deep."""
    try:
        yield
    except RecursionError as error:
        raise DataError("a file of the suite is nested too deep: split its longest expression") from error


class Digests:
    """Makes the digests of a suite; what several scenarios use is read once."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.graph = Graph(suite_of(files))
        self.hashes: dict[Key, str] = {}

    def of(self, scenario: Scenario) -> str:
        module = self.module_of(scenario)
        own = self.own_code(module, scenario)
        reached = self.graph.closure([*self.start(module, scenario), *own.uses], module.name)
        if not scenario.fresh:
            reached = {**self.effects_of_all, **reached}
        words = own.words.union(*(node.words for node in reached.values()))
        return hash_of(
            own.text,
            *settings_of(scenario),
            *sorted(self.hash_of(key, node) for key, node in reached.items() if node.text),
            *(self.documentation(own, reached) if words & READS_DOCUMENTATION else ()),
            *(self.sources if words & READS_SOURCE else ()),
        )

    def module_of(self, scenario: Scenario) -> Module:
        module = self.graph.suite.modules.get(module_name(scenario.file))
        if module is None:
            raise DataError(f"the suite has no {scenario.file}, where {scenario.id} was found: run the command again")
        return module

    def start(self, module: Module, scenario: Scenario) -> Iterator[Key]:
        """What a scenario uses at once: its function, and what pytest uses unasked."""
        is_there = bool(self.graph.suite.functions(module.name, scenario.function))
        yield Key(module=module.name, name=scenario.function if is_there else WHOLE)
        for name in sorted({module.name, CONFTEST} & self.graph.suite.modules.keys()):
            yield Key(module=name, name=EFFECTS)
            if scenario.fresh:
                yield Key(module=name, name=IMPORTS)
            for binding in self.graph.suite.modules[name].bindings:
                if binding in UNASKED or binding.startswith("pytest_"):
                    yield Key(module=name, name=binding)
        unasked = {fixture.name for fixture in self.graph.fixtures_seen_in(module.name) if fixture.autouse}
        yield from self.graph.asked_for(unasked, module.name)

    def own_code(self, module: Module, scenario: Scenario) -> Node:
        """The code of a scenario's own values, and the fixtures that its parameters are."""
        functions = self.graph.suite.functions(module.name, scenario.function)
        nodes = [
            self.graph.of_piece(place.module, read([place.node]))
            for source, function in functions
            for place in origins(self.graph.marks, source, function, scenario.parameters)
        ]
        asked = frozenset(name for _, function in functions for name in names_of(function.args))
        return joined([*nodes, Node(uses=frozenset(self.graph.asked_for(asked, module.name)))])

    @cached_property
    def effects_of_all(self) -> Mapping[Key, Node]:
        """What the files of scenarios do when they are imported, which happens in one process before any scenario."""
        modules = self.graph.suite.modules.values()
        tests = [module for module in modules if PurePosixPath(module.path).match("test_*.py")]
        return self.graph.closure((Key(module=module.name, name=EFFECTS) for module in tests), CONFTEST)

    @cached_property
    def sources(self) -> Sequence[str | bytes]:
        return [part for name, content in sorted(self.files.items()) for part in (name, content)]

    def documentation(self, own: Node, reached: Mapping[Key, Node]) -> Sequence[str]:
        """The documentation of all that was reached and of its files."""
        modules = {key.module for key in reached}
        of_modules = [self.graph.suite.modules[name].documentation for name in sorted(modules)]
        of_nodes = sorted(f"{key.module}.{key.name}={node.documentation}" for key, node in reached.items())
        return [own.documentation, *of_modules, *of_nodes]

    def hash_of(self, key: Key, node: Node) -> str:
        if key not in self.hashes:
            self.hashes[key] = hash_of_node(key, node)
        return self.hashes[key]


def settings_of(scenario: Scenario) -> Iterator[str]:
    """What a scenario was marked with, and its values; one whose text does not say all of it counts as code instead."""
    yield f"{float(scenario.limit)} {scenario.largest} {scenario.fresh}"
    for name, text in sorted(scenario.parameters.items()):
        yield f"{name}={text if says_all(text) else '...'}"


def hash_of_node(key: Key, node: Node) -> str:
    return hash_of(key.module, node.text)


def module_name(file: str) -> str:
    return ".".join((PACKAGE, *PurePosixPath(file).with_suffix("").parts))
