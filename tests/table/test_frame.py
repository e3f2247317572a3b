"""Tests of the collector: trials to the long frame, with every hole visible."""

import json
from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pytest

from tests.fakes import outcome, subject, trial
from tfcompat.index.builder import Builder
from tfcompat.outcomes import Documentation, Harm, Kind, Oracle, Outcome, Reason, Status, Trial
from tfcompat.table import frame as frames
from tfcompat.table.frame import COLUMNS, LONGEST, MORE, OF_OUTCOME, as_text, collect, table_of, wide

VERSIONS = ("2.6.5", "2.7.4", "2.9.3", "2.10.1", "2.16.2")


def cells(*answers: Outcome | Reason) -> list[Trial]:
    """A trial for each of VERSIONS in turn: an outcome, or the reason why there is none at all."""
    return [
        trial(f"tf{version}-py3.9", reason=answer)
        if isinstance(answer, Reason)
        else trial(f"tf{version}-py3.9", answer)
        for version, answer in zip(VERSIONS, answers, strict=False)
    ]


WORKS, MISSING = outcome(), outcome(status=Status.MISSING)


def test_a_row_has_what_the_trial_and_the_outcome_say() -> None:
    answer = outcome(
        "adapt::mean",
        Status.FAILS,
        kind=Kind.PROMISE,
        oracle=Oracle.NUMPY,
        harm=Harm.LOUD,
        observed=[0.5, "é"],
        expected=[1],
        documented="it works",
        documentation=Documentation.DISAGREES,
        type="ValueError",
        message="no shape",
        seconds=0.25,
    )
    one = trial(subject("tf2.16.2-py3.12+legacy", engine="docker"), answer, versions={"keras": "3.3.3"})
    assert collect([one]).published.to_dict("records") == [
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
            "kind": "promise",
            "oracle": "numpy",
            "status": "fails",
            "harm": "loud",
            "observed": '[0.5, "é"]',
            "expected": "[1]",
            "documented": '"it works"',
            "documentation": "disagrees",
            "reason": "",
            "message": "ValueError: no shape",
            "raised": "ValueError: no shape",
            "seconds": 0.25,
        }
    ]


def test_the_frame_has_its_columns_in_their_order() -> None:
    for trials in ([], cells(WORKS)):
        assert tuple(collect(trials).published.columns) == COLUMNS
        assert tuple(collect(trials).frame.columns) == (*COLUMNS, *MORE)


@pytest.mark.parametrize("versions", [{}, {"keras": None}])
def test_a_release_without_keras_has_an_empty_one(versions: dict[str, str | None]) -> None:
    assert collect([trial("tf2.2.3-py3.8", outcome(), versions=versions)]).frame["keras"].tolist() == [""]


@pytest.mark.parametrize(
    ("observed", "text"), [(None, ""), (0, "0"), (False, "false"), ("", '""'), ([None, 1.5], "[null, 1.5]")]
)
def test_an_observation_is_shown_as_json(observed: object, text: str) -> None:
    assert as_text(observed) == text


def test_rows_are_in_the_order_of_releases_and_not_of_their_letters() -> None:
    frame = collect(reversed(cells(WORKS, WORKS, WORKS, WORKS, WORKS))).frame
    assert frame["tensorflow"].tolist() == list(VERSIONS)


def test_columns_of_one_release_are_in_the_order_of_pythons_and_the_bundled_one_comes_first() -> None:
    names = ["tf2.9.3-py3.8", "tf2.9.3-py3.9", "tf2.9.3-py3.10", "tf2.9.3-py3.10+addons", "tf2.9.3-py3.10+legacy"]
    frame = collect(trial(name, outcome()) for name in reversed(names)).frame
    assert frame["cell"].tolist() == names


def test_a_group_stays_together() -> None:
    frame = collect(
        [
            trial("tf2.6.5-py3.9", outcome("adapt::old"), outcome("map::old")),
            trial(
                subject("tf2.7.4-py3.9", started="2026-01-03T00:00:00Z"),
                outcome("map::new"),
                outcome("adapt::new"),
            ),
        ]
    ).frame
    assert frame["scenario"].unique().tolist() == ["map::new", "map::old", "adapt::new", "adapt::old"]


