"""Tests of judging: from what the recorder saw to a status, and from the lines of a file to a trial."""

from typing import Any

import msgspec
import pytest

from tests.fakes import end_line, header_line, outcome_line, scenario_facts, subject
from tfcompat.outcomes import Happened, Outcome, Reason, Status, Trial
from tfcompat.record.judge import CANARY, MESSAGE, parse_trial, same, status_of, tidy
from tfcompat.record.lines import Line, RecordError, ScenarioFacts, VerdictLine, dump_line, trial_line, verdict_line

WELL = verdict_line(None, "", 2.5)


def judged(*lines: Line, verdict: VerdictLine = WELL) -> Trial:
    """The trial of some lines between its first and its last."""
    return parse_trial(dump_line(line) for line in (trial_line(subject()), *lines, verdict))


def judged_one(facts: ScenarioFacts | None = None, happened: str = "returned", **answer: Any) -> Outcome:
    """The outcome of one scenario that was answered."""
    return judged(header_line(facts or scenario_facts()), outcome_line(happened=happened, **answer)).outcomes[0]


@pytest.mark.parametrize(
    ("happened", "status", "reason"),
    [
        (Happened.RETURNED, Status.WORKS, None),
        (Happened.MISSING, Status.MISSING, None),
        (Happened.RAISED, Status.FAILS, None),
        (Happened.SIGNAL, Status.CRASHES, None),
        (Happened.SILENT, Status.CRASHES, None),
        (Happened.TIMEOUT, Status.HANGS, None),
        (Happened.MEMORY, Status.UNKNOWN, Reason.OUT_OF_MEMORY),
    ],
)
def test_the_status_of_what_happened(happened: Happened, status: Status, reason: Reason | None) -> None:
    outcome = judged_one(happened=happened)
    assert (outcome.status, outcome.reason) == (status, reason)


@pytest.mark.parametrize("happened", Happened)
def test_whatever_happens_has_a_status(happened: Happened) -> None:
    assert status_of(outcome_line(happened=happened), scenario_facts())[0] in Status


def test_a_scenario_that_cannot_answer_here_is_unknown() -> None:
    outcome = judged_one(happened="raised", type="Unanswerable", message="needs two devices")
    assert (outcome.status, outcome.reason) == (Status.UNKNOWN, Reason.UNANSWERABLE)


def test_what_is_documented_and_observed_works() -> None:
    assert judged_one(scenario_facts(documented=[0, 1]), observed=[0.0, 1.0]).status is Status.WORKS


def test_what_is_observed_otherwise_than_documented_differs() -> None:
    assert judged_one(scenario_facts(documented=[0, 1]), observed=[0, 2]).status is Status.DIFFERS


def test_where_nothing_is_documented_any_observation_works() -> None:
    assert judged_one(observed="anything").status is Status.WORKS


def test_a_documented_none_is_documented() -> None:
    assert judged_one(scenario_facts(documented=None), observed=1).status is Status.DIFFERS


def test_no_observation_agrees_with_a_documented_none() -> None:
    assert judged_one(scenario_facts(documented=None)).status is Status.WORKS


def test_an_outcome_has_the_facts_of_the_header_and_the_answer_of_its_line() -> None:
    facts = scenario_facts(documented=1)
    assert judged_one(
        facts, "raised", type="ValueError", message="no", traceback="line 3", key="0123456789ab"
    ) == Outcome(
        scenario="adapt::mean",
        status=Status.FAILS,
        documented=1,
        type="ValueError",
        message="no",
        traceback="line 3",
        title=facts.title,
        reference=facts.reference,
        source=facts.source,
        seconds=0.25,
        key="0123456789ab",
        origin="20260102T030405Z-local",
        measured="2026-01-02T03:04:05Z",
    )


@pytest.mark.parametrize(
    ("observed", "documented"),
    [
        (1, 1.0),
        (0.70711, 0.70710678),
        (1000, 1001),
        (0.0, 9e-6),
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
        ({"a": 1}, {"a": 1, "b": 1}),
        ({"a": 1}, {"a": 2}),
        ({"a": True}, {"a": 1}),
        ([[1], [2]], [[1], [3]]),
    ],
)
def test_observations_that_do_not_agree(observed: object, documented: object) -> None:
    assert not same(observed, documented)
    assert not same(documented, observed)


