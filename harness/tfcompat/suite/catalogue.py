"""The catalogue: what the suite asks, read from the suite itself without any TensorFlow, and what a scenario lacks."""

import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import msgspec

from tfcompat import process
from tfcompat.errors import DataError
from tfcompat.files import write_bytes
from tfcompat.suite.program import Program
from tfcompat.trials.record import BrokenLine, HeaderLine, Line, ScenarioFacts

#: Seconds that the collection of the suite may take.
COLLECT_LIMIT = 120.0
#: Characters of a title that the table shows on one line.
LONGEST_TITLE = 140
#: The version of the kept file: raise it where a catalogue is made otherwise, or has other fields.
SCHEMA: Literal[1] = 1


class CataloguedScenario(ScenarioFacts, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that a scenario says of itself.

    ``file`` and ``function`` are the test's; ``parameters`` are its own of that function, as texts that are the same in
    every process. ``promises`` are the documented observations by requirement, such as ``>=2.6`` or ``keras>=3``; the
    empty one is every release. ``limit`` is in seconds, ``largest`` in characters of the observation's JSON.
    """

    file: str
    function: str
    parameters: dict[str, str]
    promises: dict[str, Any]
    limit: float
    largest: int
    fresh: bool

    @property
    def facts(self) -> ScenarioFacts:
        """What a header says of the scenario: ``documented`` is set where it is the same for all releases."""
        return ScenarioFacts(
            id=self.id, title=self.title, reference=self.reference, source=self.source, documented=self.documented
        )


class Catalogue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The scenarios of a suite, in their order."""

    scenarios: tuple[CataloguedScenario, ...]
    schema: Literal[1]


class CatalogueLine(Line, tag="catalogue", frozen=True):
    """What the recorder writes beside the header where it lists the scenarios and runs none."""

    scenarios: tuple[CataloguedScenario, ...]


DECODER: msgspec.json.Decoder[HeaderLine | BrokenLine | CatalogueLine] = msgspec.json.Decoder(
    HeaderLine | BrokenLine | CatalogueLine
)


def load(program: Program, cache: Path) -> Catalogue:
    """The catalogue of a program's whole suite, kept under ``<cache>/catalogues``; what is damaged there is made again.

    Raises DataError where the suite is broken.
    """
    path = cache / "catalogues" / f"{program.suite_hash}.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Catalogue)
    except (OSError, msgspec.DecodeError, RecursionError):
        catalogue = collect(replace(program, arguments=()))
    write_bytes(path, msgspec.json.encode(catalogue))
    return catalogue


def scenarios(program: Program) -> Sequence[ScenarioFacts]:
    """The scenarios that the program's arguments select, in the order of the suite.

    ``documented`` is set only where it is the same for all releases. Raises DataError where the suite is broken.
    """
    return [scenario.facts for scenario in collect(program).scenarios]


def collect(program: Program) -> Catalogue:
    """What this interpreter collects of a suite with a stand-in for TensorFlow: no release is needed."""
    with tempfile.TemporaryDirectory() as scratch:
        argv = program.argv(sys.executable, str(program.suite), str(program.bundle), scratch, collect=True)
        texts: list[str] = []
        done = process.stream(argv, texts.append, limit=COLLECT_LIMIT, env={}, cwd=Path(scratch))
    try:
        lines = [DECODER.decode(text) for text in texts]
    except msgspec.DecodeError as error:
        raise DataError(f"the suite cannot be read: {error}") from error
    broken = [line.message for line in lines if isinstance(line, BrokenLine)]
    catalogues = [line.scenarios for line in lines if isinstance(line, CatalogueLine)]
    if broken or not catalogues:
        raise DataError(f"the suite cannot be read: {(broken or [done.output])[0][-500:]}")
    return Catalogue(scenarios=catalogues[0], schema=SCHEMA)


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