def test_the_words_of_an_error_stand_by_themselves_too() -> None:
    fails = outcome("a::a", Status.FAILS, type="ValueError", message="no shape")
    named = outcome("a::b", Status.FAILS, type="ValueError", message="ValueError: no shape")
    hole = trial("tf2.7.4-py3.9", reason=Reason.NO_WHEEL, message="uv found none")
    frame = collect([trial("tf2.6.5-py3.9", fails, named), hole]).frame
    assert frame["message"].tolist() == ["ValueError: no shape"] * 2 + ["uv found none"] * 2
    assert frame["bare_message"].tolist() == ["no shape", "ValueError: no shape"] + ["uv found none"] * 2


def test_the_table_has_scenarios_down_and_cells_across_in_the_order_of_the_frame() -> None:
    trials = [
        trial("tf2.9.3-py3.9", outcome("b::z"), outcome("a::y", Status.FAILS)),
        trial("tf2.10.1-py3.9", outcome("b::z", Status.MISSING), outcome("a::y")),
    ]
    table = wide(collect(trials).frame)
    assert table.index.tolist() == ["b::z", "a::y"]
    assert table.columns.tolist() == ["tf2.9.3-py3.9", "tf2.10.1-py3.9"]
    assert table.to_numpy().tolist() == [["works", "missing"], ["fails", "works"]]


def test_the_newest_trial_says_what_a_scenario_is() -> None:
    old = trial(subject(started="2025-01-01T00:00:00Z"), outcome(title="old", promises={"": 1}, source="test_a.py:1"))
    new = trial(
        subject("tf2.2.3-py3.8", started="2026-01-01T00:00:00Z"),
        outcome(
            title="new",
            kind=Kind.QUESTION,
            promises={">=2.6": "stale"},
            answers={"fresh": Harm.NONE, "stale": Harm.SILENT},
            aliases=("adapt::old", "adapt::older"),
            reference="the guide",
            source="test_b.py:2",
        ),
    )
    for trials in ([old, new], [new, old]):
        assert collect(trials).scenarios.to_dict("index") == {
            "adapt::mean": {
                "group": "adapt",
                "title": "new",
                "reference": "the guide",
                "source": "test_b.py:2",
                "kind": "question",
                "oracle": "",
                "documented": '{">=2.6": "stale"}',
                "answers": '{"fresh": "none", "stale": "silent"}',
                "aliases": "adapt::old\nadapt::older",
            }
        }


@pytest.mark.parametrize("status", [Status.MISSING, Status.FAILS, Status.WRONG, Status.WORKS])
def test_what_was_raised_stands_in_every_export_as_it_was_raised(status: Status) -> None:
    """A refusal that counts is raised too: it works."""
    error = "module 'tensorflow.keras.layers' has no attribute 'Normalization'"
    made = collect(cells(outcome(status=status, type="AttributeError", message=error), outcome(observed=1)))
    assert made.published["raised"].tolist() == [f"AttributeError: {error}", ""]


def test_what_is_missing_is_the_environments_doing_where_its_package_is_not_there() -> None:
    def missing(error: str, message: str, status: Status = Status.MISSING) -> Outcome:
        return outcome(status=status, type=error, message=message)

    made = collect(
        cells(
            missing("ModuleNotFoundError", "No module named 'keras'"),
            missing("ModuleNotFoundError", "No module named 'keras.layers.experimental'"),
            missing("AttributeError", "No module named 'keras'"),
            missing("ModuleNotFoundError", "No module named 'keras'", Status.FAILS),
            WORKS,
        )
    )
    assert made.frame["whose"].tolist() == ["no package", "", "", "", ""]


def test_a_long_observation_is_its_length_and_hash() -> None:
    one, other = (as_text(["x" * LONGEST, tail]) for tail in (1, 2))
    assert one != other
    assert one == as_text(["x" * LONGEST, 1])
    assert json.loads(one).startswith(f"{LONGEST + 7} characters, ")
    assert as_text("x" * (LONGEST - 2)) == '"' + "x" * (LONGEST - 2) + '"'


def test_of_a_cell_with_several_trials_one_is_current_and_the_others_are_kept() -> None:
    old = trial(subject(started="2026-01-01T00:00:00Z"), MISSING)
    new = trial(subject(started="2026-01-02T00:00:00Z"), WORKS)
    table = collect([new, old])
    assert table.trials[["started", "current"]].to_numpy().tolist() == [
        ["2026-01-01T00:00:00Z", False],
        ["2026-01-02T00:00:00Z", True],
    ]
    assert table.outcomes[["trial", "status"]].to_numpy().tolist() == [[0, "missing"], [1, "works"]]
    assert table.frame[["trial", "status"]].to_numpy().tolist() == [[1, "works"]]


