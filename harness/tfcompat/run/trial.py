"""A trial: the suite run in one sandbox, its record and its verdict. Only here how a cell ended becomes a reason."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from tfcompat.environments.engine import Exit, Sandbox
from tfcompat.outcomes import Happened, NoAnswerError, Reason, Subject, Trial
from tfcompat.plan.work import Reused, Work
from tfcompat.record import sense
from tfcompat.record.judge import CANARY, NoSources, Sources, make_trial, outcome_lines, parse_trial
from tfcompat.record.lines import (
    LARGEST_RECORD,
    BrokenLine,
    CanaryLine,
    EndLine,
    HeaderLine,
    Line,
    OutcomeLine,
    RecordError,
    ReusedLine,
    TrialLine,
    VerdictLine,
    dump_line,
    parse_line,
    trial_line,
    verdict_line,
)
from tfcompat.suite.program import Program

#: The signals by which native code ends a process: ILL, ABRT, BUS, FPE, SEGV.
CRASHES = (4, 6, 7, 8, 11)

#: Takes a line of the record, to keep it.
Write = Callable[[Line], None]
#: Gets how many scenarios have an outcome, and of how many.
Progress = Callable[[int, int], None]


@dataclass(kw_only=True)
class Listener:
    """Takes the lines of a sandbox, checks each, and keeps those that are the record's.

    ``selected`` is how many scenarios run; None is all that the header names. ``keys`` are those of the outcomes. A header
    that names all scenarios of the ``suite`` is kept without them.
    """

    write: Write
    progress: Progress
    keys: Mapping[str, str] = field(default_factory=dict)
    suite: Sequence[str] = ()
    selected: int | None = None
    lines: list[Line] = field(default_factory=list)
    trouble: NoAnswerError | None = None
    heard: int = 0
    planned: int = 0
    done: int = 0
    ended: bool = False
    works: bool = False

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
            case TrialLine() | VerdictLine() | ReusedLine():
                raise RecordError(f"a cell may not write a {line.kind} line")
            case BrokenLine():
                raise NoAnswerError(Reason.SUITE_BROKEN, line.message)
            case HeaderLine():
                self.planned = len(line.scenarios) if self.selected is None else self.selected
                line = replace(line, scenarios=[]) if line.scenarios == list(self.suite) else line
            case OutcomeLine():
                line = replace(line, key=self.keys.get(line.scenario, ""))
        self.write(line)
        self.lines.append(line)
        match line:
            case OutcomeLine():
                self.done += line.scenario != CANARY
                self.works |= line.scenario == CANARY and line.happened is Happened.RETURNED
            case CanaryLine():
                self.works |= not line.failed
            case EndLine():
                self.ended = True
        self.progress(self.done, self.planned)


def conduct(
    subject: Subject,
    sandbox: Sandbox,
    program: Program,
    write: Write,
    progress: Progress,
    *,
    sources: Sources,
    keys: Mapping[str, str] | None = None,
    reused: Sequence[Reused] = (),
) -> Trial:
    """Run the program in a sandbox: every line goes to ``write`` as it comes, and all of them make the trial.

    Each outcome gets the key of its scenario. The trial takes the ``reused`` outcomes from earlier ones, unless the cell
    gave no answer. ``sources`` have the program's suite. Raises NoAnswerError where the lines, each of them well formed, do
    not make a trial that makes sense.
    """
    started = time.monotonic()
    selected = None if program.scenarios is None else len(program.scenarios)
    suite = list(sources.suite(program.suite_hash))
    listener = Listener(write=write, progress=progress, keys=keys or {}, suite=suite, selected=selected)
    first = trial_line(subject)
    write(first)
    ending = sandbox.run(program, listener)
    reason, message = verdict(ending, listener)
    if reason is None:
        check_end(ending, listener)
    answered = reason is None or listener.done > 0
    own = {line.scenario for line in listener.lines if isinstance(line, OutcomeLine)}
    kept = reused_lines(reused, own, suite, sources) if answered else []
    last = [*kept, verdict_line(reason, message, time.monotonic() - started)]
    for line in last:
        write(line)
    return trial_of([first, *listener.lines, *last], sources, program.scenarios)


def carried_over(subject: Subject, work: Work, write: Write, sources: Sources) -> Trial:
    """The trial of a cell in which nothing ran, since each outcome of earlier trials is still valid."""
    if work.header is None:
        raise ValueError(f"{work.cell.id} has no header: its trial cannot be written without a run")
    kept = reused_lines(work.reused, set(), list(sources.suite(subject.suite)), sources)
    lines = [trial_line(subject), work.header, *kept, verdict_line(None, "", 0.0)]
    for line in lines:
        write(line)
    return trial_of(lines, sources)


def reused_lines(
    reused: Sequence[Reused], own: Collection[str], suite: Sequence[str], sources: Sources
) -> list[ReusedLine]:
    """The lines that say what is reused, the newest file first; a file of which nearly all is needs to name no scenario."""
    lines, given = [], set(own)
    for part in sorted(reused, key=lambda part: (part.trial, part.measured), reverse=True):
        wanted = set(part.scenarios)
        free = {name for name in sources.origin(part.trial).outcomes if name in suite} - given
        but = sorted(free - wanted)
        short = wanted <= free and len(but) < len(wanted)
        names = None if short else list(part.scenarios)
        lines.append(ReusedLine(trial=part.trial, scenarios=names, but=but if short else [], measured=part.measured))
        given |= wanted
    return lines


def trial_of(lines: Sequence[Line], sources: Sources, selected: Collection[str] | None = None) -> Trial:
    """The trial of lines, as it is read again; only the ``selected`` scenarios had to answer, None is all.

    Raises NoAnswerError where they do not make one, or one that makes no sense.
    """
    try:
        trial = parse_trial(map(dump_line, lines), sources)
        sense.check(lines, outcome_lines(lines).get(CANARY))
        if selected is None:
            sense.check_answered(trial)
        return trial
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
    if ending.out_of_memory and not listener.ended:
        return Reason.OUT_OF_MEMORY, "the system killed the cell for lack of memory"
    if listener.heard == 0:
        return Reason.CANARY_FAILED, f"the runner did not start (exit code {ending.code}): {output}"
    if not listener.ended:
        return Reason.ENGINE_LOST, f"the record has no end (exit code {ending.code}): {output}"
    return None, ""


def check_end(ending: Exit, listener: Listener) -> None:
    """Raises NoAnswerError where a whole record is not believed, for its runner did not end as one does that wrote it.

    Who sends the runner a signal may have written the rest of its record. A crash when the interpreter ends, as native
    code may have, comes after all of it.
    """
    killed = -ending.code if ending.code < 0 else ending.code - 128
    if listener.ended and listener.works and ending.code != 0 and killed not in CRASHES:
        raise NoAnswerError(
            Reason.ENGINE_LOST,
            f"the runner ended with exit code {ending.code} after a whole record, which may be another's",
        )


def no_trial(subject: Subject, error: NoAnswerError, write: Write) -> Trial:
    """The trial of a cell that could not be run, with the reason, so that the hole is visible."""
    lines = [trial_line(subject), verdict_line(error.reason, error.message, 0.0)]
    for line in lines:
        write(line)
    return make_trial(lines, NoSources())
