"""Tests of the verdict: from what was recorded of one scenario to its status and harm."""

from typing import Any

import pytest
from msgspec import UNSET

from tests.fakes import outcome_line, scenario_facts
from tfcompat.outcomes import Documentation, Happened, Harm, Kind, Oracle, Reason, Status
from tfcompat.record.lines import ScenarioFacts
from tfcompat.record.verdict import Verdict, documentation, same, verdict


def promise(oracle: Oracle, **facts: Any) -> ScenarioFacts:
    return scenario_facts(kind=Kind.PROMISE, oracle=oracle, **facts)


PRESENCE, DATA = scenario_facts(), scenario_facts(kind=Kind.DATA)
QUESTION = scenario_facts(kind=Kind.QUESTION, answers={"fresh": Harm.NONE, "stale": Harm.SILENT})
REFUSAL = promise(Oracle.REFUSAL, refused_by=["ValueError"])
NUMPY = promise(Oracle.NUMPY)


def judged(
    facts: ScenarioFacts, happened: str = "returned", documented: Any = UNSET, **line: Any
) -> tuple[Status, Harm]:
    made = verdict(outcome_line(happened=happened, **line), facts, documented)
    return made.status, made.harm


@pytest.mark.parametrize(
    ("happened", "status", "harm", "reason"),
    [
        (Happened.MISSING, Status.MISSING, Harm.LOUD, None),
        (Happened.RAISED, Status.FAILS, Harm.LOUD, None),
        (Happened.SIGNAL, Status.CRASHES, Harm.OBSCURE, None),
        (Happened.SILENT, Status.CRASHES, Harm.OBSCURE, None),
        (Happened.TIMEOUT, Status.HANGS, Harm.OBSCURE, None),
        (Happened.MEMORY, Status.UNKNOWN, Harm.NONE, Reason.OUT_OF_MEMORY),
        (Happened.DISK, Status.UNKNOWN, Harm.NONE, Reason.OUT_OF_DISK),
        (Happened.UNDESCRIBED, Status.UNKNOWN, Harm.NONE, Reason.SUITE_BROKEN),
    ],
)
@pytest.mark.parametrize("facts", [PRESENCE, DATA, QUESTION, NUMPY])
def test_what_did_not_return_is_judged_alike_for_every_kind(
    facts: ScenarioFacts, happened: Happened, status: Status, harm: Harm, reason: Reason | None
) -> None:
    made = verdict(outcome_line(happened=happened, type="ValueError"), facts, UNSET)
    assert made == Verdict(status=status, harm=harm, reason=reason)


def test_a_scenario_that_cannot_answer_here_is_unknown() -> None:
    made = verdict(outcome_line(happened="raised", type="Unanswerable"), REFUSAL, UNSET)
    assert made == Verdict(status=Status.UNKNOWN, reason=Reason.UNANSWERABLE)


def test_a_presence_that_returns_is_there() -> None:
    assert judged(PRESENCE, observed=None) == (Status.WORKS, Harm.NONE)


def test_data_is_recorded_and_not_judged() -> None:
    assert judged(DATA, observed="2.9.3") == (Status.ANSWERED, Harm.NONE)


@pytest.mark.parametrize("documented", [UNSET, "fresh"])
def test_a_question_is_answered_with_the_harm_of_its_word_whatever_is_documented(documented: Any) -> None:
    assert judged(QUESTION, observed="fresh", documented=documented) == (Status.ANSWERED, Harm.NONE)
    assert judged(QUESTION, observed="stale", documented=documented) == (Status.ANSWERED, Harm.SILENT)


@pytest.mark.parametrize("observed", ["something else", None, 1, ["fresh"], {"fresh": 1}])
def test_an_answer_outside_the_vocabulary_is_wrong(observed: Any) -> None:
    assert judged(QUESTION, observed=observed) == (Status.WRONG, Harm.SILENT)


@pytest.mark.parametrize("oracle", [Oracle.NUMPY, Oracle.INVARIANCE])
def test_a_computed_oracle_decides_and_not_the_documentation(oracle: Oracle) -> None:
    facts = promise(oracle)
    assert judged(facts, observed=96.0, expected=96.0, documented=80) == (Status.WORKS, Harm.NONE)
    assert judged(facts, observed=80.0, expected=96.0, documented=80) == (Status.WRONG, Harm.SILENT)


def test_an_expected_none_is_an_oracle() -> None:
    assert judged(NUMPY, observed=1, expected=None) == (Status.WRONG, Harm.SILENT)
    assert judged(NUMPY, observed=None, expected=None) == (Status.WORKS, Harm.NONE)


@pytest.mark.parametrize("oracle", [Oracle.DOCUMENTED, Oracle.SNIPPET])
def test_a_documented_oracle_is_what_the_documentation_says(oracle: Oracle) -> None:
    assert judged(promise(oracle), observed=[0.0, 1.0], documented=[0, 1]) == (Status.WORKS, Harm.NONE)
    assert judged(promise(oracle), observed=[0, 2], documented=[0, 1]) == (Status.WRONG, Harm.SILENT)
    assert judged(promise(oracle), observed=1, documented=None) == (Status.WRONG, Harm.SILENT)


@pytest.mark.parametrize("oracle", [Oracle.DOCUMENTED, Oracle.SNIPPET, Oracle.NUMPY, Oracle.INVARIANCE])
def test_a_promise_with_nothing_to_compare_with_is_no_tick(oracle: Oracle) -> None:
    made = verdict(outcome_line(observed=1), promise(oracle), UNSET)
    assert made == Verdict(status=Status.UNKNOWN, reason=Reason.NO_ORACLE)


