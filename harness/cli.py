"""The command ``tfcompat``: what a person asks for, in the order in which it is done. The only place that exits."""

import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from harness import __version__, project
from harness.errors import ExitCode, InterruptedRunError, TfcompatError, ToolError
from harness.project import Project

if TYPE_CHECKING:
    from harness.engine import Engine, Program
    from harness.outcomes import Trial
    from harness.releases import Cell
    from harness.uv import Uv

#: Bytes that a cell takes while it runs, for how many run at once; bytes that one scenario may map beyond the import.
CELL_MEMORY, SCENARIO_MEMORY = 1 << 30, 3 << 30
#: Seconds for a whole cell, and for a shell's environment that has no limit.
CELL_LIMIT = 1800.0
#: An environment's download and disk beside TensorFlow's own wheel, in bytes, and how many times its size that wheel
#: takes unpacked: measured by benchmarks/sizes.py over the default cells.
OTHER_DOWNLOAD, OTHER_DISK, UNPACKED = 90_000_000, 350_000_000, 4.0


def selection(command: Callable[..., None]) -> Callable[..., None]:
    """The options that choose cells, the same for every command."""
    options = (
        click.option("--tf", metavar="WHICH", help="Releases: versions, PEP 440 specifiers, latest, all, pre; by commas."),
        click.option("--python", metavar="X.Y", help="Pythons: all, or some by commas. Default: the newest of each release."),
        click.option("--only", metavar="GLOB", help="Cells whose id matches, for example 'tf2.1?.*'."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def engine_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option("--engine", type=click.Choice(["auto", "docker", "local"]), default="auto", show_default=True,
                        help="What makes the environments.")(command)


def package_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option("--package", default="tensorflow-cpu", show_default=True, metavar="NAME",
                        help="Which distribution of TensorFlow.")(command)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
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
@click.option("--resume", is_flag=True, help="Skip cells whose newest trial is complete, of this suite, lock and engine.")
@click.option("--prune", is_flag=True, help="Remove each environment after its cell.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def run(project: Project, tf: str | None, python: str | None, only: str | None, engine: str, package: str,
        jobs: int | None, expression: str | None, resume: bool, prune: bool, arguments: tuple[str, ...]) -> None:
    """Run the suite in the selected cells, keep the trials, and print the table.

    What comes after -- goes to pytest.
    """
    from harness import console
    from harness.store import Store
    from harness.uv import Uv

    cells = selected(project, tf, python, only)
    asked = (*(("-k", expression) if expression else ()), *arguments)
    store = Store(partial_folder(project) if asked else project.trials)
    for cell in store.sweep():
        click.echo(f"an earlier run was killed while it measured {cell}: what it had of it was removed", err=True)
    uv = Uv()
    chosen = choose_engine(engine, project, uv)
    jobs = jobs or default_jobs()
    program = make_program(project, uv, jobs, asked)
    if resume:
        cells = to_do(cells, store, chosen, program.suite_hash, project, package)
    announce(cells, chosen, project, package, prune, jobs)
    trials = []
    with console.listening(cells) as emit:
        matrix = make_matrix(project, chosen, program, store, uv, package, emit, prune)
        try:
            trials.extend(matrix.run(cells, jobs))
        except KeyboardInterrupt as error:
            kept = f"{len(trials)} of {len(cells)} cells were recorded"
            raise InterruptedRunError(f"interrupted: {kept}; tfcompat run --resume goes on with the rest") from error
    print_result(project, trials, kept=not asked)
    console.closing(trials)
    if any(trial.reason for trial in trials):
        leave(ExitCode.UNKNOWN_CELLS)


@cli.command("list")
@selection
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def list_cells(project: Project, tf: str | None, python: str | None, only: str | None, as_json: bool) -> None:
    """List the selected cells."""
    cells = selected(project, tf, python, only)
    if as_json:
        click.echo(json.dumps([described(project, cell) for cell in cells], indent=1))
        return
    for cell in cells:
        click.echo(f"{cell.id:24} {cell.release.date}  {'locked' if is_locked(project, cell) else ''}".rstrip())


@cli.command()
@click.option("--engine", type=click.Choice(["docker", "local"]), help="Let the newest trials of this engine speak.")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), help="Where to. Default: reports/.")
@click.pass_obj
def report(project: Project, engine: str | None, output: Path | None) -> None:
    """Derive the table, the ranges and the pages from the trials alone."""
    from harness import report as reports
    from harness.store import Store

    trials = Store(project.trials).read()
    if not trials:
        raise TfcompatError(f"there are no trials in {project.trials}: make some with tfcompat run")
    for path in reports.write(trials, output or project.reports, engine):
        click.echo(path)


@cli.group()
def images() -> None:
    """Make, lock, list and remove environments."""


