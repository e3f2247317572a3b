"""Tests of the reader: it has the same rows as the strict one, or the same error, and judges what is equal once."""

import gzip
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import (
    changed_line,
    end_line,
    header_line,
    keep_suite,
    outcome_line,
    scenario_facts,
    spoken,
    subject,
)
from tests.index.made_trials import CELL, NAMES, rows, strict, write, write_text
from tfcompat.errors import DataError
from tfcompat.index import reader
from tfcompat.index.lines import RawHeader, RawOutcome
from tfcompat.index.reader import Reader
from tfcompat.outcomes import Reason
from tfcompat.record.judge import CANARY, outcome
from tfcompat.record.lines import (
    BrokenLine,
    HeaderLine,
    OutcomeLine,
    ReusedLine,
    ScenarioFacts,
    dump_line,
    trial_line,
    verdict_line,
)

ROOT = Path(__file__).resolve().parents[2]
MEAN, OTHER = scenario_facts("adapt::mean", documented=[1.0]), scenario_facts("adapt::other")
LISTING = scenario_facts("inventory::tf.nn")
EVENTS = [scenario_facts(f"a::{name}") for name in ("missing", "signal", "timeout", "memory", "silent")]
HEADER = header_line(MEAN, OTHER, LISTING)
#: The suite of a trial that is not of the usual one.
ANOTHER = "another"


@pytest.fixture(autouse=True)
def suite(tmp_path: Path) -> None:
    """The suite that the trials of these tests refer to."""
    keep_suite(tmp_path, MEAN, OTHER, LISTING, *EVENTS)


def another(folder: Path, *scenarios: ScenarioFacts, suite: str = ANOTHER) -> HeaderLine:
    """A header of another suite, which is kept."""
    keep_suite(folder, *scenarios, suite=suite)
    return header_line(*scenarios, suite=suite)


def read(folder: Path, *files: str) -> Any:
    """The rows of some files, or the error that says what is wrong with one of them."""
    reading = Reader(folder)
    try:
        for name in files:
            reading.add(name, f"digest of {name}")
    except DataError as error:
        return str(error)
    return rows(reading.columns())


def strictly(folder: Path, *files: str) -> Any:
    try:
        return rows(strict(folder, *files))
    except DataError as error:
        return str(error)


def both(folder: Path, *files: str) -> Any:
    """What both readers make of some files, which is the same."""
    found = read(folder, *files)
    assert found == strictly(folder, *files)
    return found


#: What a runner may have written between the first line and the last.
WHOLE = {
    "nothing": (),
    "a header alone": (HEADER,),
    "an answer as documented": (HEADER, outcome_line(observed=[1.0000001]), end_line()),
    "another answer": (HEADER, outcome_line(observed=[2.0])),
    "nothing observed": (HEADER, outcome_line("adapt::other")),
    "an observation that is null": (HEADER, changed_line(outcome_line("adapt::other"), observed=None)),
    "an error": (HEADER, outcome_line(happened="raised", type="ValueError", message="in /usr/lib/x/y.py at 0x7f\n")),
    "what has no answer here": (HEADER, outcome_line(happened="raised", type="Unanswerable", message="no")),
    "every event": (
        header_line(*EVENTS),
        *(outcome_line(f"a::{name}", name) for name in ("missing", "signal", "timeout", "memory", "silent")),
    ),
    "a canary": (HEADER, outcome_line(CANARY, observed=2.0), outcome_line(observed=1)),
    "a canary that failed": (HEADER, outcome_line(CANARY, "raised", type="ImportError", message="no protobuf")),
    "a listing": (HEADER, outcome_line("inventory::tf.nn", observed={"tf.nn.norm": "(x)", "tf.other": "(x)"})),
    "a long observation": (HEADER, outcome_line("adapt::other", observed=["x" * 5000])),
    "a key": (HEADER, outcome_line(observed=[1.0], key="0123456789ab", traceback="no")),
    "half a surrogate pair": (HEADER, changed_line(outcome_line(), observed="\ud800", message="\udc00")),
    "letters that are not escaped": (
        HEADER,
        json.dumps(json.loads(dump_line(outcome_line(observed="é"))), ensure_ascii=False),
    ),
    "a scenario that is named twice": (header_line(MEAN, MEAN), outcome_line(observed=[1.0])),
}
DEEP = "[" * 101 + "]" * 101
#: What no runner writes.
DAMAGED = {
    "a key that is unknown": (HEADER, changed_line(outcome_line(), another=1)),
    "a value of another type": (HEADER, changed_line(outcome_line(), seconds="long")),
    "an event that is unknown": (HEADER, changed_line(outcome_line(), happened="slept")),
    "an event of the canary that is unknown": (HEADER, changed_line(outcome_line(CANARY), happened="slept")),
    "a nest": (HEADER, dump_line(outcome_line()).replace('"seconds"', f'"observed":{DEEP},"seconds"')),
    "a seen nest": (HEADER, dump_line(outcome_line()).replace('"seconds"', f'"seen":{DEEP},"seconds"')),
    "what its suite does not have": (dump_line(HEADER).replace("adapt::other", "adapt::another"),),
    "a suite that is not there": (header_line(MEAN, suite="lost"),),
    "two headers": (HEADER, header_line(OTHER), outcome_line(observed=[1.0])),
    "a suite that is broken": (BrokenLine(message="no"),),
    "two outcomes": (HEADER, outcome_line(), outcome_line()),
    "a stranger": (HEADER, outcome_line("adapt::stranger")),
    "an empty line": (HEADER, "", outcome_line()),
    "two verdicts": (HEADER, verdict_line(None, "", 1.0)),
    "another schema": (changed_line(HEADER, schema=3),),
    "a line that is cut": (HEADER, dump_line(outcome_line())[:30]),
    "what it reuses is not there": (HEADER, ReusedLine(trial=NAMES[3], scenarios=["adapt::mean"])),
}


