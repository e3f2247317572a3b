"""What the commands share: the options that choose cells and engines, the cells they choose, and the way out."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

import click

from harness.errors import ExitCode
from harness.project import Project

if TYPE_CHECKING:
    from harness.releases import Cell


def selection(command: Callable[..., None]) -> Callable[..., None]:
    """The options that choose cells, the same for every command."""
    options = (
        click.option(
            "--tf", metavar="WHICH", help="Releases: versions, PEP 440 specifiers, latest, all, pre; by commas."
        ),
        click.option(
            "--python", metavar="X.Y", help="Pythons: all, or some by commas. Default: the newest of each release."
        ),
        click.option("--only", metavar="GLOB", help="Cells whose id matches, for example 'tf2.1?.*'."),
    )
    for option in reversed(options):
        command = option(command)
    return command


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


def selected(project: Project, tf: str | None, python: str | None, only: str | None) -> "tuple[Cell, ...]":
    from harness import releases

    return releases.cells(releases.select(releases.load(project.releases), tf), python=python, only=only)


def leave(code: ExitCode) -> NoReturn:
    """End the command with a code of the table; the command line itself exits."""
    raise click.exceptions.Exit(int(code))
