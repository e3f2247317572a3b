"""Tests of the published table: read back, it says what the table said that it was written from; a damaged one is refused."""

from pathlib import Path

import pytest

from tests.fakes import outcome, trial
from tfcompat.errors import DataError
from tfcompat.outcomes import Harm, Kind, Oracle, Outcome, Reason, Status, Trial
from tfcompat.publish.formats import csv
from tfcompat.table.frame import COLUMNS, Table, collect
from tfcompat.table.published import read_outcomes

CELL, OTHER = "tf2.9.3-py3.10", "tf2.16.2-py3.12"
#: What a table of outcomes does not have: how long something took, and what was documented for a release.
LOST = ("seconds", "documented")


def read(folder: Path, text: str) -> Table:
    path = folder / "outcomes.csv"
    path.write_text(text, encoding="utf-8")
    return read_outcomes(path)


def read_back(folder: Path, *trials: Trial) -> Table:
    """The table of some trials, written as the report writes it, and read."""
    return read(folder, csv(collect(trials).published))


FAILS = outcome("a::fails", Status.FAILS, type="ValueError", message="it is: so", seconds=0.5)
WORKS = outcome("a::works", kind=Kind.PROMISE, oracle=Oracle.NUMPY, observed={"x": [1, None, "é"]}, expected=[1.5])
FORMULA = outcome("b::formula", Status.ANSWERED, kind=Kind.QUESTION, observed="=1+1", harm=Harm.SILENT)
TRIALS = (
    trial(CELL, FAILS, WORKS, FORMULA, versions={"keras": "2.9.0"}, seconds=2.0),
    trial(f"{CELL}+legacy", FAILS, WORKS, versions={"keras": "2.9.0"}),
    trial("tf2.8.4-py3.10", reason=Reason.NO_LOCK, message="uv could not: no"),
    trial("tf2.17.0rc1-py3.12", WORKS, outcome("b::formula", Status.UNKNOWN, reason=Reason.TIME_LIMIT)),
)


def test_what_is_read_back_is_published_as_it_was(tmp_path: Path) -> None:
    told = [name for name in COLUMNS if name not in LOST]
    before, after = collect(TRIALS), read_back(tmp_path, *TRIALS)
    assert after.published[told].to_dict("records") == before.published[told].to_dict("records")


def test_the_type_of_an_error_and_its_words_are_told_apart_again(tmp_path: Path) -> None:
    beside = ["type", "bare_message", "whose"]
    before, after = collect(TRIALS), read_back(tmp_path, *TRIALS)
    assert after.frame[beside].to_numpy().tolist() == before.frame[beside].to_numpy().tolist()
    assert ["ValueError", "it is: so", ""] in after.frame[beside].to_numpy().tolist()


def test_there_is_a_trial_for_each_cell_and_its_outcomes_are_of_it(tmp_path: Path) -> None:
    table = read_back(tmp_path, *TRIALS)
    cells = ["tf2.8.4-py3.10", CELL, f"{CELL}+legacy", "tf2.17.0rc1-py3.12"]
    assert table.trials[["cell", "current"]].to_numpy().tolist() == [[cell, True] for cell in cells]
    assert table.outcomes["trial"].tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]


def test_a_trial_has_what_the_rows_say_of_its_cell_and_nothing_else(tmp_path: Path) -> None:
    row = read_back(tmp_path, *TRIALS).trials.set_index("cell").loc[CELL]
    assert (row["tensorflow"], row["python"], row["keras"], row["engine"]) == ("2.9.3", "3.10", "2.9.0", "local")
    assert (row["versions"], row["channel"], row["variant"]) == ({"keras": "2.9.0"}, "stable", "bundled")
    assert (row["suite"], row["lock"], row["reason"], row["message"], row["started"]) == ("", "", "", "", "")


def test_a_cell_without_a_keras_has_none_and_a_pre_release_is_one(tmp_path: Path) -> None:
    row = read_back(tmp_path, *TRIALS).trials.set_index("cell").loc["tf2.17.0rc1-py3.12"]
    assert (row["keras"], row["versions"], row["channel"]) == ("", {"keras": None}, "pre")


def test_how_long_something_took_is_not_told(tmp_path: Path) -> None:
    table = read_back(tmp_path, *TRIALS)
    assert set(table.trials["seconds"]) == set(table.outcomes["seconds"]) == {0.0}


def test_a_scenario_is_of_its_group_and_knows_no_words(tmp_path: Path) -> None:
    scenarios = read_back(tmp_path, *TRIALS).scenarios
    assert scenarios["group"].to_dict() == {"a::fails": "a", "a::works": "a", "b::formula": "b"}
    words = scenarios.to_dict("index")["a::works"]
    assert [words[name] for name in ("kind", "oracle", "title", "documented")] == ["promise", "numpy", "", ""]
    assert read_back(tmp_path, *TRIALS).names.empty


