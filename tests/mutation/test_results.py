"""Tests of the results of mutation, and of the committed ones."""

from pathlib import Path

import pytest

from tests.mutation import results
from tests.mutation.results import WANTED, Result
from tests.mutation.subjects import subjects

RESULT = Result(digest="d", mutants=10, killed=7, timeout=1, survived=("f: a → b", 'g: "\\n" → c'))


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    results.write({"a.py": RESULT}, file)
    assert results.read(file) == {"a.py": RESULT}
    assert results.read(tmp_path / "none.json") == {}


def test_a_survivor_needs_a_reason_and_a_reason_a_survivor() -> None:
    listed = {"a.py": {"f": "equal: …", "g": " ", "old": "…"}}
    assert results.unlisted("a.py", ["f", "g", "h"], listed) == ["g", "h"]
    assert results.unlisted("b.py", ["f"], listed) == ["f"]
    assert results.idle("a.py", ["f", "g", "h"], listed) == ["old"]


def test_a_line_for_the_list_is_read_as_it_was_meant(tmp_path: Path) -> None:
    file = tmp_path / "survivors.toml"
    file.write_text('["a.py"]\n' + "\n".join(map(results.line_of, RESULT.survived)), encoding="utf-8")
    assert results.reasons(file) == {"a.py": dict.fromkeys(RESULT.survived, "")}


def test_a_timeout_counts_as_noticed() -> None:
    assert results.share([RESULT]) == 0.8
    assert results.share([]) == 0


def test_the_table_has_each_module_their_sum_and_what_was_not_tried() -> None:
    table = results.table({"a.py": RESULT, "b.py": RESULT}, ["a.py", "b.py", "c.py"])
    assert table.splitlines()[2:] == [
        "| `a.py` | 10 | 7 | 1 | 2 | 80% |",
        "| `b.py` | 10 | 7 | 1 | 2 | 80% |",
        "| all of these | 20 | 14 | 2 | 4 | 80% |",
        "",
        "Not tried yet: `c.py`.",
    ]


@pytest.mark.parametrize("path", sorted(results.read()))
def test_each_committed_survivor_has_a_reason_and_the_counts_add_up(path: str) -> None:
    result, listed = results.read()[path], results.reasons()
    assert result.mutants == result.noticed + len(result.survived)
    assert results.unlisted(path, result.survived, listed) == []
    assert results.idle(path, result.survived, listed) == []


def test_the_committed_results_are_of_modules_that_are_mutated_and_enough_are_noticed() -> None:
    assert set(results.reasons()) <= set(results.read()) <= {subject.path for subject in subjects()}
    assert results.share(results.read().values()) >= WANTED


def test_each_module_has_tests() -> None:
    assert [subject.path for subject in subjects() if not subject.tests] == []