@pytest.mark.parametrize("name", WHOLE)
def test_it_reads_what_a_runner_writes(name: str, tmp_path: Path) -> None:
    found = both(tmp_path, write(tmp_path, 0, *WHOLE[name]))
    assert [trial["file"] for trial in found["trials"]] == [f"{CELL}/{NAMES[0]}.jsonl.gz"]


def test_a_line_is_one_value(tmp_path: Path) -> None:
    """The decoder of lines takes one of two lines as well, and two of one: together as many as the lines."""
    name = write(tmp_path, 0, *WHOLE["an answer as documented"])
    lines = gzip.decompress((tmp_path / name).read_bytes()).decode().replace("}\n{", "\n}{", 1).splitlines()
    assert "is not a whole trial" in both(tmp_path, write_text(tmp_path, 0, *lines))


@pytest.mark.parametrize("name", DAMAGED)
def test_it_refuses_what_no_runner_writes(name: str, tmp_path: Path) -> None:
    found = both(tmp_path, write(tmp_path, 0, *DAMAGED[name]))
    assert "restore it with git checkout" in found


@pytest.mark.parametrize("schema", [1, 2])
def test_a_trial_says_the_schema_of_its_lines(schema: int, tmp_path: Path) -> None:
    first = msgspec.structs.replace(trial_line(subject(CELL)), schema=schema)
    file = write_text(tmp_path, 0, *map(dump_line, (first, verdict_line(Reason.NO_LOCK, "", 1.0))))
    assert [row["schema"] for row in both(tmp_path, file)["trials"]] == [schema]


def test_the_reason_of_a_trial_is_that_of_what_has_no_line(tmp_path: Path) -> None:
    told = spoken(CELL, HEADER, outcome_line())
    texts = [dump_line(trial_line(subject(CELL))), *told, dump_line(verdict_line(Reason.TIME_LIMIT, "why", 2.5))]
    found = both(tmp_path, write_text(tmp_path, 0, *texts))
    assert [row["reason"] for row in found["outcomes"]] == ["", *[str(Reason.TIME_LIMIT)] * 2]
    assert [(trial["reason"], trial["message"], trial["seconds"]) for trial in found["trials"]] == [
        (str(Reason.TIME_LIMIT), "why", 2.5)
    ]


def test_what_has_no_line_and_no_reason_is_named(tmp_path: Path) -> None:
    told = spoken(CELL, HEADER, outcome_line())
    texts = [dump_line(trial_line(subject(CELL))), *told, dump_line(verdict_line(None, "", 2.5))]
    assert "it has neither an outcome of adapt::other, inventory::tf.nn" in both(
        tmp_path, write_text(tmp_path, 0, *texts)
    )


def test_a_file_that_was_cut_is_named(tmp_path: Path) -> None:
    name = write(tmp_path, 0, *WHOLE["a canary"])
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[:-10])
    assert str(tmp_path / name) in both(tmp_path, name)


def test_a_file_without_a_verdict_was_cut(tmp_path: Path) -> None:
    name = write_text(tmp_path, 0, dump_line(trial_line(subject(CELL))), dump_line(HEADER))
    assert "was cut or edited" in both(tmp_path, name)


@pytest.mark.parametrize(
    "lines", [(), (dump_line(trial_line(subject(CELL))),), (dump_line(verdict_line(None, "", 1.0)),)]
)
def test_a_file_of_nothing_or_of_one_line_was_cut(lines: tuple[str, ...], tmp_path: Path) -> None:
    name = write_text(tmp_path, 0, *lines)
    (tmp_path / name).write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode()))
    assert "was cut or edited" in both(tmp_path, name)


