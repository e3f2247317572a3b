"""tfcompat images lock: the committed locks of cells."""

from datetime import date, datetime
from pathlib import Path

import click

from tfcompat.commands.clone import require_clone
from tfcompat.commands.options import Selection, leave_if, package_option, selection
from tfcompat.environments import locks
from tfcompat.environments.uv import Uv
from tfcompat.errors import ExitCode
from tfcompat.outcomes import NoAnswerError
from tfcompat.project import Project
from tfcompat.run import schedule
from tfcompat.select.cells import Cell


@click.command("lock")
@selection
@package_option
@click.option("--force", is_flag=True, help="Make locks again that exist already.")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="Use nothing that was uploaded after this day. Default: a month after the release.",
)
@click.option(
    "--jobs", "-j", type=click.IntRange(1), default=4, show_default=True, help="How many locks are made at once."
)
@click.pass_obj
def lock_cells(
    project: Project, selection: Selection, package: str, force: bool, as_of: datetime | None, jobs: int
) -> None:
    """Make the committed locks of the selected cells."""
    require_clone(project, "tfcompat images lock")
    uv = Uv()
    day = as_of.date() if as_of else None
    failed = False

    def work(cell: Cell) -> str:
        path = project.locks / locks.file_name(cell, package)
        return "is there" if path.exists() and not force else make_lock(cell, package, uv, path, day)

    with schedule.workers(jobs, uv.cancelling) as executor:
        for cell, message in schedule.run(selection.cells(project), work, executor, jobs):
            failed |= message.startswith("failed")
            click.echo(f"{cell.id}  {message}")
    leave_if(failed, ExitCode.UNKNOWN_CELLS)


def make_lock(cell: Cell, package: str, uv: locks.RunUv, path: Path, day: date | None) -> str:
    """Make and save the lock of a cell; what happened, in words."""
    try:
        lock = locks.make(cell, package, uv, [path.parent], day)
    except NoAnswerError as error:
        return f"failed: {error.reason}: {error.message}"
    locks.save(lock, path)
    return f"locked as of {lock.exclude_newer}"
