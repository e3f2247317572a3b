"""Tests of the statuses, reasons and outcomes."""

from dataclasses import asdict

import pytest

from tests import fakes
from tests.fakes import outcome
from tfcompat.outcomes import SYMBOLS, Fault, Harm, Outcome, Reason, Status, Trial, fault
from tfcompat.record.lines import SCHEMA


def test_every_status_has_a_symbol_of_its_own() -> None:
    assert set(SYMBOLS) == set(Status)
    assert len(set(SYMBOLS.values())) == len(Status)
    assert all(len(symbol) == 1 for symbol in SYMBOLS.values())


def test_a_status_knows_its_symbol() -> None:
    assert Status.UNKNOWN.symbol == "?"


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_cause(reason: Reason) -> None:
    assert fault(reason) in Fault


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        (Reason.OUT_OF_MEMORY, Fault.MACHINE),
        (Reason.NO_INTERPRETER, Fault.MACHINE),
        (Reason.NO_WHEEL, Fault.DISTRIBUTIONS),
        (Reason.CANARY_FAILED, Fault.DISTRIBUTIONS),
        (Reason.SUITE_BROKEN, Fault.SUITE),
        (Reason.UNANSWERABLE, Fault.SUITE),
        (Reason.INTERRUPTED, Fault.USER),
        (Reason.NOT_RUN, Fault.USER),
    ],
)
def test_the_cause_of_a_reason(reason: Reason, cause: Fault) -> None:
    assert fault(reason) is cause


def test_unknown_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="adapt::mean: unknown with reason None"):
        outcome(status=Status.UNKNOWN, reason=None)


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.UNKNOWN])
def test_an_answer_has_no_reason(status: Status) -> None:
    with pytest.raises(ValueError, match="with reason not run"):
        outcome(status=status, reason=Reason.NOT_RUN)


def test_an_outcome_of_which_nothing_more_was_recorded_says_nothing_more() -> None:
    made = Outcome(scenario="adapt::mean", status=Status.WORKS)
    assert {name for name, value in asdict(made).items() if value} == {"scenario", "status", "harm"}
    assert made.harm is Harm.NONE


def test_a_trial_of_which_nothing_more_was_recorded_is_of_the_lines_of_today() -> None:
    made = Trial(subject=fakes.subject())
    assert {name for name, value in asdict(made).items() if value} == {"subject", "schema"}
    assert made.schema == SCHEMA


@pytest.mark.parametrize(
    ("name", "message", "raised"),
    [("ValueError", "no axis", "ValueError: no axis"), ("ValueError", "", "ValueError"), ("", "no axis", "")],
)
def test_what_was_raised_is_its_type_and_message_in_one_line(name: str, message: str, raised: str) -> None:
    assert outcome(status=Status.FAILS, type=name, message=message).raised == raised


def test_the_group_is_what_stands_before_the_first_colons() -> None:
    assert outcome("imports::from a::b import c").group == "imports"
