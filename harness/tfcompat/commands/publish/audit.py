"""tfcompat audit: whether plans, trials, index, table and published files agree, cell by cell and byte by byte."""

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import click

from tfcompat.audit import derived, evidence, indexed, plans, shown
from tfcompat.commands.clone import require_clone
from tfcompat.commands.evidence import claims_of, index_of, table_of
from tfcompat.commands.options import leave_if
from tfcompat.commands.publish.site import SITE, write_site
from tfcompat.compare import flaky
from tfcompat.errors import DataError, ExitCode
from tfcompat.exchange import tables
from tfcompat.files import write_text
from tfcompat.project import Project
from tfcompat.publish.report import write
from tfcompat.questions import answers as questions
from tfcompat.questions.findings import markdown
from tfcompat.snapshot import kept
from tfcompat.snapshot.tables import pack
from tfcompat.suite import recipes
from tfcompat.table.frame import Table
from tfcompat.trials import nights, published
from tfcompat.trials.current import current_trials
from tfcompat.trials.store import Store

#: What is read of a project to derive its files: in the clean folder these are links to the project's own.
INPUTS = ("pyproject.toml", "images", "scenarios", "statements", "docs/findings", "reports/trials", "reports/grid")
RECORDS = ("reports/flaky.json", "reports/nights.jsonl", "reports/published.json")
#: Derived files that a project need not have: they are published with the page.
OPTIONAL = ("reports/outcomes.csv",)


@click.command()
@click.option("--fast", is_flag=True, help="Ask of the index only whether it has each file, not each outcome.")
@click.pass_obj
def audit(project: Project, fast: bool) -> None:
    """Hold plans, trials, index, table and published files against each other, and derive the files again.

    Each hole is a sentence; exit code 3 where there is one. Nothing is changed: what is derived again is made in a folder of
    its own, from the trials alone.
    """
    require_clone(project, "tfcompat audit")
    told = 0
    for sentence in holes(project, fast=fast):
        click.echo(sentence)
        told += 1
    leave_if(told, ExitCode.UNKNOWN_CELLS)
    click.echo("no hole: plans, trials, index, table and published files agree")


def holes(project: Project, *, fast: bool) -> Iterator[str]:
    """Each hole of a project. Where trials cannot be read, nothing is derived from the others: they may refer to those."""
    found = evidence.gather(Store(project.trials))
    yield from found.holes
    yield from plans.holes(project.reports / "runs", found.trials)
    yield from of_records(project)
    if found.holes:
        yield "the trials above keep everything else from being derived: mend them, and ask again"
        return
    if not found.trials:
        yield f"there are no trials in {project.trials}: make some with tfcompat run"
        return
    yield from indexed.holes(project, found.trials, fast=fast)
    with tempfile.TemporaryDirectory(prefix="tfcompat-audit-") as folder:
        clean = clean_project(project, Path(folder))
        table = table_of(clean)
        yield from shown.holes(table, found.trials)
        made = list(derive(clean, table, site=(project.reports / SITE).is_dir()))
        yield from derived.holes(clean.root, made, project.root, OPTIONAL)


def of_records(project: Project) -> Iterator[str]:
    """What is wrong with what is written beside the trials: nights, flaky outcomes, and what is published."""
    reads: tuple[Callable[[], object], ...] = (
        lambda: nights.load(project.reports),
        lambda: flaky.load(project.reports / flaky.FILE),
        lambda: published.load(project.reports, ()),
    )
    for read in reads:
        try:
            read()
        except DataError as error:
            yield str(error)


def clean_project(project: Project, folder: Path) -> Project:
    """A project with the inputs of another, and nothing that was ever derived from them; its cache is its own."""
    root = folder / "project"
    for name in (*INPUTS, *RECORDS):
        if (project.root / name).exists():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).symlink_to(os.path.abspath(project.root / name))  # noqa: PTH100 -- a link of a link stays one
    return replace(project, root=root, cache=folder / "cache")


def derive(project: Project, table: Table, *, site: bool) -> Iterator[Path]:
    """Make everything that is published of a project; the paths."""
    stages = (project.grid / "trials" / "write", project.grid / "trials" / "read")
    writers, readers = (current_trials(Store(stage).read()) for stage in stages)
    if writers and readers:
        yield from tables.write(writers, readers, project.reports)
    yield from write(table, project.reports, claims_of(project), project.site)
    yield from kept.write(project.snapshot, *pack(index_of(project)))
    if project.questions.exists():
        asked = questions.load(project.questions)
        text = questions.markdown(asked, recipes.load(project.suite / "test_recipes.py"), table, project.site)
        yield write_text(project.answers, text)
    docs = project.root / "docs"
    if (docs / "findings").exists():
        yield write_text(docs / "findings.md", markdown(table, docs / "findings"))
    if site:
        yield from write_site(project, table, project.reports)
