"""Tests of the history that a person asks for: the cell and the scenario that a text names, and what it may have meant."""

import msgspec
import pytest

from tests.compare.tables import door
from tests.fakes import outcome, subject, trial
from tfcompat.compare.history import History, Moment, of_cell
from tfcompat.door.door import Door
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Harm, Reason, Status

CELL = "tf2.6.5-py3.9"
DAYS = [f"2026-01-0{day}T00:00:00Z" for day in range(1, 4)]


@pytest.fixture
def asked() -> Door:
    """A cell that was asked two scenarios on two days, of which one changed; and other cells."""
    return door(
        trial(subject(CELL, started=DAYS[0], suite="s", lock="l"), outcome("a::same"), outcome("a::turned")),
        trial(subject(CELL, started=DAYS[1]), outcome("a::same"), outcome("a::turned", Status.FAILS)),
        trial("tf2.5.3-py3.9", outcome("a::same")),
        trial("tf2.7.4-py3.9", outcome("a::same")),
        trial("tf2.8.4-py3.9+legacy", outcome("a::same")),
    )


def complaint(door: Door, text: str) -> str:
    with pytest.raises(SelectionError) as raised:
        of_cell(door, text)
    return str(raised.value)


def test_each_trial_of_the_cell_is_counted_by_status(asked: Door) -> None:
    first, second = of_cell(asked, CELL).trials
    assert (first.started, first.engine, first.suite, first.lock, first.reason) == (DAYS[0], "local", "s", "l", "")
    assert (first.counts, second.counts) == ({Status.WORKS: 2}, {Status.WORKS: 1, Status.FAILS: 1})


def test_a_trial_without_an_answer_says_why() -> None:
    (only,) = of_cell(door(trial(CELL, reason=Reason.NO_LOCK)), CELL).trials
    assert (only.reason, only.counts) == ("no lock", {})


def test_only_what_changed_is_told_where_no_scenario_is_named(asked: Door) -> None:
    told = of_cell(asked, CELL)
    assert {name: len(moments) for name, moments in told.scenarios.items()} == {"a::turned": 2}
    assert (told.schema, told.cell) == (1, CELL)


def test_of_a_scenario_that_is_named_every_moment_is_told(asked: Door) -> None:
    told = of_cell(asked, CELL, "a::same").scenarios
    assert {name: [moment.started for moment in moments] for name, moments in told.items()} == {"a::same": DAYS[:2]}


def test_a_scenario_in_place_of_a_cell_is_told_where_it_belongs(asked: Door) -> None:
    assert complaint(asked, "a::same") == (
        "there is no trial of 'a::same': name a cell before the scenario, such as tfcompat history tf2.7.4-py3.9 a::same"
    )
    variants = door(trial(f"{CELL}+legacy", outcome("a::same")))
    assert complaint(variants, "a::same").endswith("name a cell before the scenario")


def test_a_part_of_a_name_in_another_case_may_mean_some_cells(asked: Door) -> None:
    assert complaint(asked, "TF2.7") == "there is no trial of 'TF2.7': did you mean tf2.7.4-py3.9?"


def test_no_more_than_some_cells_are_offered() -> None:
    cells = [f"tf2.{minor}.0-py3.9" for minor in range(2, 12)]
    found = complaint(door(*(trial(cell, outcome()) for cell in cells)), "py3.9")
    assert found == f"there is no trial of 'py3.9': did you mean {', '.join(cells[:8])}?"


@pytest.mark.parametrize("text", ["", "nothing like it"])
def test_where_nothing_is_near_it_is_said_what_names_the_cells(asked: Door, text: str) -> None:
    assert complaint(asked, text) == f"there is no trial of {text!r}: tfcompat list names the cells"


def test_a_moment_without_an_answer_is_called_by_its_reason() -> None:
    (hole,) = of_cell(door(trial(CELL, outcome(status=Status.UNKNOWN, reason=Reason.NO_LOCK))), CELL, "mean").scenarios[
        "adapt::mean"
    ]
    assert isinstance(hole, Moment)
    assert (hole.word, hole.harm) == ("unknown: no lock", Harm.NONE)


@pytest.mark.parametrize("inside", ["whole", "trial"])
def test_the_document_has_no_other_keys(asked: Door, inside: str) -> None:
    document = msgspec.to_builtins(of_cell(asked, CELL, "a::same"))
    assert msgspec.convert(document, History) == of_cell(asked, CELL, "a::same")
    (document if inside == "whole" else document["trials"][0])["more"] = 1
    with pytest.raises(msgspec.ValidationError, match="`more`"):
        msgspec.convert(document, History)
