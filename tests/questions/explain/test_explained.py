"""Tests of the explanation of one outcome: what the table, the trial file and the releases around it say."""

from pathlib import Path

import msgspec
import pytest

from tests import fakes
from tests.commands.ask.questions import DAY
from tests.trial_files import keep
from tfcompat.door.door import Door
from tfcompat.door.fill import in_memory
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Documentation, Harm, Kind, Reason, Status
from tfcompat.questions.explain.explained import LINES, LONGEST, Explained, explain, frames_of
from tfcompat.record.lines import ReusedLine, trial_line, verdict_line
from tfcompat.table.frame import collect
from tfcompat.trials.store import Store

CELL, QUESTION = "tf2.6.5-py3.9", "a::fresh"
FACTS = fakes.scenario_facts(
    QUESTION,
    title="Is it fresh?",
    kind=Kind.QUESTION,
    answers={"fresh": Harm.NONE, "stale": Harm.SILENT},
    aliases=["a::old"],
    promises={"": "fresh"},
)
VERSIONS = {"python": "3.9.1", "tensorflow": "2.6.5", "keras": "2.6.0"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Three releases; the middle one on two Pythons, one that raised, and one without an answer."""
    keep(
        tmp_path, "tf2.5.3-py3.9", {QUESTION: KeyError("x")}, facts=[FACTS], versions=VERSIONS | {"tensorflow": "2.5.3"}
    )
    keep(tmp_path, "tf2.6.5-py3.8", {QUESTION: "fresh"}, facts=[FACTS], versions=VERSIONS | {"python": "3.8.1"})
    keep(tmp_path, CELL, {QUESTION: "stale"}, facts=[FACTS], versions=VERSIONS)
    keep(tmp_path, "tf2.7.4-py3.9", {}, reason=Reason.NO_LOCK, message="no wheel of numpy")
    return Store(tmp_path)


def door(store: Store) -> Door:
    return in_memory(collect(store.read()))


def explained(store: Store, cell: str = CELL, scenario: str = QUESTION) -> Explained:
    return explain(door(store), store, cell, scenario)


def test_an_answer_is_explained_by_what_it_was_held_against_and_where_else_it_is(store: Store) -> None:
    found = explained(store)
    assert (found.word, found.status, found.harm) == ("stale", Status.ANSWERED, Harm.SILENT)
    assert (found.title, found.kind, found.observed) == ("Is it fresh?", "question", '"stale"')
    assert found.answers == {"fresh": Harm.NONE, "stale": Harm.SILENT}
    assert (found.documented, found.documentation) == ('"fresh"', Documentation.DISAGREES)
    assert found.around.where == "2.6.5 on Python ≥ 3.9"
    assert found.around.older is not None
    assert found.around.older.release == "2.5.3"
    assert (found.around.newer, found.around.unknown) == (None, ["2.7.4"])
    assert [other.cell for other in found.around.same_release] == ["tf2.6.5-py3.8"]
    assert found.command == f"tfcompat run --fresh --engine local --tf 2.6.5 --python 3.9 -k {QUESTION}"


def test_an_error_has_its_type_and_frames_and_nothing_was_observed(store: Store) -> None:
    found = explained(store, "tf2.5.3-py3.9")
    assert (found.word, found.raised, found.observed, found.message) == ("fails", "KeyError: 'x'", "", "")
    assert frames_of("Traceback\n\n" + "  line\n" * 99)[-1] == "  line"
    assert len(frames_of("  line\n" * 99)) == LINES
    assert frames_of("x" * 999 + "\nlast") == ["x" * LONGEST, "last"]


def test_the_trial_file_is_named_and_read(store: Store) -> None:
    ran = explained(store).ran
    assert (ran.engine, ran.here, ran.origin, ran.confirmed) == ("local", True, "", False)
    assert (store.folder / ran.file).is_file()
    assert ran.file.startswith(f"{CELL}/")
    assert (ran.measured, ran.versions["keras"]) == (ran.started, "2.6.0")


def test_without_the_trial_file_the_table_alone_is_told(store: Store, tmp_path: Path) -> None:
    found = explain(door(store), Store(tmp_path / "nowhere"), CELL, QUESTION)
    assert (found.word, found.frames, found.ran.here, found.ran.measured) == ("stale", [], False, "")
    assert (found.seen, found.lacks, found.ran.seconds, found.ran.key, found.ran.origin) == ("", "", 0.0, "", "")
    assert found.ran.file.startswith(f"{CELL}/")


def test_a_cell_without_an_answer_says_why(store: Store) -> None:
    found = explained(store, "tf2.7.4-py3.9")
    assert (found.status, found.reason, found.word) == (Status.UNKNOWN, Reason.NO_LOCK, "unknown: no lock")
    assert found.message == "no wheel of numpy"
    assert found.around.older is not None
    assert found.around.older.release == "2.6.5"


def test_a_release_stands_for_its_cell_on_the_newest_python_with_an_answer(store: Store) -> None:
    found = explained(store, "2.6")
    assert found.cell == CELL
    assert found.notes == [
        "2.6 is 2.6.5, its last patch",
        f"2.6.5 is {CELL}, as pip installs it; there is also tf2.6.5-py3.8",
    ]
    keep(store.folder, fakes.subject("tf2.6.5-py3.10", started=DAY.format(1)), {}, reason=Reason.ENGINE_LOST)
    assert explained(store, "2.6.5").cell == CELL


def test_a_release_without_any_answer_stands_for_its_newest_python(store: Store) -> None:
    for python in ("3.8", "3.10"):
        keep(store.folder, f"tf2.7.4-py{python}", {}, reason=Reason.NO_LOCK, message="no wheel")
    assert explained(store, "2.7.4").cell == "tf2.7.4-py3.10"


def test_an_id_of_before_finds_the_row(store: Store) -> None:
    assert explained(store, CELL, "a::old").scenario == QUESTION


@pytest.mark.parametrize(
    ("cell", "scenario", "says"),
    [
        ("tf9", QUESTION, "there is no trial of 'tf9': tfcompat list names the cells"),
        ("2.9", QUESTION, "there is no trial of '2.9'"),
        (CELL, "a::frehs", "no scenario is called 'a::frehs': did you mean a::fresh"),
    ],
)
def test_what_is_not_there_is_one_sentence(cell: str, scenario: str, says: str, store: Store) -> None:
    with pytest.raises(SelectionError, match=says):
        explained(store, cell, scenario)


def test_what_led_to_an_answer_is_told_as_it_was_recorded_beside_that_of_others(tmp_path: Path) -> None:
    other = fakes.scenario_facts("a::another")
    lines = [
        fakes.outcome_line("a::another", observed=1, seen=[1]),
        fakes.outcome_line(QUESTION, observed="stale", seen={"é": [0.5]}),
    ]
    fakes.keep_suite(tmp_path, other, FACTS)
    subject = fakes.subject(CELL)
    with Store(tmp_path).begin(subject) as writer:
        told = fakes.said(subject, fakes.header_line(other, FACTS, versions=VERSIONS), *lines)
        for line in (trial_line(subject), *told, verdict_line(None, "", 1.0)):
            writer.write(line)
    found = explained(Store(tmp_path))
    assert (found.seen, found.word, found.ran.seconds) == ('{"é": [0.5]}', "stale", 0.25)
    assert explained(Store(tmp_path), CELL, "a::another").seen == "[1]"


def test_an_outcome_that_is_reused_names_the_trial_in_which_it_ran(tmp_path: Path) -> None:
    keep(tmp_path, CELL, {QUESTION: "stale"}, facts=[FACTS], versions=VERSIONS)
    (first,) = Store(tmp_path).read()
    again = fakes.subject(CELL, started=DAY.format(9), suite=first.subject.suite)
    with Store(tmp_path).begin(again) as writer:
        for line in (
            trial_line(again),
            *fakes.said(again, fakes.header_line(FACTS, versions=VERSIONS, suite=again.suite), fakes.end_line(0)),
            ReusedLine(trial="20260102T030405Z-local"),
            verdict_line(None, "", 1.0),
        ):
            writer.write(line)
    ran = explained(Store(tmp_path)).ran
    assert (ran.started, ran.origin) == (again.started, f"{CELL}/20260102T030405Z-local.jsonl.gz")
    assert ran.measured == first.subject.started


def test_a_reader_of_an_explanation_refuses_a_key_that_it_does_not_know(store: Store) -> None:
    told = explained(store)
    assert told.around.older is not None
    for part in (told, told.ran, told.around, told.around.older):
        whole = msgspec.to_builtins(part)
        assert msgspec.convert(whole, type(part)) == part
        with pytest.raises(msgspec.ValidationError, match="unknown field `more`"):
            msgspec.convert({**whole, "more": 1}, type(part))
    assert msgspec.to_builtins(told)["schema"] == 1
