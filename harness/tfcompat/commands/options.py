"""What the commands share: the options that choose cells and engines, the cells they choose, and the way out."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import click
from click.core import ParameterSource

from tfcompat.environments.locks import DEFAULT_PACKAGE
from tfcompat.errors import ExitCode, SelectionError
from tfcompat.project import Project
from tfcompat.select import cells, pythons, releases, shard, variants
from tfcompat.select.cells import Cell
from tfcompat.select.shard import Shard
from tfcompat.trials.current import newest
from tfcompat.trials.recent import recent
from tfcompat.trials.store import Store

#: Decorates a command with an option.
Decorator = Callable[[Callable[..., None]], Callable[..., None]]


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

    def cells(self, project: Project) -> tuple[Cell, ...]:
        """The cells that it chooses; which releases have no supported Python is said on standard error.

        Raises SelectionError where it is malformed, or chooses none.
        """
        asked = releases.select(releases.load(project.releases), self.tf)
        chosen = variants.select(variants.load(project.variants), self.variant)
        relevant = pythons.load(project.pythons)
        selected = cells.cells(asked, python=self.python, relevant=relevant, only=self.only, variants=chosen)
        if lacking := cells.left_out(asked, python=self.python, only=self.only, variants=chosen):
            names = ", ".join(str(release.version) for release in lacking)
            click.echo(f"left out, no supported Python: TensorFlow {names}", err=True)
        return selected


def selection(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that choose cells; it gets them as one ``selection``."""

    @functools.wraps(command)
    def selecting(*arguments: Any, tf: Any, python: Any, variant: Any, only: Any, **options: Any) -> None:
        command(*arguments, selection=Selection(tf=tf, python=python, variant=variant, only=only), **options)

    options = (
        click.option(
            "--tf",
            metavar="WHICH",
            help="Releases: versions, 2.15 (its last patch), ranges such as 2.15..2.17, PEP 440 specifiers, latest, all, "
            "pre, nightly; separated by commas.",
        ),
        click.option(
            "--python",
            metavar="X.Y",
            help="Pythons: all, relevant (the newest, and those that change an outcome), or versions separated by "
            "commas. Default: the newest of each release.",
        ),
        click.option(
            "--variant",
            metavar="NAME",
            help="Variants: all, names or globs, separated by commas. Default: as pip installs it.",
        ),
        click.option(
            "--only", metavar="GLOB", help="Cells whose id matches, for example 'tf2.1?.*'; separated by commas."
        ),
    )
    for option in reversed(options):
        selecting = option(selecting)
    return selecting


def parse_shard(context: click.Context, option: click.Parameter, text: str | None) -> Shard:
    return shard.WHOLE if text is None else shard.parse(text)


engine_option: Decorator = click.option(
    "--engine",
    type=click.Choice(["auto", "docker", "local"]),
    default="auto",
    show_default=True,
    help="What makes the environments.",
)
package_option: Decorator = click.option(
    "--package",
    default=DEFAULT_PACKAGE,
    show_default=True,
    metavar="NAME",
    help="Which distribution of TensorFlow.",
)
shard_option: Decorator = click.option(
    "--shard", metavar="I/N", callback=parse_shard, help="Only the I-th of N parts of the cells, of equal length."
)
jobs_option: Decorator = click.option(
    "--jobs",
    "-j",
    type=click.IntRange(1),
    help="How many cells run at once. Default: one more than cores, within memory.",
)
json_option: Decorator = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def share_of(project: Project, cells: Sequence[Cell], part: Shard) -> tuple[Cell, ...]:
    """The cells of a shard, by how long each took when it was measured last."""
    if part == shard.WHOLE:
        return tuple(cells)
    answered = [trial for trial in recent(Store(project.trials)) if trial.reason is None]
    return shard.share(cells, part, shard.durations(newest(answered)))


def leave(code: int) -> NoReturn:
    """End the command with an exit code; the command line itself exits."""
    raise click.exceptions.Exit(int(code))


def refuse(names: set[str], sentence: str) -> None:
    """Raises SelectionError where an option of these was given; ``{}`` in the sentence stands for it."""
    context = click.get_current_context()
    for option in context.command.params:
        given = option.name in names and context.get_parameter_source(option.name or "") is not ParameterSource.DEFAULT
        if given and isinstance(option, click.Option):
            raise SelectionError(sentence.format(option.opts[0]))


def leave_if(condition: object, code: ExitCode) -> None:
    """End the command with an exit code of the table where something is the case."""
    if condition:
        leave(code)
