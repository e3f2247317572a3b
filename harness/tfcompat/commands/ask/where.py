"""tfcompat where: on which releases a scenario does what."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from tfcompat.ask import lookup
from tfcompat.commands.completion import complete_scenario
from tfcompat.commands.door import door_of
from tfcompat.commands.options import json_option
from tfcompat.escape import printable
from tfcompat.outcomes import Documentation, Harm, Kind, Oracle
from tfcompat.project import Project
from tfcompat.publish.statuses import KINDS, ORACLES, QUIET, TRUTH
from tfcompat.record.words import answer as word_of
from tfcompat.select.scenarios import is_id

#: Characters of an observation in a line, and of an id or a title.
LONGEST, LONGEST_NAME = 160, 300


@click.command()
@click.argument("scenario", nargs=-1, required=True, shell_complete=complete_scenario)
@json_option
@click.pass_obj
def where(project: Project, scenario: tuple[str, ...], as_json: bool) -> None:
    """Say on which releases each SCENARIO does what, what was observed, and in which cells.

    SCENARIO is an id, one that it had before, a glob of ids such as 'readapt::*', or words of an id or title. For
    programs, one id gives an object, and anything else a list.
    """
    door = door_of(project)
    facts = [lookup.where(door, name) for name in lookup.selected(door, scenario)]
    if as_json:
        found = facts[0] if len(scenario) == len(facts) == 1 and is_id(*scenario) else facts
        click.echo(json.dumps(found, indent=1, ensure_ascii=False))
        return
    click.echo("\n\n".join("\n".join(lines(of_scenario)) for of_scenario in facts))


def lines(facts: Mapping[str, Any]) -> Iterator[str]:
    """What is known of a scenario: its words, then the ranges of each variant."""
    yield printable(facts["scenario"], LONGEST_NAME)
    yield f"  {printable(facts['title'], LONGEST_NAME)}"
    yield from (f"  {key}: {printable(text, LONGEST)}" for key, text in words_of(facts).items() if text)
    for variant, ranges in facts["variants"].items():
        if ranges["ranges"]:
            yield f"{variant}{differing(ranges['axes'])}:"
            yield from (f"  {line}" for line in said(ranges))


def words_of(facts: Mapping[str, Any]) -> dict[str, str]:
    """What a scenario says of itself, by what it is called."""
    answers = json.loads(facts["answers"] or "{}")
    return {
        facts["kind"] or "kind": described(facts["kind"], facts["oracle"]),
        "answers": ", ".join(f"{word} ({harm} harm)" if harm != Harm.NONE else word for word, harm in answers.items()),
        **{key: facts[key] for key in ("documented", "reference", "source")},
        "before": ", ".join(facts["aliases"].splitlines()),
    }


def described(kind: str, oracle: str) -> str:
    """What a kind asks, and what a promise is held against."""
    asks = KINDS[Kind(kind)] if kind else ""
    return f"{asks} Held against {ORACLES[Oracle(oracle)]}" if oracle else asks


def differing(axes: Sequence[str]) -> str:
    """By what the outcomes differ beside the release."""
    return f", which differ by {' and '.join(axes)}" if axes else ""


def said(ranges: Mapping[str, Any]) -> Iterator[str]:
    """Where what was said, observed, raised and documented, and on which cells that stands."""
    for word, harm, span in ranges["harms"]:
        yield f"{printable(word, LONGEST)}  {span}" + ("" if harm in QUIET else f"  ({harm} harm)")
    called = {word for word, _, _ in ranges["harms"]}
    for text, span in ranges["observations"]:
        if word_of(text) not in called:
            yield f"observed on {span}: {printable(text, LONGEST)}"
    yield from (f"raised on {span}: {printable(text, LONGEST)}" for text, span in ranges["raised"])
    for text, agrees, span in ranges["documented"]:
        yield f"documented on {span}: {printable(text, LONGEST)}, {TRUTH[Documentation(agrees)]}"
    yield f"tested on {tested(ranges['ranges'])}"


def tested(ranges: Sequence[Mapping[str, Any]]) -> str:
    cells = [cell for part in ranges for cell in part["tested"]]
    return f"{len(cells)} cells: {', '.join(cells)}" if len(cells) > 1 else ", ".join(cells)