@pytest.mark.parametrize(
    ("observed", "expected", "harm"),
    [
        ([1.0, "nan"], [1.0, 2.0], Harm.VISIBLE),
        ({"value": [["inf"]]}, {"value": [[1.0]]}, Harm.VISIBLE),
        ("-inf", 0.0, Harm.VISIBLE),
        (["nan"], ["inf"], Harm.SILENT),
        ([1.0], ["nan"], Harm.SILENT),
        ("banana", "apple", Harm.SILENT),
    ],
)
def test_a_wrong_number_that_is_none_is_visible(observed: Any, expected: Any, harm: Harm) -> None:
    assert judged(NUMPY, observed=observed, expected=expected) == (Status.WRONG, harm)


@pytest.mark.parametrize(
    ("line", "status", "harm"),
    [
        ({"happened": "raised", "type": "ValueError"}, Status.WORKS, Harm.NONE),
        (
            {"happened": "raised", "type": "UnicodeError", "classes": ["UnicodeError", "ValueError"]},
            Status.WORKS,
            Harm.NONE,
        ),
        ({"happened": "raised", "type": "IndexError", "classes": ["IndexError"]}, Status.WRONG, Harm.OBSCURE),
        ({"observed": None}, Status.WRONG, Harm.SILENT),
        ({"happened": "missing", "type": "TypeError"}, Status.MISSING, Harm.LOUD),
    ],
)
def test_a_refusal_is_one_of_the_classes_that_count(line: Any, status: Status, harm: Harm) -> None:
    assert judged(REFUSAL, **line) == (status, harm)


@pytest.mark.parametrize(
    ("error", "message", "harm"),
    [
        ("ValueError", "axis has to be known", Harm.LOUD),
        ("InvalidArgumentError", "shapes differ", Harm.LOUD),
        ("UnboundLocalError", "local variable 'x'", Harm.OBSCURE),
        ("ZeroDivisionError", "division by zero", Harm.OBSCURE),
        ("TypeError", "'NoneType' object is not callable", Harm.OBSCURE),
        ("TypeError", "'str' object is not callable", Harm.OBSCURE),
        ("TypeError", "'tuple' object does not support item assignment", Harm.OBSCURE),
        ("TypeError", "<tf.Tensor> is out of scope and cannot be used here", Harm.OBSCURE),
        ("ValueError", "IndexError: tuple index out of range", Harm.OBSCURE),
        ("ValueError", "in user code: ValueError: axis has to be known", Harm.LOUD),
        ("TypeError", "keys must be callable", Harm.LOUD),
    ],
)
def test_an_error_is_loud_or_hides_its_cause(error: str, message: str, harm: Harm) -> None:
    assert judged(QUESTION, "raised", type=error, message=message) == (Status.FAILS, harm)


@pytest.mark.parametrize(
    ("facts", "line", "documented", "expected"),
    [
        (QUESTION, {"observed": "stale"}, "stale", Documentation.AGREES),
        (QUESTION, {"observed": "fresh"}, "stale", Documentation.DISAGREES),
        (QUESTION, {"observed": "fresh"}, UNSET, Documentation.SILENT),
        (NUMPY, {"observed": 80, "expected": 96}, 80, Documentation.DISAGREES),
        (NUMPY, {"observed": 80, "expected": 96}, 96, Documentation.AGREES),
        (NUMPY, {"observed": 96}, 96, Documentation.AGREES),
        (QUESTION, {"observed": "stale", "expected": "fresh"}, "stale", Documentation.AGREES),
        (NUMPY, {"happened": "raised"}, 96, Documentation.SILENT),
    ],
)
def test_documentation_is_compared_with_the_oracle(
    facts: ScenarioFacts, line: Any, documented: Any, expected: Documentation
) -> None:
    assert documentation(outcome_line(**line), facts, documented) is expected


@pytest.mark.parametrize(
    ("observed", "documented"),
    [
        (1, 1.0),
        (0.70711, 0.70710678),
        (1000, 1001),
        (0.0, 9e-6),
        (0.0, 1e-5),
        (-0.0, 0),
        ("nan", "nan"),
        (None, None),
        (True, True),
        ([], []),
        ({}, {}),
        ([1, [2.0, "a"]], [1.0, [2, "a"]]),
        ({"value": [1], "dtype": "float32"}, {"dtype": "float32", "value": [1.0001]}),
    ],
)
def test_observations_that_agree(observed: object, documented: object) -> None:
    assert same(observed, documented)
    assert same(documented, observed)


@pytest.mark.parametrize(
    ("observed", "documented"),
    [
        (1, 1.01),
        (1000, 1002),
        (0.0, 2e-5),
        (1, -1),
        ("nan", 0.0),
        ("nan", "inf"),
        ("1", 1),
        (True, 1),
        (False, 0.0),
        (None, False),
        (None, 0),
        ([1], [1, 1]),
        ([1, 2], [2, 1]),
        ([], [0]),
        ([1], 1),
        ({"a": 1}, {"b": 1}),
        ({"a": 1}, ["a"]),
        ({}, "a"),
        ({"a": 1}, {"a": 1, "b": 1}),
        ({"a": 1}, {"a": 2}),
        ({"a": True}, {"a": 1}),
        ([[1], [2]], [[1], [3]]),
    ],
)
def test_observations_that_do_not_agree(observed: object, documented: object) -> None:
    assert not same(observed, documented)
    assert not same(documented, observed)
