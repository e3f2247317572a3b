"""The options of the commands that run the user's own code."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from tfcompat.commands.options import Decorator, engine_option, jobs_option, package_option

#: Seconds for the code in one cell, and for one test, unless the user says otherwise.
LIMIT, EACH = 300.0, 60.0

with_option: Decorator = click.option(
    "--with",
    "required",
    metavar="NAME",
    multiple=True,
    help="A distribution beside each release, of the release's own time: pandas, or 'pandas<2'.",
)
include_option: Decorator = click.option(
    "--include",
    metavar="GLOB",
    multiple=True,
    help="Copy only these files into the cells, beside the code itself. Default: its whole folder.",
)
limit_option: Decorator = click.option(
    "--limit", type=click.FloatRange(1, 24 * 3600), default=LIMIT, show_default=True, help="Seconds for each cell."
)
unsandboxed_option: Decorator = click.option(
    "--unsandboxed",
    is_flag=True,
    help="Let the code run on this machine where there is no container: as you, with your files and your network.",
)
alone_option: Decorator = click.option(
    "--alone", is_flag=True, help="Copy the script alone into the cells, and nothing of its folder."
)
compare_option: Decorator = click.option(
    "--compare",
    type=click.Choice(["output", "stdout", "status", "raw"]),
    default="output",
    show_default=True,
    help="What has to be equal: exit status and output without noise, only standard output of it, the status, or all as it is.",
)
digits_option: Decorator = click.option(
    "--digits", type=click.IntRange(1, 17), help="Compare numbers to so many significant digits."
)

#: The options of a search that a script alone has, with what each is where it is not given, and how they are written.
OF_SCRIPT: Mapping[str, Any] = {
    "required": (),
    "include": (),
    "alone": False,
    "limit": LIMIT,
    "compare": "output",
    "digits": None,
    "unsandboxed": False,
    "arguments": (),
}
NAMES = {"required": "with", "arguments": " ARGUMENTS"}


def search_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a search that runs cells."""
    options = (
        engine_option,
        package_option,
        jobs_option,
        with_option,
        include_option,
        alone_option,
        limit_option,
        compare_option,
        digits_option,
        unsandboxed_option,
    )
    for option in reversed(options):
        command = option(command)
    return command
