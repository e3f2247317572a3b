"""Trial files made for tests: a trial of a cell with the lines that it is given, as a run would have kept it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests import fakes
from tfcompat.files import hash_of
from tfcompat.outcomes import Reason, Subject
from tfcompat.record.lines import OutcomeLine, ScenarioFacts, trial_line, verdict_line
from tfcompat.trials.store import Store


def keep(
    folder: Path,
    of: str | Subject,
    answers: Mapping[str, Any],
    *,
    reason: Reason | None = None,
    message: str = "",
    documented: Mapping[str, Any] | None = None,
    versions: Mapping[str, str | None] | None = None,
    facts: Sequence[ScenarioFacts] | None = None,
) -> None:
    """Keep a trial below a folder of trials: each scenario with what it observed, or the exception that it raised.

    ``facts`` are what its suite says of the scenarios, a presence each where none are given. The suite is the subject's where
    it names one of its own. ``versions`` are those that differ from the cell's.
    """
    subject = of if isinstance(of, Subject) else fakes.subject(of)
    promises = documented or {}
    facts = facts or [
        fakes.scenario_facts(name, **({"documented": promises[name]} if name in promises else {})) for name in answers
    ]
    suite = subject.suite if subject.suite != fakes.SUITE else hash_of(repr(facts))
    header = fakes.header_line(*facts, versions={**fakes.VERSIONS, **(versions or {})}, suite=suite)
    fakes.keep_suite(folder, *facts, suite=suite)
    lines = [header, *(answer_line(name, answer) for name, answer in answers.items()), fakes.end_line(len(answers))]
    subject = replace(subject, suite=suite)
    with Store(folder).begin(subject) as writer:
        told = fakes.said(subject, *lines) if answers else ()
        for line in (trial_line(subject), *told, verdict_line(reason, message, 1.0)):
            writer.write(line)


def answer_line(name: str, answer: Any) -> OutcomeLine:
    if isinstance(answer, Exception):
        return fakes.outcome_line(name, "raised", type=type(answer).__name__, message=str(answer))
    return fakes.outcome_line(name, observed=answer)
