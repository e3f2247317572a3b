"""Tests of ranges: neighbouring releases that do the same, and nothing filled in between."""

import pytest

from tests.fakes import outcome, trial
from tfcompat.outcomes import Outcome, Reason, Status, Trial
from tfcompat.table.frame import collect
from tfcompat.table.ranges import Range, observations, ranges, spans

VERSIONS = ("2.6.5", "2.7.4", "2.9.3", "2.10.1", "2.16.2")


def cells(*answers: Outcome | Reason) -> list[Trial]:
    """A trial for each of VERSIONS in turn: an outcome, or the reason why there is none at all."""
    return [
        trial(f"tf{version}-py3.9", reason=answer)
        if isinstance(answer, Reason)
        else trial(f"tf{version}-py3.9", answer)
        for version, answer in zip(VERSIONS, answers, strict=False)
    ]


def found_ranges(*answers: Outcome | Reason) -> list[Range]:
    return ranges(collect(cells(*answers)).frame)["adapt::mean"]


WORKS, MISSING = outcome(), outcome(status=Status.MISSING)


def test_neighbours_that_tell_the_same_are_one_range() -> None:
    assert found_ranges(WORKS, WORKS, MISSING) == [
        Range(
            status=Status.WORKS,
            first="2.6.5",
            last="2.7.4",
            tested=("tf2.6.5-py3.9", "tf2.7.4-py3.9"),
            observed="",
            reason="",
        ),
        Range(status=Status.MISSING, first="2.9.3", last="2.9.3", tested=("tf2.9.3-py3.9",), observed="", reason=""),
    ]


def test_what_works_breaks_and_works_again_has_several_ranges() -> None:
    found = found_ranges(WORKS, MISSING, WORKS, WORKS)
    assert [(one.status, one.span) for one in found] == [
        (Status.WORKS, "2.6.5"),
        (Status.MISSING, "2.7.4"),
        (Status.WORKS, "2.9.3 – 2.10.1"),
    ]


def test_an_unknown_in_the_middle_is_not_filled_in() -> None:
    found = found_ranges(WORKS, Reason.OUT_OF_MEMORY, WORKS)
    assert [(one.status, one.span, one.reason) for one in found] == [
        (Status.WORKS, "2.6.5", ""),
        (Status.UNKNOWN, "2.7.4", "out of memory"),
        (Status.WORKS, "2.9.3", ""),
    ]


def test_two_reasons_are_two_ranges() -> None:
    found = found_ranges(WORKS, Reason.NO_LOCK, Reason.NO_WHEEL)
    assert [one.reason for one in found] == ["", "no lock", "no wheel"]


@pytest.mark.parametrize(
    ("one", "other", "count"), [([1.0], [1.0005], 1), ([1.0], [1.1], 2), ([1], None, 2), (1, True, 2)]
)
def test_observations_part_a_range_where_they_do_not_agree(one: object, other: object, count: int) -> None:
    assert len(found_ranges(outcome(observed=one), outcome(observed=other))) == count


def test_small_steps_do_not_add_up_inside_a_range() -> None:
    found = found_ranges(*(outcome(observed=value) for value in (1.0, 1.0008, 1.0016)))
    assert [one.span for one in found] == ["2.6.5 – 2.7.4", "2.9.3"]


def test_ranges_are_of_the_bundled_cells_only() -> None:
    trials = [*cells(WORKS), trial("tf2.7.4-py3.9+legacy", MISSING)]
    assert [one.tested for one in ranges(collect(trials).frame)["adapt::mean"]] == [("tf2.6.5-py3.9",)]


def test_spans_join_the_neighbours_of_one_status() -> None:
    found = found_ranges(outcome(observed=1), outcome(observed=2), MISSING, outcome(observed=1), MISSING)
    assert spans(found) == {Status.WORKS: "2.6.5 – 2.7.4, 2.10.1", Status.MISSING: "2.9.3, 2.16.2"}


def test_no_range_has_no_span() -> None:
    assert spans([]) == {}


def test_the_observations_of_a_scenario_say_where_they_were_made() -> None:
    found = found_ranges(*(outcome(observed=value) for value in ([1], [1.0001], [2], [1], [3])))
    assert observations(found) == [("[1]", "2.6.5 – 2.7.4, 2.10.1"), ("[2]", "2.9.3"), ("[3]", "2.16.2")]


@pytest.mark.parametrize("answers", [(WORKS, MISSING), (outcome(observed=1), MISSING, outcome(observed=1.0))])
def test_one_observation_is_not_told_apart(answers: tuple[Outcome, ...]) -> None:
    assert observations(found_ranges(*answers)) == []
