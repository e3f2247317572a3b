"""tfcompat run: the suite in the selected cells, from the plan to the table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tfcompat.commands.completion import complete_scenario
from tfcompat.commands.measure import closing, hung, session
from tfcompat.commands.measure.ending import Ending
from tfcompat.commands.measure.failed import failed
from tfcompat.commands.measure.part import workshop_for
from tfcompat.commands.measure.repeat import run as repeat
from tfcompat.commands.measure.session import Course, Executor
from tfcompat.commands.options import (
    Selection,
    engine_option,
    jobs_option,
    leave,
    leave_if,
    package_option,
    selection,
    shard_option,
    share_of,
)
from tfcompat.commands.own.tests import tests_options
from tfcompat.commands.paths import NamedPath
from tfcompat.commands.terminal import reader_may_leave, screen
from tfcompat.compare.diff import Side
from tfcompat.environments.disk import parse_size
from tfcompat.errors import ExitCode, SelectionError
from tfcompat.outcomes import Status, Trial
from tfcompat.plan.valid import Anew, Planned
from tfcompat.plan.work import Work
from tfcompat.project import Project
from tfcompat.run import manifest
from tfcompat.run.workshop import Workshop, default_jobs
from tfcompat.select.cells import Cell
from tfcompat.select.shard import Shard
from tfcompat.trials import clock

if TYPE_CHECKING:
    from tfcompat.commands.measure.against import Settlement

#: What a person does after an interruption.
GO_ON = "the same command"


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """What a run is asked for: ``scenarios`` as a person names them, and ``arguments`` for pytest."""

    selection: Selection
    shard: Shard
    engine: str
    package: str
    jobs: int | None
    scenarios: tuple[str, ...]
    fresh: bool
    rerun: frozenset[Status]
    prune: bool
    disk: int | None
    timeline: Path | None
    executor: str
    scheduler: str | None
    against: str | None
    output: Path | None
    everything: bool
    repeats: int | None
    seed: int | None
    as_json: bool
    arguments: tuple[str, ...]

    @property
    def anew(self) -> Anew:
        return Anew(all=self.fresh, statuses=self.rerun)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a run will do in the cells of its ``share``, by the id of each.

    ``planned`` are the cells of all shards; ``before`` is what the run is compared with, as it is before the run.
    """

    workshop: Workshop
    shard: Shard
    planned: Sequence[Cell]
    share: Sequence[Cell]
    cells: Mapping[str, Planned]
    course: Course
    before: Side | None

    @property
    def works(self) -> list[Work]:
        return [planned.work for planned in self.cells.values() if planned.work is not None]

    @property
    def built(self) -> list[Cell]:
        """The cells that need an environment."""
        return [work.cell for work in self.works if work.scenarios != ()]

    @property
    def known(self) -> list[Trial]:
        """The newest trials of the cells in which nothing is to do."""
        return [planned.newest for planned in self.cells.values() if planned.work is None and planned.newest]


def parse_disk(context: click.Context, option: click.Parameter, text: str | None) -> int | None:
    return None if text is None else parse_size(text)


def parse_statuses(context: click.Context, option: click.Parameter, text: str | None) -> frozenset[Status]:
    """The statuses that ``unknown,fails`` names. Raises SelectionError where a word is none."""
    words = [word.strip() for word in (text or "").split(",") if word.strip()]
    if strange := [word for word in words if word not in list(Status)]:
        raise SelectionError(f"--rerun {strange[0]!r} is not a status: name some of {', '.join(Status)}")
    return frozenset(map(Status, words))


@click.command()
@selection
@engine_option
@package_option
@jobs_option
@click.option(
    "-k",
    "scenarios",
    metavar="SCENARIO",
    multiple=True,
    shell_complete=complete_scenario,
    help="Only these: an id, a glob such as 'readapt::*', or words of an id or title. The outcomes are shown, not kept.",
)
@click.option("--fresh", is_flag=True, help="Run everything again, valid outcomes too.")
@click.option(
    "--rerun",
    metavar="STATUSES",
    callback=parse_statuses,
    help="Run again what has one of these statuses, for example unknown,fails.",
)
@click.option("--prune", is_flag=True, help="Remove each environment after its cell.")
@click.option(
    "--disk", metavar="SIZE", callback=parse_disk, help="How much the environments may take, for example 14GB."
)
@click.option(
    "--timeline", type=NamedPath(dir_okay=False), help="Write what ran when, as a trace for https://ui.perfetto.dev."
)
@click.option(
    "--executor",
    type=click.Choice([str(executor) for executor in Executor]),
    default=str(Executor.LOCAL),
    show_default=True,
    help="Where cells run: on this machine, or on the workers of a Dask cluster.",
)
@click.option(
    "--scheduler", metavar="ADDRESS", help="The Dask cluster's. Default: workers on this machine, for the run alone."
)
@click.option(
    "--against", metavar="WHAT", help="Compare with a folder of reports or a git revision, and run again what changed."
)
@shard_option
@click.option(
    "--output",
    type=NamedPath(file_okay=False),
    help="The folder for trials and manifest. Default: reports/, without a clone tfcompat-reports/.",
)
@click.option("--all", "everything", is_flag=True, help="Print all rows, not only what fits the screen.")
@repeat.repeat_options
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
@tests_options
def run(project: Project, /, **options: Any) -> None:
    """Run what is new in the selected cells, keep the trials, and print the table.

    A scenario is new where it has no outcome of this engine yet, or where something has changed that its outcome depends
    on: its code, the cell's lock, the recorder. All other outcomes are reused; --fresh runs them again. What comes after
    -- goes to pytest, such as -- -k 'mean and not axis'.
    """
    asked = RunOptions(**options)
    repeat.check(asked.repeats)
    plan = make_plan(project, asked)
    if asked.repeats is not None:
        how = repeat.How(seed=asked.seed, prune=asked.prune, disk=asked.disk, as_json=asked.as_json)
        leave(repeat.repeated(plan.workshop, plan.share, asked.repeats, how))
    course = replace(plan.course, missing=announce(plan))
    measured = hung.measured(plan.workshop, plan.works, plan.share, course=course, go_on=GO_ON)
    trials = in_order(plan, [*plan.known, *measured])
    code = show(plan, trials, everything=asked.everything)
    leave_if(code, code or ExitCode.COMPLETE)
    leave_if(any(trial.reason for trial in trials), ExitCode.UNKNOWN_CELLS)


