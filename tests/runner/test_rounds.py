"""Rounds: what is swept between scenarios, and what ends them. Whole runs are in test_cell."""

import types
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from scenarios.runner import rounds
from scenarios.runner.canaries import BETWEEN, Canary
from scenarios.runner.rounds import record, sweep


def test_what_was_not_there_before_is_swept_and_nothing_else(tmp_path: Path) -> None:
    outside, scratch = tmp_path / "outside", tmp_path / "scratch"
    for folder in (outside, scratch, scratch / "kept", scratch / "left"):
        folder.mkdir()
    for file in (outside / "file", scratch / "left" / "file", scratch / "junk", scratch / "kept" / "file"):
        file.write_text("x")
    (scratch / "link").symlink_to(outside)
    sweep(str(scratch), ["kept"])
    assert [path.name for path in scratch.rglob("*")] == ["kept", "file"]
    assert (outside / "file").exists()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked, one after the other, without a process: each question says by its name what happens.

    ``raised/returned y`` raises when it is asked first, and then returns.
    """
    order: list[str] = []

    def attempts(questions: Sequence[Any], settings: dict[str, Any]) -> Iterator[tuple[Any, dict[str, Any], bool]]:
        for question in questions:
            fates = question.id.partition(" ")[0].split("/")
            happened = fates[min(order.count(question.id), len(fates) - 1)]
            order.append(question.id)
            yield question, {"happened": happened, "seconds": 0.0}, len(questions) > 1

    monkeypatch.setattr(rounds, "attempts", attempts)
    return order


def scenario(name: str, *, fresh: bool = False) -> Any:
    return types.SimpleNamespace(id=name, fresh=fresh)


def canaries(*names: str) -> list[Canary]:
    return [Canary(name, "returned", lambda: None) for name in names]


def lines(scenarios: Sequence[Any], asking: Sequence[Canary], folder: Path) -> list[dict[str, Any]]:
    return list(record(scenarios, asking, {"scratch": str(folder), "parallel": 2}))


def test_after_a_canary_that_failed_nothing_is_asked(asked: list[str], tmp_path: Path) -> None:
    written = lines([scenario("returned a")], canaries("returned x", "raised/signal y", "returned z"), tmp_path)
    assert asked == ["returned x", "raised/signal y", "returned z", "raised/signal y"]
    assert [line["happened"] for line in written] == ["returned", "signal", "returned"]


def test_a_canary_that_is_as_meant_when_it_is_alone_is_believed(asked: list[str], tmp_path: Path) -> None:
    written = lines([scenario("returned a")], canaries("raised/returned y"), tmp_path)
    assert [line["happened"] for line in written] == ["returned"] * 3
    assert asked == ["raised/returned y", "raised/returned y", "returned a", "raised/returned y"]


def test_a_canary_may_have_another_question_for_the_end(asked: list[str], tmp_path: Path) -> None:
    (last,) = canaries("raised last")
    first = Canary("returned first", "returned", lambda: None, last=last)
    written = lines([scenario("returned a")], [first, *canaries("returned x")], tmp_path)
    assert asked == ["returned first", "returned x", "returned a", "raised last", "returned x", "raised last"]
    assert [line["when"] for line in written if line["kind"] == "canary"] == ["before", "before", "after", "after"]


@pytest.mark.parametrize("happened", ["memory", "disk", "signal", "silent", "timeout"])
def test_who_died_beside_another_is_asked_again_and_last(happened: str, asked: list[str], tmp_path: Path) -> None:
    written = lines([scenario(f"{happened} a"), scenario("returned b")], [], tmp_path)
    assert asked == [f"{happened} a", "returned b", f"{happened} a"]
    assert [line["scenario"] for line in written] == ["returned b", f"{happened} a"]
    assert "beside" not in written[1]


@pytest.mark.parametrize("happened", ["returned", "raised", "missing", "undescribed"])
def test_who_answered_beside_another_is_not_asked_again(happened: str, asked: list[str], tmp_path: Path) -> None:
    lines([scenario(f"{happened} a"), scenario("returned b")], [], tmp_path)
    assert asked == [f"{happened} a", "returned b"]


def test_who_ran_alone_is_not_asked_again(asked: list[str], tmp_path: Path) -> None:
    lines([scenario("signal a")], [], tmp_path)
    assert asked == ["signal a"]


def test_a_fresh_one_is_asked_after_the_others_and_once(asked: list[str], tmp_path: Path) -> None:
    written = lines([scenario("timeout a", fresh=True), scenario("returned b")], [], tmp_path)
    assert asked == ["returned b", "timeout a"]
    assert [line.get("beside") for line in written] == [None, None]


def test_there_is_a_round_of_canaries_before_between_and_after(asked: list[str], tmp_path: Path) -> None:
    brief, other = canaries("returned x", "returned y")
    brief.brief = True
    written = lines([scenario(f"returned {number}") for number in range(BETWEEN + 1)], [brief, other], tmp_path)
    whens = [(line["name"], line["when"]) for line in written if line["kind"] == "canary"]
    assert whens == [
        ("returned x", "before"),
        ("returned y", "before"),
        ("returned x", "between"),
        ("returned x", "after"),
        ("returned y", "after"),
    ]
    assert asked.index("returned x", 2) == 2 + BETWEEN
