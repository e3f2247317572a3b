"""Tests of what is derived from trials: the long frame, the table, the ranges, the support document."""

import json
from typing import Any

import pandas as pd
import pytest

from tests.fakes import outcome, subject, trial
from tfcompat.outcomes import Outcome, Reason, Status, Trial
from tfcompat.table import frame as table
from tfcompat.table.frame import COLUMNS

VERSIONS = ("2.6.5", "2.7.4", "2.9.3", "2.10.1", "2.16.2")


def cells(*answers: Outcome | Reason) -> list[Trial]:
    """A trial for each of VERSIONS in turn: an outcome, or the reason why there is none at all."""
    return [
        trial(f"tf{version}-py3.9", reason=answer)
        if isinstance(answer, Reason)
        else trial(f"tf{version}-py3.9", answer)
        for version, answer in zip(VERSIONS, answers, strict=False)
    ]


def found_ranges(*answers: Outcome | Reason) -> list[table.Range]:
    return table.ranges(table.long(cells(*answers)))["adapt::mean"]


WORKS, MISSING = outcome(), outcome(status=Status.MISSING)


def test_a_row_has_what_the_trial_and_the_outcome_say() -> None:
    answer = outcome(
        "adapt::mean", Status.FAILS, observed=[0.5, "é"], type="ValueError", message="no shape", seconds=0.25
    )
    one = trial(subject("tf2.16.2-py3.12+legacy", engine="docker"), answer, versions={"keras": "3.3.3"})
    assert table.long([one]).to_dict("records") == [
        {
            "cell": "tf2.16.2-py3.12+legacy",
            "tensorflow": "2.16.2",
            "python": "3.12",
            "keras": "3.3.3",
            "variant": "legacy",
            "channel": "stable",
            "engine": "docker",
            "group": "adapt",
            "scenario": "adapt::mean",
            "status": "fails",
            "observed": '[0.5, "é"]',
            "reason": "",
            "message": "ValueError: no shape",
            "seconds": 0.25,
        }
    ]


def test_the_frame_has_its_columns_in_their_order() -> None:
    assert tuple(table.long([]).columns) == COLUMNS
    assert tuple(table.long(cells(WORKS)).columns) == COLUMNS


@pytest.mark.parametrize("versions", [{}, {"keras": None}])
def test_a_release_without_keras_has_an_empty_one(versions: dict[str, str | None]) -> None:
    assert table.long([trial("tf2.2.3-py3.8", outcome(), versions=versions)])["keras"].tolist() == [""]


@pytest.mark.parametrize(
    ("observed", "text"), [(None, ""), (0, "0"), (False, "false"), ("", '""'), ([None, 1.5], "[null, 1.5]")]
)
def test_an_observation_is_shown_as_json(observed: object, text: str) -> None:
    assert table.as_text(observed) == text


def test_rows_are_in_the_order_of_releases_and_not_of_their_letters() -> None:
    frame = table.long(reversed(cells(WORKS, WORKS, WORKS, WORKS, WORKS)))
    assert frame["tensorflow"].tolist() == list(VERSIONS)


def test_columns_of_one_release_are_in_the_order_of_pythons_and_the_bundled_one_comes_first() -> None:
    names = ["tf2.9.3-py3.8", "tf2.9.3-py3.9", "tf2.9.3-py3.10", "tf2.9.3-py3.10+addons", "tf2.9.3-py3.10+legacy"]
    frame = table.long(trial(name, outcome()) for name in reversed(names))
    assert frame["cell"].tolist() == names


def test_a_group_stays_together() -> None:
    frame = table.long(
        [
            trial("tf2.6.5-py3.9", outcome("adapt::old"), outcome("map::old")),
            trial(
                subject("tf2.7.4-py3.9", started="2026-01-03T00:00:00Z"),
                outcome("map::new"),
                outcome("adapt::new"),
            ),
        ]
    )
    assert frame["scenario"].unique().tolist() == ["map::new", "map::old", "adapt::new", "adapt::old"]


