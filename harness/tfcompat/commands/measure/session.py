"""A session: what the commands that make environments say before they do, and how they measure cells until the end."""

from collections.abc import Sequence

from tfcompat.errors import InterruptedRunError
from tfcompat.outcomes import Trial
from tfcompat.run import console
from tfcompat.run.workshop import Workshop, needs
from tfcompat.select.cells import Cell


def announce(workshop: Workshop, cells: Sequence[Cell], *, prune: bool = False) -> None:
    """Say what will be downloaded and kept, before anything is."""
    missing = workshop.without_environment(cells)
    download, disk = needs(missing, workshop.package)
    at_once = min(workshop.jobs, len(missing)) if prune else len(missing)
    console.needs(download, disk * at_once // max(1, len(missing)), workshop.engine.free_disk(), len(missing))


def measure(workshop: Workshop, cells: Sequence[Cell], *, go_on: str, prune: bool = False) -> list[Trial]:
    """The trials of the cells, shown as they come.

    Raises InterruptedRunError where it is interrupted, which says what is kept, and that ``go_on`` goes on.
    """
    trials: list[Trial] = []
    with console.listening(cells) as emit:
        try:
            trials.extend(workshop.matrix(emit, prune=prune).run(cells, workshop.jobs))
        except (KeyboardInterrupt, BrokenPipeError) as error:  # the latter where standard error was closed
            raise InterruptedRunError(
                f"interrupted: the cells that had finished are in {workshop.store.folder}; {go_on} goes on with the rest"
            ) from error
    return trials
