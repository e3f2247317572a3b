"""tfcompat run: the suite in the selected cells, from the plan to the table."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from tfcompat.commands.measure import against, session
from tfcompat.commands.options import (
    Selection,
    engine_option,
    jobs_option,
    leave_if,
    package_option,
    selection,
    shard_option,
    share_of,
)
from tfcompat.commands.terminal import is_fancy, reader_may_leave
from tfcompat.compare.baseline import side
from tfcompat.compare.diff import Side
from tfcompat.errors import DataError, ExitCode, SelectionError
from tfcompat.outcomes import Trial
from tfcompat.project import Project
from tfcompat.publish import terminal
from tfcompat.run import console, manifest
from tfcompat.run.workshop import Workshop, default_jobs
from tfcompat.select.cells import Cell
from tfcompat.select.shard import Shard
from tfcompat.suite import catalogue
from tfcompat.table.frame import collect


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """What a run is asked for; ``expression`` and ``arguments`` are for pytest."""

    selection: Selection
    shard: Shard
    engine: str
    package: str
    jobs: int | None
    expression: str | None
    resume: bool
    prune: bool
    against: str | None
    output: Path | None
    arguments: tuple[str, ...]

    @property
    def for_pytest(self) -> tuple[str, ...]:
        """What pytest gets; where it is not empty, only a part of the suite runs."""
        return (*(("-k", self.expression) if self.expression else ()), *self.arguments)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a run will do: measure ``cells``, which are those of its ``share`` that are not there yet.

    ``planned`` are the cells of all shards; ``before`` is what the run is compared with, as it is before the run.
    """

    workshop: Workshop
    shard: Shard
    planned: Sequence[Cell]
    share: Sequence[Cell]
    cells: Sequence[Cell]
    prune: bool
    before: Side | None


@click.command()
@selection
@engine_option
@package_option
@jobs_option
@click.option(
    "-k",
    "expression",
    metavar="EXPR",
    help="Only scenarios that match, as pytest's -k. The outcomes are shown, not kept.",
)
@click.option("--resume", is_flag=True, help="Skip cells whose newest trial by this engine is of this suite and lock.")
@click.option("--prune", is_flag=True, help="Remove each environment after its cell.")
@click.option(
    "--against", metavar="WHAT", help="Compare with a folder of reports or a git revision, and run again what changed."
)
@shard_option
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder for trials and manifest. Default: reports/.",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def run(project: Project, /, **options: Any) -> None:
    """Run the suite in the selected cells, keep the trials, and print the table.

    What comes after -- goes to pytest.
    """
    plan = make_plan(project, RunOptions(**options))
    announce(plan)
    trials = session.measure(plan.workshop, plan.cells, go_on="--resume", prune=plan.prune)
    show(plan.workshop, trials)
    settle(plan, trials)
    leave_if(any(trial.reason for trial in trials), ExitCode.UNKNOWN_CELLS)


def make_plan(project: Project, options: RunOptions) -> Plan:
    """Choose the cells, and check what was asked for before anything is made.

    What killed runs left is removed, and what is left out is said on standard error.
    """
    planned = options.selection.cells(project)
    share = share_of(project, planned, options.shard)
    workshop = workshop_of(project, options)
    check_part(workshop, options)
    before = side(options.against, project) if options.against is not None else None
    for cell in workshop.store.sweep():
        click.echo(f"an earlier run was killed while it measured {cell}: its partial result was removed", err=True)
    if not share:
        click.echo(f"shard {options.shard} has nothing to do: the others have all {len(planned)} cells", err=True)
    return Plan(
        workshop=workshop,
        shard=options.shard,
        planned=planned,
        share=share,
        cells=not_measured(workshop, share) if options.resume else share,
        prune=options.prune,
        before=before,
    )


def workshop_of(project: Project, options: RunOptions) -> Workshop:
    return Workshop(
        project=project,
        engine_name=options.engine,
        package=options.package,
        jobs=options.jobs or default_jobs(),
        arguments=options.for_pytest,
        output=options.output,
    )


def check_part(workshop: Workshop, options: RunOptions) -> None:
    """Raises SelectionError where a part of the suite is to be kept, or what pytest gets leaves none of it."""
    if not workshop.arguments:
        return
    if options.output or options.resume:
        option = "--output" if options.output else "--resume"
        raise SelectionError(
            f"a part of the suite is shown and not kept: leave out {option}, or -k and what follows --"
        )
    words = shlex.join(workshop.arguments)
    try:
        scenarios = catalogue.scenarios(workshop.program)
    except DataError as error:
        raise SelectionError(f"pytest was told {words}: {error}") from error
    if not scenarios:
        raise SelectionError(f"{words} leaves no scenario: tfcompat list scenarios names them")


def not_measured(workshop: Workshop, share: Sequence[Cell]) -> Sequence[Cell]:
    cells = workshop.without_trial(share)
    click.echo(f"{len(share) - len(cells)} of {len(share)} cells are there already", err=True)
    return cells


def announce(plan: Plan) -> None:
    """Say what will be downloaded and kept, and write what is planned, so that what is missing afterwards is known."""
    session.announce(plan.workshop, plan.cells, prune=plan.prune)
    if not plan.workshop.arguments:
        manifest.write(plan.workshop.manifest(plan.share, plan.planned, plan.shard), plan.workshop.results / "runs")


def show(workshop: Workshop, trials: Sequence[Trial]) -> None:
    """Print the table, and then once more which cells have no answer."""
    with reader_may_leave():
        if trials:
            click.echo(terminal.text(collect(trials).frame, fancy=is_fancy()))
            click.echo(f"the trials are in {workshop.store.folder}", err=True)
        if trials and not workshop.arguments:
            click.echo("tfcompat report derives the reports from all of them anew", err=True)
        console.closing(trials)


def settle(plan: Plan, trials: Sequence[Trial]) -> None:
    """Run again what changed against the baseline, and leave with the exit code that this asks for."""
    if plan.before is not None:
        code = against.settle(plan.workshop, plan.cells, trials, plan.before, prune=plan.prune)
        leave_if(code, code or ExitCode.COMPLETE)
