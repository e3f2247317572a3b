"""tfcompat surprises: docs/findings.md, from what was found by hand and what the trials say of it."""

from pathlib import Path

import click

from harness.errors import TfcompatError
from harness.project import Project


@click.command()
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to. Default: docs/findings.md.")
@click.pass_obj
def surprises(project: Project, output: Path | None) -> None:
    """Write the page of silent wrong results: where each is seen, a script, and the line that causes it."""
    from harness import report
    from harness.store import Store, speaking
    from harness.surprises import markdown

    docs = project.root / "docs"
    trials = speaking(Store(project.trials).read())
    if not trials:
        raise TfcompatError(f"there are no trials in {project.trials}: make some with tfcompat run")
    text = markdown(trials, docs / "findings")
    click.echo(report.write_file(output or docs / "findings.md", lambda path: path.write_text(text, encoding="utf-8")))
