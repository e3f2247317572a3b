"""tfcompat nightly publish: the shards merged, everything derived again, what changed, and whether it is published."""

from collections.abc import Sequence
from itertools import accumulate, takewhile
from pathlib import Path

import click

from tfcompat.commands.clone import require_clone
from tfcompat.commands.paths import NamedPath
from tfcompat.commands.publish.gate import Candidate, candidate_of, known_cells, refused, settle
from tfcompat.commands.publish.merge import left_out, put_together
from tfcompat.commands.publish.nightly.steps import require, tfcompat
from tfcompat.compare import changes
from tfcompat.compare.baseline import LockFolders
from tfcompat.compare.diff import Change, Diff, Side, compare
from tfcompat.compare.flaky import read_flaky
from tfcompat.compare.gate import Objection
from tfcompat.escape import markdown_cell, printable
from tfcompat.files import write_text
from tfcompat.outcomes import Trial
from tfcompat.project import Project
from tfcompat.publish.formats import Form, content
from tfcompat.run.merge import Merged
from tfcompat.table.frame import collect
from tfcompat.trials import nights, published
from tfcompat.trials.current import current_trials, newest
from tfcompat.trials.nights import Night
from tfcompat.trials.recent import recent
from tfcompat.trials.store import Store

#: Characters of an issue's table; a code host takes 65,536 for all of it.
LONGEST_ISSUE = 60_000


@click.command()
@click.argument("folders", nargs=-1, required=True, type=NamedPath(file_okay=False))
@click.option(
    "--output",
    type=NamedPath(file_okay=False),
    default="nightly",
    show_default=True,
    help="Where summary.md, changes.md and, where something regressed, issue.md go.",
)
@click.option("--accept", multiple=True, metavar="GLOB", help="As in tfcompat gate.")
@click.pass_context
def publish(context: click.Context, folders: tuple[Path, ...], output: Path, accept: tuple[str, ...]) -> None:
    """Merge what is whole of the shards into reports/, derive everything again, say what changed, and ask the gate.

    What was merged is kept, whatever the gate says.
    """
    project: Project = context.obj
    require_clone(project, "tfcompat nightly publish")
    done = put_together(project, folders, project.reports, partial=True)
    nights.add(night_of(done), project.reports)
    require(tfcompat(context, "report", "--site"))
    tonight = candidate_of(project)
    objections = tell(project, tonight, done, accept, output)
    settle(objections, len(tonight.current))
    click.echo(published.write(tonight.current, tonight.night, project.reports))


def tell(
    project: Project, tonight: Candidate, done: Merged, accept: Sequence[str], output: Path
) -> Sequence[Objection]:
    """Write what changed, against what is published and for an issue against the night before; the objections to it."""
    before = current_trials(recent(Store(project.trials), done.started))
    last = published.load(project.reports, (*tonight.recent, *before))
    objections = [] if last is None else refused(last, tonight, known_cells(project), accept)
    shown = list(last.trials if last else before) or tonight.current
    after = side(project, "tonight", tonight.current)
    changed = compare(side(project, "published", shown), after)
    same = files(shown) == files(before)
    worse = changed if same else compare(side(project, "the night before", before), after)
    write_summary(after, changed, [objection.sentence for objection in objections], notes(tonight, done), output)
    write_issue(worse, output)
    click.echo(changes.summary(changed))
    return objections


def night_of(done: Merged) -> Night:
    return Night(started=done.started, cells=len(done.cells), missing=tuple(map(str, done.missing)))


def files(trials: Sequence[Trial]) -> set[str]:
    return {trial.file for trial in trials}


def side(project: Project, name: str, trials: Sequence[Trial]) -> Side:
    """Some trials, one a cell, as a side of a diff."""
    locks = LockFolders([project.locks, project.cache / "locks"])
    return Side(name=name, table=collect(trials), locks=locks, flaky=read_flaky(project.reports))


def write_summary(after: Side, changed: Diff, refused: Sequence[str], notes: Sequence[str], output: Path) -> None:
    """Write the summary, which begins with what a person should know, and what changed against what is published."""
    first = listed("Not published", refused) + listed("Not measured", notes)
    write_text(output / "summary.md", first + content(Form.SUMMARY, after.table, changed).decode())
    write_text(output / "changes.md", changes.markdown(changed))


def notes(tonight: Candidate, done: Merged) -> list[str]:
    """A sentence for each thing that was not measured: of the merge, and of each cell whose newest trial is a mishap."""
    shown = {id(trial) for trial in tonight.current}
    return [
        *left_out(done),
        *(
            f"{cell}: {trial.reason}; it shows what was measured before, and is tried again on the next night"
            for cell, trial in newest(tonight.recent).items()
            if trial.reason and id(trial) not in shown
        ),
    ]


def listed(title: str, sentences: Sequence[str]) -> str:
    """A section of some sentences; nothing where there are none."""
    items = "".join(f"- {markdown_cell(printable(sentence, 500))}\n" for sentence in sentences)
    return f"## {title}\n\n{items}\n" if items else ""


def write_issue(diff: Diff, output: Path) -> None:
    """Write the text of an issue where something regressed; that of another night goes."""
    (output / "issue.md").unlink(missing_ok=True)
    if text := issue(diff):
        write_text(output / "issue.md", text)


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
