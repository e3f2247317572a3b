"""The door beside the table: whatever trials there are, both say the same."""

from collections import Counter
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings

from tests import fakes
from tests.door import made
from tests.fakes import outcome, subject, trial
from tfcompat.door.door import ANSWER, FACTS, WORDS, Door
from tfcompat.door.fill import OF_TRIAL, Beside, in_memory
from tfcompat.outcomes import Harm, Status, Trial
from tfcompat.table.frame import Table, collect

CELL = "tf2.6.5-py3.9"


def records(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    return frame.astype(object).to_dict("records")


def door_of(*trials: Trial) -> Door:
    return in_memory(collect(trials))


def outcomes(door: Door, number: int) -> list[dict[str, Any]]:
    """What a trial answered, as the door has it."""
    given = door.given(door.trial(number))
    return [{"scenario": name, **door.answer(answer)} for name, (answer, _) in given.items()]


@given(made.trials())
@settings(deadline=None)  # a table of pandas takes its time
def test_the_trials_are_those_of_the_table(trials: list[Trial]) -> None:
    table = collect(trials)
    door = in_memory(table)
    columns = [*OF_TRIAL, "versions", "current", "stands_for_minor"]
    for number, row in zip(table.trials.index, records(table.trials[columns]), strict=True):
        assert {name: door.trial(number)[name] for name in columns} == row
    assert [row["number"] for row in door.current()] == list(table.current.index)
    for cell in made.CELLS:
        assert [row["number"] for row in door.trials(cell)] == list(table.trials.index[table.trials["cell"] == cell])


@given(made.trials())
@settings(deadline=None)  # a table of pandas takes its time
def test_every_outcome_of_every_trial_is_told_in_its_order(trials: list[Trial]) -> None:
    table = collect(trials)
    door = in_memory(table)
    for number in table.trials.index:
        of_trial = table.outcomes[table.outcomes["trial"] == number]
        assert outcomes(door, number) == records(of_trial[["scenario", *ANSWER]])
        counted = Counter(map(str, of_trial["status"]))
        assert [tuple(count) for count in door.trial(number)["counts"]] == list(counted.items())


@given(made.trials())
@settings(deadline=None)  # a table of pandas takes its time
def test_what_a_scenario_does_in_each_cell_is_the_row_of_the_frame(trials: list[Trial]) -> None:
    table = collect(trials)
    door = in_memory(table)
    assert door.scenarios() == list(table.scenarios.index)
    for scenario in table.scenarios.index:
        of_scenario = table.frame[table.frame["scenario"] == scenario]
        columns = ["cell", "tensorflow", "python", "keras", "variant", "set"]
        rows = door.of_scenario(scenario)
        assert [{name: row[name] for name in columns} for row in rows] == records(of_scenario[columns])
        answers = list(ANSWER)
        seen = [{name: row[name] for name in answers} for row in rows if row["status"]]
        asked = of_scenario["trial"].isin(table.outcomes.loc[table.outcomes["scenario"] == scenario, "trial"])
        assert seen == records(of_scenario.loc[asked, answers])
        assert [row["why"] for row in rows] == list(table.current["reason"])


@given(made.trials())
@settings(deadline=None)  # a table of pandas takes its time
def test_the_words_of_scenarios_and_the_names_of_inventories_are_those_of_the_table(trials: list[Trial]) -> None:
    table = collect(trials)
    door = in_memory(table)
    facts = records(table.scenarios[list(FACTS)])
    assert [door.facts(name) for name in table.scenarios.index] == facts
    for group in {row["group"] for row in facts}:
        assert door.scenarios(group) == list(table.scenarios.index[table.scenarios["group"] == group])
    assert names_of(door, table) == names_of_table(table)


def names_of(door: Door, table: Table) -> set[tuple[str, str, str]]:
    roots = set(table.names["root"])
    listed = {("", name, root) for name, root in door.listed().items()}
    names = {("", ""), *((root, name) for name, root in door.listed().items())}
    cells = {(cell, root, "") for root in roots for cell in door.listing(root)}
    return listed | cells | {(cell, root, name) for root, name in names for cell in door.listing(root, name)}


def names_of_table(table: Table) -> set[tuple[str, str, str]]:
    names = table.names[table.names["name"] != ""].drop_duplicates("name", keep="last")
    listed = {("", row["name"], row["root"]) for row in records(names)}
    return listed | {(row["cell"], row["root"], row["name"]) for row in records(table.names)}


@given(made.trials())
@settings(deadline=None)  # a table of pandas takes its time
def test_equal_digests_are_of_trials_that_say_the_same_and_of_no_others(trials: list[Trial]) -> None:
    door = in_memory(collect(trials))
    rows = [door.trial(number) for number in range(len(trials))]
    said = [{name: same for name, (_, same) in door.given(row).items()} for row in rows]
    for row, answers in zip(rows, said, strict=True):
        for other, others in zip(rows, said, strict=True):
            assert (row["digest"] == other["digest"]) is (answers == others)


def test_a_trial_that_says_what_the_one_before_said_takes_one_row() -> None:
    days = [f"2026-01-{day:02}T00:00:00Z" for day in range(1, 29)]
    trials = [trial(subject(CELL, started=day), outcome("a::x", observed=1), outcome("a::y")) for day in days]
    door = door_of(*trials, trial("tf2.7.4-py3.9", outcome("a::x", observed=1), outcome("a::y")))
    assert [len(door.rows(f"select * from {name}")) for name in ("trials", "runs", "answers", "asked")] == [29, 4, 2, 2]  # noqa: S608


def test_an_answer_that_comes_again_begins_another_run() -> None:
    statuses = (Status.WORKS, Status.FAILS, Status.FAILS, Status.WORKS)
    trials = [
        trial(subject(CELL, started=f"2026-01-0{day}T00:00:00Z"), outcome(status=status))
        for day, status in enumerate(statuses, 1)
    ]
    door = door_of(*trials)
    ((_, runs),) = door.runs(CELL).items()
    assert [first for first, _ in runs] == [0, 1, 3]
    assert [outcomes(door, number)[0]["status"] for number in range(4)] == list(statuses)


def test_engines_have_runs_of_their_own() -> None:
    trials = [
        trial(
            subject(CELL, started=f"2026-01-0{day}T00:00:00Z", engine=("docker", "local")[day % 2]),
            outcome(observed=day % 2),
        )
        for day in range(1, 9)
    ]
    door = door_of(*trials)
    assert sorted(len(runs) for runs in door.runs(CELL).values()) == [1, 1]
    assert [outcomes(door, number)[0]["observed"] for number in range(8)] == ["1", "0"] * 4


def test_the_message_of_an_error_is_no_part_of_what_is_the_same() -> None:
    one, other, third = (
        outcome(status=Status.FAILS, type=kind, message=text)
        for kind, text in (("ValueError", "at 1"), ("ValueError", "at 2"), ("TypeError", "at 1"))
    )
    same = [door_of(trial(CELL, row)).trial(0)["digest"] for row in (one, other, third)]
    assert same[0] == same[1] != same[2]


def test_more_harm_is_not_the_same_nor_is_a_package_that_is_not_there() -> None:
    def same(**facts: Any) -> str:
        return str(door_of(trial(CELL, outcome(status=Status.MISSING, **facts))).trial(0)["digest"])

    no_name = {"type": "ModuleNotFoundError", "message": "No module named 'keras.layers'"}
    assert same(**no_name) != same(**no_name, harm=Harm.OBSCURE)
    assert same(**no_name) != same(type="ModuleNotFoundError", message="No module named 'keras'")


def test_an_id_of_before_leads_to_the_scenarios_that_had_it() -> None:
    door = door_of(
        trial(
            CELL,
            outcome("a::one", aliases=("a::it was", "a::both")),
            outcome("a::two", aliases=("a::both", "a::three")),
            outcome("a::three"),
        )
    )
    assert door.heirs == {"a::it was": ["a::one"], "a::both": ["a::one", "a::two"]}
    assert [door.heir(name) for name in ("a::it was", "a::both", "a::three", "a::other")] == [
        "a::one",
        "a::both",
        "a::three",
        "a::other",
    ]


def test_a_scenario_that_is_in_no_current_trial_has_no_words() -> None:
    old = trial(subject(CELL, started="2025-01-01T00:00:00Z"), outcome("a::gone", title="was"))
    door = door_of(old, trial(CELL, outcome("a::kept", title="is")))
    assert door.scenarios() == ["a::kept"]
    assert (door.facts("a::gone"), door.facts("a::never")) == (None, None)
    assert door.words["a::gone"] == dict.fromkeys(WORDS, "")
    assert [row["cell"] for row in door.of_scenario("a::gone")] == [CELL]


def test_what_is_kept_beside_the_trials_is_told_again() -> None:
    beside = Beside(locks={"abc": {"gast": "1"}}, flaky=[(CELL, "a::x", "now")])
    door = in_memory(collect([fakes.trial(CELL)]), beside)
    assert (door.locks(), door.flaky()) == ({"abc": {"gast": "1"}}, frozenset({(CELL, "a::x", "now")}))


def test_a_number_that_no_trial_has_is_an_error() -> None:
    with pytest.raises(KeyError, match="7"):
        door_of(fakes.trial(CELL)).trial(7)