@images.command("build")
@selection
@engine_option
@package_option
@click.option("--jobs", "-j", type=click.IntRange(1), default=1, show_default=True, help="Environments at once.")
@click.pass_obj
def images_build(project: Project, tf: str | None, python: str | None, only: str | None, engine: str, package: str,
                 jobs: int) -> None:
    """Make the environments of the selected cells."""
    from harness.outcomes import NoAnswerError
    from harness.store import Store
    from harness.uv import Uv

    cells = selected(project, tf, python, only)
    uv = Uv()
    chosen = choose_engine(engine, project, uv)
    announce(cells, chosen, project, package, prune=False, jobs=jobs)
    matrix = make_matrix(project, chosen, make_program(project, uv, jobs, ()), Store(project.trials), uv, package,
                         lambda event: None, prune=False)
    failed = 0
    for cell in cells:
        try:
            made = matrix.sandbox(recipe_of(matrix.lock(cell), cell))
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
@click.option("--jobs", "-j", type=click.IntRange(1), default=4, show_default=True, help="Locks at once.")
@click.pass_obj
def images_lock(project: Project, tf: str | None, python: str | None, only: str | None, package: str, force: bool,
                jobs: int) -> None:
    """Make the committed locks of the selected cells."""
    from harness import locks, schedule
    from harness.outcomes import NoAnswerError
    from harness.uv import Uv

    uv = Uv()
    cells = selected(project, tf, python, only)

    def work(cell: "Cell") -> str:
        path = project.locks / locks.file_name(cell, package)
        if path.exists() and not force:
            return "is there"
        try:
            lock = locks.make(cell, package, uv)
        except NoAnswerError as error:
            return f"failed: {error.reason}: {error.message}"
        locks.save(lock, path)
        return f"locked as of {lock.exclude_newer}"

    failed = 0
    with ThreadPoolExecutor(jobs) as executor:
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
    from harness.console import size
    from harness.uv import Uv

    kept = choose_engine(engine, project, Uv()).environments()
    for name, cell, amount in kept:
        click.echo(f"{cell:24} {size(amount):>8}  {name}")
    click.echo(f"{len(kept)} environments, {size(sum(amount for *_, amount in kept))}", err=True)


@images.command("prune")
@engine_option
@click.pass_obj
def images_prune(project: Project, engine: str) -> None:
    """Remove all environments that are kept."""
    from harness.uv import Uv

    click.echo(f"{choose_engine(engine, project, Uv()).prune()} environments were removed")


@cli.command()
@click.argument("cell")
@engine_option
@package_option
@click.pass_obj
def shell(project: Project, cell: str, engine: str, package: str) -> None:
    """Open a Python shell in a cell's environment, as its scenarios see it."""
    from harness import releases
    from harness.outcomes import NoAnswerError
    from harness.store import Store
    from harness.uv import Uv

    found = releases.cell_named(releases.load(project.releases), cell)
    uv = Uv()
    chosen = choose_engine(engine, project, uv)
    program = make_program(project, uv, 1, ())
    matrix = make_matrix(project, chosen, program, Store(project.trials), uv, package, lambda event: None, prune=False)
    try:
        code = matrix.sandbox(recipe_of(matrix.lock(found), found)).shell(program)
    except NoAnswerError as error:
        raise ToolError(f"{cell} has no environment: {error.message}") from error
    sys.exit(code)


@cli.command()
@selection
@click.pass_obj
def doctor(project: Project, tf: str | None, python: str | None, only: str | None) -> None:
    """Say what this machine has and lacks for the selected cells, and how to get it."""
    from harness.doctor import findings

    lacking = 0
    for finding in findings(selected(project, tf, python, only), project, needs_of):
        lacking += not finding.good
        click.echo(f"{'✓' if finding.good else '✗'} {finding.what}")
    if lacking:
        leave(ExitCode.UNKNOWN_CELLS)


def selected(project: Project, tf: str | None, python: str | None, only: str | None) -> "tuple[Cell, ...]":
    from harness import releases

    return releases.cells(releases.select(releases.load(project.releases), tf), python=python, only=only)


def described(project: Project, cell: "Cell") -> dict[str, Any]:
    return {
        "cell": cell.id,
        "tensorflow": str(cell.release.version),
        "date": str(cell.release.date),
        "python": cell.python,
        "variant": str(cell.variant),
        "locked": is_locked(project, cell),
    }


def is_locked(project: Project, cell: "Cell") -> bool:
    return (project.locks / f"{cell.id}.txt").exists()


def choose_engine(name: str, project: Project, uv: "Uv") -> "Engine":
    """The engine of a name; ``auto`` takes Docker where an engine answers, and else says why it does not."""
    from harness.engines.local import LocalEngine

    if name != "local":
        try:
            return docker_engine(project)
        except ToolError as error:
            if name == "docker":
                raise
            click.echo(f"using local environments: {str(error).split(':')[0]}", err=True)
    return LocalEngine(project.cache / "environments", uv)


