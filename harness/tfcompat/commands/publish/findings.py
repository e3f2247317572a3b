"""tfcompat findings: docs/findings.md, from what was found by hand and what the trials say of it."""

from pathlib import Path

import click

from tfcompat.commands.clone import require_clone
from tfcompat.commands.evidence import table_of
from tfcompat.commands.paths import NamedPath
from tfcompat.files import write_text
from tfcompat.project import Project
from tfcompat.questions.findings import markdown


@click.command()
@click.option("--output", type=NamedPath(dir_okay=False), help="Where to. Default: docs/findings.md.")
@click.pass_obj
def findings(project: Project, output: Path | None) -> None:
    """Write the page of silent wrong results: where each is seen, a script, and the line that causes it."""
    if output is None:
        require_clone(project, "tfcompat findings without --output")
    docs = project.root / "docs"
    text = markdown(table_of(project), docs / "findings")
    click.echo(write_text(output or docs / "findings.md", text))