def test_a_scenario_without_a_line_has_the_reason_and_the_words_of_the_trial() -> None:
    trial = judged(
        header_line(scenario_facts("adapt::a"), scenario_facts("adapt::b")),
        outcome_line("adapt::a"),
        verdict=verdict_line(Reason.TIME_LIMIT, "the cell outran its time limit", 1800.0),
    )
    answered, unanswered = trial.outcomes
    assert (answered.status, answered.reason, answered.message) == (Status.WORKS, None, "")
    assert (unanswered.status, unanswered.reason) == (Status.UNKNOWN, Reason.TIME_LIMIT)
    assert unanswered.message == "the cell outran its time limit"


def test_a_scenario_without_a_line_in_a_whole_trial_was_not_run() -> None:
    trial = judged(header_line(), end_line(0))
    assert [(one.status, one.reason) for one in trial.outcomes] == [(Status.UNKNOWN, Reason.NOT_RUN)]


def test_the_verdicts_message_stands_before_that_of_a_failed_canary() -> None:
    verdict = verdict_line(Reason.TIME_LIMIT, "the cell outran its time limit", 9.0)
    trial = judged(header_line(), outcome_line(CANARY, "raised", message="no"), verdict=verdict)
    assert (trial.reason, trial.message) == (Reason.CANARY_FAILED, "the cell outran its time limit")


def test_outcomes_come_in_the_order_of_the_header() -> None:
    names = ["b::2", "a::1", "b::1"]
    lines = [outcome_line(name) for name in reversed(names)]
    assert [one.scenario for one in judged(header_line(*map(scenario_facts, names)), *lines).outcomes] == names


@pytest.mark.parametrize("happened", [happened for happened in Happened if happened is not Happened.RETURNED])
def test_an_environment_whose_canary_failed_answers_nothing(happened: Happened) -> None:
    trial = judged(header_line(), outcome_line(CANARY, happened, message="ImportError: no libcudart"), end_line(0))
    assert (trial.reason, trial.message) == (Reason.CANARY_FAILED, "ImportError: no libcudart")
    assert [one.reason for one in trial.outcomes] == [Reason.CANARY_FAILED]
    assert trial.outcomes[0].message == "ImportError: no libcudart"


def test_a_canary_that_answers_is_no_row_and_no_reason() -> None:
    trial = judged(header_line(), outcome_line(CANARY, observed=2.0), outcome_line(), end_line())
    assert [one.scenario for one in trial.outcomes] == ["adapt::mean"]
    assert (trial.reason, trial.message) == (None, "")


def test_a_trial_has_its_subject_versions_and_time() -> None:
    trial = judged(header_line(versions={"tensorflow": "2.16.2", "keras": None}), outcome_line())
    assert trial.subject == subject()
    assert trial.versions == {"tensorflow": "2.16.2", "keras": None}
    assert trial.seconds == 2.5


def test_a_trial_without_a_header_has_its_reason_and_no_outcome() -> None:
    trial = judged(verdict=verdict_line(Reason.NO_LOCK, "no solution", 0.0))
    assert (trial.reason, trial.message, trial.outcomes) == (Reason.NO_LOCK, "no solution", ())


