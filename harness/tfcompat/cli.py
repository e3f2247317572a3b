"""The command ``tfcompat``: what a person asks for, in the order in which it is done. The only place that exits."""

import json
import os
import shlex
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from tfcompat import __version__, project
from tfcompat.commands.against import baseline, settle
from tfcompat.commands.answers import answers
from tfcompat.commands.ask import history, imports, where
from tfcompat.commands.claims import claims, claims_of
from tfcompat.commands.diff import diff
from tfcompat.commands.formats import FORMATS, emit
from tfcompat.commands.gate import gate
from tfcompat.commands.grid import grid
from tfcompat.commands.inventory import inventory
from tfcompat.commands.merge import merge
from tfcompat.commands.nightly import nightly
from tfcompat.commands.options import Selection, engine_option, leave, package_option, selection, shard_option, share_of
from tfcompat.commands.site import write_site
from tfcompat.commands.surprises import surprises
from tfcompat.errors import (
    DISK_FULL,
    DataError,
    ExitCode,
    InterruptedRunError,
    SelectionError,
    TfcompatError,
    ToolError,
    words_of,
)
from tfcompat.outcomes import NoAnswerError
from tfcompat.project import Project
from tfcompat.suite import untestable

if TYPE_CHECKING:
    from datetime import datetime

    from tfcompat.outcomes import Trial
    from tfcompat.run.workshop import Workshop
    from tfcompat.select.releases import Cell
    from tfcompat.select.shard import Shard


