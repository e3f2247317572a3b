"""What ``tfcompat report --format`` does: one form of the report, to a file or to standard output."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tfcompat.errors import SelectionError, TfcompatError
from tfcompat.project import Project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tfcompat.compare.diff import Diff
    from tfcompat.outcomes import Trial

#: The formats, by the names that harness.formats has them under.
FORMATS = ("csv", "parquet", "json", "markdown", "junit", "summary", "svg")
#: Those that tell what changed.
TELL_CHANGES = ("junit", "summary")


def emit(
    project: Project,
    trials: "Sequence[Trial]",
    engine: str | None,
    form: str | None,
    output: Path | None,
    against: str | None,
) -> None:
    """Write the report of some trials in one format; ``against`` names what it is compared with, where it tells of changes."""
    from tfcompat.files import write_file
    from tfcompat.publish import formats
    from tfcompat.trials.store import newest, speaking

    if form is None or (against is not None and form not in TELL_CHANGES):
        raise SelectionError(f"--against is for --format {' or '.join(TELL_CHANGES)}: see tfcompat diff for the rest")
    chosen = list(newest(trials, engine).values()) if engine else speaking(trials)
    if not chosen:
        raise TfcompatError(f"no trial is of the {engine} engine: make some with tfcompat run --engine {engine}")
    content = formats.made(form, formats.Told(trials=chosen, diff=compared(project, chosen, against)))
    if output is None or str(output) == "-":
        write_out(content, binary=form == "parquet")
    else:
        write_file(output, lambda path: path.write_bytes(content))


def compared(project: Project, trials: "Sequence[Trial]", against: str | None) -> "Diff | None":
    from tfcompat.compare.baseline import side
    from tfcompat.compare.diff import Side, compare

    if against is None:
        return None
    return compare(side(against, project), Side(name="these trials", trials=trials))


def write_out(content: bytes, *, binary: bool) -> None:
    if binary and sys.stdout.isatty():
        raise TfcompatError("parquet is nothing to read on a terminal: name a file with --output")
    click.echo(content, nl=False)
