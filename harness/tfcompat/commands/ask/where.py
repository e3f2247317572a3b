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
from tfcompat.project import Project

#: Characters of an observation in a line, and of an id or a title.
LONGEST, LONGEST_NAME = 160, 300


@click.command()
@click.argument("scenario", shell_complete=complete_scenario)
@json_option
@click.pass_obj
def where(project: Project, scenario: str, as_json: bool) -> None:
    """Say on which releases SCENARIO does what, what was observed, and in which cells.

    SCENARIO is an id, or a part that only one id has.
    """
    facts = lookup.where(door_of(project), scenario)
    click.echo(json.dumps(facts, indent=1, ensure_ascii=False) if as_json else "\n".join(lines(facts)))


def lines(facts: Mapping[str, Any]) -> Iterator[str]:
    """What is known of a scenario: its words, then the ranges of each variant."""
    yield printable(facts["scenario"], LONGEST_NAME)
    yield f"  {printable(facts['title'], LONGEST_NAME)}"
    for key in ("documented", "reference", "source"):
        if facts[key]:
            yield f"  {key}: {printable(facts[key], LONGEST)}"
    for variant, ranges in facts["variants"].items():
        yield f"{variant}:"
        yield from (f"  {status}  {span}" for status, span in ranges["spans"].items())
        yield from (f"  observed on {span}: {printable(text, LONGEST)}" for text, span in ranges["observations"])
        yield f"  tested on {tested(ranges['ranges'])}"


def tested(ranges: Sequence[Mapping[str, Any]]) -> str:
    cells = [cell for part in ranges for cell in part["tested"]]
    return f"{len(cells)} cells: {', '.join(cells)}" if len(cells) > 1 else ", ".join(cells)
