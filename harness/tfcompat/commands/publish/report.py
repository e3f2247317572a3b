"""tfcompat report: the table, the ranges and the pages, from the trials."""

from pathlib import Path

import click

from tfcompat.commands.evidence import claims_of, index_of, shown_by
from tfcompat.commands.publish.formats import FORMATS, emit
from tfcompat.commands.publish.site import write_site
from tfcompat.project import Project
from tfcompat.publish.report import write
from tfcompat.snapshot import kept
from tfcompat.snapshot.contents import FOLDER as SNAPSHOT
from tfcompat.snapshot.tables import pack


@click.command()
@click.option("--engine", type=click.Choice(["docker", "local"]), help="Show the newest trials of this engine.")
@click.option("--output", type=click.Path(path_type=Path), help="Write there. Default: reports/, or standard output.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="Write only this format, as one file.")
@click.option("--against", metavar="WHAT", help="Say in junit and summary what changed: a folder or git revision.")
@click.option("--site", is_flag=True, help="Write the page too, into site/ beside the reports.")
@click.pass_obj
def report(
    project: Project, engine: str | None, output: Path | None, form: str | None, against: str | None, site: bool
) -> None:
    """Derive the table, the ranges and the pages from the trials alone."""
    columns = index_of(project)
    table = shown_by(engine, columns)
    if form is not None or against is not None:
        emit(project, table, form, output, against)
        return
    folder = output or project.reports
    for path in (
        *write(table, folder, claims_of(project), project.site),
        *kept.write(folder / SNAPSHOT, *pack(columns)),
    ):
        click.echo(path)
    if site:
        written = write_site(project, table, folder)
        click.echo(f"{written[-1]} ({len(written)} files)")
