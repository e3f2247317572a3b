"""tfcompat scan: which normalization APIs and traps are in Python files and notebooks, and which releases suit them."""

import json
from pathlib import Path
from typing import Literal, assert_never

import click

from tfcompat import ask
from tfcompat.commands.door import door_of
from tfcompat.commands.options import leave_if
from tfcompat.commands.paths import NamedPath
from tfcompat.errors import ExitCode, SelectionError
from tfcompat.escape import printable
from tfcompat.project import Project
from tfcompat.scan import documents, text
from tfcompat.scan.fix import Fix, advised, apply, fixes_of
from tfcompat.scan.report import Report, place
from tfcompat.scan.report import scan as scanned
from tfcompat.select import releases

Form = Literal["text", "json", "sarif"]


@click.command("scan")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=NamedPath())
@click.option("--tf", metavar="WHICH", help="Releases that the code is for: versions, PEP 440 specifiers, latest, all.")
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--all", "everything", is_flag=True, help="Show what works on all the releases too.")
@click.option("--fix", is_flag=True, help="Rewrite import paths that do not work on the releases.")
@click.pass_obj
def scan(
    project: Project, paths: tuple[Path, ...], tf: str | None, form: Form, as_json: bool, everything: bool, fix: bool
) -> None:
    """Say which normalization APIs and traps are in the Python files and notebooks at PATH, and where each works.

    The code is read, never run. The releases are those of --tf, else those that the project's pyproject.toml requires.
    Exit code 1 where something breaks or is silently wrong on one of them; without either, where no release suits all. Exit
    code 3 where none of it does, and a file could not be read.
    """
    door = door_of(project)
    report = scanned(paths, door, tf)
    for sentence in releases.said(releases.numbered(report.measured), tf, patches=True):
        click.echo(f"TensorFlow {sentence}", err=True)
    advice = fixes_of(door, report)
    if fix and report.asked is None:
        raise SelectionError("--fix has to know for which releases: name them with --tf, for example --tf '>=2.6'")
    if fix:
        say_fixed(*apply(advice))
        report = scanned(paths, door, tf)
        advice = fixes_of(door, report)
    click.echo(shown(advised(report, advice), "json" if as_json else form, everything))
    leave_if(report.bad, ExitCode.CHANGED)
    leave_if(report.notes, ExitCode.UNKNOWN_CELLS)


def say_fixed(done: list[Fix], left: list[Fix]) -> None:
    for fix in done:
        click.echo(f"fixed {printable(place(fix.use))}: {fix.use.subject} is {fix.write}", err=True)
    for fix in left:
        click.echo(f"not fixed {printable(place(fix.use))}: write {fix.write} by hand", err=True)


def shown(report: Report, form: Form, everything: bool) -> str:
    match form:
        case "text":
            return "\n".join(text.lines(report, everything))
        case "json":
            return ask.as_json(documents.document(report))
        case "sarif":
            return json.dumps(documents.sarif(report), indent=1, ensure_ascii=False)
        case _ as never:
            assert_never(never)
