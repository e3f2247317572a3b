"""Tests of the trace: a file that is strict JSON, whole, and has all that Perfetto needs, after an interruption too."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests import fakes
from tfcompat import __version__
from tfcompat.errors import TfcompatError
from tfcompat.run.events import Answered, Event, Finished, Progressed, Stage, Staged
from tfcompat.run.timeline import trace
from tfcompat.run.timeline.cores import Look
from tfcompat.run.timeline.slices import Slice
from tfcompat.run.timeline.trace import Shares, Whole, document, recording, shares

CELL = "tf2.16.2-py3.12"
WHOLE = Whole(cores=2, seconds=10.0, own=12.0)
LOOKS = [
    Look(moment=0.0, idle=0, ticks=0),
    Look(moment=4.0, idle=200, ticks=800),
    Look(moment=10.0, idle=800, ticks=2000),
]


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


def read(path: Path) -> dict[str, Any]:
    """A trace, read as strictly as JSON can be."""
    content: dict[str, Any] = json.loads(path.read_bytes().decode("ascii"), parse_constant=refuse)
    return content


def of_phase(document: dict[str, Any], phase: str) -> list[dict[str, Any]]:
    return [event for event in document["traceEvents"] if event["ph"] == phase]


def test_each_slice_is_a_complete_event_in_its_cells_group() -> None:
    parts = [
        Slice(cell="one", name="running", start=1.0, end=3.5),
        Slice(cell="two", name="building", start=0.0, end=2.0, unfinished=True),
        Slice(cell="one", name="adapt::mean", start=1.25, end=1.2500004, lane=1),
    ]
    first, second, third = of_phase(document(parts, [], WHOLE), "X")
    assert first == {
        "name": "running",
        "cat": "stage",
        "ph": "X",
        "ts": 1_000_000,
        "dur": 2_500_000,
        "pid": 1,
        "tid": 0,
        "args": {"cell": "one"},
    }
    assert (second["pid"], second["args"]) == (2, {"cell": "two", "unfinished": True})
    assert (third["pid"], third["tid"], third["cat"], third["dur"]) == (1, 1, "scenario", 0)


def test_slices_that_touch_do_not_overlap_after_rounding() -> None:
    parts = [Slice(cell="one", name=str(n), start=n / 3, end=(n + 1) / 3, lane=1) for n in range(50)]
    events = of_phase(document(parts, [], WHOLE), "X")
    assert all(a["ts"] + a["dur"] == b["ts"] for a, b in pairwise(events))


def test_each_cell_is_a_named_group_in_the_order_in_which_they_began() -> None:
    parts = [Slice(cell=cell, name="running", start=0.0, end=1.0) for cell in ("b", "a", "b")]
    labels = [(event["name"], event["pid"], event["args"]) for event in of_phase(document(parts, [], WHOLE), "M")]
    assert labels == [
        ("process_name", 1, {"name": "b"}),
        ("process_sort_index", 1, {"sort_index": 1}),
        ("thread_name", 1, {"name": "stages"}),
        ("process_name", 2, {"name": "a"}),
        ("process_sort_index", 2, {"sort_index": 2}),
        ("thread_name", 2, {"name": "stages"}),
    ]


def test_the_busy_cores_are_a_counter_whose_values_hold_until_the_next() -> None:
    counters = of_phase(document([], LOOKS, WHOLE), "C")
    assert [(event["ts"], event["args"]) for event in counters] == [
        (0, {"busy": 1.5}),
        (4_000_000, {"busy": 1.0}),
        (10_000_000, {"busy": 0.0}),
    ]
    assert {(event["name"], event["pid"]) for event in counters} == {("busy cores", 0)}


def test_the_trace_says_what_it_is_of() -> None:
    assert document([], [], WHOLE)["otherData"] == {
        "tfcompat": __version__,
        "cores": 2,
        "seconds": 10.0,
        "own": 12.0,
        "left_out": 0,
    }


def test_hostile_names_are_bounded_and_harmless(tmp_path: Path) -> None:
    name = '"}]}\x1b[31m\u2028\ud800</script>' + "x" * 1000
    trace.write(tmp_path / "t.json", document([Slice(cell=name, name=name, start=0.0, end=1.0)], [], WHOLE))
    (event,) = of_phase(read(tmp_path / "t.json"), "X")
    assert len(event["name"]) <= trace.LONGEST
    assert event["name"].startswith('"}]}\N{REPLACEMENT CHARACTER}[31m')
    assert event["name"].isprintable()
    assert event["args"]["cell"] == event["name"]


def test_the_shares_of_the_core_time_are_over_all_of_the_run() -> None:
    split = shares(document([], LOOKS, WHOLE))
    assert split is not None
    assert (split.idle, split.own, split.others) == pytest.approx((0.4, 0.6, 0.0))


def test_what_others_took_is_the_rest() -> None:
    assert Shares(idle=0.1, own=0.6).others == pytest.approx(0.3)
    assert Shares(idle=0.5, own=0.6).others == 0.0


@pytest.mark.parametrize("looks", [[], LOOKS[:1]])
def test_where_the_system_did_not_count_there_are_no_shares(looks: list[Look]) -> None:
    assert shares(document([], looks, WHOLE)) is None


def test_a_recording_hands_on_every_event_and_writes_what_it_heard(tmp_path: Path) -> None:
    events: list[Event] = [
        Staged(cell=CELL, stage=Stage.RUNNING),
        Progressed(cell=CELL, done=0, planned=1),
        Answered(cell=CELL, scenario="adapt::mean", seconds=0.0),
        Finished(cell=CELL, trial=fakes.trial(CELL)),
    ]
    heard: list[Event] = []
    path = tmp_path / "new" / "t.json"
    with recording(path, heard.append) as emit:
        assert of_phase(read(path), "X") == []
        for event in events:
            emit(event)
    assert heard == events
    content = read(path)
    assert [event["name"] for event in of_phase(content, "X")] == ["starting", "adapt::mean", "running"]
    assert content["otherData"]["seconds"] > 0
    assert content["otherData"]["own"] >= 0
    if Path("/proc/stat").exists():
        assert len(of_phase(content, "C")) >= 2


def test_an_interrupted_run_has_its_timeline_and_is_interrupted_still(tmp_path: Path) -> None:
    path = tmp_path / "t.json"

    def interrupted() -> None:
        with recording(path, lambda event: None) as emit:
            emit(Staged(cell=CELL, stage=Stage.BUILDING))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    (event,) = of_phase(read(path), "X")
    assert (event["name"], event["args"]["unfinished"]) == ("building", True)


def test_a_file_that_cannot_be_written_is_said_before_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(TfcompatError, match=r"name another file with --timeline: .*exists"),
        recording(tmp_path / "file" / "t.json", lambda event: None),
    ):
        pytest.fail("the run began")


def test_without_a_file_nothing_is_kept_or_watched() -> None:
    def emit(event: Event) -> None: ...

    with recording(None, emit) as handed:
        assert handed is emit
