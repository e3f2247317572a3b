"""Tests of the slices: each stage and scenario from its start to its end, in lanes in which nothing overlaps."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import fakes
from tfcompat.run.events import Answered, Event, Finished, Noticed, Progressed, Stage, Staged
from tfcompat.run.timeline import slices
from tfcompat.run.timeline.slices import Slice, Slices

CELL = "tf2.16.2-py3.12"
OTHER = "tf2.9.3-py3.10"


def heard(*events: tuple[float, Event], end: float | None = None) -> Slices:
    """The slices of events, each at its moment; with ``end`` the run was over then."""
    moments = iter([moment for moment, _ in events] + ([] if end is None else [end]))
    kept = Slices(lambda: next(moments))
    for _, event in events:
        kept(event)
    if end is not None:
        kept.close()
    return kept


def staged(stage: Stage, cell: str = CELL) -> Staged:
    return Staged(cell=cell, stage=stage)


def finished(cell: str = CELL) -> Finished:
    return Finished(cell=cell, trial=fakes.trial(cell))


def answered(scenario: str, seconds: float, cell: str = CELL) -> Answered:
    return Answered(cell=cell, scenario=scenario, seconds=seconds)


def test_a_stage_lasts_until_the_next_one_or_the_end_of_its_cell() -> None:
    kept = heard(
        (1.0, staged(Stage.LOCKING)),
        (2.0, staged(Stage.BUILDING)),
        (2.5, staged(Stage.BUILDING, OTHER)),
        (4.0, staged(Stage.WAITING)),
        (5.0, staged(Stage.RUNNING)),
        (9.0, finished()),
        (9.5, staged(Stage.WAITING, OTHER)),
    )
    assert kept.kept == [
        Slice(cell=CELL, name="locking", start=1.0, end=2.0),
        Slice(cell=CELL, name="building", start=2.0, end=4.0),
        Slice(cell=CELL, name="waiting", start=4.0, end=5.0),
        Slice(cell=CELL, name="running", start=5.0, end=9.0),
        Slice(cell=OTHER, name="building", start=2.5, end=9.5),
    ]


def test_a_cell_starts_until_the_first_line_of_its_record() -> None:
    kept = heard(
        (1.0, staged(Stage.RUNNING)),
        (4.0, Progressed(cell=CELL, done=0, planned=9)),
        (5.0, Progressed(cell=CELL, done=1, planned=9)),
    )
    assert kept.kept == [Slice(cell=CELL, name="starting", start=1.0, end=4.0)]


def test_a_scenario_lasted_its_seconds_until_its_outcome_came() -> None:
    kept = heard((10.0, answered("adapt::mean", 2.5)))
    assert kept.kept == [Slice(cell=CELL, name="adapt::mean", start=7.5, end=10.0, lane=1)]


def test_scenarios_at_the_same_time_have_lanes_of_their_own_and_others_share_one() -> None:
    kept = heard(
        (1.0, answered("a", 1.0)),
        (2.0, answered("b", 1.0)),
        (5.0, answered("long", 5.0)),
        (5.5, answered("c", 3.5)),
        (6.0, answered("d", 1.0)),
        (6.0, answered("another cell's", 1.0, OTHER)),
    )
    assert {part.name: part.lane for part in kept.kept} == {
        "a": 1,
        "b": 1,
        "long": 2,
        "c": 1,
        "d": 2,
        "another cell's": 1,
    }


def test_an_outcome_that_comes_a_little_late_does_not_open_a_lane() -> None:
    kept = heard((1.0, answered("a", 1.0)), (1.5, answered("b", 0.52)))
    assert kept.kept[1] == Slice(cell=CELL, name="b", start=1.0, end=1.5, lane=1)
    kept = heard((1.0, answered("a", 1.0)), (1.5, answered("b", 0.56)))
    assert kept.kept[1].lane == 2


def test_what_an_interruption_ends_is_unfinished() -> None:
    kept = heard((1.0, staged(Stage.RUNNING)), (2.0, staged(Stage.BUILDING, OTHER)), (3.0, finished()), end=7.0)
    assert kept.kept == [
        Slice(cell=CELL, name="running", start=1.0, end=3.0),
        Slice(cell=OTHER, name="building", start=2.0, end=7.0, unfinished=True),
    ]


def test_a_notice_and_the_end_of_a_cell_that_never_began_are_nothing() -> None:
    assert heard((1.0, Noticed(cell=CELL, text="hear")), (2.0, finished()), end=3.0).kept == []


def test_scenarios_are_bounded_and_the_stages_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "MOST", 3)
    kept = heard(
        (0.0, staged(Stage.RUNNING)),
        *((float(moment), answered(f"s{moment}", 1.0)) for moment in range(1, 6)),
        (9.0, finished()),
    )
    assert [part.name for part in kept.kept] == ["s1", "s2", "s3", "running"]
    assert kept.left_out == 2


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 30)), max_size=40).map(
        lambda pairs: sorted((start + seconds, seconds) for start, seconds in pairs)
    )
)
def test_in_a_lane_nothing_overlaps(ends: list[tuple[float, float]]) -> None:
    kept = heard(*((end, answered(f"s{number}", seconds)) for number, (end, seconds) in enumerate(ends)))
    assert len(kept.kept) == len(ends)
    for part, (end, seconds) in zip(kept.kept, ends, strict=True):
        assert part.end == end
        assert part.start <= part.end
        assert part.start == pytest.approx(end - seconds, abs=slices.LATE + 1e-6)
    for lane in {part.lane for part in kept.kept}:
        in_order = sorted((part.start, part.end) for part in kept.kept if part.lane == lane)
        assert all(before[1] <= after[0] for before, after in pairwise(in_order))
