"""What the commands share: the options that choose cells and engines, the cells they choose, and the way out."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import click

from tfcompat.errors import ExitCode
from tfcompat.project import Project

if TYPE_CHECKING:
    from tfcompat.select.releases import Cell
    from tfcompat.select.shard import Shard


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which cells a command is asked for, as the options say it; the same for every command."""

    tf: str | None
    python: str | None
    variant: str | None
    only: str | None

    @property
    def narrowed(self) -> bool:
        """Whether anything was asked for at all."""
        return any(option is not None for option in (self.tf, self.python, self.variant, self.only))

    def cells(self, project: Project) -> "tuple[Cell, ...]":
        """The cells that it chooses; which releases have none on any runnable Python is said. Raises SelectionError
        where it is malformed, or chooses none.
        """
        from tfcompat.select import pythons, releases, variants

        asked = releases.select(releases.load(project.releases), self.tf)
        chosen = variants.select(variants.load(project.variants), self.variant)
        telling = pythons.load(project.pythons)
        cells = releases.cells(asked, python=self.python, telling=telling, only=self.only, variants=chosen)
        if lacking := releases.left_out(asked, python=self.python, only=self.only, variants=chosen):
            names = ", ".join(str(release.version) for release in lacking)
            click.echo(f"left out, for the runner works on none of their Pythons: TensorFlow {names}", err=True)
        return cells


def selection(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that choose cells; it gets them as one ``selection``."""

    @functools.wraps(command)
    def selecting(*arguments: Any, tf: Any, python: Any, variant: Any, only: Any, **options: Any) -> None:
        chosen = Selection(tf=tf, python=python, variant=variant, only=only)
        command(*arguments, selection=chosen, **options)

    options = (
        click.option(
            "--tf",
            metavar="WHICH",
            help="Releases: versions, PEP 440 specifiers, latest, all, pre, nightly; by commas.",
        ),
        click.option(
            "--python",
            metavar="X.Y",
            help="Pythons: all, telling (the newest, and those that change an outcome), or some by commas. "
            "Default: the newest of each release.",
        ),
        click.option(
            "--variant", metavar="NAME", help="Variants: all, names or globs by commas. Default: as pip installs it."
        ),
        click.option(
            "--only", metavar="GLOB", help="Cells whose id matches, for example 'tf2.1?.*'; several by commas."
        ),
    )
    for option in reversed(options):
        selecting = option(selecting)
    return selecting


def engine_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--engine",
        type=click.Choice(["auto", "docker", "local"]),
        default="auto",
        show_default=True,
        help="What makes the environments.",
    )(command)


def package_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--package",
        default="tensorflow-cpu",
        show_default=True,
        metavar="NAME",
        help="Which distribution of TensorFlow.",
    )(command)


def shard_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--shard", metavar="I/N", callback=shard_of, help="Only the I-th of N parts of the cells, of equal length."
    )(command)


def shard_of(context: click.Context, option: click.Parameter, text: str | None) -> "Shard":
    from tfcompat.select import shard

    return shard.WHOLE if text is None else shard.parse(text)


def share_of(project: Project, cells: "Sequence[Cell]", part: "Shard") -> "tuple[Cell, ...]":
    """The cells of a shard, by how long each took when it was measured last."""
    from tfcompat.select import shard
    from tfcompat.trials.store import Store, newest

    if part == shard.WHOLE:
        return tuple(cells)
    return shard.share(cells, part, shard.durations(newest(Store(project.trials).read())))


def leave(code: ExitCode) -> NoReturn:
    """End the command with a code of the table; the command line itself exits."""
    raise click.exceptions.Exit(int(code))
