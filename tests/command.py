"""The command as a person calls it, on a copy of the project, with a fake Docker engine."""

import signal
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, tzinfo
from itertools import count
from pathlib import Path

import pytest

from tests import fakes
from tests.fakes import FakeEngine, FakeSandbox
from tfcompat.cli import main
from tfcompat.environments.engine import Engine, Exit
from tfcompat.environments.uv import Uv
from tfcompat.errors import ToolError
from tfcompat.plan import staged
from tfcompat.project import Project
from tfcompat.record.lines import dump_line
from tfcompat.run import matrix, workshop
from tfcompat.run.workshop import Workshop
from tfcompat.suite import catalogue
from tfcompat.suite.program import Program

OLD, NEW = "tf2.9.3-py3.10", "tf2.16.2-py3.12"
LINES = [dump_line(line) for line in (fakes.header_line(), fakes.outcome_line(observed=[0.5]), fakes.end_line())]

#: Calls the command with arguments: its exit code, and what it printed on standard output and error.
Call = Callable[..., tuple[int, str, str]]


class InterruptedSandbox(FakeSandbox):
    """Somebody presses Ctrl-C while it runs."""

    def run(self, program: Program, on_line: Callable[[str], None]) -> Exit:
        raise KeyboardInterrupt


class SwiftClock(datetime):
    """A clock on which a second passes between any two looks: a cell is measured again in another second."""

    looks = count()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "SwiftClock":
        return cls(2026, 1, 2, tzinfo=tz) + timedelta(seconds=next(cls.looks))


def speaking() -> FakeSandbox:
    return FakeSandbox(lines=LINES)


def use(monkeypatch: pytest.MonkeyPatch, engine: Engine | ToolError) -> None:
    """Let commands meet this Docker engine, or the error that there is none; the suite is staged, and has one scenario."""

    def docker(made_for: Workshop) -> Engine:
        if isinstance(engine, ToolError):
            raise engine
        return engine

    def program(project: Project, uv: Uv, arguments: tuple[str, ...] = ()) -> Program:
        return fakes.program(*arguments)

    monkeypatch.setattr(Workshop, "docker", docker)
    monkeypatch.setattr(matrix, "datetime", SwiftClock)
    monkeypatch.setattr(workshop, "digested", lambda program, cache: fakes.digested())
    monkeypatch.setattr(staged, "program", program)
    monkeypatch.setattr(catalogue, "scenarios", lambda program: [fakes.scenario_facts()])
    whole = catalogue.Catalogue(scenarios=(fakes.catalogued(),), schema=2)
    monkeypatch.setattr(catalogue, "load", lambda program, cache: whole)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """The Docker engine of this machine, a fake whose sandboxes speak a whole record."""
    fake = FakeEngine(name="docker", sandbox=speaking)
    use(monkeypatch, fake)
    return fake


@pytest.fixture
def call(project_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Call]:
    """The command as a person calls it, on a copy of the project."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}

    def called(*arguments: str, project: Path = project_folder) -> tuple[int, str, str]:
        options = ["--project", str(project), "--cache", str(project_folder / "cache")]
        monkeypatch.setattr(sys, "argv", ["tfcompat", *options, *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        assert isinstance(left.value.code, int)
        return left.value.code, said.out, said.err

    yield called
    for number, handler in handlers.items():
        signal.signal(number, handler)


def trials_in(project: Path) -> list[str]:
    return sorted(path.parent.name for path in (project / "reports").glob("trials/tf*/*"))
