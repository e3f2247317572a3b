"""tfcompat try: a script of the user on the selected releases, and the ranges on which it does the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, assert_never

import click
import msgspec

from tfcompat.commands.clone import require_clone
from tfcompat.commands.options import (
    Selection,
    engine_option,
    jobs_option,
    json_option,
    leave_if,
    package_option,
    selection,
)
from tfcompat.commands.own import code
from tfcompat.commands.own import options as own_options
from tfcompat.commands.own.code import OwnCode
from tfcompat.commands.paths import NamedPath
from tfcompat.errors import DataError, ExitCode, SelectionError
from tfcompat.escape import printable, verbatim
from tfcompat.files import write_text
from tfcompat.foreign import copied, groups, saved
from tfcompat.foreign.copied import Copied
from tfcompat.foreign.groups import Compared, NotRun, ScriptGroup, TryReport
from tfcompat.foreign.program import Runs
from tfcompat.foreign.saved import SavedScenario
from tfcompat.foreign.visits import Visit
from tfcompat.project import Project

#: Lines of each output that are shown, and characters of a line.
SHOWN, LONGEST = 30, 300


class FailOn(StrEnum):
    """What is exit code 1."""

    ANY = "any"
    DIFFERS = "differs"
    FAILS = "fails"
    NEVER = "never"


@dataclass(frozen=True, kw_only=True)
class TryOptions:
    """What ``tfcompat try`` is asked for."""

    script: Path
    arguments: tuple[str, ...]
    selection: Selection
    include: tuple[str, ...]
    alone: bool
    compare: str
    raw: bool
    digits: int | None
    output: Path | None
    save_as: str | None
    fail_on: str
    as_json: bool

    @property
    def compared(self) -> Compared:
        return Compared.RAW if self.raw else Compared(self.compare)


@click.command("try")
@selection
@engine_option
@package_option
@jobs_option
@own_options.with_option
@own_options.include_option
@own_options.alone_option
@own_options.limit_option
@own_options.compare_option
@click.option("--raw", is_flag=True, help="Compare and show the outputs as they are: --compare raw.")
@own_options.digits_option
@click.option("--output", type=NamedPath(file_okay=False), help="A folder for what each cell printed, as it is.")
@click.option("--save-as", metavar="ID", help="Save the script as a scenario group::name in the suite of this clone.")
@click.option(
    "--fail-on",
    type=click.Choice([str(choice) for choice in FailOn]),
    default=str(FailOn.ANY),
    show_default=True,
    help="What is exit code 1: releases that differ, a script that fails, any of both, or never.",
)
@click.option("--prune", is_flag=True, help="Remove each environment after its cell.")
@own_options.unsandboxed_option
@json_option
@click.argument("script", type=NamedPath())
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def try_command(project: Project, /, **options: Any) -> None:
    """Run SCRIPT on the selected releases, and show the ranges on which it does the same.

    Each cell runs it as nobody, without a network, in a copy of its folder. ARGUMENTS of the script come after --. Log lines
    of TensorFlow, progress bars, times, addresses, paths, and the frames and warnings of installed packages do not count
    where outputs are compared; --raw has them all. Exit code 1 where releases differ or the script fails.
    """
    names = ("engine", "package", "jobs", "required", "limit", "unsandboxed", "prune")
    own = OwnCode(project=project, **{name: options.pop(name) for name in names})
    asked = TryOptions(**options)
    files = copied.of_script(asked.script, asked.include, alone=asked.alone)
    scenario = to_save(project, asked, own, files) if asked.save_as else None
    visits = visited(own, asked, files)
    found = groups.report(asked.script.name, visits, compared=asked.compared, digits=asked.digits)
    if asked.output:
        keep(visits, asked.output)
    text = "\n".join(lines(found))
    click.echo(msgspec.json.format(msgspec.json.encode(found), indent=1).decode() if asked.as_json else text)
    if scenario:
        save(project, scenario)
    leave_if(is_failure(found, FailOn(asked.fail_on)), ExitCode.CHANGED)
    leave_if(found.unknown, ExitCode.UNKNOWN_CELLS)


def visited(own: OwnCode, asked: TryOptions, files: Copied) -> list[Visit]:
    """What the script did in each of the cells that are asked for."""
    cells = own.cells(asked.selection.cells(own.project))
    code.require_container(own, asked.script.name)
    code.announce(own, cells, files)
    with code.running(own, files, Runs.SCRIPT, asked.arguments) as running:
        return running.visits(cells)


def is_failure(found: TryReport, fail_on: FailOn) -> bool:
    match fail_on:
        case FailOn.ANY:
            return found.differs or found.fails
        case FailOn.DIFFERS:
            return found.differs
        case FailOn.FAILS:
            return found.fails
        case FailOn.NEVER:
            return False
        case _ as never:
            assert_never(never)


# What is shown


def lines(found: TryReport) -> Iterator[str]:
    """The groups, the oldest first, what was split off, and the cells without an answer."""
    count = len(found.groups)
    if found.groups:
        yield f"{printable(found.script)}: {'the same everywhere' if count == 1 else f'{count} groups'}"
    for group in found.groups:
        yield ""
        yield from of_group(group)
    last = list(beside_groups(found))
    yield from ["", *last] if last else []


def beside_groups(found: TryReport) -> Iterator[str]:
    """What was split off, what would make one group, and the cells without an answer."""
    if found.noise and found.compared != Compared.RAW:
        noise = ", ".join(f"{number} {kind}" for kind, number in found.noise.items())
        yield f"not compared: {noise}; --raw compares and shows all as it is"
    if found.close:
        yield f"all numbers are the same to {groups.LOOSE} digits: --digits {groups.LOOSE} makes this one group"
    yield from (of_hole(hole) for hole in found.unknown)


def of_group(group: ScriptGroup) -> Iterator[str]:
    """Where a script did the same, and what."""
    yield f"{group.where}: {group.ending}"
    yield from of_output(group.stdout, "  ")
    if group.stderr:
        yield "  standard error:"
        yield from of_output(group.stderr, "    ")


def of_output(text: str, indent: str) -> Iterator[str]:
    """The lines of an output, those in the middle left out where they are many."""
    whole = text.splitlines()
    surplus = len(whole) - SHOWN
    shown = whole if surplus <= 0 else [*whole[: SHOWN // 2], *whole[-SHOWN // 2 :]]
    for number, line in enumerate(shown):
        if surplus > 0 and number == SHOWN // 2:
            yield f"{indent}… {surplus} more lines: --json and --output have them"
        yield (indent + verbatim(line, LONGEST)).rstrip()


def of_hole(hole: NotRun) -> str:
    return f"{hole.cell}: {hole.reason} (cause: {hole.cause}): {printable(hole.message, LONGEST)}"


def keep(visits: Sequence[Visit], folder: Path) -> None:
    """Write what each cell printed to a folder, as it is."""
    for found in filter(None, map(groups.did, visits)):
        write_text(folder / f"{found.visit.cell.id}.stdout.txt", found.ended.stdout.text)
        write_text(folder / f"{found.visit.cell.id}.stderr.txt", found.ended.stderr.text)
    click.echo(f"what each cell printed is in {folder}", err=True)


# What is saved


def to_save(project: Project, asked: TryOptions, own: OwnCode, files: Copied) -> SavedScenario:
    """The scenario of the script, made before anything runs.

    Raises SelectionError where it cannot be one, where there is no clone, or where its file is there already.
    """
    require_clone(project, "--save-as")
    try:
        script = asked.script.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{asked.script} cannot be read ({error}): write it in UTF-8") from error
    others = [path.relative_to(files.root).as_posix() for path in files.files if path.name != files.target]
    scenario = saved.scenario(
        asked.save_as or "",
        script,
        asked.script.name,
        arguments=asked.arguments,
        siblings=others,
        beside=own.beside.required,
    )
    if (project.suite / scenario.file).exists():
        raise SelectionError(f"{project.suite / scenario.file} is there already: name another id, or remove it")
    return scenario


def save(project: Project, scenario: SavedScenario) -> None:
    """Write the scenario's file, and say what is left to do."""
    path = write_text(project.suite / scenario.file, scenario.text)
    click.echo(f"{path} has the scenario; tfcompat check scenarios looks at it. To do:", err=True)
    for line in scenario.to_do:
        click.echo(f"  {line}", err=True)
