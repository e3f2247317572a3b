"""tfcompat scan: which normalization APIs and traps are in Python files and notebooks, and which releases suit them."""

from dataclasses import replace
from pathlib import Path
from typing import Literal, assert_never

import click
from msgspec import json

from tfcompat.commands.door import door_of
from tfcompat.commands.options import leave_if
from tfcompat.door.door import Door
from tfcompat.errors import ExitCode, SelectionError
from tfcompat.escape import printable
from tfcompat.project import Project
from tfcompat.scan import documents, text
from tfcompat.scan.fix import Fix, apply, fixes
from tfcompat.scan.judge import Judge
from tfcompat.scan.report import Report, place
from tfcompat.scan.report import scan as scanned

Form = Literal["text", "json", "sarif"]


@click.command("scan")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
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
    Exit code 1 where something breaks or is silently wrong on one of them; without either, where no release suits all.
    """
    door = door_of(project)
    report = scanned(paths, door, tf)
    advice = fixes_of(door, report)
    if fix and report.asked is None:
        raise SelectionError("--fix has to know for which releases: name them with --tf, for example --tf '>=2.6'")
    if fix:
        say_fixed(*apply(advice))
        report = scanned(paths, door, tf)
        advice = fixes_of(door, report)
    click.echo(shown(advised(report, advice), "json" if as_json else form, everything))
    leave_if(report.bad, ExitCode.CHANGED)


def fixes_of(door: Door, report: Report) -> list[Fix]:
    return fixes(Judge(door), report.findings, report.in_question)


def advised(report: Report, advice: list[Fix]) -> Report:
    """The report with what to write for import paths."""
    write = {(fix.use.path, fix.use.key): fix.write for fix in advice}
    findings = tuple(
        replace(one, use=replace(one.use, write=write.get((one.use.path, one.use.key), one.use.write)))
        for one in report.findings
    )
    subjects = {fix.use.subject: fix.write for fix in advice}
    obstacles = tuple(replace(one, write=one.write or subjects.get(one.subject, "")) for one in report.obstacles)
    return replace(report, findings=findings, obstacles=obstacles)


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
            return json.format(json.encode(documents.document(report)), indent=1).decode()
        case "sarif":
            return json.format(json.encode(documents.sarif(report)), indent=1).decode()
        case _ as never:
            assert_never(never)
