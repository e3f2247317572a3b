"""tfcompat requires: the specifiers on which some scenarios hold, or the fewest of them that exclude each other."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from tfcompat import ask
from tfcompat.advise.requires import Requirement, Requires
from tfcompat.advise.traps import Trap
from tfcompat.commands.completion import complete_scenario
from tfcompat.commands.door import evidence_of
from tfcompat.commands.options import json_option, leave_if
from tfcompat.commands.paths import NamedPath
from tfcompat.errors import DataError, ExitCode, SelectionError
from tfcompat.escape import printable
from tfcompat.outcomes import Harm
from tfcompat.project import Project

#: Characters of an id or a place in a line; how many names a line has, and how much of a file is read.
LONGEST, NAMED, LARGEST = 300, 8, 1 << 20


@click.command("requires")
@click.argument("scenarios", metavar="[SCENARIO]...", nargs=-1, shell_complete=complete_scenario)
@click.option(
    "--file",
    "file",
    type=NamedPath(),
    metavar="PATH",
    help="Scenarios from a file, one a line; # begins a comment.",
)
@click.option(
    "--harm",
    "allowed",
    type=click.Choice([str(harm) for harm in Harm]),
    default=str(Harm.NONE),
    show_default=True,
    help="The most harm that an answer may have.",
)
@json_option
@click.pass_obj
def requires_command(
    project: Project, scenarios: tuple[str, ...], file: Path | None, allowed: str, as_json: bool
) -> None:
    """Say which TensorFlow, and which Keras or Python where that decides, suits all SCENARIOs: they work, or have an answer
    without harm.

    SCENARIO is an id, a glob of ids, or words of an id or title. Releases that were not measured are never admitted. Where
    none suits, the fewest scenarios that exclude each other are named, and the exit code is 1; it is 3 where not enough is
    known.
    """
    wanted = [*scenarios, *(lines_of(file) if file else ())]
    if not wanted:
        raise SelectionError("name a scenario, or a file of them with --file: tfcompat list scenarios names them all")
    found = ask.requires(evidence_of(project), *wanted, harm=allowed)
    click.echo(ask.as_json(found) if as_json else "\n".join(lines(found)))
    leave_if(found.conflict, ExitCode.CHANGED)
    leave_if(not found.requirements, ExitCode.UNKNOWN_CELLS)


def lines_of(path: Path) -> list[str]:
    """The scenarios of a file. Raises DataError where it cannot be read as that."""
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(LARGEST + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read ({error}): name a text file with a scenario a line") from error
    if len(text) > LARGEST:
        raise DataError(f"{path} has more than {LARGEST} characters: name a text file with a scenario a line")
    return [line for line in (written.partition("#")[0].strip() for written in text.splitlines()) if line]


def lines(found: Requires) -> Iterator[str]:
    """What is required, the traps beside it, and what is not known; or what excludes each other."""
    count = len(found.scenarios)
    yield f"{count} scenario{'s' * (count != 1)}: {some([asked.scenario for asked in found.scenarios])}"
    for requirement in found.requirements:
        yield from of_requirement(requirement)
    if not found.requirements:
        yield from of_conflict(found)
    yield from (f"trap: {printable(of_trap(trap), LONGEST)}" for trap in found.traps)
    if found.holes:
        yield f"not known, so not admitted: {some([f'{name} ({why})' for name, why in found.holes.items()])}"


def some(names: Sequence[str]) -> str:
    """Some names on a line, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(printable(name, LONGEST) for name in names[:NAMED]) + more


def of_requirement(requirement: Requirement) -> Iterator[str]:
    """A requirement as it is written, and what it was measured on."""
    beside = [f"keras{requirement.keras}"] if requirement.keras else []
    beside += [f"Python {requirement.python}"] if requirement.python else []
    yield f"tensorflow{requirement.tensorflow}" + (f" with {' and '.join(beside)}" if beside else "")
    count = len(requirement.releases)
    yield f"  holds in {count} release{'s' * (count != 1)}, measured on Python {', '.join(requirement.pythons)}"
    if requirement.unmeasured:
        yield f"  not known in {some([f'{cell} ({why})' for cell, why in requirement.unmeasured.items()])}"


def of_conflict(found: Requires) -> Iterator[str]:
    """Why nothing is required: the scenarios that exclude each other, each with where it holds."""
    if not found.conflict:
        yield "not enough is known: no release has an answer to all of them"
        return
    yield "no measured release suits" + (" all: these exclude each other" if len(found.conflict) > 1 else ":")
    for asked in found.scenarios:
        if asked.scenario in found.conflict:
            where = f"holds on {asked.holds}" if asked.holds else "holds nowhere"
            yield f"  {printable(asked.scenario, LONGEST)} {where}"


def of_trap(trap: Trap) -> str:
    """A trap in a sentence."""
    begins = f" is there from {trap.there} and right from {trap.right}" if trap.there else ""
    return f"{trap.scenario}{begins}: {trap.word} on {trap.where} ({trap.harm} harm)"
