"""A trial: the suite run in one sandbox, its record and its verdict. Only here how a cell ended becomes a reason."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tfcompat.environments.engine import Exit, Sandbox
from tfcompat.outcomes import NoAnswerError, Reason, Subject, Trial
from tfcompat.suite.program import Program
from tfcompat.trials.judge import CANARY, make_trial, parse_trial
from tfcompat.trials.record import (
    BrokenLine,
    EndLine,
    HeaderLine,
    Line,
    OutcomeLine,
    RecordError,
    TrialLine,
    VerdictLine,
    dump_line,
    parse_line,
    trial_line,
    verdict_line,
)

#: Bytes that one cell may put on its channel: a hundred times what the suite writes.
LARGEST_RECORD = 50_000_000

#: Takes a line of the record, to keep it.
Write = Callable[[Line], None]
#: Gets how many scenarios have an outcome, and of how many.
Progress = Callable[[int, int], None]


@dataclass(kw_only=True)
class Listener:
    """Takes the lines of a sandbox, checks each, and keeps those that are the record's."""

    write: Write
    progress: Progress
    lines: list[Line] = field(default_factory=list)
    trouble: NoAnswerError | None = None
    heard: int = 0
    planned: int = 0
    done: int = 0
    ended: bool = False

    def __call__(self, text: str) -> None:
        self.heard += len(text)
        if self.trouble is not None:
            return
        try:
            if self.heard > LARGEST_RECORD:
                raise RecordError(f"more than {LARGEST_RECORD} bytes")
            self.keep(parse_line(text))
        except RecordError as error:
            self.trouble = NoAnswerError(Reason.SUITE_BROKEN, f"the cell wrote what is not a record: {error}")
        except NoAnswerError as error:
            self.trouble = error

    def keep(self, line: Line) -> None:
        """Keep a line of the record, and count what it says."""
        match line:
            case TrialLine() | VerdictLine():
                raise RecordError(f"a cell may not write a {line.__struct_config__.tag} line")
            case BrokenLine():
                raise NoAnswerError(Reason.SUITE_BROKEN, line.message)
        self.write(line)
        self.lines.append(line)
        match line:
            case HeaderLine():
                self.planned = len(line.scenarios)
            case OutcomeLine():
                self.done += line.scenario != CANARY
            case EndLine():
                self.ended = True
        self.progress(self.done, self.planned)


def conduct(subject: Subject, sandbox: Sandbox, program: Program, write: Write, progress: Progress) -> Trial:
    """Run the suite in a sandbox: every line goes to ``write`` as it comes, and all of them make the trial.

    Raises NoAnswerError where the lines, each of them well formed, do not make a trial.
    """
    started = time.monotonic()
    listener = Listener(write=write, progress=progress)
    first = trial_line(subject)
    write(first)
    ending = sandbox.run(program, listener)
    reason, message = verdict(ending, listener)
    last = verdict_line(reason, message, time.monotonic() - started)
    write(last)
    try:
        return parse_trial(dump_line(line) for line in (first, *listener.lines, last))
    except RecordError as error:
        raise NoAnswerError(Reason.SUITE_BROKEN, f"the cell wrote what is not a record: {error}") from error


def verdict(ending: Exit, listener: Listener) -> tuple[Reason | None, str]:
    """Why a trial has scenarios without an answer: what explains most comes first. None where all have one."""
    output = " ".join(ending.output.split())[-500:]
    if listener.trouble is not None:
        return listener.trouble.reason, listener.trouble.message
    if ending.timed_out:
        return Reason.TIME_LIMIT, "the cell outran its time limit"
    if ending.lost:
        return Reason.ENGINE_LOST, output or "the engine went away"
    if ending.out_of_memory:
        return Reason.OUT_OF_MEMORY, "the system killed the cell for lack of memory"
    if listener.heard == 0:
        return Reason.CANARY_FAILED, f"the runner did not start (exit code {ending.code}): {output}"
    if not listener.ended:
        return Reason.ENGINE_LOST, f"the record has no end (exit code {ending.code}): {output}"
    return None, ""


def no_trial(subject: Subject, error: NoAnswerError, write: Write) -> Trial:
    """The trial of a cell that could not be run, with the reason, so that the hole is visible."""
    lines = [trial_line(subject), verdict_line(error.reason, error.message, 0.0)]
    for line in lines:
        write(line)
    return make_trial(lines)
