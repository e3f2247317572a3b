"""tfcompat gate: whether results may take the place of those that are published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import click

from tfcompat.commands.clone import require_clone
from tfcompat.commands.options import leave
from tfcompat.compare import baseline as sides
from tfcompat.compare import gate as gates
from tfcompat.compare.gate import Age, Objection
from tfcompat.errors import ExitCode, SelectionError
from tfcompat.outcomes import Trial
from tfcompat.project import Project
from tfcompat.select import cells, releases, variants
from tfcompat.trials import nights, published
from tfcompat.trials.current import current_trials, newest
from tfcompat.trials.nights import Night
from tfcompat.trials.published import Published
from tfcompat.trials.recent import recent
from tfcompat.trials.store import Store


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """The reports as they would be published: the recent trials of all cells, oldest first, and the nights until now."""

    recent: Sequence[Trial]
    nights: Sequence[Night] = field(default_factory=tuple)

    @cached_property
    def current(self) -> list[Trial]:
        return current_trials(self.recent)

    @property
    def night(self) -> str:
        """When the last night began; empty where there was none."""
        return self.nights[-1].started if self.nights else ""

    def ages(self, before: Published) -> dict[str, Age]:
        """How old the answers of each cell are that shows some, and were when ``before`` was published."""
        since, last = nights.measured(self.recent), newest(self.recent)
        holes = {trial.subject.cell for trial in self.current if nights.is_hole(trial)}
        return {
            cell: Age(
                passed=nights.passed(moment, self.nights),
                published=nights.passed(moment, self.nights, before.night) if cell in before.cells else 0,
                trouble=trouble(last[cell]),
            )
            for cell, moment in since.items()
            if cell not in holes
        }


def trouble(trial: Trial) -> str:
    """Why a trial has no answers; empty where it has some."""
    if not nights.is_hole(trial):
        return ""
    return f"{trial.reason}: {trial.message}" if trial.message else str(trial.reason or "")


@click.command()
@click.argument("baseline", required=False)
@click.argument("current", required=False)
@click.option("--accept", multiple=True, metavar="GLOB", help="Cells or scenarios whose objections are ignored.")
@click.option("--write", is_flag=True, help="Where nothing is refused, write down that the reports are published.")
@click.pass_obj
def gate(project: Project, baseline: str | None, current: str | None, accept: tuple[str, ...], write: bool) -> None:
    """Refuse to publish the reports in the place of what is published, and say why.

    It refuses where columns or rows vanished, a canary failed, a cell that had answers has none, or data are old. What is
    published is in reports/published.json. With BASELINE and CURRENT (default: reports/), both as in tfcompat diff, these
    are compared, whatever is published and however old they are.
    """
    if baseline is not None:
        if write:
            raise SelectionError("--write is about reports/ and what is published: leave out the baseline")
        names = (baseline, current or str(project.reports))
        before, after = (gates.columns_of(sides.side(name, project).table) for name in names)
        settle(gates.unaccepted(gates.objections(before, after), accept), len(after))
        return
    require_clone(project, "tfcompat gate without a baseline")
    candidate = candidate_of(project)
    settle(refusals(project, candidate, accept), len(candidate.current))
    if write:
        click.echo(published.write(candidate.current, candidate.night, project.reports))


def candidate_of(project: Project) -> Candidate:
    """The reports of a project as they would be published now."""
    return Candidate(recent=recent(Store(project.trials)), nights=nights.load(project.reports))


def refusals(project: Project, candidate: Candidate, accept: Sequence[str]) -> list[Objection]:
    """Each objection against publishing that is not accepted; none where nothing was published yet.

    Raises DataError where the file that says what is published is damaged, or names what is not there.
    """
    before = published.load(project.reports, candidate.recent)
    return [] if before is None else refused(before, candidate, known_cells(project), accept)


def refused(before: Published, candidate: Candidate, known: set[str], accept: Sequence[str]) -> list[Objection]:
    """Each objection that is not accepted; only cells that are ``known`` can be too old."""
    ages: Mapping[str, Age] = {cell: age for cell, age in candidate.ages(before).items() if cell in known}
    objections = gates.objections(gates.columns(before.trials), gates.columns(candidate.current), ages)
    return gates.unaccepted(objections, accept)


def known_cells(project: Project) -> set[str]:
    """The cells of the lists of releases and variants: a column of another can be measured by nobody."""
    every = cells.cells(releases.load(project.releases), python="all", variants=variants.load(project.variants))
    return {cell.id for cell in every}


def settle(objections: Sequence[Objection], columns: int) -> None:
    """Say what is to be said, and leave where something is refused."""
    for objection in objections:
        click.echo(objection.sentence)
    if objections:
        click.echo(f"not to be published, for {len(objections)} reasons; --accept GLOB ignores an objection", err=True)
        leave(ExitCode.CHANGED)
    click.echo(f"{columns} columns may be published: nothing vanished, and none of them is broken")