def make_plan(project: Project, options: RunOptions) -> Plan:
    """Choose the cells, and check what was asked for before anything is made.

    What killed runs left is removed, and what is left out is said on standard error.
    """
    if options.scheduler and options.executor != Executor.DASK:
        raise SelectionError("--scheduler is the address of a Dask cluster: add --executor dask")
    planned = options.selection.cells(project)
    share = share_of(project, planned, options.shard)
    pythons = tuple(dict.fromkeys(cell.python for cell in share))
    workshop = workshop_for(replace(workshop_of(project, options), pythons=pythons), options.scenarios)
    before = baseline(options.against, project) if options.against is not None else None
    clock.check(workshop.measured)
    for cell in workshop.store.sweep():
        click.echo(f"an earlier run was killed while it measured {cell}: its partial result was removed", err=True)
    if not share:
        click.echo(f"shard {options.shard} has nothing to do: the others have all {len(planned)} cells", err=True)
    cells = {cell.id: workshop.planned(cell, options.anew) for cell in share}
    newest = {cell: planned.newest for cell, planned in cells.items() if planned.newest}
    return Plan(
        workshop=workshop,
        shard=options.shard,
        planned=planned,
        share=share,
        cells=cells,
        course=Course(
            executor=Executor(options.executor),
            scheduler=options.scheduler,
            prune=options.prune,
            disk=options.disk,
            timeline=options.timeline,
            newest=newest,
        ),
        before=before,
    )


def baseline(name: str, project: Project) -> Side:
    """What the run is compared with."""
    from tfcompat.compare.baseline import side  # it imports pandas, and a run without a baseline need not wait for that

    return side(name, project)


def workshop_of(project: Project, options: RunOptions) -> Workshop:
    return Workshop(
        project=project,
        engine_name=options.engine,
        package=options.package,
        jobs=options.jobs or default_jobs(),
        arguments=options.arguments,
        output=options.output,
    )


def announce(plan: Plan) -> Sequence[Cell]:
    """Say what will be downloaded and kept, and write what is planned, so that what is missing afterwards is known.

    The cells whose environment is to be made.
    """
    missing: Sequence[Cell] = ()
    if plan.built:
        missing = session.announce(plan.workshop, plan.built, prune=plan.course.prune, disk=plan.course.disk)
    if not plan.workshop.partial and (plan.works or plan.workshop.output):
        cells = [work.cell for work in plan.works]
        manifest.write(
            plan.workshop.manifest(cells, plan.share, plan.planned, plan.shard), plan.workshop.results / "runs"
        )
    return missing


def in_order(plan: Plan, trials: Sequence[Trial]) -> list[Trial]:
    """The trials in the order of the selection."""
    by_cell = {trial.subject.cell: trial for trial in trials}
    return [by_cell[cell.id] for cell in plan.share if cell.id in by_cell]


def show(plan: Plan, trials: Sequence[Trial], *, everything: bool) -> ExitCode | None:
    """Print what the run found, and last what to do next; what changed against a baseline is run again before.

    The exit code that a baseline asks for.
    """
    settlement = settled(plan, trials)
    known = {trial.subject.cell for trial in plan.known}
    ending = Ending(
        trials=trials,
        screen=screen(),
        everything=everything,
        failed=failed(trials, plan.workshop.store) if plan.workshop.partial else (),
        changed=settlement.blocks if settlement else (),
        closing=list(closing.lines(plan.workshop, trials, known, plan.course.newest, measured=bool(plan.works))),
    )
    with reader_may_leave():
        for line in ending.lines():
            click.echo(line)
    return settlement.exit_code if settlement else None


def settled(plan: Plan, trials: Sequence[Trial]) -> "Settlement | None":
    """What became of what changed against the baseline, if there is one."""
    if plan.before is None:
        return None
    from tfcompat.commands.measure import against  # it needs pandas

    return against.settle(plan.workshop, plan.share, trials, plan.before, prune=plan.course.prune)