def test_a_cell_without_an_answer_is_a_hole_in_every_row() -> None:
    hole = trial("tf2.7.4-py3.9", reason=Reason.NO_WHEEL, message="uv found none")
    frame = table.long([trial("tf2.6.5-py3.9", outcome("adapt::a"), outcome("adapt::b")), hole])
    rows = frame[frame["cell"] == "tf2.7.4-py3.9"]
    assert rows["scenario"].tolist() == ["adapt::a", "adapt::b"]
    assert rows["status"].tolist() == ["unknown", "unknown"]
    assert rows["reason"].tolist() == ["no wheel", "no wheel"]
    assert rows["message"].tolist() == ["uv found none", "uv found none"]


def test_a_scenario_that_an_older_trial_was_not_asked_was_not_run_there() -> None:
    frame = table.long([trial("tf2.6.5-py3.9", outcome("adapt::a")), trial("tf2.7.4-py3.9", outcome("adapt::b"))])
    rows = frame[(frame["cell"] == "tf2.6.5-py3.9") & (frame["scenario"] == "adapt::b")]
    assert rows[["status", "reason"]].to_numpy().tolist() == [["unknown", "not run"]]


def test_the_table_has_scenarios_down_and_cells_across_in_the_order_of_the_frame() -> None:
    wide = table.wide(
        table.long(
            [
                trial("tf2.9.3-py3.9", outcome("b::z"), outcome("a::y", Status.FAILS)),
                trial("tf2.10.1-py3.9", outcome("b::z", Status.MISSING), outcome("a::y")),
            ]
        )
    )
    assert wide.index.tolist() == ["b::z", "a::y"]
    assert wide.columns.tolist() == ["tf2.9.3-py3.9", "tf2.10.1-py3.9"]
    assert wide.to_numpy().tolist() == [["works", "missing"], ["fails", "works"]]


def test_the_newest_trial_says_what_a_scenario_is() -> None:
    old = trial(subject(started="2025-01-01T00:00:00Z"), outcome(title="old", documented=1, source="test_a.py:1"))
    new = trial(
        subject("tf2.2.3-py3.8", started="2026-01-01T00:00:00Z"),
        outcome(title="new", documented=[2], reference="the guide", source="test_b.py:2"),
    )
    expected = table.Facts(
        scenario="adapt::mean", title="new", reference="the guide", source="test_b.py:2", documented="[2]"
    )
    assert table.facts([old, new]) == table.facts([new, old]) == {"adapt::mean": expected}


