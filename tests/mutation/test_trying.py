"""Tests of how mutants are tried: those of a real module, in a process of their own, because pytest runs in it."""

import json
import subprocess
import sys
from functools import cache

import pytest

from tests.conftest import ROOT
from tests.mutation.subjects import Subject
from tests.mutation.trying import Fate, Forgetful, fate

OUTCOMES = Subject(path="outcomes.py")
SCRIPT = """
import json, sys
from tests.mutation.subjects import Subject
from tests.mutation.trying import fates
print("fates:", json.dumps(fates(Subject(path="outcomes.py"), json.load(sys.stdin))))
"""


@pytest.mark.starts
def test_the_fate_of_a_change() -> None:
    source = OUTCOMES.source
    changes = [
        (source + "# more\n", Fate.SURVIVED),
        (source.replace("return SYMBOLS[self]", "return 'x'"), Fate.KILLED),
        (source.replace('Status.WRONG: "≠"', 'Status.WRONG: "✓"'), Fate.KILLED),
        ("import nothing_of_this_name\n", Fate.KILLED),
    ]
    texts = json.dumps([text for text, _ in changes])
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT], input=texts, capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert ran.stdout.rpartition("fates: ")[2].strip() == json.dumps([str(fate) for _, fate in changes]), ran.stderr


def test_a_test_begins_with_empty_caches_in_the_modules_of_a_prefix() -> None:
    def kept(module: str) -> int:
        @cache
        def twice(number: int) -> int:
            return 2 * number

        twice.__module__ = module
        twice(1)
        plugin = Forgetful("made.")
        plugin.pytest_collection_finish()
        plugin.pytest_runtest_setup()
        return twice.cache_info().currsize

    assert [kept(module) for module in ("made.up", "maderwise", "other")] == [0, 1, 1]


def test_what_ends_a_process_says_its_fate() -> None:
    assert [fate(code) for code in (0, 1, 2, -11, -24, -9)] == [
        Fate.SURVIVED,
        Fate.KILLED,
        Fate.KILLED,
        Fate.KILLED,
        Fate.TIMEOUT,
        Fate.TIMEOUT,
    ]
