"""A trial: what a cell says becomes its record, and how a cell ends becomes the reason of what it did not say."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from msgspec import structs

from tests import fakes
from tests.fakes import changed_line, end_line, header_line, outcome_line, scenario_facts
from tfcompat.environments.engine import Exit
from tfcompat.outcomes import NoAnswerError, Reason, Status, Trial
from tfcompat.plan.work import Reused, Work
from tfcompat.record.judge import CANARY, Origin
from tfcompat.record.lines import BrokenLine, EndLine, Line, ReusedLine, dump_line, trial_line, verdict_line
from tfcompat.run import trial
from tfcompat.run.trial import Listener, carried_over, conduct, no_trial, verdict

SUBJECT = fakes.subject()
SUITE = [scenario_facts("adapt::mean"), scenario_facts("adapt::axis")]
SOURCES = fakes.sources(*SUITE)
TWO = header_line(*SUITE)
#: The header as it is kept: it asks the whole suite, and need not name its scenarios.
KEPT = structs.replace(TWO, scenarios=[])
CANARY_LINE = outcome_line(CANARY)
WHOLE = (TWO, CANARY_LINE, outcome_line("adapt::mean"), outcome_line("adapt::axis", "missing"), end_line(2))


def told(*lines: Line | str, ending: Exit = fakes.ENDED_WELL) -> tuple[Trial, list[Line], list[tuple[int, int]]]:
    """The trial of a cell that said these lines, what was written of it, and the progress that was told."""
    texts = [line if isinstance(line, str) else dump_line(line) for line in lines]
    written: list[Line] = []
    steps: list[tuple[int, int]] = []
    sandbox = fakes.FakeSandbox(lines=texts, ending=ending)
    made = conduct(SUBJECT, sandbox, fakes.program(), written.append, lambda *step: steps.append(step), sources=SOURCES)
    return made, written, steps


def statuses(made: Trial) -> dict[str, Status]:
    return {outcome.scenario: outcome.status for outcome in made.outcomes}


def test_a_whole_record_is_a_trial_without_a_reason() -> None:
    made, _, _ = told(*WHOLE)
    assert statuses(made) == {"adapt::mean": Status.WORKS, "adapt::axis": Status.MISSING}
    assert (made.subject, made.reason, made.message) == (SUBJECT, None, "")
    assert made.reason is None


def test_every_line_is_written_between_the_subject_and_the_verdict() -> None:
    made, written, _ = told(*WHOLE)
    assert [line.kind for line in written] == ["trial", "header", "outcome", "outcome", "outcome", "end", "verdict"]
    assert written[0] == trial_line(SUBJECT)
    assert written[-1] == verdict_line(None, "", made.seconds)
    assert list(written[1:-1]) == [KEPT, *WHOLE[1:]]


def test_the_program_is_handed_to_the_sandbox() -> None:
    sandbox = fakes.FakeSandbox(lines=[dump_line(line) for line in WHOLE])
    program = fakes.program("-k", "mean")
    conduct(SUBJECT, sandbox, program, lambda line: None, lambda done, planned: None, sources=SOURCES)
    assert sandbox.ran == [program]


def test_progress_counts_the_scenarios_and_not_the_canary() -> None:
    assert told(*WHOLE)[2] == [(0, 2), (0, 2), (1, 2), (2, 2), (2, 2)]


def test_the_seconds_of_a_trial_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([10.0, 12.5])
    monkeypatch.setattr("tfcompat.run.trial.time.monotonic", lambda: next(moments))
    assert told(*WHOLE)[0].seconds == 2.5


def test_what_a_cell_did_not_come_to_is_unknown_for_the_reason_of_its_end() -> None:
    made, _, _ = told(*WHOLE[:3], ending=Exit(code=137, output="", out_of_memory=True))
    assert statuses(made) == {"adapt::mean": Status.WORKS, "adapt::axis": Status.UNKNOWN}
    assert made.outcomes[1].reason is Reason.OUT_OF_MEMORY
    assert made.reason is Reason.OUT_OF_MEMORY


ENDED = Exit(code=1, output="  the\n end ")


@pytest.mark.parametrize(
    ("lines", "ending", "reason", "message"),
    [
        (WHOLE, fakes.ENDED_WELL, None, ""),
        (WHOLE, replace(ENDED, code=-11), None, ""),
        (WHOLE, replace(ENDED, code=134), None, ""),
        (WHOLE, Exit(code=0, output="", out_of_memory=True), None, ""),
        ((TWO, outcome_line(CANARY, "raised"), end_line(0)), ENDED, Reason.CANARY_FAILED, ""),
        (WHOLE[:3], replace(ENDED, timed_out=True), Reason.TIME_LIMIT, "the cell outran its time limit"),
        (WHOLE[:3], replace(ENDED, lost=True), Reason.ENGINE_LOST, "the end"),
        (WHOLE[:3], Exit(code=1, output="", lost=True), Reason.ENGINE_LOST, "the engine went away"),
        (
            WHOLE[:3],
            replace(ENDED, out_of_memory=True),
            Reason.OUT_OF_MEMORY,
            "the system killed the cell for lack of memory",
        ),
        ((), ENDED, Reason.CANARY_FAILED, "the runner did not start (exit code 1): the end"),
        (WHOLE[:-1], ENDED, Reason.ENGINE_LOST, "the record has no end (exit code 1): the end"),
        (WHOLE[:1], ENDED, Reason.ENGINE_LOST, "the record has no end (exit code 1): the end"),
        (
            WHOLE[:3],
            replace(ENDED, timed_out=True, lost=True, out_of_memory=True),
            Reason.TIME_LIMIT,
            "the cell outran its time limit",
        ),
        (WHOLE[:3], replace(ENDED, lost=True, out_of_memory=True), Reason.ENGINE_LOST, "the end"),
        ((), replace(ENDED, out_of_memory=True), Reason.OUT_OF_MEMORY, "the system killed the cell for lack of memory"),
    ],
)
def test_how_a_cell_ended_is_the_reason_of_what_is_lacking(
    lines: Sequence[Line], ending: Exit, reason: Reason | None, message: str
) -> None:
    made, written, _ = told(*lines, ending=ending)
    assert (made.reason, made.message) == (reason, message)
    if reason is not Reason.CANARY_FAILED or not lines:  # a canary that failed says so itself
        assert written[-1] == verdict_line(reason, message, made.seconds)


@pytest.mark.fault(
    "A scenario forges the rest of the record and ends the runner by a signal",
    group="cell",
    reads="the runner ended with exit code -15 after a whole record, which may be another's",
    code=3,
    reason="engine lost",
    kept="a trial that says so, and no outcome of it",
)
@pytest.mark.parametrize("code", [1, -15, 143, -9])
def test_a_whole_record_of_a_runner_that_was_ended_is_not_believed(code: int) -> None:
    with pytest.raises(NoAnswerError) as refused:
        told(*WHOLE, ending=Exit(code=code, output=""))
    assert refused.value.reason is Reason.ENGINE_LOST
    assert f"exit code {code} after a whole record" in refused.value.message


def test_a_record_that_makes_no_sense_is_no_trial() -> None:
    with pytest.raises(NoAnswerError, match="it has neither an outcome of adapt::axis nor a reason why not") as refused:
        told(TWO, CANARY_LINE, outcome_line("adapt::mean"), end_line(1))
    assert refused.value.reason is Reason.SUITE_BROKEN


def test_a_long_last_word_is_bounded() -> None:
    listener = Listener(write=lambda line: None, progress=lambda done, planned: None)
    assert verdict(Exit(code=1, output="x" * 9000 + "end", lost=True), listener)[1] == "x" * 497 + "end"


def test_a_broken_suite_says_why_and_is_no_cells_fault() -> None:
    made, written, _ = told(BrokenLine(message="no marker on test_mean"), ending=replace(ENDED, timed_out=True))
    assert (made.reason, made.message) == (Reason.SUITE_BROKEN, "no marker on test_mean")
    assert [line.kind for line in written] == ["trial", "verdict"]


@pytest.mark.fault(
    "A cell writes what is no line of a record",
    group="cell",
    reads="the cell wrote what is not a record: …",
    code=3,
    reason="suite broken",
    kept="the outcomes before",
)
@pytest.mark.parametrize(
    "line",
    [
        "Segmentation fault",
        "{}",
        "[" * 100_000,
        json.dumps({"kind": ["end"]}),
        changed_line(end_line(), colour="red"),
        changed_line(TWO, scenarios=3),
        changed_line(TWO, scenarios=[3]),
        changed_line(TWO, schema=99),
        changed_line(outcome_line(), happened="exploded"),
        changed_line(outcome_line(), seconds=[1]),
    ],
    ids=[
        "no JSON",
        "no kind",
        "deep",
        "kind of a kind",
        "a key too many",
        "no scenarios",
        "no scenario",
        "schema",
        "nothing that can happen",
        "no seconds",
    ],
)
def test_what_is_no_line_of_a_record_ends_the_hearing(line: str) -> None:
    made, written, _ = told(*WHOLE[:3], line, *WHOLE[3:])
    assert made.reason is Reason.SUITE_BROKEN
    assert made.message.startswith("the cell wrote what is not a record: ")
    assert [line.kind for line in written] == ["trial", "header", "outcome", "outcome", "verdict"]
    assert statuses(made) == {"adapt::mean": Status.WORKS, "adapt::axis": Status.UNKNOWN}


@pytest.mark.parametrize("kind", ["trial", "verdict"])
def test_a_cell_may_not_write_what_the_harness_writes(kind: str) -> None:
    forged = {"trial": trial_line(SUBJECT), "verdict": verdict_line(None, "", 0.0)}[kind]
    made, _, _ = told(*WHOLE, forged)
    assert (made.reason, made.message) == (
        Reason.SUITE_BROKEN,
        f"the cell wrote what is not a record: a cell may not write a {kind} line",
    )


@pytest.mark.parametrize(
    "lines",
    [
        (TWO, outcome_line("adapt::stranger"), end_line(1)),
        (outcome_line("adapt::mean"), end_line(1)),
    ],
    ids=["a scenario that the header has not", "no header"],
)
def test_lines_that_amount_to_no_trial_are_no_answer_and_end_no_run(lines: Sequence[Line]) -> None:
    with pytest.raises(NoAnswerError, match="the cell wrote what is not a record: ") as raised:
        told(*lines)
    assert raised.value.reason is Reason.SUITE_BROKEN


@pytest.mark.fault(
    "A cell writes more than 50 MB of record",
    group="cell",
    reads="the cell wrote what is not a record: more than 50000000 bytes",
    code=3,
    reason="suite broken",
    kept="the outcomes before",
)
def test_a_flood_is_no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "LARGEST_RECORD", sum(len(dump_line(line)) for line in WHOLE) - 1)
    made, written, _ = told(*WHOLE)
    assert (made.reason, "more than" in made.message) == (Reason.SUITE_BROKEN, True)
    assert [line.kind for line in written] == ["trial", "header", "outcome", "outcome", "outcome", "verdict"]


def test_a_record_as_large_as_the_bound_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "LARGEST_RECORD", sum(len(dump_line(line)) for line in WHOLE))
    assert told(*WHOLE)[0].reason is None


def test_a_disk_that_fills_while_the_cell_speaks_is_the_reason() -> None:
    """The sandbox is heard to its end, for it must not block; nothing more is written."""
    written: list[Line] = []

    def write(line: Line) -> None:
        if isinstance(line, EndLine):
            raise NoAnswerError(Reason.OUT_OF_DISK, "it is full")
        written.append(line)

    sandbox = fakes.FakeSandbox(lines=[dump_line(line) for line in (*WHOLE, *WHOLE)])
    made = conduct(SUBJECT, sandbox, fakes.program(), write, lambda done, planned: None, sources=SOURCES)
    assert (made.reason, made.message) == (Reason.OUT_OF_DISK, "it is full")
    assert len(written) == 6


def test_a_cell_that_could_not_be_run_is_a_trial_with_the_reason() -> None:
    written: list[Line] = []
    made = no_trial(SUBJECT, NoAnswerError(Reason.NO_WHEEL, "there is none"), written.append)
    assert (made.subject, made.reason, made.message) == (SUBJECT, Reason.NO_WHEEL, "there is none")
    assert made.outcomes == ()
    assert [line.kind for line in written] == ["trial", "verdict"]


FIRST = "20260101T030405Z-local"
ORIGIN = Origin(started="2026-01-01T03:04:05Z", outcomes={"adapt::axis": outcome_line("adapt::axis", observed=7)})
REUSED = Reused(trial=FIRST, measured="2026-01-01T03:04:05Z", scenarios=("adapt::axis",))


WITH_FIRST = fakes.FakeSources(facts=SOURCES.facts, origins={FIRST: ORIGIN})


def partly(*lines: Line, ending: Exit = fakes.ENDED_WELL) -> tuple[Trial, list[Line], list[tuple[int, int]]]:
    """As ``told``, of a run of adapt::mean alone: adapt::axis is reused, and each has a key."""
    written: list[Line] = []
    steps: list[tuple[int, int]] = []
    made = conduct(
        SUBJECT,
        fakes.FakeSandbox(lines=list(map(dump_line, lines)), ending=ending),
        replace(fakes.program(), scenarios=("adapt::mean",)),
        written.append,
        lambda *step: steps.append(step),
        keys={"adapt::mean": "k1", "adapt::axis": "k2"},
        reused=[REUSED],
        sources=WITH_FIRST,
    )
    return made, written, steps


def test_what_ran_gets_its_key_and_the_rest_is_reused() -> None:
    made, written, steps = partly(TWO, CANARY_LINE, outcome_line("adapt::mean", observed=1), end_line(1))
    mean, axis = made.outcomes
    assert (mean.observed, mean.key, mean.measured) == (1, "k1", SUBJECT.started)
    assert (axis.observed, axis.origin, axis.measured) == (7, FIRST, ORIGIN.started)
    assert [line.kind for line in written[-3:]] == ["end", "reused", "verdict"]
    assert steps[-1] == (1, 1)
    assert made.reason is None


def test_a_key_that_a_cell_wrote_itself_is_not_kept() -> None:
    made, _, _ = partly(TWO, CANARY_LINE, outcome_line("adapt::mean", key="forged"), end_line(1))
    assert made.outcomes[0].key == "k1"
    assert (
        told(TWO, CANARY_LINE, outcome_line("adapt::mean", key="forged"), WHOLE[3], end_line(2))[0].outcomes[0].key
        == ""
    )


def test_a_cell_that_gives_no_answer_reuses_none() -> None:
    """Its environment may be broken: what it answered before is not shown as if it did so now."""
    failed = outcome_line(CANARY, "raised", type="ImportError")
    made, written, _ = partly(TWO, failed, end_line(0), ending=Exit(code=1, output=""))
    assert made.reason is Reason.CANARY_FAILED
    cut, written, _ = partly(TWO, CANARY_LINE, ending=Exit(code=1, output="", lost=True))
    assert [outcome.status for outcome in cut.outcomes] == [Status.UNKNOWN, Status.UNKNOWN]
    assert "reused" not in [line.kind for line in written]


def test_a_cell_cannot_say_itself_what_is_reused() -> None:
    made, _, _ = told(TWO, CANARY_LINE, ReusedLine(trial=FIRST, scenarios=["adapt::mean"]))
    assert (made.reason, made.message[-38:]) == (
        Reason.SUITE_BROKEN,
        "record: a cell may not write a reused line"[-38:],
    )


def test_a_trial_in_which_nothing_ran_has_its_own_header() -> None:
    written: list[Line] = []
    changed = scenario_facts("adapt::axis", title="Another title")
    work = Work(cell=fakes.cell(), scenarios=(), reused=(REUSED,), header=header_line(changed))
    sources = replace(fakes.sources(changed), origins={FIRST: ORIGIN})
    made = carried_over(SUBJECT, work, written.append, sources)
    assert [line.kind for line in written] == ["trial", "header", "reused", "verdict"]
    assert (made.outcomes[0].title, made.outcomes[0].observed, made.seconds) == ("Another title", 7, 0.0)


def lines_reusing(has: Mapping[str, Sequence[str]], wanted: Mapping[str, Sequence[str]]) -> list[ReusedLine]:
    """How it is written that a trial reuses the wanted outcomes of files that have others too; it ran adapt::own itself."""
    origins = {
        name: replace(ORIGIN, outcomes={of: outcome_line(of) for of in scenarios}) for name, scenarios in has.items()
    }
    reused = [Reused(trial=name, measured="", scenarios=tuple(scenarios)) for name, scenarios in wanted.items()]
    suite = [f"adapt::{letter}" for letter in "abcdef"] + ["adapt::own"]
    return trial.reused_lines(reused, {"adapt::own"}, suite, fakes.FakeSources(facts={}, origins=origins))


def test_a_file_of_which_all_is_reused_names_no_scenario() -> None:
    has = {FIRST: ["adapt::a", "adapt::b", "adapt::own", "adapt::gone", CANARY]}
    assert lines_reusing(has, {FIRST: ["adapt::a", "adapt::b"]}) == [ReusedLine(trial=FIRST)]


def test_a_file_of_which_most_is_reused_names_what_is_not() -> None:
    has = {FIRST: ["adapt::a", "adapt::b", "adapt::c"]}
    assert lines_reusing(has, {FIRST: ["adapt::a", "adapt::c"]}) == [ReusedLine(trial=FIRST, but=["adapt::b"])]


def test_a_file_of_which_little_is_reused_names_it() -> None:
    has = {FIRST: ["adapt::a", "adapt::b", "adapt::c"]}
    assert lines_reusing(has, {FIRST: ["adapt::b"]}) == [ReusedLine(trial=FIRST, scenarios=["adapt::b"])]


def test_of_several_files_the_newest_comes_first_and_leaves_the_rest_to_the_others() -> None:
    newer = "20260102T030405Z-local"
    has = {FIRST: ["adapt::a", "adapt::b", "adapt::c"], newer: ["adapt::a", "adapt::d"]}
    wanted = {FIRST: ["adapt::b", "adapt::c"], newer: ["adapt::a", "adapt::d"]}
    assert lines_reusing(has, wanted) == [ReusedLine(trial=newer), ReusedLine(trial=FIRST)]