def test_an_engine_chooses_whose_trials_are_shown() -> None:
    trials = [trial(subject(engine="docker"), WORKS), trial(subject(engine="local"), MISSING)]
    assert collect(trials).frame["status"].tolist() == ["works"]
    assert collect(trials, "local").frame["status"].tolist() == ["missing"]


def test_a_trial_of_the_first_schema_stays_as_history_and_is_not_shown() -> None:
    judged, of_old = (
        trial(subject(started=f"2026-01-0{day}T00:00:00Z"), schema=schema) for day, schema in ((1, 2), (2, 1))
    )
    assert list(collect([judged, of_old]).trials["current"]) == [True, False]
    assert collect([of_old]).current.empty


def test_a_trial_says_its_subject_versions_and_reason() -> None:
    versions = {"keras": "3.3.3", "numpy": None}
    (row,) = collect([trial(reason=Reason.NO_WHEEL, message="none", versions=versions, seconds=2.5)]).trials.to_dict(
        "records"
    )
    assert {key: row[key] for key in ("cell", "keras", "versions", "reason", "message", "seconds", "channel")} == {
        "cell": "tf2.16.2-py3.12",
        "keras": "3.3.3",
        "versions": versions,
        "reason": "no wheel",
        "message": "none",
        "seconds": 2.5,
        "channel": "stable",
    }


def test_an_outcome_says_when_it_was_measured() -> None:
    reused = outcome("a::reused", measured="2025-12-24T00:00:00Z")
    table = collect([trial("tf2.6.5-py3.9", reused), trial("tf2.7.4-py3.9", reason=Reason.NO_LOCK)])
    assert table.frame["measured"].tolist() == ["2025-12-24T00:00:00Z", ""]
    assert table.outcomes["measured"].tolist() == ["2025-12-24T00:00:00Z"]


def test_a_trial_says_its_file_and_whether_it_only_confirms_it() -> None:
    trials = collect([trial("tf2.6.5-py3.9", file="a"), trial("tf2.7.4-py3.9", file="b", confirmed=True)]).trials
    assert trials[["file", "confirmed"]].to_numpy().tolist() == [["a", False], ["b", True]]


@pytest.mark.parametrize("of", ["frame", "outcomes"])
def test_the_texts_of_outcomes_are_categories_and_published_ones_are_texts(of: str) -> None:
    """A million rows that say the same hold the text once."""
    table = collect(cells(WORKS, MISSING))
    texts = set(OF_OUTCOME) - {"trial", "seconds"}
    frame = getattr(table, of)
    assert {name for name in frame.columns if isinstance(frame[name].dtype, pd.CategoricalDtype)} - {"group"} == texts
    assert not any(isinstance(kind, pd.CategoricalDtype) for kind in table.published.dtypes)


def test_plain_columns_make_the_same_frame() -> None:
    """A table that was read from a file has texts, and no categories."""
    table = collect([*cells(outcome("a::one", Status.FAILS, type="ValueError", message="no"), Reason.NO_WHEEL)])
    texts = [name for name in OF_OUTCOME if name not in ("trial", "seconds")]
    plain = replace(table, outcomes=table.outcomes.astype(dict.fromkeys(texts, "str")))
    assert plain.frame.to_dict("records") == table.frame.to_dict("records")


def test_the_ranges_are_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    table = collect(cells(WORKS))
    known = table.ranges
    monkeypatch.delattr(frames, "ranges")
    assert table.ranges is known
    assert [part.tested for part in known["adapt::mean"]] == [("tf2.6.5-py3.9",)]


def test_a_line_that_confirms_a_trial_says_the_same_as_measured_when_it_was_repeated() -> None:
    builder = Builder()
    builder.add_trial(trial(subject(started=(first := "2026-01-01T00:00:00Z")), outcome(measured=first), file="a"))
    index = builder.columns()
    line = {**index.trials.to_pylist()[0], "rows": -1, "started": "2026-02-01T00:00:00Z", "confirmed": True}
    lines = pa.Table.from_pylist([line], schema=index.trials.schema)
    table = table_of(replace(index, trials=pa.concat_tables([index.trials, lines])))
    assert table.outcomes[["trial", "status", "measured"]].to_numpy().tolist() == [
        [0, "works", first],
        [1, "works", "2026-02-01T00:00:00Z"],
    ]


def test_the_versions_of_thousands_of_trials_are_read_once_each() -> None:
    assert frames.version("2.9.3") is frames.version("2.9.3")
