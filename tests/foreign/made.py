"""Visits made for tests: what a script printed, or what became of tests, in a cell."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from tests import fakes
from tests.fakes import FakeSandbox
from tfcompat.environments.engine import Exit
from tfcompat.foreign.lines import (
    Became,
    CaseEnded,
    CaseFound,
    CasesEnded,
    CollectionFailed,
    Output,
    Places,
    ScriptEnded,
)
from tfcompat.foreign.visits import Visit
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.suite.program import Program

#: The places of every made cell.
PLACES = Places(work="/tmp/work", scratch="/tmp", packages="/opt/cell", python="/usr/local")  # noqa: S108


def ran(
    version: str, stdout: str = "", stderr: str = "", *, code: int = 0, timed_out: bool = False, python: str = "3.9"
) -> Visit:
    """A cell in which a script printed something."""
    line = ScriptEnded(
        code=code,
        timed_out=timed_out,
        seconds=1.5,
        stdout=Output(begin=stdout.encode()),
        stderr=Output(begin=stderr.encode()),
        places=PLACES,
    )
    return Visit(cell=fakes.cell(version, python), lines=[line], pins={"keras": "2.6.0"})


def with_tests(version: str, tests: Mapping[str, str], broken: Mapping[str, str] | None = None) -> Visit:
    """A cell in which each test came to something: ``failed: why``; an empty text is a test that did not run."""
    lines = [CaseFound(test=name) for name in tests]
    ended = []
    for name, text in tests.items():
        outcome, _, message = text.partition(": ")
        if text:
            ended.append(CaseEnded(test=name, outcome=Became(outcome), seconds=0.5, message=message))
    failed = [CollectionFailed(where=where, message=message) for where, message in (broken or {}).items()]
    return Visit(
        cell=fakes.cell(version, "3.9"), lines=[*lines, *failed, *ended, CasesEnded(places=PLACES)], seconds=2.0
    )


def hole(version: str, reason: Reason = Reason.NO_LOCK, message: str = "no such version") -> Visit:
    """A cell without an answer."""
    return Visit(cell=fakes.cell(version, "3.9"), error=NoAnswerError(reason, message))


@dataclass(kw_only=True)
class VerbatimSandbox(FakeSandbox):
    """Says its lines exactly as they are."""

    def run(self, program: Program, on_line: Callable[[str], None]) -> Exit:
        self.ran.append(program)
        for line in self.lines:
            on_line(line)
        return self.ending


def printing(stdout: str = "", *, code: int = 0, stderr: str = "") -> VerbatimSandbox:
    """A sandbox in which a script prints something."""
    (line,) = ran("2.16.2", stdout, stderr, code=code).lines
    return VerbatimSandbox(lines=[msgspec.json.encode(line).decode()])


def running_tests(tests: Mapping[str, str], broken: Mapping[str, str] | None = None) -> VerbatimSandbox:
    """A sandbox in which each test comes to something, as in ``with_tests``."""
    lines = with_tests("2.16.2", tests, broken).lines
    return VerbatimSandbox(lines=[msgspec.json.encode(line).decode() for line in lines])
