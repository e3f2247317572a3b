"""tfcompat report: the table, the ranges and the pages, from the trials."""

from pathlib import Path

import click

from tfcompat.commands.clone import require_clone
from tfcompat.commands.evidence import claims_of, index_of, shown_by
from tfcompat.commands.options import refuse
from tfcompat.commands.paths import NamedPath
from tfcompat.commands.publish.formats import FORMATS, emit
from tfcompat.commands.publish.site import write_site
from tfcompat.door.evidence import of_contents
from tfcompat.door.kept import pack as pack_door
from tfcompat.errors import DataError
from tfcompat.project import Project
from tfcompat.publish.report import write
from tfcompat.snapshot import kept
from tfcompat.snapshot.contents import FOLDER as SNAPSHOT
from tfcompat.snapshot.tables import pack


@click.command()
@click.option("--engine", type=click.Choice(["docker", "local"]), help="Show the newest trials of this engine.")
@click.option("--output", type=NamedPath(), help="Write there. Default: reports/, or standard output.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="Write only this format, as one file.")
@click.option("--against", metavar="WHAT", help="Say in junit and summary what changed: a folder or git revision.")
@click.option("--site", is_flag=True, help="Write the page too, into site/ beside the reports.")
@click.option("--lookup", is_flag=True, help="Only pack the look-up file of the snapshot, for a wheel to carry.")
@click.pass_obj
def report(
    project: Project,
    engine: str | None,
    output: Path | None,
    form: str | None,
    against: str | None,
    site: bool,
    lookup: bool,
) -> None:
    """Derive the table, the ranges and the pages from the trials alone."""
    if lookup:
        refuse(
            {"engine", "output", "form", "against", "site"},
            "{} is not for --lookup, which packs one file: leave it out",
        )
        click.echo(packed_door(project))
        return
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


def packed_door(project: Project) -> Path:
    """Pack the door of the project's snapshot beside it; the path. Raises DataError where there is no snapshot."""
    require_clone(project, "tfcompat report --lookup")
    snapshot = kept.load(project.snapshot, fetched=False)
    if snapshot is None:
        raise DataError(f"{project.snapshot} has no snapshot for this tfcompat: tfcompat report writes it")
    return pack_door(of_contents(snapshot), project.snapshot)
