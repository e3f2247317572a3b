"""What ``tfcompat report --format`` does: one form of the report, to a file or to standard output."""

import sys
from pathlib import Path

import click

from tfcompat.compare.baseline import side
from tfcompat.compare.diff import Diff, Side, compare
from tfcompat.errors import SelectionError, TfcompatError
from tfcompat.files import write_bytes
from tfcompat.project import Project
from tfcompat.publish.formats import Form, content
from tfcompat.table.frame import Table

FORMATS = tuple(map(str, Form))
#: Those that say what changed.
SAY_CHANGES = (Form.JUNIT, Form.SUMMARY)


def emit(project: Project, table: Table, form: str | None, output: Path | None, against: str | None) -> None:
    """Write the report in one format; ``against`` names what it is compared with, where the format says what changed."""
    if form is None or (against is not None and form not in SAY_CHANGES):
        raise SelectionError(f"--against is for --format {' or '.join(SAY_CHANGES)}: see tfcompat diff for the rest")
    data = content(Form(form), table, compared(project, table, against))
    if output is None or str(output) == "-":
        write_out(data, binary=form == Form.PARQUET)
    else:
        write_bytes(output, data)


def compared(project: Project, table: Table, against: str | None) -> Diff | None:
    """What changed from what ``against`` names to a table."""
    if against is None:
        return None
    return compare(side(against, project), Side(name="these trials", table=table))


def write_out(data: bytes, *, binary: bool) -> None:
    if binary and sys.stdout.isatty():
        raise TfcompatError("parquet cannot be read on a terminal: name a file with --output")
    click.echo(data, nl=False)