class Commands(click.Group):
    """The commands; where whoever reads their output has seen enough, that is no error (click would exit with 1)."""

    def invoke(self, ctx: click.Context) -> Any:
        with reader_may_leave():
            return super().invoke(ctx)


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """What is printed when nobody reads standard output any more is lost, without a word."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tfcompat")
@click.option("--project", "root", metavar="DIR", help="The project's folder. Default: the current one.")
@click.option("--cache", metavar="DIR", envvar="TFCOMPAT_CACHE", help="Where environments and locks are kept.")
@click.pass_context
def cli(context: click.Context, root: str | None, cache: str | None) -> None:
    """Which TensorFlow normalization APIs and behaviours work on which release, measured."""
    context.obj = project.find(root, cache)


@cli.command()
@selection
@engine_option
@package_option
@click.option("--jobs", "-j", type=click.IntRange(1), help="Cells at once. Default: as many as cores, within memory.")
@click.option("-k", "expression", metavar="EXPR", help="Only scenarios that match, as pytest's -k; shown, not kept.")
@click.option("--resume", is_flag=True, help="Skip cells whose newest trial by this engine is of this suite and lock.")
@click.option("--prune", is_flag=True, help="Remove each environment after its cell.")
@click.option("--against", metavar="WHAT", help="Run again what changed against a folder of reports or a git revision.")
@shard_option
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where trials and manifest go. Default: reports/.",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def run(
    project: Project,
    selection: Selection,
    engine: str,
    package: str,
    jobs: int | None,
    expression: str | None,
    resume: bool,
    prune: bool,
    against: str | None,
    shard: "Shard",
    output: Path | None,
    arguments: tuple[str, ...],
) -> None:
    """Run the suite in the selected cells, keep the trials, and print the table.

    What comes after -- goes to pytest.
    """
    from tfcompat.run import manifest
    from tfcompat.run.workshop import Workshop, default_jobs

    planned = selection.cells(project)
    cells = share_of(project, planned, shard)
    asked = (*(("-k", expression) if expression else ()), *arguments)
    workshop = Workshop(
        project=project,
        engine_name=engine,
        package=package,
        jobs=jobs or default_jobs(),
        arguments=asked,
        output=output,
    )
    if asked:
        check_part(workshop, kept=bool(output), resumed=resume)
    before = baseline(project, against)
    for cell in workshop.store.sweep():
        click.echo(f"an earlier run was killed while it measured {cell}: the half of it was removed", err=True)
    if not cells:
        click.echo(f"shard {shard} has nothing to do: the others have all {len(planned)} cells", err=True)
    mine = cells
    if resume:
        cells = workshop.without_trial(mine)
        click.echo(f"{len(mine) - len(cells)} of {len(mine)} cells are there already", err=True)
    announce(workshop, cells, prune=prune)
    if not asked:
        manifest.write(workshop.manifest(mine, planned, shard), workshop.results / "runs")
    trials = measured(workshop, cells, prune=prune)
    with reader_may_leave():
        show(workshop, trials)
    if before is not None and (code := settle(workshop, cells, trials, before, prune=prune)) is not None:
        leave(code)
    if any(trial.reason for trial in trials):
        leave(ExitCode.UNKNOWN_CELLS)


def check_part(workshop: "Workshop", *, kept: bool, resumed: bool) -> None:
    """Raises SelectionError where a part of the suite is to be kept, or what pytest is told leaves none of it."""
    from tfcompat.suite import catalogue

    if kept or resumed:
        option = "--output" if kept else "--resume"
        raise SelectionError(
            f"a part of the suite is shown and not kept: leave out {option}, or -k and what follows --"
        )
    told = shlex.join(workshop.arguments)
    try:
        chosen = catalogue.scenarios(workshop.program)
    except DataError as error:
        raise SelectionError(f"pytest was told {told}: {error}") from error
    if not chosen:
        raise SelectionError(f"{told} leaves no scenario: tfcompat list scenarios names them")


def announce(workshop: "Workshop", cells: "Sequence[Cell]", *, prune: bool = False) -> None:
    """Say what will be fetched and kept, before anything is."""
    from tfcompat.run import console
    from tfcompat.run.workshop import needs

    missing = workshop.without_environment(cells)
    download, disk = needs(missing, workshop.package)
    at_once = min(workshop.jobs, len(missing)) if prune else len(missing)
    console.needs(download, disk * at_once // max(1, len(missing)), workshop.engine.free_disk(), len(missing))


def measured(workshop: "Workshop", cells: "Sequence[Cell]", *, prune: bool) -> "list[Trial]":
    """The trials of the cells; an interruption says how many there are, and how to go on."""
    from tfcompat.run import console

    trials: list[Trial] = []
    with console.listening(cells) as emit:
        try:
            trials.extend(workshop.matrix(emit, prune=prune).run(cells, workshop.jobs))
        except (KeyboardInterrupt, BrokenPipeError) as error:  # or nobody reads standard error any more
            raise InterruptedRunError(
                f"interrupted: the cells that had finished are in {workshop.store.folder}; --resume goes on with the rest"
            ) from error
    return trials


def show(workshop: "Workshop", trials: "Sequence[Trial]") -> None:
    """Print the table, and then again what has no answer."""
    from tfcompat.publish import report as reports
    from tfcompat.run import console

    if trials:
        click.echo(reports.for_terminal(trials, fancy=is_fancy()))
        click.echo(f"the trials are in {workshop.store.folder}", err=True)
    if trials and not workshop.arguments:
        click.echo("tfcompat report derives the reports from all of them anew", err=True)
    console.closing(trials)


def is_fancy() -> bool:
    """Whether standard output is a terminal whose owner wants colours (https://no-color.org)."""
    return bool(sys.stdout and sys.stdout.isatty()) and not os.environ.get("NO_COLOR")


@cli.command("list")
@click.argument("what", type=click.Choice(["cells", "scenarios", "untestable"]), default="cells")
@selection
@shard_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def list_them(project: Project, what: str, selection: Selection, shard: "Shard", as_json: bool) -> None:
    """List the selected cells, the scenarios of the suite, or what cannot be asked."""
    if what == "scenarios":
        rows = suite_of(project)
        lines = [f"{row['id']}  {row['title']}" for row in rows]
    elif what == "untestable":
        rows = [asdict(one) for one in untestable.load(project.untestable)]
        lines = [f"{row['id']}  {row['title']}: {row['reason']}" for row in rows]
    else:
        cells = share_of(project, selection.cells(project), shard)
        rows = [described(project, cell) for cell in cells]
        lines = [f"{row['cell']:24} {row['date']}  {'locked' if row['locked'] else ''}".rstrip() for row in rows]
    click.echo(json.dumps(rows, indent=1) if as_json else "\n".join(lines))


@cli.command()
@click.argument("what", type=click.Choice(["scenarios"]))
@click.pass_obj
def check(project: Project, what: str) -> None:
    """Say what the scenarios lack: an id, a title, a reference."""
    from tfcompat.suite.catalogue import lacks

    rows = suite_of(project)
    lacking = [f"{row['id']} ({row['source']}) lacks {lack}" for row in rows for lack in lacks(row)]
    click.echo("\n".join(lacking) or f"{len(rows)} {what} in {len({row['id'].split('::')[0] for row in rows})} groups")
    if lacking:
        leave(ExitCode.USAGE)


def suite_of(project: Project) -> list[dict[str, Any]]:
    from tfcompat.run.workshop import Workshop
    from tfcompat.suite import catalogue

    return catalogue.scenarios(Workshop(project=project, engine_name="local").program)


@cli.command()
@click.option("--engine", type=click.Choice(["docker", "local"]), help="Let the newest trials of this engine speak.")
@click.option("--output", type=click.Path(path_type=Path), help="Where to. Default: reports/, or standard output.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="Only this one, as one file.")
@click.option("--against", metavar="WHAT", help="Say in junit and summary what changed: a folder or git revision.")
@click.option("--site", is_flag=True, help="Write the page too, into site/ beside the reports.")
@click.pass_obj
def report(
    project: Project, engine: str | None, output: Path | None, form: str | None, against: str | None, site: bool
) -> None:
    """Derive the table, the ranges and the pages from the trials alone."""
    from tfcompat.publish import report as reports
    from tfcompat.trials.store import Store

    trials = Store(project.trials).read()
    if not trials:
        raise TfcompatError(f"there are no trials in {project.trials}: make some with tfcompat run")
    if form is not None or against is not None:
        emit(project, trials, engine, form, output, against)
        return
    for path in reports.write(trials, output or project.reports, engine, claims_of(project)):
        click.echo(path)
    if site:
        written = write_site(project, trials, engine, output or project.reports)
        click.echo(f"{written[-1]} ({len(written)} files)")


@cli.group()
def images() -> None:
    """Make, lock, list and remove environments."""


@images.command("build")
@selection
@engine_option
@package_option
@click.pass_obj
def images_build(project: Project, selection: Selection, engine: str, package: str) -> None:
    """Make the environments of the selected cells."""
    from tfcompat.environments.engine import Recipe
    from tfcompat.run.matrix import trouble_is_no_answer
    from tfcompat.run.workshop import Workshop

    cells = selection.cells(project)
    workshop = Workshop(project=project, engine_name=engine, package=package)
    announce(workshop, cells)
    matrix = workshop.matrix()
    failed = 0
    for cell in cells:
        try:
            with trouble_is_no_answer():
                made = matrix.sandbox(Recipe(cell=cell, lock=matrix.lock(cell)))
            click.echo(f"{cell.id}  {made.environment}")
        except NoAnswerError as error:
            failed += 1
            click.echo(f"{cell.id}: {error.reason}: {error.message}", err=True)
    if failed:
        leave(ExitCode.UNKNOWN_CELLS)


@images.command("lock")
@selection
@package_option
@click.option("--force", is_flag=True, help="Make locks anew that are there.")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="The day that the locks stand at. Default: a month after the release.",
)
@click.option("--jobs", "-j", type=click.IntRange(1), default=4, show_default=True, help="Locks at once.")
@click.pass_obj
def images_lock(
    project: Project, selection: Selection, package: str, force: bool, as_of: "datetime | None", jobs: int
) -> None:
    """Make the committed locks of the selected cells."""
    from tfcompat.environments import locks
    from tfcompat.environments.uv import Uv
    from tfcompat.run import schedule

    uv = Uv()
    cells = selection.cells(project)

    def work(cell: "Cell") -> str:
        path = project.locks / locks.file_name(cell, package)
        if path.exists() and not force:
            return "is there"
        try:
            lock = locks.make(cell, package, uv, [project.locks], as_of.date() if as_of else None)
        except NoAnswerError as error:
            return f"failed: {error.reason}: {error.message}"
        locks.save(lock, path)
        return f"locked as of {lock.exclude_newer}"

    failed = 0
    with schedule.workers(jobs, uv.cancelled.set) as executor:
        for cell, said in schedule.run(cells, work, executor, jobs):
            failed += said.startswith("failed")
            click.echo(f"{cell.id}  {said}")
    if failed:
        leave(ExitCode.UNKNOWN_CELLS)


@images.command("list")
@engine_option
@click.pass_obj
def images_list(project: Project, engine: str) -> None:
    """List the environments that are kept, with their size."""
    from tfcompat.run.console import size
    from tfcompat.run.workshop import Workshop

    kept = Workshop(project=project, engine_name=engine).engine.environments()
    for name, cell, amount in kept:
        click.echo(f"{cell:24} {size(amount):>8}  {name}")
    click.echo(f"{len(kept)} environments, {size(sum(amount for *_, amount in kept))}", err=True)


@images.command("prune")
@selection
@engine_option
@click.pass_obj
def images_prune(project: Project, selection: Selection, engine: str) -> None:
    """Remove the environments that are kept: those of the selected cells, or all where nothing is selected."""
    from tfcompat.run.workshop import Workshop

    cells = {cell.id for cell in selection.cells(project)} if selection.narrowed else None
    click.echo(f"{Workshop(project=project, engine_name=engine).engine.prune(cells)} environments were removed")


@cli.command()
@click.argument("cell")
@engine_option
@package_option
@click.pass_obj
def shell(project: Project, cell: str, engine: str, package: str) -> None:
    """Open a Python shell in a cell's environment, as its scenarios see it."""
    from tfcompat.environments.engine import Recipe
    from tfcompat.run.workshop import Workshop
    from tfcompat.select import releases, variants

    found = releases.cell_named(releases.load(project.releases), variants.load(project.variants), cell)
    workshop = Workshop(project=project, engine_name=engine, package=package)
    announce(workshop, [found])
    matrix = workshop.matrix()
    try:
        code = matrix.sandbox(Recipe(cell=found, lock=matrix.lock(found))).shell(workshop.program)
    except NoAnswerError as error:
        raise ToolError(f"{cell} has no environment: {error.message}") from error
    sys.exit(code)


@cli.command()
@selection
@click.pass_obj
def doctor(project: Project, selection: Selection) -> None:
    """Say what this machine has and lacks for the selected cells, and how to get it."""
    from tfcompat.run.doctor import findings

    lacking = 0
    for finding in findings(selection.cells(project), project):
        lacking += not finding.good
        click.echo(f"{'✓' if finding.good else '✗'} {finding.what}")
    if lacking:
        leave(ExitCode.UNKNOWN_CELLS)


cli.add_command(grid)
cli.add_command(surprises)
cli.add_command(inventory)
cli.add_command(merge)
cli.add_command(gate)
cli.add_command(nightly)
cli.add_command(claims)
cli.add_command(answers)
cli.add_command(diff)
cli.add_command(history)
cli.add_command(where)
cli.add_command(imports)


def described(project: Project, cell: "Cell") -> dict[str, Any]:
    return {
        "cell": cell.id,
        "tensorflow": str(cell.release.version),
        "channel": str(cell.release.channel),
        "date": str(cell.release.date),
        "python": cell.python,
        "variant": cell.variant.name,
        "locked": is_locked(project, cell),
    }


def is_locked(project: Project, cell: "Cell") -> bool:
    return (project.locks / f"{cell.id}.txt").exists()


def main() -> NoReturn:
    """Run the command; every error that says what to do is one sentence on standard error, with its exit code."""
    prepare()
    try:
        sys.exit(cli.main(standalone_mode=False) or 0)
    except TfcompatError as error:
        stop(str(error), error.exit_code)
    except NoAnswerError as error:  # of an engine that is asked what it has, before any cell
        stop(error.message, ExitCode.USAGE)
    except click.ClickException as error:
        error.show()
        sys.exit(int(ExitCode.USAGE))
    except OSError as error:
        if error.errno not in DISK_FULL and not error.filename:
            raise
        stop(words_of(error), ExitCode.USAGE)
    except (KeyboardInterrupt, click.Abort):
        stop("interrupted", ExitCode.INTERRUPTED)


def prepare() -> None:
    """Let whoever ends the command end it as Ctrl-C does, and a terminal of another encoding show a question mark."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def stop(said: str, code: ExitCode) -> NoReturn:
    with suppress(BrokenPipeError):
        click.echo(f"tfcompat: {said}", err=True)
    sys.exit(int(code))