def test_an_outcome_that_the_header_does_not_name_is_refused() -> None:
    with pytest.raises(RecordError, match="the header does not name: adapt::stranger"):
        judged(header_line(), outcome_line(), outcome_line("adapt::stranger"))


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [trial_line(subject())],
        [WELL],
        [WELL, trial_line(subject())],
        [trial_line(subject()), header_line(), outcome_line(), end_line()],
        [header_line(), outcome_line(), WELL],
        [trial_line(subject()), trial_line(subject()), WELL],
        [trial_line(subject()), WELL, WELL],
    ],
)
def test_a_file_that_was_cut_or_edited_is_refused(lines: list[Line]) -> None:
    with pytest.raises(RecordError, match="cut or edited"):
        parse_trial(map(dump_line, lines))


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"happened": "exploded"}, "Invalid enum value 'exploded'"),
        ({"seconds": "long"}, "Expected `float`, got `str`"),
        ({"seconds": None}, "Expected `float`, got `null`"),
        ({"seconds": 10**400}, "out of range"),
        ({"message": ["no"]}, "Expected `str`, got `array`"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(RecordError, match=complaint):
        judged(header_line(), msgspec.structs.replace(outcome_line(), **changes))


@pytest.mark.parametrize(
    ("observed", "documented", "status"),
    [
        (10**400, 1, Status.DIFFERS),
        (1, 10**400, Status.DIFFERS),
        ([10**400], [1.5], Status.DIFFERS),
        (10**400, 10**400, Status.WORKS),
    ],
)
def test_an_integer_that_no_float_can_hold_is_compared_too(
    observed: object, documented: object, status: Status
) -> None:
    trial = judged(header_line(scenario_facts(documented=documented)), outcome_line(observed=observed))
    assert [outcome.status for outcome in trial.outcomes] == [status]


def test_a_large_number_that_is_compared_with_none_is_kept() -> None:
    assert judged_one(observed=10**400).observed == 10**400


def test_a_scenario_with_two_outcomes_is_refused() -> None:
    """Else the last one would count, and nobody knows which one that is."""
    with pytest.raises(RecordError, match="a scenario has two outcomes"):
        judged(header_line(), outcome_line(), outcome_line())


def test_a_reason_that_there_is_not_is_refused() -> None:
    with pytest.raises(RecordError, match="Invalid enum value 'bad luck'"):
        judged(verdict=msgspec.structs.replace(WELL, reason="bad luck"))


def test_a_message_is_one_line() -> None:
    assert tidy("shapes do\n   not match\r\n\tat all") == "shapes do not match at all"


def test_colours_and_control_characters_go() -> None:
    assert tidy("\x1b[1;31mred\x1b[0m\x07bell\x00") == "red bell "


def test_the_last_line_that_names_an_error_is_what_is_kept_of_user_code() -> None:
    message = (
        "in user code:\n\n    /opt/cell/lib/python3.8/keras/engine.py:1147 predict_function  *\n"
        "        outputs = self.distribute_strategy.run(\n\n"
        "    TypeError: an early one\n"
        "    ValueError: Input 0 is incompatible with layer normalization\n"
        "    called from here\n"
    )
    assert tidy(message) == "ValueError: Input 0 is incompatible with layer normalization"


@pytest.mark.parametrize(
    "line",
    ["tensorflow.python.framework.errors_impl.InvalidArgumentError: bad", "KeyboardException: x", "SystemExit: 3"],
)
def test_what_names_an_error(line: str) -> None:
    assert tidy(f"before\n{line}\nafter") == line


@pytest.mark.parametrize("line", ["ErrorProne: no", "see ValueError: below", "ValueError without more"])
def test_what_does_not_name_an_error(line: str) -> None:
    assert tidy(f"before\n{line}") == f"before {line}"


def test_addresses_go() -> None:
    assert tidy("<function f at 0x7f3A00ff> and 0x1") == "<function f at 0x…> and 0x…"


def test_of_a_path_only_the_file_stays() -> None:
    assert tidy("in '/home/somebody/lib-1.0/layer.py' and /tmp/x/y+z") == "in '…/layer.py' and …/y+z"


@pytest.mark.parametrize(
    "text", ["1/2/3", "and/or/not", "a / b", "/single", "https://www.tensorflow.org/api_docs/python"]
)
def test_what_is_no_path_stays(text: str) -> None:
    assert tidy(text) == text


@pytest.mark.parametrize(("length", "kept"), [(MESSAGE, MESSAGE), (MESSAGE + 1, MESSAGE), (10 * MESSAGE, MESSAGE)])
def test_a_message_is_bounded(length: int, kept: int) -> None:
    text = tidy("x" * length)
    assert len(text) == kept
    assert text.endswith("…") == (length > MESSAGE)


def test_the_message_of_an_outcome_is_tidied_and_its_traceback_is_not() -> None:
    outcome = judged_one(happened="raised", type="ValueError", message="a\nb", traceback="a\nb")
    assert (outcome.message, outcome.traceback) == ("a b", "a\nb")
