"""Tests of ranges: where a scenario does the same, over every measured cell, and nothing filled in between."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.advise.made import OUTCOMES, answer
from tests.advise.made import cells as made_cells
from tests.fakes import outcome, trial
from tfcompat.outcomes import Harm, Outcome, Reason, Status, Trial
from tfcompat.select.places import Axis, Spot, parse
from tfcompat.table.agreement import alike
from tfcompat.table.frame import collect
from tfcompat.table.ranges import Range, axes, entry, observations, of_rows, ranges, runs, spans, where

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
    works, missing = found_ranges(WORKS, WORKS, MISSING)
    assert entry(works) == {
        "status": "works",
        "harm": "none",
        "first": "2.6.5",
        "last": "2.7.4",
        "on": "",
        "tested": ("tf2.6.5-py3.9", "tf2.7.4-py3.9"),
        "observed": "",
        "reason": "",
        "whose": "",
    }
    assert (missing.status, missing.span, missing.tested) == (Status.MISSING, "2.9.3", ("tf2.9.3-py3.9",))


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


def test_ranges_are_of_stable_releases_as_pip_installs_them_and_with_another_keras() -> None:
    others = [trial("tf2.7.4-py3.9+legacy", MISSING), trial("tf2.17.0rc1-py3.12", MISSING)]
    trials = [*cells(WORKS), *others, trial("tf2.16.2-py3.12+keras-latest", WORKS, versions={"keras": "3.15.1"})]
    assert [one.tested for one in ranges(collect(trials).frame)["adapt::mean"]] == [
        ("tf2.6.5-py3.9", "tf2.16.2-py3.12+keras-latest")
    ]


PYTHONS = {"tf2.15.1-py3.11": WORKS, "tf2.16.2-py3.11": WORKS, "tf2.16.2-py3.12": MISSING, "tf2.17.1-py3.12": MISSING}


def test_a_python_that_decides_is_named() -> None:
    found = ranges(collect([trial(cell, answer) for cell, answer in PYTHONS.items()]).frame)["adapt::mean"]
    assert [(one.word, one.span, one.axes) for one in found] == [
        ("works", "2.15.1 – 2.16.2 on Python ≤ 3.11", (Axis.PYTHON,)),
        ("missing", "2.16.2 – 2.17.1 on Python ≥ 3.12", (Axis.PYTHON,)),
    ]
    assert [entry(one)["on"] for one in found] == ["Python ≤ 3.11", "Python ≥ 3.12"]
    assert axes(found) == (Axis.PYTHON,)
    assert axes(found_ranges(WORKS, MISSING)) == ()


def test_a_hole_is_passed_over_where_another_cell_of_its_release_has_an_answer() -> None:
    trials = [*cells(WORKS, WORKS, WORKS), trial("tf2.7.4-py3.8", reason=Reason.NO_LOCK)]
    found = ranges(collect(trials).frame)["adapt::mean"]
    assert [(one.word, one.span) for one in found] == [
        ("works", "2.6.5 – 2.9.3"),
        ("unknown: no lock", "2.7.4 on Python ≤ 3.8"),
    ]


def test_harm_and_who_lacks_it_part_a_range() -> None:
    wrong = [outcome(status=Status.WRONG, harm=harm, observed=1) for harm in (Harm.SILENT, Harm.VISIBLE)]
    assert [one.harm for one in found_ranges(*wrong)] == [Harm.SILENT, Harm.VISIBLE]
    lacking = [
        outcome(status=Status.MISSING, type="ModuleNotFoundError", message="No module named 'keras'"),
        outcome(status=Status.MISSING, type="AttributeError", message="module 'keras' has no attribute 'x'"),
    ]
    assert [(one.word, one.whose) for one in found_ranges(*lacking)] == [
        ("missing: no package", "no package"),
        ("missing", ""),
    ]


def test_columns_side_by_side_run_whatever_tells_them_apart() -> None:
    rows = collect([trial(cell, answer) for cell, answer in PYTHONS.items()]).frame.to_dict("records")
    assert [(one.status, one.span) for one in runs(rows)] == [
        (Status.WORKS, "2.15.1 – 2.16.2"),
        (Status.MISSING, "2.16.2 – 2.17.1"),
    ]


def test_spans_join_the_neighbours_of_one_status() -> None:
    found = found_ranges(outcome(observed=1), outcome(observed=2), MISSING, outcome(observed=1), MISSING)
    assert spans(found) == {"works": "2.6.5 – 2.7.4, 2.10.1", "missing": "2.9.3, 2.16.2"}


def test_the_answers_of_a_question_are_spans_of_their_own() -> None:
    answers = [outcome(status=Status.ANSWERED, observed=word) for word in ("fresh", "stale", "stale", "fresh")]
    assert spans(found_ranges(*answers)) == {"fresh": "2.6.5, 2.10.1", "stale": "2.7.4 – 2.9.3"}


def test_where_something_is_so_is_exact_over_all_cells_of_the_ranges() -> None:
    found = ranges(collect([trial(cell, answer) for cell, answer in PYTHONS.items()]).frame)["adapt::mean"]
    assert where(found, lambda part: part.status is Status.WORKS) == "2.15.1 – 2.16.2 on Python ≤ 3.11"
    assert where(found, lambda part: True) == "2.15.1 – 2.17.1"
    assert where(found, lambda part: False) == ""


def test_a_cell_that_the_words_of_two_places_name_is_in_one_range() -> None:
    keras = {"tf2.17.0-py3.9": "3.5.0", "tf2.17.0-py3.12": "3.5.0", "tf2.17.0-py3.12+keras3.15": "3.15.1"}
    answers = {
        **dict.fromkeys(["tf2.16.2-py3.9", "tf2.16.2-py3.12", "tf2.17.0-py3.9"], WORKS),
        **dict.fromkeys(["tf2.17.0-py3.12", "tf2.17.0-py3.12+keras3.15", "tf2.21.0-py3.9"], MISSING),
    }
    trials = [
        trial(cell, answer, versions={"keras": keras.get(cell, "3.4.1" if "2.16" in cell else "3.12.0")})
        for cell, answer in answers.items()
    ]
    found = ranges(collect(trials).frame)["adapt::mean"]
    assert sorted(cell for part in found for cell in part.tested) == sorted(answers)
    assert where(found, lambda part: part.status is Status.MISSING) == ", ".join(
        part.span for part in found if part.status is Status.MISSING
    )


def test_no_range_has_no_span() -> None:
    assert spans([]) == {}


def test_the_observations_of_a_scenario_say_where_they_were_made() -> None:
    found = found_ranges(*(outcome(observed=value) for value in ([1], [1.0001], [2], [1], [3])))
    assert observations(found) == [("[1]", "2.6.5 – 2.7.4, 2.10.1"), ("[2]", "2.9.3"), ("[3]", "2.16.2")]


@pytest.mark.parametrize("answers", [(WORKS, MISSING), (outcome(observed=1), MISSING, outcome(observed=1.0))])
def test_one_observation_is_not_told_apart(answers: tuple[Outcome, ...]) -> None:
    assert observations(found_ranges(*answers)) == []


@st.composite
def rows_of_one(draw: st.DrawFn) -> list[dict[str, Any]]:
    """What one scenario did in some cells: mostly as in the cell before, with turns, ways back and holes."""
    current, rows = draw(st.sampled_from(OUTCOMES)), []
    for cell in draw(made_cells()):
        if draw(st.integers(0, 2)) == 0:
            current = draw(st.sampled_from(OUTCOMES))
        rows.append({**cell, **answer(current), "reason": "no lock" * (current[0] == Status.UNKNOWN)})
    return rows


@settings(deadline=None)
@given(rows_of_one())
def test_each_cell_is_in_the_one_range_that_does_what_it_does(rows: list[dict[str, Any]]) -> None:
    """Held against the rows one by one: none is left out, and none is told twice."""
    parts = of_rows(rows)
    for row in rows:
        (around,) = (part for part in parts if row["cell"] in part.tested)
        assert alike(row, as_row(around))


@settings(deadline=None)
@given(rows_of_one())
def test_the_words_of_a_span_name_the_cells_that_do_it_and_no_other(rows: list[dict[str, Any]]) -> None:
    """Only a hole may be named beside them, where its release has another cell's answer: it is passed over."""
    parts = of_rows(rows)
    answered = {row["cell"] for row in rows if row["status"] != Status.UNKNOWN}
    releases = {row["tensorflow"] for row in rows if row["cell"] in answered}
    for said, text in spans(parts).items():
        inside = {cell for part in parts if part.word == said for cell in part.tested}
        places = list(parse(text))
        named = [row for row in rows if any(place.admits(Spot.of(row)) for place in places)]
        assert {row["cell"] for row in named} >= inside
        assert all(
            row["cell"] not in answered and row["tensorflow"] in releases for row in named if row["cell"] not in inside
        )


def as_row(part: Range) -> dict[str, str]:
    return {name: str(getattr(part, name)) for name in ("status", "harm", "reason", "whose", "observed")}


def rows_of(*answers: Outcome) -> list[dict[Any, Any]]:
    return list(collect(cells(*answers)).frame.to_dict("records"))


def test_a_run_names_its_first_and_its_last_release_even_where_it_is_one() -> None:
    assert [(run.first, run.last) for run in runs(rows_of(WORKS))] == [("2.6.5", "2.6.5")]
    assert [(run.first, run.last) for run in runs(rows_of(WORKS, WORKS, WORKS, MISSING))] == [
        ("2.6.5", "2.9.3"),
        ("2.10.1", "2.10.1"),
    ]
    assert list(runs([])) == []


def test_two_observations_are_told_apart_and_one_is_not_named() -> None:
    seen = [outcome(status=Status.ANSWERED, observed=word) for word in ("a", "a", "b")]
    assert observations(found_ranges(*seen[:2])) == []
    assert observations(found_ranges(*seen)) == [('"a"', "2.6.5 – 2.7.4"), ('"b"', "2.9.3")]