def test_harm_and_whose_something_missing_is_are_kept(tmp_path: Path) -> None:
    lacking = {"type": "ModuleNotFoundError", "message": "No module named 'keras'"}
    table = read_back(
        tmp_path,
        trial(
            CELL,
            outcome("a::stale", Status.ANSWERED, kind=Kind.QUESTION, observed="stale", harm=Harm.SILENT),
            outcome("a::keras", Status.MISSING, **lacking),
            outcome("a::fails", Status.FAILS, **lacking),
        ),
    )
    assert table.frame[["scenario", "harm", "whose"]].to_numpy().tolist() == [
        ["a::stale", "silent", ""],
        ["a::keras", "loud", "no package"],
        ["a::fails", "loud", ""],
    ]


def test_a_table_from_before_there_was_harm_has_that_of_its_statuses(tmp_path: Path) -> None:
    statuses = {"works": "none", "differs": "silent", "missing": "loud", "crashes": "obscure", "answered": "none"}
    made = collect([trial(CELL, *(outcome(f"a::{status}") for status in statuses))]).published
    old = made.drop(columns=["harm", "kind", "raised"]).assign(status=list(statuses))
    frame = read(tmp_path, csv(old)).frame
    assert dict(zip(frame["scenario"].str.removeprefix("a::"), frame["harm"], strict=True)) == statuses
    assert frame["status"].tolist() == ["works", "wrong", "missing", "crashes", "answered"]


def test_which_cells_stand_for_their_releases_is_found_again(tmp_path: Path) -> None:
    names = ("tf2.9.2-py3.10", CELL, "tf2.9.3-py3.9", "tf2.10.0rc0-py3.10", f"{CELL}+legacy")
    trials = [*(trial(name, outcome()) for name in names), trial("tf2.9.3-py3.11", reason=Reason.NO_IMAGE)]
    columns = ["cell", "set", "stands_for_minor"]
    before, after = collect(trials).current, read_back(tmp_path, *trials).current
    assert after[columns].to_numpy().tolist() == before[columns].to_numpy().tolist()


@pytest.mark.parametrize("answer", [outcome(observed="x" * 200_000), outcome(observed=0), outcome(observed=False)])
def test_an_observation_stays_as_it_was_shown(answer: Outcome, tmp_path: Path) -> None:
    before, after = collect([trial(CELL, answer)]), read_back(tmp_path, trial(CELL, answer))
    assert after.frame["observed"].tolist() == before.frame["observed"].tolist()


HEAD = "cell,tensorflow,python,keras,variant,engine,scenario,status,observed,reason,message\n"
ROW = "c,2.9.3,3.10,,bundled,docker,a::b,works,,,\n"


def rows(*endings: str) -> str:
    """A table with a row for each ending, which is what comes after the scenario, of scenarios a::1, a::2 and so on."""
    begins = (f"c,2.9.3,3.10,,bundled,docker,a::{number}," for number in range(1, 1 + len(endings)))
    return HEAD + "".join(f"{begin}{ending}\n" for begin, ending in zip(begins, endings, strict=True))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "No columns to parse"),
        ("scenario,tf2.9.3\nadapt::mean,works\n", "it lacks cell, engine, keras, message"),
        (rows("works,,,", "perfect,,,", "odd,,,"), "'perfect' is not a status"),
        (rows("works,{,,"), "Expecting property name"),
        (rows("unknown,,because,", "unknown,,why,"), "'because' is not a reason"),
        (rows("works,,,", "unknown,,,", "works,,no lock,"), "a::2 of c is unknown with the reason ''"),
        (rows("works,,no lock,", "unknown,,,"), "a::1 of c is works with the reason 'no lock'"),
        (HEAD + "c,2.9.3,3.10,,bundled,docker,a::b\n", "a row has more or fewer fields than the header"),
        (HEAD + ROW + "c,2.9.3,3.10,,bundled,docker,a::c\n", "a row has more or fewer fields than the header"),
        (HEAD + ROW.replace("\n", ",more\n"), "a row has more or fewer fields than the header"),
        (HEAD + ROW + ROW.replace("\n", ",more\n"), "Expected 11 fields in line 3, saw 12"),
        (rows("works,,,", "works,,,") + ROW + ROW + 2 * ROW.replace("c,2", "d,2"), "c has two outcomes of a::b"),
        (HEAD + ROW.replace("2.9.3", "new"), "Invalid version: 'new'"),
        (HEAD + ROW.replace("3.10", "old"), "Invalid version: 'old'"),
        (rows('works,"1"x,,'), "expected after"),
        (rows("works," + "[" * 100_000 + ",,"), "recursion"),
        (HEAD.replace("status", "harm,status") + ROW.replace("works", "some,works"), "'some' is not a harm"),
    ],
)
def test_a_damaged_table_is_one_sentence(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as raised:
        read(tmp_path, text)
    assert says in str(raised.value)
    assert str(raised.value).startswith(f"{tmp_path / 'outcomes.csv'} is not a table of outcomes (")
    assert str(raised.value).endswith("make it with tfcompat report")
    assert "\n" not in str(raised.value)


def test_a_table_that_is_no_text_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "outcomes.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(DataError, match="is not a table of outcomes"):
        read_outcomes(tmp_path / "outcomes.csv")


def test_the_same_scenario_of_two_cells_is_asked_twice(tmp_path: Path) -> None:
    table = read(tmp_path, HEAD + ROW + ROW.replace("c,2.9.3", "d,2.10.0"))
    assert table.frame[["cell", "status"]].to_numpy().tolist() == [["c", "works"], ["d", "works"]]