def docker_engine(project: Project) -> "Engine":
    from harness.engines.docker import DockerEngine

    return DockerEngine(project.images, project.cache)


def make_program(project: Project, uv: "Uv", jobs: int, arguments: Sequence[str]) -> "Program":
    """What runs in each cell: the suite and bundle, staged, and the cell's share of the machine."""
    from harness import staging
    from harness.engine import Program
    from harness.outcomes import NoAnswerError

    files = staging.suite_files(project.suite)
    cores = os.cpu_count() or 1
    try:
        return Program(
            suite=staging.stage_suite(files, project.cache),
            suite_hash=staging.suite_hash(files),
            bundle=staging.stage_bundle(project.images, project.cache, uv),
            parallel=max(1, cores // jobs),
            cores=max(1.0, cores / jobs),
            memory=SCENARIO_MEMORY,
            limit=CELL_LIMIT,
            arguments=tuple(arguments),
        )
    except NoAnswerError as error:
        raise ToolError(f"the runner cannot be made: {error.message}") from error


def make_matrix(project: Project, engine: "Engine", program: "Program", store: Any, uv: "Uv", package: str,
                emit: Callable[[Any], None], prune: bool) -> Any:
    from harness.matrix import Matrix

    return Matrix(engine=engine, program=program, store=store, uv=uv, package=package, committed_locks=project.locks,
                  cached_locks=project.cache / "locks", emit=emit, remove_afterwards=prune)


def recipe_of(lock: Any, cell: "Cell") -> Any:
    from harness.engine import Recipe

    return Recipe(cell=cell, lock=lock)


def to_do(cells: "Sequence[Cell]", store: Any, engine: "Engine", suite: str, project: Project, package: str,
          ) -> "tuple[Cell, ...]":
    """The cells without a complete newest trial of this suite, lock and engine."""
    from harness import locks
    from harness.store import newest

    speaks = newest(store.read(), engine.name)

    def is_current(cell: "Cell") -> bool:
        lock = locks.find(cell, package, [project.locks, project.cache / "locks"])
        trial = speaks.get(cell.id)
        return (trial is not None and lock is not None and trial.reason is None
                and (trial.subject.suite, trial.subject.lock) == (suite, lock.digest))

    left = tuple(cell for cell in cells if not is_current(cell))
    click.echo(f"{len(cells) - len(left)} of {len(cells)} cells are there already", err=True)
    return left


def announce(cells: "Sequence[Cell]", engine: "Engine", project: Project, package: str, prune: bool, jobs: int) -> None:
    """Say what will be fetched and kept before anything is."""
    from harness import console, locks

    def is_missing(cell: "Cell") -> bool:
        lock = locks.find(cell, package, [project.locks, project.cache / "locks"])
        return lock is None or engine.find(recipe_of(lock, cell)) is None

    missing = [cell for cell in cells if is_missing(cell)]
    download, disk = needs_of(missing)
    if prune:
        disk = disk * jobs // max(len(missing), jobs)
    console.needs(download, disk, engine.free_disk(), len(missing))


def needs_of(cells: "Sequence[Cell]") -> tuple[int, int]:
    """Bytes to download and of disk that the environments of some cells take, about."""
    wheels = [cell.release.megabytes * 1_000_000 for cell in cells]
    return (sum(wheel + OTHER_DOWNLOAD for wheel in wheels), sum(int(wheel * UNPACKED) + OTHER_DISK for wheel in wheels))


def default_jobs() -> int:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(os.cpu_count() or 1, memory // CELL_MEMORY))


def partial_folder(project: Project) -> Path:
    """Where trials of a part of the suite go: they are shown, but never speak for a cell."""
    return project.cache / "partial"


def print_result(project: Project, trials: "Sequence[Trial]", *, kept: bool) -> None:
    from harness import report as reports

    if not trials:
        return
    click.echo(reports.for_terminal(trials, click.get_text_stream("stdout").isatty()))
    if kept:
        click.echo(f"trials are in {project.trials}; tfcompat report makes the reports anew", err=True)


def leave(code: ExitCode) -> NoReturn:
    sys.exit(int(code))


def main() -> NoReturn:
    """Run the command; every error that says what to do is one sentence on standard error, with its exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        cli.main(standalone_mode=False)
    except TfcompatError as error:
        click.echo(f"tfcompat: {error}", err=True)
        leave(error.exit_code)
    except click.ClickException as error:
        error.show()
        leave(ExitCode.USAGE)
    except (KeyboardInterrupt, click.Abort):
        click.echo("tfcompat: interrupted", err=True)
        leave(ExitCode.INTERRUPTED)
    leave(ExitCode.COMPLETE)
