"""Tests of the numbers of meaning: each finds what is not so, and what is older than kinds is only counted."""

from typing import Any

import pytest

from tests.fakes import outcome, trial
from tfcompat.outcomes import Harm, Kind, Oracle, Outcome, Status
from tfcompat.questions import datafile
from tfcompat.questions.checking.meaning import Meaning, Share, meaning
from tfcompat.questions.checking.published import Published
from tfcompat.questions.rules import Rule
from tfcompat.select.places import Spot
from tfcompat.table.frame import collect

CELL = "tf2.16.2-py3.12"
PROMISE: dict[str, Any] = {"kind": Kind.PROMISE, "oracle": Oracle.NUMPY}
QUESTION: dict[str, Any] = {"kind": Kind.QUESTION, "answers": {"fresh": Harm.NONE, "stale": Harm.SILENT}}
RAISED = {"type": "AttributeError", "message": "module 'keras' has no attribute 'x'"}


def counted(*outcomes: Outcome, published: tuple[Published, ...] = (), **rule: Any) -> Meaning:
    """What is counted of a cell with these outcomes."""
    rules = [("question 1", datafile.parse(rule, Rule, "a rule"))] if rule else []
    return meaning(collect([trial(CELL, *outcomes)]), published, rules)


def test_what_is_as_it_should_be_is_good() -> None:
    found = counted(
        outcome("a::promise", **PROMISE),
        outcome("a::presence", kind=Kind.PRESENCE),
        outcome("a::question", Status.ANSWERED, observed="fresh", **QUESTION),
        outcome("a::missing", Status.MISSING, kind=Kind.PRESENCE, **RAISED),
        outcome("a::data", Status.ANSWERED, kind=Kind.DATA, observed=1),
    )
    assert (found.good, found.cells, found.older) == (True, 1, [])
    assert (found.ticks, found.answers, found.missing) == (
        Share(all=2, not_so=[]),
        Share(all=1, not_so=[]),
        Share(all=1, not_so=[]),
    )
    assert found.silent == {}
    assert found.kinds == {
        ("promise", "numpy"): 1,
        ("presence", ""): 2,
        ("question", ""): 1,
        ("data", ""): 1,
    }


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("ticks", outcome("a::x", kind=Kind.PROMISE)),
        ("ticks", outcome("a::x", kind=Kind.DATA)),
        ("answers", outcome("a::x", Status.WRONG, harm=Harm.SILENT, observed="lost", **QUESTION)),
        ("missing", outcome("a::x", Status.MISSING, kind=Kind.PRESENCE, type="Missing")),
        ("missing", outcome("a::x", Status.MISSING, kind=Kind.PRESENCE)),
    ],
)
def test_each_number_says_which_is_not_so(name: str, wrong: Outcome) -> None:
    found = counted(wrong)
    assert not found.good
    assert getattr(found, name) == Share(all=1, not_so=[f"a::x on {CELL}"])
    assert getattr(found, name).percent == 0


def test_rows_with_silent_harm_are_counted_with_their_outcomes_and_are_no_fault() -> None:
    stale = outcome("a::x", Status.ANSWERED, harm=Harm.SILENT, observed="stale", **QUESTION)
    visible = outcome("a::y", Status.WRONG, harm=Harm.VISIBLE, **PROMISE)
    trials = [trial(cell, stale, visible) for cell in (CELL, "tf2.17.1-py3.12")]
    found = meaning(collect(trials), (), ())
    assert (found.silent, found.good) == ({"a::x": 2}, True)


def test_what_is_older_than_kinds_is_counted_and_not_judged() -> None:
    older = trial("tf2.9.3-py3.10", outcome("a::x"), outcome("a::y", Status.MISSING, type="Missing"))
    found = meaning(collect([older, trial(CELL, outcome("a::x", **PROMISE))]), [denied()], ())
    assert (found.cells, list(found.older)) == (1, ["tf2.9.3-py3.10"])
    assert found.good
    assert found.ticks.all == 1


