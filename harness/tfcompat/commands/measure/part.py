"""The part of the suite that a run is asked for: scenarios, named as everywhere, among what pytest is told to leave."""

import re
import shlex
from collections.abc import Sequence
from dataclasses import replace

from tfcompat.errors import DataError, SelectionError
from tfcompat.record.lines import ScenarioFacts
from tfcompat.run.workshop import Workshop
from tfcompat.suite import catalogue

#: What an expression of pytest has and a text that names scenarios seldom.
EXPRESSION = re.compile(r"(^|\s)(not|or|and)\s|[()]|\.py\b")


def workshop_for(workshop: Workshop, wanted: Sequence[str]) -> Workshop:
    """The workshop that asks only some scenarios (``select.scenarios``), if any are named, of those that pytest leaves.

    Raises SelectionError where a part is to be kept, or is nothing, before anything is made.
    """
    if not wanted and not workshop.arguments:
        return workshop
    if workshop.output:
        raise SelectionError("a part of the suite is shown and not kept: leave out --output, or -k and what follows --")
    left = left_by_pytest(workshop)
    if not wanted:
        return workshop
    chosen = tuple(name for name in named(workshop.suite.scenarios, wanted) if name in left)
    if not chosen:
        words = shlex.join(workshop.arguments)
        raise SelectionError(f"what -k names and what pytest leaves for {words} have no scenario in common")
    return replace(workshop, scenarios=chosen)


def left_by_pytest(workshop: Workshop) -> set[str]:
    """The ids that the arguments for pytest leave; all where there are none. Raises SelectionError where that is nothing."""
    if not workshop.arguments:
        return {facts.id for facts in workshop.suite.scenarios}
    words = shlex.join(workshop.arguments)
    try:
        left = catalogue.scenarios(workshop.program)
    except DataError as error:
        raise SelectionError(f"pytest was told {words}: {error}") from error
    if not left:
        raise SelectionError(f"{words} leaves no scenario: tfcompat list scenarios names them")
    return {facts.id for facts in left}


def named(suite: Sequence[ScenarioFacts], wanted: Sequence[str]) -> tuple[str, ...]:
    """The ids of a suite that some texts name. Raises SelectionError where one names none."""
    try:
        return catalogue.named(suite, wanted)
    except SelectionError as error:
        if any(EXPRESSION.search(text) for text in wanted):
            raise SelectionError(f"{error}; an expression of pytest comes last: -- -k 'EXPRESSION'") from error
        raise
