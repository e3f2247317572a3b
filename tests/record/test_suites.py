"""Tests of the suites that trials refer to: kept once, read whole or refused, and what each documents where."""

from pathlib import Path

import pytest
from msgspec import UNSET

from tests.fakes import catalogued, scenario_facts
from tfcompat.errors import DataError
from tfcompat.outcomes import Harm, Kind, Oracle
from tfcompat.record import suites

SUITE = "0123456789abcdef"
FACTS = [
    scenario_facts("a::promise", documented={"mean": [1.0]}, aliases=["a::before"]),
    scenario_facts("a::question", kind=Kind.QUESTION, answers={"stale": Harm.SILENT}),
    scenario_facts("a::refusal", kind=Kind.PROMISE, oracle=Oracle.REFUSAL, refused_by=["ValueError"]),
]


def test_what_is_kept_is_read_again_in_its_order(tmp_path: Path) -> None:
    suites.keep(tmp_path, SUITE, FACTS)
    kept = suites.read(suites.path_of(tmp_path, SUITE))
    assert list(kept.items()) == [(facts.id, facts) for facts in FACTS]


def test_of_a_catalogue_only_what_judges_is_kept(tmp_path: Path) -> None:
    """Else a moved file or another time limit would change what trials refer to."""
    suites.keep(tmp_path, SUITE, [catalogued("a::x", kind=Kind.DATA)])
    (kept,) = suites.read(suites.path_of(tmp_path, SUITE)).values()
    assert kept == scenario_facts("a::x", kind=Kind.DATA)
    assert "limit" not in suites.path_of(tmp_path, SUITE).read_text()


def test_a_suite_is_kept_once(tmp_path: Path) -> None:
    suites.keep(tmp_path, SUITE, FACTS)
    path = suites.path_of(tmp_path, SUITE)
    before = path.stat().st_mtime_ns
    suites.keep(tmp_path, SUITE, FACTS[:1])
    assert path.stat().st_mtime_ns == before
    assert len(path.read_text().splitlines()) == len(FACTS), "a line a scenario, so that git keeps what changed"


@pytest.mark.parametrize(
    "content", [None, b"{", b'{"id":"x"}', b'{"id":"a::b","title":"","reference":"","source":"","more":1}']
)
def test_a_suite_that_is_not_whole_is_named_with_what_to_do(tmp_path: Path, content: bytes | None) -> None:
    path = suites.path_of(tmp_path, SUITE)
    path.parent.mkdir()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=f"{SUITE}.jsonl is not a whole suite .*restore it with git checkout"):
        suites.read(path)


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ({"tensorflow": "2.5.3", "keras": "2.5.0"}, UNSET),
        ({"tensorflow": "2.9.3", "keras": "2.9.0"}, 1),
        ({"tensorflow": "2.16.2", "keras": "3.3.3"}, 2),
        ({"tensorflow": "2.16.2", "keras": "2.16.0"}, 1),
        ({"tensorflow": "2.22.0-dev20261101", "keras": "3.15.0"}, 2),
        ({"tensorflow": "2.9.3", "keras": None}, 1),
        ({}, UNSET),
    ],
)
def test_the_last_promise_whose_requirement_holds_is_what_is_documented(
    versions: dict[str, str | None], expected: object
) -> None:
    facts = scenario_facts(promises={">=2.6": 1, "keras>=3": 2})
    assert suites.documented(facts, versions) == expected


def test_the_empty_requirement_holds_everywhere() -> None:
    assert suites.holds("", {})


@pytest.mark.parametrize(
    ("version", "held"), [("2.17.0rc1", True), ("2.5.0rc1", False), ("2.22.0-dev20261101", True), ("2.5.0-dev9", False)]
)
def test_a_requirement_is_of_pre_releases_and_of_nightly_builds_as_well(version: str, held: bool) -> None:
    assert suites.holds(">=2.6", {"tensorflow": version}) is held


def test_a_suite_that_is_nested_too_deep_is_named(tmp_path: Path) -> None:
    path = suites.path_of(tmp_path, SUITE)
    path.parent.mkdir()
    deep = b"[" * 100_000
    path.write_bytes(b'{"id":"a::b","title":"","reference":"","source":"","promises":{"":' + deep)
    with pytest.raises(DataError, match="restore it with git checkout"):
        suites.read(path)