def test_neighbours_that_tell_the_same_are_one_range() -> None:
    assert found_ranges(WORKS, WORKS, MISSING) == [
        table.Range(
            status=Status.WORKS,
            first="2.6.5",
            last="2.7.4",
            tested=("tf2.6.5-py3.9", "tf2.7.4-py3.9"),
            observed="",
            reason="",
        ),
        table.Range(
            status=Status.MISSING, first="2.9.3", last="2.9.3", tested=("tf2.9.3-py3.9",), observed="", reason=""
        ),
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


def test_a_long_observation_is_its_length_and_hash() -> None:
    one, other = (table.as_text(["x" * table.LONGEST, tail]) for tail in (1, 2))
    assert one != other
    assert one == table.as_text(["x" * table.LONGEST, 1])
    assert json.loads(one).startswith(f"{table.LONGEST + 7} characters, ")
    assert table.as_text("x" * (table.LONGEST - 2)) == '"' + "x" * (table.LONGEST - 2) + '"'


def cells_of(frame: pd.DataFrame) -> list[str]:
    return list(frame["cell"].unique())


MANY = (
    "tf2.5.0-py3.8",
    "tf2.5.3-py3.8",
    "tf2.5.3-py3.9",
    "tf2.16.2-py3.12",
    "tf2.16.2-py3.12+legacy",
    "tf2.22.0rc0-py3.13",
)


def test_for_each_stable_release_stands_its_bundled_cell_on_the_newest_python() -> None:
    frame = table.long([trial(cell, outcome()) for cell in MANY])
    assert cells_of(table.of_releases(frame)) == ["tf2.5.0-py3.8", "tf2.5.3-py3.9", "tf2.16.2-py3.12"]


def test_for_each_minor_stands_its_last_patch() -> None:
    frame = table.long([trial(cell, outcome()) for cell in MANY])
    assert cells_of(table.of_minors(frame)) == ["tf2.5.3-py3.9", "tf2.16.2-py3.12"]


@pytest.mark.parametrize("cell", ["tf2.16.2-py3.12+legacy", "tf2.22.0rc0-py3.13"])
def test_where_no_stable_release_was_tested_what_was_tested_stands(cell: str) -> None:
    frame = table.long([trial(cell, outcome())])
    assert cells_of(table.of_minors(frame)) == [cell]


def test_ranges_are_of_the_bundled_cells_only() -> None:
    trials = [*cells(WORKS), trial("tf2.7.4-py3.9+legacy", MISSING)]
    assert [one.tested for one in table.ranges(table.long(trials))["adapt::mean"]] == [("tf2.6.5-py3.9",)]


def test_spans_join_the_neighbours_of_one_status() -> None:
    found = found_ranges(outcome(observed=1), outcome(observed=2), MISSING, outcome(observed=1), MISSING)
    assert table.spans(found) == {Status.WORKS: "2.6.5 – 2.7.4, 2.10.1", Status.MISSING: "2.9.3, 2.16.2"}


def test_no_range_has_no_span() -> None:
    assert table.spans([]) == {}


def test_the_observations_of_a_scenario_say_where_they_were_made() -> None:
    found = found_ranges(*(outcome(observed=value) for value in ([1], [1.0001], [2], [1], [3])))
    assert table.observations(found) == [("[1]", "2.6.5 – 2.7.4, 2.10.1"), ("[2]", "2.9.3"), ("[3]", "2.16.2")]


@pytest.mark.parametrize("answers", [(WORKS, MISSING), (outcome(observed=1), MISSING, outcome(observed=1.0))])
def test_one_observation_is_not_told_apart(answers: tuple[Outcome, ...]) -> None:
    assert table.observations(found_ranges(*answers)) == []


def test_the_support_document_says_what_it_was_tested_on() -> None:
    trials = cells(outcome(observed=1, documented=1, title="Mean", reference="guide", source="t.py:1"), Reason.NO_LOCK)
    document: dict[str, Any] = table.support(trials, table.long(trials))
    assert json.loads(json.dumps(document)) == {
        "schema": 1,
        "tested_on": ["tf2.6.5-py3.9", "tf2.7.4-py3.9"],
        "scenarios": {
            "adapt::mean": {
                "scenario": "adapt::mean",
                "title": "Mean",
                "reference": "guide",
                "source": "t.py:1",
                "documented": "1",
                "group": "adapt",
                "spans": {"works": "2.6.5", "unknown": "2.7.4"},
                "observations": [],
                "ranges": [
                    {
                        "status": "works",
                        "first": "2.6.5",
                        "last": "2.6.5",
                        "tested": ["tf2.6.5-py3.9"],
                        "observed": "1",
                        "reason": "",
                    },
                    {
                        "status": "unknown",
                        "first": "2.7.4",
                        "last": "2.7.4",
                        "tested": ["tf2.7.4-py3.9"],
                        "observed": "",
                        "reason": "no lock",
                    },
                ],
            }
        },
    }


def by(engine: str, *outcomes: Outcome, cell: str = "tf2.6.5-py3.9") -> pd.DataFrame:
    return table.long([trial(subject(cell, engine=engine), *outcomes)])


def test_engines_that_agree_have_no_disagreement() -> None:
    assert table.disagreements(by("docker", outcome(observed=1)), by("local", outcome(observed=1))).empty


@pytest.mark.parametrize("other", [outcome(observed=2), outcome(status=Status.DIFFERS, observed=1)])
def test_engines_disagree_where_status_or_observation_do(other: Outcome) -> None:
    same_in_both = outcome("adapt::other")
    found = table.disagreements(by("docker", same_in_both, outcome(observed=1)), by("local", same_in_both, other))
    assert found.to_dict("records") == [
        {
            "cell": "tf2.6.5-py3.9",
            "scenario": "adapt::mean",
            "engine": "docker",
            "status": "works",
            "observed": "1",
            "engine_other": "local",
            "status_other": str(other.status),
            "observed_other": table.as_text(other.observed),
        }
    ]


def test_a_cell_of_one_engine_only_is_no_disagreement() -> None:
    assert table.disagreements(by("docker", WORKS), by("local", MISSING, cell="tf2.7.4-py3.9")).empty
