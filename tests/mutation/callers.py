"""Which tests call which functions of a module: a mutant of a function is tried with those that call it."""

import json
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from types import FrameType

import pytest

from tests.mutation.patch import Key, key_of


class Watching:
    """A plugin of pytest that notes the functions of a file which each test calls, and writes them when all have run."""

    def __init__(self, file: str, notes: Path) -> None:
        self.file, self.notes = file, notes
        self.tests_by_function: dict[Key, set[str]] = defaultdict(set)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        def watch(frame: FrameType, event: str, _: object) -> None:
            if event == "call" and frame.f_code.co_filename == self.file:
                self.tests_by_function[key_of(frame.f_code)].add(item.nodeid)

        threading.setprofile(watch)
        sys.setprofile(watch)
        try:
            return (yield)
        finally:
            sys.setprofile(None)
            threading.setprofile(None)

    def pytest_sessionfinish(self) -> None:
        rows = [[*key, sorted(tests)] for key, tests in self.tests_by_function.items()]
        self.notes.write_text(json.dumps(rows), encoding="utf-8")


def read(notes: Path) -> Mapping[Key, Set[str]]:
    """The names of the tests by the functions that they call."""
    return {(name, line): set(tests) for name, line, tests in json.loads(notes.read_text(encoding="utf-8"))}
