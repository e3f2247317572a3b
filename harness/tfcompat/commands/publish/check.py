"""tfcompat check: what the scenarios of the suite lack, and whether what is published means what it says."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import click

from tfcompat.commands.evidence import claims_of, table_of
from tfcompat.commands.options import leave_if
from tfcompat.environments.uv import Uv
from tfcompat.errors import ExitCode
from tfcompat.outcomes import Status
from tfcompat.plan import staged
from tfcompat.project import Project
from tfcompat.publish.site import sheet
from tfcompat.publish.site.badge import of_row
from tfcompat.publish.site.highlights import USELESS, highlights
from tfcompat.questions import answers
from tfcompat.questions.answers import Question
from tfcompat.questions.checking.meaning import Meaning, Share, meaning
from tfcompat.questions.checking.published import Published, called_of, rows_of, statements
from tfcompat.questions.claims import Claim
from tfcompat.questions.rules import Rule
from tfcompat.select.places import Spot
from tfcompat.suite import catalogue, recipes
from tfcompat.table.frame import Table
from tfcompat.table.ranges import spans

#: What is not as it should be, of each kind, that is printed; and the width of the names before the numbers.
SHOWN, WIDTH = 10, 48


@click.command()
@click.argument("what", type=click.Choice(["scenarios", "meaning"]))
@click.pass_obj
def check(project: Project, what: str) -> None:
    """Say what the scenarios lack (an id, a title, a kind, an oracle), or count what the table and the statements mean.

    meaning: how many ticks were compared with an oracle, rows with silent harm, answers outside their vocabulary,
    statements that a cell contradicts, and missing outcomes that lost their exception. Exit code 1 where one of them is
    not as it has to be.
    """
    if what == "scenarios":
        check_scenarios(project)
    else:
        check_meaning(project)


def check_scenarios(project: Project) -> None:
    scenarios = catalogue.scenarios(staged.program(project, Uv()))
    lacking = [f"{facts.id} ({facts.source}) lacks {lack}" for facts in scenarios for lack in catalogue.lacks(facts)]
    groups = {facts.id.split("::")[0] for facts in scenarios}
    click.echo("\n".join(lacking) or f"{len(scenarios)} scenarios in {len(groups)} groups")
    leave_if(lacking, ExitCode.USAGE)


def check_meaning(project: Project) -> None:
    table = table_of(project)
    questions = answers.load(project.questions) if project.questions.exists() else ()
    judged = claims_of(project)
    file = project.suite / "test_recipes.py"
    published = statements(
        table, questions, recipes.load(file) if file.exists() else {}, judged, project.root / "docs" / "findings"
    )
    counted = meaning(table, chain(published, of_badges(table), of_highlights(table)), rules(questions, judged))
    click.echo("\n".join(lines(counted)))
    leave_if(not counted.good, ExitCode.CHANGED)


def of_badges(table: Table) -> Iterator[Published]:
    """Where each badge says that a row works, or gives an answer; one that was shortened says less and is left out."""
    for scenario, parts in table.ranges.items():
        message, called = of_row(scenario, parts).message, spans(parts)
        name = next((name for name in called if message.startswith(f"{name} ")), str(Status.WORKS))
        if name in called and not message.endswith("…"):
            known = [part for part in parts if part.status is not Status.UNKNOWN]
            truths = [(spot, part.word == name) for part in known for spot in part.place.spots]
            yield Published(name=f"badge of {scenario}", words=message.removeprefix(f"{name} "), truths=truths)


def of_highlights(table: Table) -> Iterator[Published]:
    """What the rows of each highlight about a step did on its releases, held against the outcomes themselves."""
    outcomes = rows_of(table)
    for told in highlights(sheet.make(table)):
        for scenario, releases in told.between.items():
            rows = [
                row for row in outcomes[scenario] if row["tensorflow"] in releases and row["status"] != Status.UNKNOWN
            ]
            before = [done(row) for row in rows if row["tensorflow"] == releases[0]]
            changes = [(Spot.of(row), done(row) in before) for row in rows]
            works = [(Spot.of(row), row["status"] not in useless_on(row["tensorflow"], releases)) for row in rows]
            name = f"highlight {told.label}: {scenario}"
            yield Published(name=name, words=", ".join(releases[::2]), truths=changes if told.kind == "turn" else works)


def useless_on(release: str, releases: Sequence[str]) -> Collection[str]:
    """The statuses that say that a row does not work: where it is said to work all others, where it is not, those of no use."""
    return set(Status) - {Status.WORKS} if release in releases[::2] else USELESS


def done(row: Mapping[Any, Any]) -> tuple[str, ...]:
    return called_of(row), row["harm"], row["observed"]


def rules(questions: Iterable[Question], judged: Iterable[Claim]) -> Iterator[tuple[str, Rule]]:
    """The rules behind the statements, each with the name of its statement."""
    for question in questions:
        yield from ((f"question {question.number}, {point.says}", point) for point in question.points)
    yield from ((f"claim {claim.id}", claim.rule) for claim in judged if claim.rule)


def lines(counted: Meaning) -> Iterator[str]:
    """A line a number, below it what is not as it should be; then the rows by kind and oracle."""
    yield f"{counted.cells} current cells are measured with kinds; {len(counted.older)} are older and not judged"
    yield from of_share("ticks compared with an oracle", counted.ticks)
    yield f"{'rows with silent harm somewhere':{WIDTH}} {len(counted.silent)}, in {sum(counted.silent.values())} outcomes"
    yield from of_zero("answers outside their vocabulary", counted.answers)
    yield from of_zero("statements contradicted by a cell", counted.statements)
    yield from of_zero("checks that ask what their row cannot say", counted.rules)
    yield from of_share("missing outcomes with the exception as raised", counted.missing)
    for (kind, oracle), count in counted.kinds.items():
        yield f"{'rows: ' + (f'{kind} {oracle}'.strip() or 'without a kind'):{WIDTH}} {count}"


def of_share(name: str, share: Share) -> Iterator[str]:
    yield f"{name:{WIDTH}} {share.percent:.4g} % of {share.all}"
    yield from shown(share)


def of_zero(name: str, share: Share) -> Iterator[str]:
    yield f"{name:{WIDTH}} {len(share.not_so)} of {share.all}"
    yield from shown(share)


def shown(share: Share) -> Iterator[str]:
    yield from (f"  {text}" for text in share.not_so[:SHOWN])
    if len(share.not_so) > SHOWN:
        yield f"  and {len(share.not_so) - SHOWN} more"
