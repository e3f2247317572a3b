"""tfcompat nightly publish: the shards merged, everything derived again, and what changed."""

import shutil
import tempfile
from dataclasses import replace
from itertools import accumulate, takewhile
from pathlib import Path

import click

from tfcompat.commands.publish.nightly.steps import has_trials, require, tfcompat
from tfcompat.compare import changes
from tfcompat.compare.baseline import side
from tfcompat.compare.diff import Change, Diff, compare
from tfcompat.escape import printable
from tfcompat.files import write_text
from tfcompat.project import Project
from tfcompat.publish.formats import Form, content

#: Characters of an issue's table; a code host takes 65,536 for all of it.
LONGEST_ISSUE = 60_000
#: Days after which a column is too old to be published.
OLDEST = 14


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default="nightly",
    show_default=True,
    help="Where summary.md, changes.md and, where something regressed, issue.md go.",
)
@click.option("--max-age", type=click.IntRange(1), default=OLDEST, show_default=True, metavar="DAYS")
@click.option("--accept", multiple=True, metavar="GLOB", help="As in tfcompat gate.")
@click.pass_context
def publish(
    context: click.Context, folders: tuple[Path, ...], output: Path, max_age: int, accept: tuple[str, ...]
) -> None:
    """Merge the shards into reports/, derive everything again, say what changed, and ask the gate."""
    project: Project = context.obj
    with tempfile.TemporaryDirectory() as scratch:
        published = as_published(project, Path(scratch, "published"))
        require(tfcompat(context, "merge", *map(str, folders)))
        require(tfcompat(context, "report", "--site"))
        write_changes(project, published, output)
        accepted = [word for glob in accept for word in ("--accept", glob)]
        require(tfcompat(context, "gate", str(published), "--max-age", str(max_age), *accepted))


def as_published(project: Project, copy: Path) -> Path:
    """A copy of the reports before a merge; on the first night there are none, and the new ones stand for them."""
    return shutil.copytree(project.reports, copy) if has_trials(project) else project.reports


def write_changes(project: Project, published: Path, output: Path) -> None:
    """Write the summary, what changed against what is published and, where something regressed, the text of an issue."""
    before, after = side(str(published), project), side(str(project.reports), project)
    diff = compare(replace(before, name="published"), replace(after, name="tonight"))
    write_text(output / "summary.md", content(Form.SUMMARY, after.table, diff).decode())
    write_text(output / "changes.md", changes.markdown(diff))
    (output / "issue.md").unlink(missing_ok=True)
    if text := issue(diff):
        write_text(output / "issue.md", text)
    click.echo(changes.summary(diff))


def issue(diff: Diff) -> str:
    """The text of an issue about what regressed, within what an issue may have; empty where nothing did."""
    regressed = diff.only(Change.REGRESSED)
    if not regressed.changed:
        return ""
    cells = ", ".join(dict.fromkeys(outcome.cell for outcome in regressed.changed))
    lines = changes.markdown(regressed).splitlines(keepends=True)
    kept = list(takewhile(lambda end: end <= LONGEST_ISSUE, accumulate(map(len, lines))))
    cut = f"\n{len(lines) - len(kept)} more lines: see what changed of that night.\n" if len(kept) < len(lines) else ""
    return f"What is measured got worse in {printable(cells, 2000)}.\n\n{''.join(lines[: len(kept)])}{cut}"
