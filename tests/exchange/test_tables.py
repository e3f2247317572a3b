"""The grid: who reads what of whom, from made trials of both stages."""

import base64
import hashlib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.conftest import ROOT
from tests.fakes import outcome, trial
from tfcompat.exchange import tables as grid
from tfcompat.exchange.artefacts import artefacts_of
from tfcompat.outcomes import Outcome, Reason, Status, Trial
from tfcompat.trials.current import current_trials
from tfcompat.trials.store import Store

OLD, MID, NEW = "tf2.5.3-py3.9", "tf2.9.3-py3.10", "tf2.16.2-py3.12"
HOSTILE = "</td><script>alert(1)</script> | `x` [a](javascript:b) \u2028"


def writer(cell: str, *forms: str, **lacking: Status) -> Trial:
    """A writer that has some forms, and lacks others with a status."""
    made = [
        outcome(
            f"write::{form}",
            title=f"How {form} is written",
            observed={"output": [1.0, 2.0], "artefact": base64.b64encode(f"{cell} {form}".encode()).decode()},
        )
        for form in forms
    ]
    made += [
        outcome(f"write::{form}", status, title=f"How {form} is written", type="ValueError", message=f"no {form}")
        for form, status in lacking.items()
    ]
    return trial(cell, *made)


def digest(of: Trial, form: str) -> str:
    return next(artefact.digest for artefact in artefacts_of(of) if artefact.form == form)


def read(of: Trial, form: str, status: Status = Status.WORKS, kind: str = "", **facts: Any) -> Outcome:
    """What a reader did with what a writer wrote; ``kind`` is the form that it was written in, if another."""
    facts.setdefault("reference", f"artefact {digest(of, kind or form)}")
    facts.setdefault("observed", [1.0, 2.0] if status is Status.WORKS else None)
    return outcome(f"grid::{form}::{of.subject.cell}", status, **facts)


def told(frame: pd.DataFrame, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row) for row in frame[list(columns)].to_numpy()]


def test_a_row_a_form_writer_and_reader_in_the_order_of_releases() -> None:
    new, old = writer(NEW, "h5"), writer(OLD, "h5")
    readers = [
        trial(NEW, read(old, "h5", Status.WRONG, observed="lost"), read(new, "h5")),
        trial(OLD, read(old, "h5"), read(new, "h5", Status.FAILS, type="ValueError", message="what is this")),
    ]
    frame = grid.long([new, old], readers)
    assert list(frame.columns) == list(grid.COLUMNS)
    assert told(frame, "form", "writer", "reader", "stage", "status", "loaded", "message") == [
        ("h5", OLD, OLD, "read", "works", "[1.0, 2.0]", ""),
        ("h5", OLD, NEW, "read", "wrong", '"lost"', ""),
        ("h5", NEW, OLD, "read", "fails", "", "ValueError: what is this"),
        ("h5", NEW, NEW, "read", "works", "[1.0, 2.0]", ""),
    ]
    assert set(frame["saved"]) == {"[1.0, 2.0]"}
    assert list(frame["artefact"]) == [digest(old, "h5")] * 2 + [digest(new, "h5")] * 2


def test_where_nothing_was_written_the_writers_status_stands_for_every_reader() -> None:
    writers = [writer(OLD, "h5", keras=Status.MISSING), writer(NEW, "h5", "keras")]
    readers = [
        trial(cell, *(read(writing, "h5") for writing in writers), read(writers[1], "keras")) for cell in (OLD, NEW)
    ]
    frame = grid.long(writers, readers)
    lacking = frame[(frame["form"] == "keras") & (frame["writer"] == OLD)]
    assert told(lacking, "reader", "stage", "status", "message", "artefact", "saved", "loaded") == [
        (OLD, "write", "missing", "ValueError: no keras", "", "", ""),
        (NEW, "write", "missing", "ValueError: no keras", "", "", ""),
    ]


