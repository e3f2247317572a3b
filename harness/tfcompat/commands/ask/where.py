"""tfcompat where: on which releases a scenario does what."""

from collections.abc import Iterator, Mapping, Sequence

import click
from packaging.version import Version

from tfcompat import ask
from tfcompat.commands.completion import complete_scenario
from tfcompat.commands.door import evidence_of
from tfcompat.commands.options import json_option
from tfcompat.commands.terminal import show
from tfcompat.escape import printable
from tfcompat.outcomes import Harm, Kind, Oracle
from tfcompat.project import Project
from tfcompat.publish.statuses import KINDS, MARKS, ORACLES, QUIET, TRUTH
from tfcompat.questions.lookup import Ranges, WhereScenario
from tfcompat.record.words import answer as word_of
from tfcompat.select.places import version
from tfcompat.table.support import SupportRange

#: Characters of an observation in a line, and of an id or a title; and cells that a line names.
LONGEST, LONGEST_NAME, NAMED = 160, 300, 6


@click.command()
@click.argument("scenario", nargs=-1, required=True, shell_complete=complete_scenario)
@json_option
@click.pass_obj
def where(project: Project, scenario: tuple[str, ...], as_json: bool) -> None:
    """Say on which releases each SCENARIO does what, what was observed, and in which cells.

    SCENARIO is an id, one that it had before, a glob of ids such as 'readapt::*', or words of an id or title.
    """
    found = ask.where(evidence_of(project), *scenario)
    if as_json:
        click.echo(ask.as_json(found))
        return
    for number, facts in enumerate(found.scenarios):
        show([*([""] if number else []), *lines(facts)], bold=True)


def lines(facts: WhereScenario) -> Iterator[str]:
    """What is known of a scenario: the ranges of each variant, then its own words."""
    yield printable(facts.scenario, LONGEST_NAME)
    yield f"  {printable(facts.title, LONGEST_NAME)}"
    for variant, ranges in facts.variants.items():
        if ranges.ranges:
            yield f"{variant}{differing(ranges.axes)}:"
            yield from (f"  {line}" for line in said(ranges))
    yield "about it:"
    yield from (f"  {key}: {printable(text, LONGEST)}" for key, text in words_of(facts).items() if text)


def words_of(facts: WhereScenario) -> dict[str, str]:
    """What a scenario says of itself, by what it is called."""
    return {
        facts.kind or "kind": described(facts.kind, facts.oracle),
        "answers": answers(facts.answers),
        "documented": facts.documented,
        "reference": facts.reference,
        "source": facts.source,
        "before": ", ".join(facts.aliases),
    }


def answers(harms: Mapping[str, Harm]) -> str:
    """The possible answers of a question, each with its harm where it has one."""
    return ", ".join(f"{word} ({harm} harm)" if harm != Harm.NONE else word for word, harm in harms.items())


def described(kind: str, oracle: str) -> str:
    """What a kind asks, and what a promise is held against."""
    asks = KINDS[Kind(kind)] if kind else ""
    return f"{asks} Held against {ORACLES[Oracle(oracle)]}" if oracle else asks


def differing(axes: Sequence[str]) -> str:
    """By what the outcomes differ beside the release."""
    return f", which differ by {' and '.join(axes)}" if axes else ""


def said(ranges: Ranges) -> Iterator[str]:
    """Where it does what, each with what was observed, raised and documented there; last on which cells that stands."""
    notes = list(notes_of(ranges))
    for one in ranges.harms:
        mark = f"{MARKS[one.harm]} " if MARKS[one.harm] else ""
        yield f"{mark}{printable(one.word, LONGEST)}  {one.span}" + (
            "" if one.harm in QUIET else f"  ({one.harm} harm)"
        )
        yield from (f"    {what}: {text}" for what, text, span in notes if span == one.span)
    places = {one.span for one in ranges.harms}
    yield from (f"{what} on {span}: {text}" for what, text, span in notes if span not in places)
    yield f"tested on {tested(ranges.ranges)}"


def notes_of(ranges: Ranges) -> Iterator[tuple[str, str, str]]:
    """What there is to say beside the words: what was observed, unless it is the word, raised and documented, and where."""
    called = {one.word for one in ranges.harms}
    for text, span in ranges.observations:
        if word_of(text) not in called:
            yield "observed", printable(text, LONGEST), span
    yield from (("raised", printable(text, LONGEST), span) for text, span in ranges.raised)
    for text, agrees, span in ranges.documented:
        yield "documented", f"{printable(text, LONGEST)}, {TRUTH[agrees]}", span


def tested(ranges: Sequence[SupportRange]) -> str:
    """The cells, of which only the first and the last are named where there are many."""
    cells = [cell for part in ranges for cell in part.tested]
    if len(cells) <= NAMED:
        return f"{len(cells)} cells: {', '.join(cells)}" if len(cells) > 1 else ", ".join(cells)
    ordered = sorted(cells, key=version_order)
    return f"{len(cells)} cells from {ordered[0]} to {ordered[-1]}"


def version_order(cell: str) -> tuple[Version, str]:
    """Where a cell stands: by its release."""
    release = cell.removeprefix("tf").split("-")[0]
    return version(release) or Version("0"), cell
