"""tfcompat surprises: docs/findings.md, from what was found by hand and what the trials say of it."""

from pathlib import Path

import click

from tfcompat.errors import TfcompatError
from tfcompat.project import Project


@click.command()
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to. Default: docs/findings.md.")
@click.pass_obj
def surprises(project: Project, output: Path | None) -> None:
    """Write the page of silent wrong results: where each is seen, a script, and the line that causes it."""
    from tfcompat.ask.findings import markdown
    from tfcompat.files import write_text
    from tfcompat.trials.store import Store, speaking

    docs = project.root / "docs"
    trials = speaking(Store(project.trials).read())
    if not trials:
        raise TfcompatError(f"there are no trials in {project.trials}: make some with tfcompat run")
    text = markdown(trials, docs / "findings")
    click.echo(write_text(output or docs / "findings.md", text))