def test_a_reader_that_was_asked_about_another_artefact_is_a_hole() -> None:
    """The writer was run again since: what the reader said is about bytes that are no longer there."""
    now = writer(OLD, "h5")
    frame = grid.long([now], [trial(NEW, read(now, "h5", reference="artefact " + "0" * 64))])
    assert told(frame, "stage", "status", "reason") == [("read", "unknown", "not run")]


def test_a_cell_without_an_answer_is_a_hole_with_its_reason_on_either_side() -> None:
    mute = trial(MID, reason=Reason.CANARY_FAILED, message="does not start")
    known = writer(OLD, "h5")
    frame = grid.long([known, mute], [trial(OLD, read(known, "h5")), mute])
    assert told(frame, "writer", "reader", "stage", "status", "reason", "message") == [
        (OLD, OLD, "read", "works", "", ""),
        (OLD, MID, "read", "unknown", "canary failed", "does not start"),
        (MID, OLD, "write", "unknown", "canary failed", "does not start"),
        (MID, MID, "write", "unknown", "canary failed", "does not start"),
    ]


def test_one_artefact_may_be_read_in_several_ways() -> None:
    """The second way stands beside the first, and lacks what the first lacks; its kind is known by the artefact."""
    writers = [
        writer(OLD, "savedmodel", "weights"),
        writer(NEW, "weights", savedmodel=Status.FAILS),
    ]
    reader = trial(
        NEW,
        read(writers[0], "served", kind="savedmodel"),
        read(writers[0], "savedmodel", Status.FAILS),
        *(read(writing, "weights") for writing in writers),
    )
    assert [(form.name, form.written_as, form.title) for form in grid.forms(writers, [reader])] == [
        ("savedmodel", "savedmodel", "How savedmodel is written"),
        ("served", "savedmodel", "How savedmodel is written"),
        ("weights", "weights", "How weights is written"),
    ]
    frame = grid.long(writers, [reader])
    served = frame[frame["form"] == "served"]
    assert told(served, "writer", "stage", "status") == [(OLD, "read", "works"), (NEW, "write", "fails")]


def test_a_table_shows_what_was_read_and_leaves_what_was_not_written_empty() -> None:
    writers = [writer(OLD, "h5"), writer(NEW, h5=Status.FAILS)]
    frame = grid.long(writers, [trial(OLD, read(writers[0], "h5")), trial(NEW, read(writers[0], "h5", Status.WRONG))])
    wide = grid.wide(frame, "h5")
    assert wide.to_dict("index") == {OLD: {OLD: "works", NEW: "wrong"}, NEW: {OLD: "", NEW: ""}}
    assert list(wide.columns) == [OLD, NEW]
    assert grid.unwritten(frame) == [(NEW, "fails", "ValueError: no h5")]
    counted = grid.counts(frame)
    assert list(counted) == list(Status)
    assert {status: count for status, count in counted.items() if count} == {Status.WORKS: 1, Status.WRONG: 1}


def test_what_several_pairs_say_is_told_once_the_most_frequent_first() -> None:
    writers = [writer(cell, "h5") for cell in (OLD, MID, NEW)]
    reader = trial(
        NEW,
        read(writers[0], "h5", Status.FAILS, type="OSError", message="no such file"),
        read(writers[1], "h5", Status.WRONG, observed="lost"),
        read(writers[2], "h5", Status.WRONG, observed="lost"),
    )
    found = grid.notes(grid.long(writers, [reader]))
    assert [(note.status, note.pairs, note.example, note.text) for note in found] == [
        (Status.WRONG, 2, f"{MID} to {NEW}", '"lost" instead of [1.0, 2.0]'),
        (Status.FAILS, 1, f"{OLD} to {NEW}", "OSError: no such file"),
    ]


