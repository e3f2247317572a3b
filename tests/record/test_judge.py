"""Tests of judging: from the lines of a file, and what its suite says, to a trial."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from msgspec import structs

from tests.fakes import FakeSources, end_line, header_line, outcome_line, scenario_facts, sources, subject
from tfcompat.outcomes import Happened, Harm, Kind, Oracle, Outcome, Reason, Status, Trial
from tfcompat.record.judge import CANARY, MESSAGE, NoSources, Origin, parse_trial, tidy
from tfcompat.record.lines import (
    CanaryLine,
    Line,
    RecordError,
    ReusedLine,
    ScenarioFacts,
    VerdictLine,
    dump_line,
    parse_line,
    trial_line,
    verdict_line,
)
from tfcompat.record.suites import facts_by_id

WELL = verdict_line(None, "", 2.5)


MEAN = scenario_facts()


def judged(suite: Sequence[ScenarioFacts], *lines: Line, verdict: VerdictLine = WELL, **header: Any) -> Trial:
    """The trial of some lines between its first and its last, after a header that asks all of a suite."""
    first = [header_line(*suite, **header)] if suite else []
    every = (trial_line(subject()), *first, *lines, verdict)
    return parse_trial(map(dump_line, every), sources(*suite))


def judged_one(facts: ScenarioFacts = MEAN, happened: str = "returned", **answer: Any) -> Outcome:
    """The outcome of one scenario that was answered."""
    return judged([facts], outcome_line(happened=happened, **answer)).outcomes[0]


def test_an_outcome_has_the_facts_of_the_header_and_the_answer_of_its_line() -> None:
    facts = scenario_facts(documented=1)
    assert judged_one(
        facts, "raised", type="ValueError", message="no", traceback="line 3", key="0123456789ab"
    ) == Outcome(
        scenario="adapt::mean",
        status=Status.FAILS,
        kind=Kind.PROMISE,
        oracle=Oracle.DOCUMENTED,
        harm=Harm.LOUD,
        documented=1,
        promises={"": 1},
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


def test_a_scenario_without_a_line_has_the_reason_and_the_words_of_the_trial() -> None:
    trial = judged(
        [scenario_facts("adapt::a"), scenario_facts("adapt::b")],
        outcome_line("adapt::a"),
        verdict=verdict_line(Reason.TIME_LIMIT, "the cell outran its time limit", 1800.0),
    )
    answered, unanswered = trial.outcomes
    assert (answered.status, answered.reason, answered.message) == (Status.WORKS, None, "")
    assert (unanswered.status, unanswered.reason) == (Status.UNKNOWN, Reason.TIME_LIMIT)
    assert unanswered.message == "the cell outran its time limit"


def test_a_scenario_without_a_line_in_a_whole_trial_was_not_run() -> None:
    trial = judged([MEAN], end_line(0))
    assert [(one.status, one.reason) for one in trial.outcomes] == [(Status.UNKNOWN, Reason.NOT_RUN)]


def test_the_verdicts_message_stands_before_that_of_a_failed_canary() -> None:
    verdict = verdict_line(Reason.TIME_LIMIT, "the cell outran its time limit", 9.0)
    trial = judged([MEAN], outcome_line(CANARY, "raised", message="no"), verdict=verdict)
    assert (trial.reason, trial.message) == (Reason.CANARY_FAILED, "the cell outran its time limit")


def test_outcomes_come_in_the_order_of_the_header() -> None:
    names = ["b::2", "a::1", "b::1"]
    lines = [outcome_line(name) for name in reversed(names)]
    assert [one.scenario for one in judged([*map(scenario_facts, names)], *lines).outcomes] == names


@pytest.mark.parametrize("happened", [happened for happened in Happened if happened is not Happened.RETURNED])
def test_an_environment_whose_canary_failed_answers_nothing(happened: Happened) -> None:
    trial = judged([MEAN], outcome_line(CANARY, happened, message="ImportError: no libcudart"), end_line(0))
    assert (trial.reason, trial.message) == (Reason.CANARY_FAILED, "ImportError: no libcudart")
    assert [one.reason for one in trial.outcomes] == [Reason.CANARY_FAILED]
    assert trial.outcomes[0].message == "ImportError: no libcudart"


def test_a_canary_that_answers_is_no_row_and_no_reason() -> None:
    trial = judged([MEAN], outcome_line(CANARY, observed=2.0), outcome_line(), end_line())
    assert [one.scenario for one in trial.outcomes] == ["adapt::mean"]
    assert (trial.reason, trial.message) == (None, "")


def canary(name: str = "numpy", when: str = "before", happened: str = "returned", **says: str) -> CanaryLine:
    """A line of a canary that is meant to return."""
    line = {"kind": "canary", "name": name, "when": when, "meant": "returned", "happened": happened, **says}
    parsed = parse_line(json.dumps(line))
    assert isinstance(parsed, CanaryLine)
    return parsed


ROWS = [scenario_facts(f"adapt::{name}") for name in "abcd"]
A, B, C, D = (outcome_line(f"adapt::{name}") for name in "abcd")
FAILED = {"happened": "raised", "type": "OSError", "message": "unable to open file"}


def answered(*lines: Line, **more: Any) -> str:
    """The scenarios that have an answer, by their letters."""
    trial = judged(ROWS, *lines, **more)
    return "".join(outcome.scenario[-1] for outcome in trial.outcomes if outcome.status is not Status.UNKNOWN)


def test_canaries_that_are_as_meant_are_no_rows_and_no_reason() -> None:
    lines = (canary(), A, B, canary(when="between"), C, D, canary(when="after"), end_line(4))
    assert answered(*lines) == "abcd"
    assert (judged(ROWS, *lines).reason, judged(ROWS, *lines).message) == (None, "")


def test_a_canary_that_failed_before_the_scenarios_is_the_reason_of_all() -> None:
    trial = judged(ROWS, canary("tensorflow"), canary("h5py", **FAILED), end_line(0))
    assert (trial.reason, trial.message) == (Reason.CANARY_FAILED, "h5py: OSError: unable to open file")
    assert {outcome.reason for outcome in trial.outcomes} == {Reason.CANARY_FAILED}


@pytest.mark.parametrize(
    ("lines", "believed"),
    [
        ((canary(), A, B, canary(when="between"), C, canary(when="after", **FAILED), end_line(3)), "ab"),
        ((canary(), A, B, canary(when="between", **FAILED), end_line(2)), ""),
        (
            (canary(), A, canary(when="between"), B, canary(when="between"), C, D, canary(when="after"), end_line(4)),
            "abcd",
        ),
        (
            (canary(), A, canary(when="between"), B, canary("a", "after"), canary("b", "after", **FAILED), end_line(2)),
            "a",
        ),
        (
            (
                canary(),
                A,
                canary("a", "between"),
                canary("b", "between", **FAILED),
                canary("c", "between"),
                end_line(1),
            ),
            "",
        ),
    ],
)
def test_a_canary_that_failed_later_takes_what_was_measured_since_the_ones_before(
    lines: tuple[Line, ...], believed: str
) -> None:
    assert answered(*lines) == believed


def test_what_a_canary_is_meant_to_do_may_be_anything() -> None:
    crashes = structs.replace(canary("crashes"), meant=Happened.SIGNAL, happened=Happened.SIGNAL)
    assert judged(ROWS, crashes, A, B, C, D, end_line(4)).reason is None
    survives = structs.replace(crashes, happened=Happened.RETURNED)
    assert judged(ROWS, survives, end_line(0)).message == "crashes: returned, and not signal"


def test_a_trial_has_its_subject_versions_and_time() -> None:
    trial = judged([MEAN], outcome_line(), versions={"tensorflow": "2.16.2", "keras": None})
    assert trial.subject == subject()
    assert trial.versions == {"tensorflow": "2.16.2", "keras": None}
    assert trial.seconds == 2.5


def test_a_trial_without_a_header_has_its_reason_and_no_outcome() -> None:
    trial = judged([], verdict=verdict_line(Reason.NO_LOCK, "no solution", 0.0))
    assert (trial.reason, trial.message, trial.outcomes) == (Reason.NO_LOCK, "no solution", ())


def test_an_outcome_that_the_header_does_not_name_is_refused() -> None:
    with pytest.raises(RecordError, match="the header does not name: adapt::stranger"):
        judged([MEAN], outcome_line(), outcome_line("adapt::stranger"))


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
        parse_trial(map(dump_line, lines), sources())


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
        judged([MEAN], msgspec.structs.replace(outcome_line(), **changes))


@pytest.mark.parametrize(
    ("observed", "documented", "status"),
    [
        (10**400, 1, Status.WRONG),
        (1, 10**400, Status.WRONG),
        ([10**400], [1.5], Status.WRONG),
        (10**400, 10**400, Status.WORKS),
    ],
)
def test_an_integer_that_no_float_can_hold_is_compared_too(
    observed: object, documented: object, status: Status
) -> None:
    trial = judged([scenario_facts(documented=documented)], outcome_line(observed=observed))
    assert [outcome.status for outcome in trial.outcomes] == [status]


def test_a_large_number_that_is_compared_with_none_is_kept() -> None:
    assert judged_one(observed=10**400).observed == 10**400


def test_a_scenario_with_two_outcomes_is_refused() -> None:
    """Else the last one would count, and nobody knows which one that is."""
    with pytest.raises(RecordError, match="a scenario has two outcomes"):
        judged([MEAN], outcome_line(), outcome_line())


def test_a_reason_that_there_is_not_is_refused() -> None:
    with pytest.raises(RecordError, match="Invalid enum value 'bad luck'"):
        judged([], verdict=msgspec.structs.replace(WELL, reason="bad luck"))


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


def test_what_the_documentation_says_depends_on_the_versions_in_the_cell() -> None:
    facts = scenario_facts(kind=Kind.PROMISE, oracle=Oracle.DOCUMENTED, promises={">=2.6": 1, "keras>=3": 2})

    def status(**versions: str) -> tuple[Status, Any]:
        outcome = judged([facts], outcome_line(observed=2), versions=versions).outcomes[0]
        return outcome.status, outcome.documented

    assert status(tensorflow="2.9.3", keras="2.9.0") == (Status.WRONG, 1)
    assert status(tensorflow="2.16.2", keras="3.3.3") == (Status.WORKS, 2), "the last that fits"
    assert status(tensorflow="2.16.2", keras="2.16.0") == (Status.WRONG, 1)
    assert status(tensorflow="2.2.3", keras="2.3.0-tf") == (Status.UNKNOWN, None)


def test_what_is_missing_has_the_exception_that_showed_it() -> None:
    outcome = judged_one(
        happened="missing", type="AttributeError", message="module 'x' has no attribute 'y'", lacks="x.y"
    )
    assert outcome.raised == "AttributeError: module 'x' has no attribute 'y'"
    assert (outcome.status, outcome.lacks) == (Status.MISSING, "x.y")


def test_a_header_of_schema_1_is_read_and_its_scenarios_have_no_kind() -> None:
    old = {"schema": 1, "suite": "0123456789abcdef", "versions": {"tensorflow": "2.9.3"}, "kind": "header"}
    facts = {"title": "Mean", "reference": "here", "source": "test_adapt.py:7"}
    scenarios = [
        {"id": "a::asked", **facts},
        *({"id": f"a::{name}", "documented": 1, **facts} for name in ("right", "wrong")),
    ]
    lines = [
        dump_line(trial_line(subject())),
        json.dumps({**old, "scenarios": scenarios}),
        *(
            dump_line(outcome_line(f"a::{name}", observed=seen))
            for name, seen in [("asked", 5), ("right", 1), ("wrong", 2)]
        ),
        dump_line(WELL),
    ]
    outcomes = parse_trial(lines, NoSources()).outcomes
    assert [outcome.status for outcome in outcomes] == [Status.ANSWERED, Status.WORKS, Status.WRONG]
    assert {outcome.kind for outcome in outcomes} == {None}


def test_a_trial_whose_suite_is_not_there_is_refused() -> None:
    with pytest.raises(RecordError, match="it is of the suite 0123456789abcdef, which is not there"):
        parse_trial(map(dump_line, (trial_line(subject()), header_line(), WELL)), NoSources())


def test_a_header_without_names_asks_the_whole_suite_and_one_with_names_these() -> None:
    suite = [scenario_facts("a::x"), scenario_facts("a::y")]

    def asked(*names: str) -> list[str]:
        header = msgspec.structs.replace(header_line(), scenarios=list(names))
        trial = parse_trial(map(dump_line, (trial_line(subject()), header, WELL)), sources(*suite))
        return [outcome.scenario for outcome in trial.outcomes]

    assert asked() == ["a::x", "a::y"]
    assert asked("a::y") == ["a::y"]
    with pytest.raises(RecordError, match="scenarios that its suite does not have: a::z"):
        asked("a::z")


def test_what_is_reused_without_names_is_all_that_the_file_has_and_nothing_else_gives() -> None:
    suite = [*map(scenario_facts, ("a::own", "a::first", "a::second", "a::not"))]
    newer, older = (
        Origin(started=started, outcomes={name: outcome_line(name, observed=seen) for name in names})
        for started, seen, names in [
            ("2026-01-01T00:00:00Z", 1, ("a::own", "a::first", "a::gone", CANARY)),
            ("2025-01-01T00:00:00Z", 2, ("a::first", "a::second", "a::not")),
        ]
    )
    lines = [
        trial_line(subject()),
        header_line(*suite),
        outcome_line("a::own", observed=0),
        ReusedLine(trial="20260101T000000Z-local"),
        ReusedLine(trial="20250101T000000Z-local", but=["a::not"]),
        WELL,
    ]
    origins = {"20260101T000000Z-local": newer, "20250101T000000Z-local": older}
    trial = parse_trial(map(dump_line, lines), FakeSources(facts=facts_by_id(suite), origins=origins))
    assert [(outcome.scenario, outcome.observed) for outcome in trial.outcomes] == [
        ("a::own", 0),
        ("a::first", 1),
        ("a::second", 2),
        ("a::not", None),
    ]
    assert [outcome.measured[:4] for outcome in trial.outcomes] == ["2026", "2026", "2025", ""]
