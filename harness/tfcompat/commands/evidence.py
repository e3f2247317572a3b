"""The evidence that the commands read: the trials of a project, the table that they make, and what is claimed of it."""

from collections.abc import Sequence

import click

from tfcompat.commands.door import no_own_trials, no_trials
from tfcompat.door import evidence
from tfcompat.environments.uv import Uv
from tfcompat.errors import TfcompatError
from tfcompat.index import refresh
from tfcompat.index.columns import Columns
from tfcompat.plan import staged
from tfcompat.project import Project
from tfcompat.questions import claims
from tfcompat.questions.claims import Claim
from tfcompat.questions.evidence import heirs
from tfcompat.suite import catalogue
from tfcompat.table.frame import Table
from tfcompat.table.frame import table_of as collected


def notice(text: str) -> None:
    """Say on standard error what takes a while, and why."""
    click.echo(text, err=True)


def table_of(project: Project, engine: str | None = None) -> Table:
    """The table that answers questions: of the project's trials, or without a clone of the newest snapshot.

    ``engine`` chooses whose trials are shown, where there is a clone. Raises TfcompatError where there is nothing.
    """
    if not project.is_carried:
        return shown_by(engine, index_of(project))
    found = evidence.of_project(project)
    if found is None:
        raise no_trials(project)
    notice(found.day)
    return found.read()


def index_of(project: Project) -> Columns:
    """The index of a project's own trials. Raises TfcompatError where there are none."""
    columns = refresh.columns(project, notice)
    if not columns.trials.num_rows:
        raise no_own_trials(project)
    return columns


def shown_by(engine: str | None, columns: Columns) -> Table:
    """The table of an index; ``engine`` chooses whose trials are shown. Raises TfcompatError where none is."""
    table = collected(columns, engine)
    if table.current.empty:
        raise TfcompatError(
            f"no trial is of the {engine} engine: make some with tfcompat run --engine {engine}"
            if engine
            else "no trial says what today's table shows: make some with tfcompat run"
        )
    return table


def claims_of(project: Project) -> Sequence[Claim]:
    """The claims of a project; a project need not have any."""
    return claims.load(project.claims) if project.claims.exists() else ()


def known_scenarios(project: Project, table: Table, wanted: Sequence[str]) -> set[str]:
    """The scenarios that exist, by the ids that they have and had: those of the trials and, where one is wanted that no
    trial has, those of the suite.
    """
    asked = {*map(str, table.scenarios.index), *heirs(table.scenarios["aliases"].items())}
    if asked.issuperset(wanted):
        return asked
    suite = catalogue.scenarios(staged.program(project, Uv()))
    return asked | {facts.id for facts in suite} | heirs((facts.id, "\n".join(facts.aliases)) for facts in suite).keys()