def test_the_machine_that_a_message_names_does_not_part_it_from_others() -> None:
    writers = [writer(cell, "h5") for cell in (OLD, NEW)]
    said = [f"Op type not registered in binary running on {name}. Make sure" for name in ("7f3a", "vm")]
    answers = [read(writing, "h5", Status.FAILS, message=text) for writing, text in zip(writers, said, strict=True)]
    (note,) = grid.notes(grid.long(writers, [trial(OLD, *answers)]))
    assert note.pairs == 2
    assert note.text == "Op type not registered in binary running on … Make sure"


def test_both_reports_are_written_and_the_tables_of_the_markdown_are_whole(tmp_path: Path) -> None:
    writers = [writer(OLD, "h5", keras=Status.MISSING), writer(NEW, "h5", "keras")]
    readers = [
        trial(
            OLD, *(read(writing, "h5") for writing in writers), read(writers[1], "keras", Status.FAILS, message=HOSTILE)
        ),
        trial(NEW, read(writers[0], "h5", Status.WRONG, observed=HOSTILE), read(writers[1], "h5")),
    ]
    csv, markdown = grid.write(writers, readers, tmp_path)
    assert (csv.name, markdown.name) == ("grid.csv", "grid.md")
    assert len(pd.read_csv(csv)) == 8
    text = markdown.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "](javascript" not in text.replace("\\](", "")
    lines = text.splitlines()
    assert "| **2.5.3** | ✓ | ≠ |" in lines
    assert "| **2.16.2** | ✓ | ✓ |" in lines
    assert "| **2.5.3** |  |  |" in lines
    assert "| **2.16.2** | ✗ | ? |" in lines
    assert "- 2.5.3: missing, ValueError: no keras" in lines
    assert "| [h5](#h5) | How h5 is written | 2 of 2 | 3 | 1 |  |  |  |  |  |" in lines
    assert "| [keras](#keras) | How keras is written | 1 of 2 |  |  |  | 1 |  |  | 1 |" in lines


def test_a_form_whose_name_is_none_is_not_shown(tmp_path: Path) -> None:
    """Names come out of cells, and stand in headings and links."""
    known = writer(OLD, "h5", **{"](javascript:x)": Status.FAILS, "<b>": Status.MISSING})
    reader = trial(NEW, read(known, "h5"), read(known, "<script>", kind="h5"))
    assert [form.name for form in grid.forms([known], [reader])] == ["h5"]
    _, markdown = grid.write([known], [reader], tmp_path)
    assert "<" not in markdown.read_text(encoding="utf-8").replace("<br>", "")


@pytest.mark.parametrize("cells", [("tf2.9.3-py3.9", "tf2.9.3-py3.10"), ("tf2.16.2-py3.12", "tf2.16.2-py3.12+legacy")])
def test_a_column_says_its_whole_cell_where_a_release_has_several(cells: tuple[str, str]) -> None:
    assert grid.short_names(cells) == {name: name.removeprefix("tf") for name in cells}


# The committed grid

COMMITTED = ROOT / "reports" / "grid"
measured = pytest.mark.skipif(not COMMITTED.exists(), reason="no grid was measured yet: tfcompat grid run")
judged = pytest.mark.skipif(
    all(trial.schema < 2 for trial in Store(COMMITTED / "trials" / "write").read()),
    reason="the committed grid is of one model, and older than harm: tfcompat grid run measures it anew",
)


@judged
def test_the_committed_tables_are_what_the_trials_say(tmp_path: Path) -> None:
    writers, readers = (current_trials(Store(COMMITTED / "trials" / name).read()) for name in ("write", "read"))
    for path in grid.write(writers, readers, tmp_path):
        committed = ROOT / "reports" / path.name
        assert committed.read_bytes() == path.read_bytes(), "the trials have changed: tfcompat grid report"


@measured
def test_the_committed_artefacts_have_the_hashes_that_the_table_names() -> None:
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (COMMITTED / "artefacts").iterdir()}
    assert {name for name, digest in found.items() if name != f"{digest}.zip"} == set()
    frame = pd.read_csv(ROOT / "reports" / "grid.csv", keep_default_na=False)
    assert {f"{digest}.zip" for digest in frame["artefact"] if digest} <= set(found)
