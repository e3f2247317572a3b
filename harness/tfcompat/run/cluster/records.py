"""The records that workers send: taken out of a future, checked against what was asked for, and completed."""

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from distributed import Future
from msgspec.structs import replace

from tfcompat.environments.locks import Lock
from tfcompat.outcomes import Fault, NoAnswerError, Reason, fault
from tfcompat.plan.work import Reused, Work
from tfcompat.record.judge import CANARY, Sources, ends, make_trial
from tfcompat.record.lines import Line, OutcomeLine, RecordError
from tfcompat.run.cluster.task import unpack
from tfcompat.run.matrix import Matrix
from tfcompat.run.trial import reused_lines

#: Seconds that a record which is announced may take to come: its worker may have been lost just then.
TRANSFER = 60


def record_of(future: Future[Any]) -> list[Line]:
    """The lines that a worker sent. Raises NoAnswerError where it sent none, or what is not a record."""
    if future.status == "error":
        error = future.exception()
        message = " ".join(str(error).split())[:300]
        raise NoAnswerError(Reason.ENGINE_LOST, f"the cluster could not run it: {message}") from error
    if future.status != "finished":
        raise NoAnswerError(Reason.ENGINE_LOST, f"the cluster gave it up: {future.status}")
    try:
        record = future.result(timeout=TRANSFER)
        if not isinstance(record, bytes):
            raise RecordError(f"a {type(record).__name__}")
        return unpack(record)
    except TimeoutError as error:
        raise NoAnswerError(Reason.ENGINE_LOST, "its worker was lost before the record came") from error
    except (RecordError, OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise NoAnswerError(Reason.ENGINE_LOST, f"a worker sent what is not a record: {error}") from error


def check(lines: Sequence[Line], work: Work, lock: Lock, matrix: Matrix) -> None:
    """Raises NoAnswerError where a record is not a whole one, or of something else than a worker was asked for."""
    try:
        subject = make_trial(lines, matrix.sources(work.cell)).subject
    except RecordError as error:
        raise NoAnswerError(Reason.ENGINE_LOST, f"a worker sent what is not a record: {error}") from error
    asked = (work.cell.id, lock.digest, matrix.program.suite_hash, matrix.engine.name)
    if (subject.cell, subject.lock, subject.suite, subject.engine) != asked:
        raise NoAnswerError(Reason.ENGINE_LOST, f"a worker sent the record of something else: {subject.cell}")


def may_try_again(reason: Reason | None) -> bool:
    """Whether another worker may do better: the cause is the machine, or the worker was told to stop."""
    return reason is not None and (reason is Reason.INTERRUPTED or fault(reason) is Fault.MACHINE)


def completed(lines: Sequence[Line], keys: Mapping[str, str], reused: Sequence[Reused], sources: Sources) -> list[Line]:
    """A record with the key of each outcome and, unless the cell gave no answer, the outcomes of earlier trials."""
    *body, last = (
        replace(line, key=keys.get(line.scenario, "")) if isinstance(line, OutcomeLine) else line for line in lines
    )
    first, verdict = ends(lines)
    own = {line.scenario for line in lines if isinstance(line, OutcomeLine)}
    answered = verdict.reason is None or bool(own - {CANARY})
    suite = list(sources.suite(first.suite))
    return [*body, *(reused_lines(reused, own, suite, sources) if answered else []), last]
