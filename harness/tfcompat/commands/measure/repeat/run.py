"""What tfcompat run --repeat does: the cells run again and again, each time in another setting, and what differs is listed."""

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click

from tfcompat import process
from tfcompat.commands.measure.repeat import marks, settings
from tfcompat.commands.measure.repeat.course import Course, course
from tfcompat.commands.measure.repeat.repeats import RepeatedRun, Repeats
from tfcompat.commands.measure.repeat.report import HASHES, RepeatReport
from tfcompat.commands.measure.repeat.settings import Place, Setting
from tfcompat.commands.measure.session import Course as Usual
from tfcompat.commands.measure.session import announce, estimate_of
from tfcompat.commands.options import refuse
from tfcompat.commands.terminal import reader_may_leave
from tfcompat.errors import ExitCode, InterruptedRunError
from tfcompat.outcomes import Trial
from tfcompat.plan.valid import Anew
from tfcompat.plan.work import Work
from tfcompat.run import console
from tfcompat.run.workshop import Workshop
from tfcompat.select.cells import Cell

#: Seeds are drawn below this number, and seconds that the system may take to list its locales.
SEEDS, LOCALES_LIMIT = 1_000_000, 10.0
#: Options that a repeated run does not have: nothing of it is kept, and all of it runs here.
WITHOUT = {"fresh", "rerun", "timeline", "executor", "scheduler", "against", "output", "everything"}
Item = TypeVar("Item")


def repeat_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command ``run`` the options of a repeated run."""
    number = click.option(
        "--repeat",
        "repeats",
        type=click.IntRange(2, 100),
        metavar="N",
        help="Run N times, each time in another setting, and list what differs. Nothing is kept.",
    )
    seed = click.option(
        "--seed", type=click.IntRange(0), help="The seed of the orders of --repeat. Default: drawn, and said."
    )
    return number(seed(command))


@dataclass(frozen=True, kw_only=True)
class How:
    """How cells are repeated: the first seed of the orders (drawn where None), what is removed, and how it is printed."""

    seed: int | None
    prune: bool
    disk: int | None
    as_json: bool


@dataclass(frozen=True, kw_only=True)
class Repetition:
    """What is repeated: the cells of a workshop in which settings; ``prune`` removes each environment after its cell."""

    workshop: Workshop
    cells: Sequence[Cell]
    settings: Sequence[Setting]
    prune: bool
    disk: int | None

    def works(self, cells: Sequence[Cell]) -> list[Work]:
        """The work in some cells: all that is asked for, afresh."""
        planned = [self.workshop.planned(cell, Anew(all=True)) for cell in cells]
        return [plan.work for plan in planned if plan.work is not None]


def check(number: int | None) -> None:
    """Raises SelectionError where options were given that do not go together; ``number`` is how often a run is repeated."""
    if number is None:
        refuse({"seed"}, "{} belongs to --repeat N: leave it out, or say how often")
    else:
        refuse(WITHOUT, "{} is not for --repeat, of which nothing is kept: leave it out")


def repeated(workshop: Workshop, cells: Sequence[Cell], number: int, how: How) -> ExitCode:
    """Run the cells in so many settings, and print what differs; the exit code."""
    known = marks.load(workshop.project.marks)
    seed = secrets.randbelow(SEEDS) if how.seed is None else how.seed
    place = place_of(workshop)
    chosen = settings.settings(number, seed, place)
    say(chosen, place)
    announce(workshop, cells, prune=how.prune, disk=how.disk)
    repetition = Repetition(workshop=workshop, cells=cells, settings=chosen, prune=how.prune, disk=how.disk)
    repeats = Repeats(runs=runs(repetition), marks=known)
    report = RepeatReport(repeats=repeats, suite=workshop.program.suite_hash, engine=workshop.engine.name, seed=seed)
    with reader_may_leave():
        click.echo(json.dumps(report.document(), indent=1) if how.as_json else "\n".join(report.lines()))
    return repeats.exit_code


def place_of(workshop: Workshop) -> Place:
    """Where the cells of a workshop run; an image has no locale but C."""
    is_local = workshop.engine.name == "local"
    return Place(is_local=is_local, locales=locales() if is_local else frozenset())


def say(chosen: Sequence[Setting], place: Place) -> None:
    """Say before anything runs what will be changed, and what cannot be."""
    for number, setting in enumerate(chosen, 1):
        click.echo(f"run {number}: {setting.name}: {setting.words}", err=True)
    for name, reason in settings.left_out(place).items():
        click.echo(f"left out: {name}: {reason}", err=True)
    click.echo(HASHES, err=True)


def runs(repetition: Repetition) -> list[RepeatedRun]:
    """The trials of all cells in each setting. As many cells as run at once get through all settings before the next do.

    So an environment is made once, also where it is removed after its cell. Raises InterruptedRunError.
    """
    trials: dict[str, dict[str, Trial]] = {setting.name: {} for setting in repetition.settings}
    with course(repetition.workshop) as way:
        for cells in parts(repetition.cells, repetition.workshop.jobs):
            for setting in repetition.settings:
                trials[setting.name] |= measured(repetition, cells, way, setting)
    return [RepeatedRun(setting=setting, trials=trials[setting.name]) for setting in repetition.settings]


def measured(repetition: Repetition, cells: Sequence[Cell], way: Course, setting: Setting) -> dict[str, Trial]:
    """The trials of some cells in a setting, by cell. Raises InterruptedRunError where somebody ends it."""
    last = setting == repetition.settings[-1]
    works, workshop = repetition.works(cells), repetition.workshop
    click.echo(f"{setting.name}:", err=True)
    with console.listening(estimate_of(workshop, works, Usual())) as emit:
        matrix = way.matrix(workshop.matrix(emit, prune=repetition.prune and last, disk=repetition.disk), setting)
        try:
            every = list(matrix.run(works, workshop.jobs))
        except (KeyboardInterrupt, BrokenPipeError) as error:
            raise InterruptedRunError(
                f"interrupted in the setting {setting.name}: nothing of a repeated run is kept"
            ) from error
    by_cell = {trial.subject.cell: trial for trial in every}
    return {cell.id: by_cell[cell.id] for cell in cells}


def parts(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """Some items in parts of at most a size."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def locales() -> frozenset[str]:
    """The locales of this machine; none where it has no program that lists them."""
    try:
        listed = process.run([Path("/usr/bin/locale"), "-a"], limit=LOCALES_LIMIT)
    except OSError:
        return frozenset()
    return frozenset(name.strip().replace(".utf8", ".UTF-8") for name in listed.output.splitlines())
