"""What tfcompat run --tests does: the user's own pytest files on the selected releases, per test and range."""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import msgspec

from tfcompat.commands.options import Selection, json_option, leave_if, refuse
from tfcompat.commands.own import code
from tfcompat.commands.own import options as own_options
from tfcompat.commands.own.code import OwnCode
from tfcompat.commands.paths import NamedPath
from tfcompat.errors import ExitCode, SelectionError
from tfcompat.escape import printable
from tfcompat.files import write_text
from tfcompat.foreign import cases, copied, junit
from tfcompat.foreign.cases import FAILING, CasesReport, CellCount, OwnCase
from tfcompat.foreign.lines import Became
from tfcompat.foreign.program import Runs
from tfcompat.project import Project

#: Characters of a line, and how many tests are shown of those that do not pass everywhere.
LONGEST, SHOWN = 200, 40
#: The options of a run that its tests have too; others are for the suite.
SHARED = {"tf", "python", "variant", "only", "engine", "package", "jobs", "prune", "everything", "arguments"}
OWN = ("tests", "junit", "required", "include", "limit", "each", "unsandboxed", "as_json")
#: What is not worth a line where it is so everywhere.
QUIET = {str(Became.PASSED), str(Became.SKIPPED), str(Became.XFAILED)}


@dataclass(frozen=True, kw_only=True)
class CasesOptions:
    """What ``tfcompat run --tests`` is asked for; ``arguments`` go to pytest."""

    tests: Path
    selection: Selection
    include: tuple[str, ...]
    junit: Path | None
    arguments: tuple[str, ...]
    everything: bool
    as_json: bool


def tests_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command ``run`` the options of the user's own tests; where there are tests, they run in place of the suite."""

    @functools.wraps(command)
    def running(project: Project, /, **options: Any) -> None:
        own = {name: options.pop(name) for name in OWN}
        if own["tests"] is None:
            refuse(set(OWN) - {"as_json"}, "{} belongs to --tests DIR: leave it out, or name your tests")
            if not options["repeats"]:
                refuse({"as_json"}, "{} belongs to --tests DIR and --repeat N: leave it out, or add one of them")
            command(project, **options, as_json=own["as_json"])
            return
        context = click.get_current_context()
        refuse(
            {name for name in context.params if name not in {*SHARED, *OWN}},
            "{} is for the suite: leave it out beside --tests",
        )
        run_tests(project, **own, **{name: options[name] for name in (*sorted(SHARED & options.keys()), "selection")})

    decorators = (
        click.option(
            "--tests",
            type=NamedPath(),
            metavar="DIR",
            help="Run your own pytest files, and not the suite.",
        ),
        click.option("--junit", type=NamedPath(dir_okay=False), help="JUnit XML of your own tests."),
        own_options.with_option,
        own_options.include_option,
        own_options.limit_option,
        click.option(
            "--test-limit",
            "each",
            type=click.FloatRange(1, 24 * 3600),
            default=own_options.EACH,
            show_default=True,
            help="Seconds for each of your own tests.",
        ),
        own_options.unsandboxed_option,
        json_option,
    )
    decorated: Callable[..., None] = running
    for decorator in reversed(decorators):
        decorated = decorator(decorated)
    return decorated


def run_tests(project: Project, **options: Any) -> None:
    """Run the user's tests in the selected cells, print what became of each where, and leave with the exit code."""
    names = ("engine", "package", "jobs", "required", "limit", "each", "unsandboxed", "prune")
    own = OwnCode(project=project, **{name: options.pop(name) for name in names})
    asked = CasesOptions(**options)
    files = copied.of_tests(asked.tests, asked.include)
    cells = own.cells(asked.selection.cells(project))
    code.require_container(own, f"{asked.tests}")
    click.echo(
        f"pytest has the conftest.py files and settings of {files.root}; its addopts and your plugins are not there: "
        "--with NAME adds one",
        err=True,
    )
    code.announce(own, cells, files)
    with code.running(own, files, Runs.TESTS, asked.arguments) as running:
        visits = running.visits(cells)
    found = cases.report(files.target, visits)
    if asked.junit:
        write_text(asked.junit, junit.document(visits))
    text = "\n".join(lines(found, everything=asked.everything))
    click.echo(msgspec.json.format(msgspec.json.encode(found), indent=1).decode() if asked.as_json else text)
    if found.cells and not found.cases and not found.broken:
        raise SelectionError(f"{asked.tests} has no tests: pytest takes functions test_* of files test_*.py")
    leave_if(found.fails, ExitCode.CHANGED)
    leave_if(found.unknown or found.unfinished, ExitCode.UNKNOWN_CELLS)


def lines(found: CasesReport, *, everything: bool = False) -> Iterator[str]:
    """The tests that do not do the same everywhere or fail, what cannot be collected, the cells, and those without an answer."""
    told = [case for case in found.cases if everything or is_told(case)]
    yield f"{len(found.cases)} tests of {printable(found.tests)}, {len(found.cells)} cells"
    yield from (line for case in (told if everything else told[:SHOWN]) for line in of_case(case))
    if len(told) > SHOWN and not everything:
        yield f"and {len(told) - SHOWN} more: --all shows them"
    for broken in found.broken:
        what = f"{printable(broken.file)} cannot be collected" if broken.file else "pytest did not end well"
        yield f"{what} on {broken.where}: {printable(last_line(broken.message), LONGEST)}"
    if rest := len(found.cases) - len(told):
        yield f"{rest} pass, or are skipped or expected to fail, everywhere"
    yield from map(of_cell, found.cells)
    for hole in found.unknown:
        yield f"{hole.cell}: {hole.reason} (cause: {hole.cause}): {printable(hole.message, LONGEST)}"


def is_told(case: OwnCase) -> bool:
    """Whether a test is worth a line: it fails somewhere, or does not do the same everywhere."""
    return len(case.ranges) > 1 or case.ranges[0].outcome not in QUIET


def of_case(case: OwnCase) -> Iterator[str]:
    """A test, and what became of it where."""
    yield printable(case.test, LONGEST)
    for part in case.ranges:
        failing = part.outcome in {*map(str, FAILING)}
        message = (
            f": {printable(next(iter(part.message.splitlines()), ''), LONGEST)}" if failing and part.message else ""
        )
        yield f"  {part.outcome} on {part.where}{message}"


def of_cell(cell: CellCount) -> str:
    counts = ", ".join(f"{count} {outcome}" for outcome, count in cell.counts.items())
    return f"{cell.cell}: {counts or 'no tests'} in {cell.seconds:.0f} s"


def last_line(message: str) -> str:
    """The line of a traceback that says most: its last one that has an error's name, as pytest marks it."""
    marked = [line[1:].strip() for line in message.splitlines() if line.startswith("E ")]
    return marked[-1] if marked else next(iter(reversed(nonblank(message))), "")


def nonblank(message: str) -> Sequence[str]:
    return [line for line in message.splitlines() if line.strip()]