def denied(cell: str = "tf2.9.3-py3.10") -> Published:
    """A statement that a cell contradicts."""
    spot = Spot(cell=cell, tensorflow="2.16.2", python="3.12", keras="", variant="bundled")
    return Published(name="claim C1", words="2.16.2", truths=[(spot, False)])


def test_a_statement_that_a_cell_contradicts_is_named_with_its_words_and_the_cell() -> None:
    found = counted(outcome("a::x", **PROMISE), published=(denied(CELL),))
    assert found.statements == Share(all=1, not_so=[f"claim C1 (said: 2.16.2): {CELL}"])
    assert not found.good


@pytest.mark.parametrize(
    ("check", "problem"),
    [
        ({}, "a::x is a question, which has answers and never works: name them as observed"),
        ({"observed": ["lost"]}, "a::x has no answer 'lost', only fresh, stale"),
        ({"given": {"scenario": "a::x", "observed": ["new"]}, "observed": ["fresh"]}, "a::x has no answer 'new'"),
    ],
)
def test_a_check_that_asks_what_its_row_never_says_is_a_fault(check: dict[str, Any], problem: str) -> None:
    asked = outcome("a::x", Status.ANSWERED, observed="fresh", **QUESTION)
    found = counted(asked, all=[{"scenario": "a::x", **check}])
    assert not found.good
    assert found.rules.not_so[0].startswith(f"question 1: {problem}")


@pytest.mark.parametrize(
    "check",
    [
        {"observed": ["fresh", "stale"]},
        {"harm": ["silent"]},
        {"status": ["fails"]},
        {"scenario": "a::never_asked"},
    ],
)
def test_a_check_that_its_row_can_say_is_none(check: dict[str, Any]) -> None:
    asked = outcome("a::x", Status.ANSWERED, observed="fresh", **QUESTION)
    assert counted(asked, all=[{"scenario": "a::x", **check}]).good


@pytest.mark.parametrize(
    ("kind", "check", "problem"),
    [
        (Kind.PROMISE, {"status": ["answered"]}, "is a promise, which is never answered"),
        (Kind.PRESENCE, {"status": ["answered"]}, "is a presence, which is never answered"),
        (Kind.PRESENCE, {"status": ["wrong"]}, "is a presence, which is never wrong"),
        (Kind.PRESENCE, {"status": ["wrong", "fails"]}, "is a presence, which is never wrong"),
        (Kind.PRESENCE, {"observed": [1]}, ""),
        (Kind.PRESENCE, {"status": ["missing", "fails"]}, ""),
        (Kind.PROMISE, {"status": ["wrong"]}, ""),
        (Kind.DATA, {"status": ["answered"]}, ""),
        (Kind.DATA, {"status": ["wrong"]}, ""),
    ],
)
def test_a_check_may_ask_a_row_only_for_what_its_kind_can_do(kind: Kind, check: dict[str, Any], problem: str) -> None:
    found = counted(outcome("a::x", Status.FAILS, kind=kind, oracle=Oracle.NUMPY), all=[{"scenario": "a::x", **check}])
    assert list(found.rules.not_so) == ([f"question 1: a::x {problem}"] if problem else [])


def test_the_kinds_come_in_their_order_and_of_each_the_oracle_that_most_rows_have_first() -> None:
    oracles = {"a": Oracle.DOCUMENTED, "b": Oracle.NUMPY, "c": Oracle.NUMPY}
    promises = [outcome(f"a::{name}", kind=Kind.PROMISE, oracle=oracle) for name, oracle in oracles.items()]
    found = counted(outcome("a::old"), outcome("a::presence", kind=Kind.PRESENCE), *promises)
    assert list(found.kinds.items()) == [
        (("promise", "numpy"), 2),
        (("promise", "documented"), 1),
        (("presence", ""), 1),
        (("", ""), 1),
    ]


def test_a_share_is_in_percent() -> None:
    assert Share(all=4, not_so=["a::x"]).percent == 75
    assert Share(all=0, not_so=[]).percent == 100, "all of nothing"
