"""Mutants tried: for each a forked process with the changed source, in which the tests of its module run.

cosmic-ray itself starts Python anew for each mutant, which takes longer than the tests. Here pytest collects them once, and
each fork goes on from there. No file is changed.
"""

import gc
import importlib.util
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence, Set
from enum import StrEnum
from functools import cache
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import pytest

from tests.mutation.callers import Watching, read
from tests.mutation.patch import Key, Patch
from tests.mutation.subjects import ROOT, Subject

#: A mutant has this many times the processor's time of the tests without it, and never less than the seconds.
TIMES, LEAST = 5, 10
#: The tests without a mutant have these seconds.
FIRST = 600
#: Of the clock it has this many times as much: a machine has other work.
CLOCK = 20
#: Tests of other programs, which import what is on disk and would not meet the mutant; git imports nothing.
MARKERS = "(not starts or git) and not local and not docker and not tensorflow and not browser"
#: The first failure is enough; asserts are not rewritten, because nobody reads why they fail.
OPTIONS = (
    "-x",
    "-qq",
    "--no-header",
    "--no-summary",
    "--tb=no",
    "--assert=plain",
    "-p",
    "no:cacheprovider",
    "-m",
    MARKERS,
)


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    TIMEOUT = "timeout"
    SURVIVED = "survived"


def fates(subject: Subject, sources: Sequence[str]) -> list[Fate]:
    """What the tests of a module say of each changed source. Raises ValueError where they fail without a change."""
    trying = Trying(subject, sources)
    code = run_tests(subject, trying)
    if len(trying.fates) < len(sources):
        raise ValueError(f"the tests of {subject.path} fail without a mutant: pytest said {code}")
    return trying.fates


def run_tests(subject: Subject, *plugins: object) -> int:
    """The exit code of pytest, in this process."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(path) for path in subject.tests]
        plugins = (Selected(subject.own_test), Forgetful("tfcompat."), *plugins)
        try:
            code = int(pytest.main([*OPTIONS, f"--basetemp={folder}/tests", *paths], plugins=plugins))
        except BaseException:
            leave_if_forked(plugins, 1)
            raise
        leave_if_forked(plugins, code)
        return code


def leave_if_forked(plugins: Sequence[object], code: int) -> None:
    """End a process that was forked in the middle of pytest, where it has run the tests."""
    if any(isinstance(plugin, Trying) and plugin.forked for plugin in plugins):
        os._exit(code)


class Selected:
    """A plugin of pytest: the module's own tests come first, and the examples of hypothesis are the same for each mutant."""

    def __init__(self, first: Path) -> None:
        self.first = first

    def pytest_configure(self) -> None:
        from hypothesis import Phase, settings

        same = settings(deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate])
        settings.register_profile("mutation", same)
        settings.load_profile("mutation")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: item.path != self.first)


class Forgetful:
    """A plugin of pytest: each test begins with empty caches, so that it calls what it depends on, and meets the mutant."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.kept: list[Any] = []

    def pytest_collection_finish(self) -> None:
        """Find the functions that keep their results, in modules of the prefix."""
        every = [thing for thing in gc.get_objects() if isinstance(thing, type(cache(len)))]
        self.kept = [thing for thing in every if (getattr(thing, "__module__", None) or "").startswith(self.prefix)]

    def pytest_runtest_setup(self) -> None:
        for function in self.kept:
            function.cache_clear()


class Trying:
    """A plugin of pytest: in place of the tests, a process is forked for each mutant and goes on to them."""

    def __init__(self, subject: Subject, sources: Sequence[str]) -> None:
        self.subject, self.sources = subject, sources
        self.fates: list[Fate] = []
        self.forked = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Fill the fates and return True; None in a fork, where the tests run now. Without a change they have to pass."""
        if session.testsfailed:
            return None
        patch = Patch(str(self.subject.file), self.subject.source)
        gc.collect()
        gc.freeze()  # so that no fork copies the memory only to count it
        notes, begin = Path(session.config.option.basetemp).with_name("notes.json"), processor()
        if (pid := self.fork(FIRST)) == 0:
            session.config.pluginmanager.register(Watching(patch.file, notes))
            return None
        if waited(pid, FIRST * CLOCK):
            return True
        cpu, tests = max(LEAST, TIMES * (processor() - begin)), read(notes)
        for source in self.sources:
            if (pid := self.fork(cpu)) == 0:
                session.config.pluginmanager.unregister(
                    name="terminalreporter"
                )  # it writes to a copy of the descriptor
                self.choose(session, patch.put(source), tests, source)
                return None
            self.fates.append(fate(waited(pid, cpu * CLOCK)))
        return True

    def fork(self, cpu: float) -> int:
        """As os.fork, where the child is silent, bounded in its time, and knows what it is."""
        pid = os.fork()
        if pid == 0:
            self.forked = True
            os.setpgid(0, 0)
            resource.setrlimit(resource.RLIMIT_CPU, (int(cpu) + 1, int(cpu) + 3))
            silence = os.open(os.devnull, os.O_RDWR)
            for descriptor in (0, 1, 2):
                os.dup2(silence, descriptor)
        return pid

    def choose(
        self, session: pytest.Session, changed: Set[Key] | None, tests: Mapping[Key, Set[str]], source: str
    ) -> None:
        """Leave the tests that call what changed, and end where there is none; where no function did, import all anew."""
        if changed is None:
            anew(self.subject, source)
        names = {name for key in changed for name in tests.get(key, ())}
        session.items = [item for item in session.items if item.nodeid in names]
        if not session.items:
            os._exit(0)


def anew(subject: Subject, source: str) -> NoReturn:
    """Import the harness and its tests again, with the change, and run them."""
    code = 1
    try:
        os.chdir(ROOT)
        for name in [name for name in sys.modules if name.partition(".")[0] in ("tfcompat", "tests")]:
            del sys.modules[name]
        sys.meta_path.insert(0, Changed(subject, source))
        code = run_tests(subject)
    finally:
        os._exit(code)


class Changed:
    """An importer of one module, from a source that is not on disk."""

    def __init__(self, subject: Subject, source: str) -> None:
        self.subject, self.source = subject, source

    def find_spec(self, name: str, path: object = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != self.subject.module:
            return None
        file = str(self.subject.file)
        return importlib.util.spec_from_file_location(name, file, loader=Loader(name, file, self.source))


class Loader(SourceFileLoader):
    """A loader that reads another source than the one on disk, and never its bytecode."""

    def __init__(self, name: str, path: str, source: str) -> None:
        super().__init__(name, path)
        self.changed = source.encode()

    def get_data(self, path: Any) -> bytes:
        return self.changed

    def path_stats(self, path: Any) -> Any:
        raise OSError("the source is not the one on disk")


def waited(pid: int, wall: float) -> int:
    """The exit code of a process, negative for a signal; it is killed after some seconds of the clock."""
    end = time.monotonic() + wall
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > end:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.005)


def processor() -> float:
    """The seconds of processor that the processes took which have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def fate(code: int) -> Fate:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return Fate.TIMEOUT
    return Fate.SURVIVED if code == 0 else Fate.KILLED
