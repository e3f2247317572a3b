"""The catalogue: what the suite asks, read from the suite itself without any TensorFlow, and what a scenario lacks."""

import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tfcompat import process
from tfcompat.errors import DataError
from tfcompat.suite.program import Program
from tfcompat.trials.record import BrokenLine, HeaderLine, RecordError, ScenarioFacts, parse_line

#: Seconds that the collection of the suite may take.
COLLECT_LIMIT = 120.0
#: Characters of a title that the table shows on one line.
LONGEST_TITLE = 140


def scenarios(program: Program) -> Sequence[ScenarioFacts]:
    """The scenarios that the program's arguments select, in the order of the suite.

    This interpreter collects the suite with a stand-in for TensorFlow, so no release is needed, and ``documented`` is
    set only where it is the same for all releases. Raises DataError where the suite is broken.
    """
    with tempfile.TemporaryDirectory() as scratch:
        argv = program.argv(sys.executable, str(program.suite), str(program.bundle), scratch, collect=True)
        lines: list[str] = []
        done = process.stream(argv, lines.append, limit=COLLECT_LIMIT, env={}, cwd=Path(scratch))
    try:
        parsed = [parse_line(line) for line in lines]
    except RecordError as error:
        raise DataError(f"the suite cannot be read: {error}") from error
    broken = [line.message for line in parsed if isinstance(line, BrokenLine)]
    headers = [line for line in parsed if isinstance(line, HeaderLine)]
    if broken or not headers:
        raise DataError(f"the suite cannot be read: {(broken or [done.output])[0][-500:]}")
    return headers[0].scenarios


def lacks(facts: ScenarioFacts) -> Iterator[str]:
    """What a scenario lacks, in words."""
    if not re.fullmatch(r"[a-z][a-z-]*::\S(.*\S)?", facts.id):
        yield "an id of the form group::what_is_observed"
    if not facts.title:
        yield "a title: the first line of its docstring"
    if len(facts.title) > LONGEST_TITLE or facts.title.endswith("."):
        yield f"a title of one line under {LONGEST_TITLE} characters without a full stop"
    if not facts.reference.strip():
        yield "a reference"
