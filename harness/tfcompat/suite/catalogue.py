"""The catalogue: what the suite asks, read from the suite itself without any TensorFlow, and what a scenario lacks."""

import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, assert_never

import msgspec

from tfcompat import process
from tfcompat.errors import DataError
from tfcompat.files import write_bytes
from tfcompat.outcomes import Kind, Oracle
from tfcompat.record.lines import BrokenLine, HeaderLine, Line, ScenarioFacts
from tfcompat.select.scenarios import select
from tfcompat.suite.program import Program

#: Seconds that the collection of the suite may take.
COLLECT_LIMIT = 120.0
#: No plugin of this environment has a part in it: what is collected is the same wherever tfcompat is installed.
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
#: Characters of a title, so that it is read at one glance, and answers of a question.
LONGEST_TITLE, FEWEST_ANSWERS = 60, 2
#: The version of the kept file: raise it where a catalogue is made otherwise, or has other fields.
SCHEMA: Literal[2] = 2


class CataloguedScenario(ScenarioFacts, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that a scenario says of itself.

    ``file`` and ``function`` are the test's; ``parameters`` are its own of that function, as texts that are the same in
    every process. ``limit`` is in seconds, ``largest`` in characters of the observation's JSON.
    """

    file: str
    function: str
    parameters: dict[str, str]
    limit: float
    largest: int
    fresh: bool


class Catalogue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The scenarios of a suite, in their order."""

    scenarios: tuple[CataloguedScenario, ...]
    schema: Literal[2]


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


def scenarios(program: Program) -> Sequence[CataloguedScenario]:
    """The scenarios that the program's arguments select, in the order of the suite. Raises DataError where it is broken."""
    return collect(program).scenarios


def collect(program: Program) -> Catalogue:
    """What this interpreter collects of a suite with a stand-in for TensorFlow: no release is needed."""
    with tempfile.TemporaryDirectory() as scratch:
        argv = program.argv(sys.executable, str(program.suite), str(program.bundle), scratch, collect=True)
        texts: list[str] = []
        done = process.stream(argv, texts.append, limit=COLLECT_LIMIT, env=ALONE, cwd=Path(scratch))
    try:
        lines = [DECODER.decode(text) for text in texts]
    except msgspec.DecodeError as error:
        raise DataError(f"the suite cannot be read: {error}") from error
    broken = [line.message for line in lines if isinstance(line, BrokenLine)]
    catalogues = [line.scenarios for line in lines if isinstance(line, CatalogueLine)]
    if broken or not catalogues:
        raise DataError(f"the suite cannot be read: {(broken or [done.output])[0][-500:]}")
    return Catalogue(scenarios=catalogues[0], schema=SCHEMA)


def named(suite: Sequence[ScenarioFacts], wanted: Sequence[str]) -> tuple[str, ...]:
    """The ids of a suite that some texts name (``select.scenarios``). Raises SelectionError where one names none."""
    known = {facts.id for facts in suite}
    heirs: dict[str, list[str]] = {}
    for facts in suite:
        for alias in set(facts.aliases) - known:
            heirs.setdefault(alias, []).append(facts.id)
    return select(wanted, {facts.id: facts.title for facts in suite}, heirs)


def lacks(facts: ScenarioFacts) -> Iterator[str]:
    """What a scenario lacks, in words."""
    if not re.fullmatch(r"[a-z][a-z-]*::\S(.*\S)?", facts.id):
        yield "an id of the form group::what_is_observed"
    if not facts.title:
        yield "a title: the first line of its docstring"
    if len(facts.title) > LONGEST_TITLE or facts.title.endswith("."):
        yield f"a title of one line of at most {LONGEST_TITLE} characters without a full stop"
    if not facts.reference.strip():
        yield "a reference"
    match facts.kind:
        case None:
            yield "a kind: mark it with promise, presence, question or data of scenarios.marks"
        case Kind.PROMISE:
            yield from lacks_of_promise(facts)
        case Kind.QUESTION if len(facts.answers) < FEWEST_ANSWERS:
            yield f"answers: at least {FEWEST_ANSWERS} words, each with its harm"
        case Kind.PRESENCE | Kind.QUESTION | Kind.DATA:
            return
        case _ as never:
            assert_never(never)


def lacks_of_promise(facts: ScenarioFacts) -> Iterator[str]:
    """What a promise lacks: an oracle that can be compared with."""
    match facts.oracle:
        case None:
            yield "an oracle"
        case Oracle.DOCUMENTED | Oracle.SNIPPET if not facts.promises:
            yield "what is documented: documented=... or documented_by_release=..."
        case Oracle.REFUSAL if not facts.refused_by:
            yield "the classes of the refusal: refused_by=(...)"