def test_what_is_reused_is_what_the_earlier_trial_has(tmp_path: Path) -> None:
    """It is judged by what the later one's header promises, and it keeps its seconds and its moment."""
    first = write(tmp_path, 0, HEADER, outcome_line(observed=[1.0], seconds=7.5), outcome_line("adapt::other"))
    promised = another(tmp_path, scenario_facts("adapt::mean", documented=[3.0]), OTHER)
    reused = ReusedLine(trial=NAMES[0], scenarios=["adapt::mean"])
    again = write(tmp_path, 2, promised, reused, outcome_line("adapt::other"), suite=ANOTHER)
    confirmed = msgspec.structs.replace(reused, measured="2026-01-30T00:00:00Z")
    third = write(tmp_path, 3, promised, confirmed, suite=ANOTHER)
    found = both(tmp_path, first, again, third)["outcomes"]
    means = [row for row in found if row["scenario"] == "adapt::mean"]
    assert [(row["status"], row["seconds"], row["measured"]) for row in means] == [
        ("works", 7.5, "2026-01-02T03:04:05Z"),
        ("wrong", 7.5, "2026-01-02T03:04:05Z"),
        ("wrong", 7.5, "2026-01-30T00:00:00Z"),
    ]
    assert [row["measured"] for row in found if row["scenario"] == "adapt::other"] == [
        "2026-01-02T03:04:05Z",
        "2026-01-03T03:04:05Z",
        "",
    ]


@pytest.mark.parametrize(
    "scenarios", [["adapt::other"], ["adapt::mean"], ["canary::tensorflow_adds"], ["a::b", "a::b"]]
)
def test_what_is_reused_has_to_be_there_and_only_once(scenarios: list[str], tmp_path: Path) -> None:
    first = write(tmp_path, 0, HEADER, outcome_line(CANARY), outcome_line(observed=[1.0]))
    again = write(tmp_path, 1, HEADER, outcome_line(), ReusedLine(trial=NAMES[0], scenarios=scenarios))
    both(tmp_path, first, again)


def test_what_two_files_say_is_judged_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[str] = []

    def counted(*arguments: Any) -> Any:
        if arguments[2]:  # else only its words are asked for
            judged.append(arguments[0].id)
        return outcome(*arguments)

    monkeypatch.setattr(reader, "outcome", counted)
    lines = (HEADER, outcome_line(observed=[1.0]), outcome_line("adapt::other"))
    other = (HEADER, outcome_line(observed=[1.5], seconds=9.0), outcome_line("adapt::other", traceback="x", key="y"))
    read(tmp_path, write(tmp_path, 0, *lines), write(tmp_path, 1, *lines), write(tmp_path, 2, *other))
    assert sorted(judged) == ["adapt::mean", "adapt::mean", "adapt::other", "inventory::tf.nn"]


def test_an_answer_to_another_promise_is_judged_by_itself(tmp_path: Path) -> None:
    names = []
    for place, value in enumerate((1.0, 2.0)):
        suite = f"of {value}"
        header = another(tmp_path, scenario_facts("adapt::mean", documented=value), suite=suite)
        names.append(write(tmp_path, place, header, outcome_line(observed=1.0), suite=suite))
    assert [row["status"] for row in both(tmp_path, *names)["outcomes"]] == ["works", "wrong"]


@pytest.mark.parametrize(("raw", "line"), [(RawOutcome, OutcomeLine), (RawHeader, HeaderLine)])
def test_a_line_has_the_fields_of_the_record(raw: type[msgspec.Struct], line: type[msgspec.Struct]) -> None:
    mine, theirs = (
        {field.name: (field.required, field.type) for field in msgspec.structs.fields(kind)} for kind in (raw, line)
    )
    later = {RawOutcome: {"happened", "observed", "expected", "seen"}, RawHeader: {"scenarios"}}[raw]
    assert {name: facts for name, facts in mine.items() if name not in later} == {
        name: facts for name, facts in theirs.items() if name not in later
    }
    assert {name: mine[name][0] for name in later} == {name: theirs[name][0] for name in later}


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**70), 2**70)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=6,
    ),
    st.text(),
)
def test_any_observation_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, observed: Any, message: str
) -> None:
    folder = tmp_path_factory.mktemp("trials")
    keep_suite(folder, MEAN, OTHER, LISTING)
    both(folder, write(folder, 0, HEADER, outcome_line("adapt::other", observed=observed, message=message)))


def test_committed_trials_are_read_as_the_store_reads_them() -> None:
    folder = ROOT / "reports" / "trials"
    names = [f"{path.parent.name}/{path.name}" for path in sorted(folder.glob("*/*.jsonl.gz"))[::23]]
    assert len(names) > 5
    both(folder, *names)
