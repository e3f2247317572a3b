"""The table of attacks in docs/reliability.md: what each does, by the suite, and what becomes of it, which the test sees."""

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

SUITE = Path(__file__).with_name("suite.py").read_text(encoding="utf-8")
PREFIX = "hostile::"
#: What becomes of each attack in a container: the status, and what is observed where it says that nothing was reached.
FATES: Mapping[str, tuple[str, str]] = {
    "descriptors": ("crashes", ""),
    "proc_descriptors": ("answered", "[]"),
    "memory_of_others": ("answered", "[]"),
    "ptrace": ("answered", "[]"),
    "signals_to_the_recorder": ("answered", "[]"),
    "group_of_the_recorder": ("answered", '"joined, and could not kill it"'),
    "signals_to_siblings": ("answered", ""),
    "exits": ("crashes", ""),
    "closes": ("crashes", ""),
    "prints_without_end": ("fails", ""),
    "line_without_end": ("crashes", ""),
    "control_characters": ("answered", ""),
    "daemon": ("crashes", ""),  # what it left wrote into its pipe
    "forks": ("hangs", ""),
    "eats": ("unknown", ""),
    "fills_the_disk": ("unknown", ""),
    "edits": ("answered", "[]"),
    "patches": ("crashes", ""),
    "network": ("answered", '"reached nothing"'),
    "host": ("answered", "[]"),
}
#: What a local environment does not hold back, as docs/security.md says. The processes of root can be read there, and
#: those of a person signalled; these are left out, for what they would do to the machine that runs the tests.
NOT_LOCAL = {
    "proc_descriptors",
    "memory_of_others",
    "signals_to_siblings",
    "forks",
    "fills_the_disk",
    "edits",
    "network",
    "host",
}


def table() -> str:
    """The attacks in the order of the suite, as Markdown."""
    head = "| attack | in a container | in a local environment |\n| --- | --- | --- |\n"
    return head + "".join(f"| {title} | {fate(name)} | {local(name)} |\n" for name, title in attacks())


def attacks() -> Iterator[tuple[str, str]]:
    """The name of each attack in the suite and its title."""
    for function in ast.parse(SUITE).body:
        if isinstance(function, ast.FunctionDef):
            yield from ((name, ast.get_docstring(function) or "") for name in names(function))


def names(function: ast.FunctionDef) -> Iterator[str]:
    """The name of the attack that a function is, if it is one: the first argument of its mark."""
    for decorator in function.decorator_list:
        match decorator:
            case ast.Call(args=[ast.Constant(value=str(name))]) if name.startswith(PREFIX):
                yield name.removeprefix(PREFIX)


def fate(name: str) -> str:
    status, observed = FATES[name]
    if not observed:
        return status
    return f"{status}: {json.loads(observed) or 'it reached nothing'}"


def local(name: str) -> str:
    return "not held back" if name in NOT_LOCAL else fate(name)
