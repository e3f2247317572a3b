"""The closing lines of a run: why cells have no answer, which trials reports show, and last what to do next."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import FakeEngine, outcome, subject, trial
from tfcompat.commands.measure import closing
from tfcompat.outcomes import Reason, Trial
from tfcompat.trials.store import Store

CELL, OTHER = "tf2.16.2-py3.12", "tf2.9.3-py3.10"


@dataclass
class Before:
    """A store that knows the newest trial of a cell by the other engine."""

    known: dict[str, Trial] = field(default_factory=dict)
    folder: Path = Path("reports/trials")

    def newest(self, cell: str, engine: str) -> Trial | None:
        assert engine == "docker"
        return self.known.get(cell)


@dataclass
class Shop:
    """What a run has of its workshop when it ends."""

    measured: Before
    engine: FakeEngine = field(default_factory=lambda: FakeEngine(name="local"))
    partial: bool = False

    @property
    def store(self) -> Before:
        return self.measured


def lines(shop: Any, *trials: Trial, known: tuple[str, ...] = (), measured: bool = True) -> list[str]:
    return list(closing.lines(shop, trials, known, {}, measured=measured))


def of_docker(**changes: str) -> Trial:
    facts = {"engine": "docker", "started": "2026-01-01T00:00:00Z", **changes}
    return trial(subject(CELL, **facts), outcome())


def test_the_next_step_comes_last() -> None:
    assert lines(Shop(Before()), trial(CELL, outcome(measured="2026-01-02T03:04:05Z"))) == [
        "0 of 1 outcomes reused",
        "the trials are in reports/trials",
        "next: tfcompat report derives the reports from all of them anew",
    ]


def test_a_run_that_had_nothing_to_do_has_no_trials_to_name() -> None:
    assert lines(Shop(Before()), trial(CELL, outcome()), known=(CELL,), measured=False) == [
        "1 of 1 outcomes reused; --fresh runs them again"
    ]


def test_cells_with_one_reason_and_message_share_a_line() -> None:
    holes = [trial(f"tf2.{minor}.0-py3.9", reason=Reason.NO_IMAGE, message="no\x1b[2J base") for minor in range(8)]
    other = trial(CELL, reason=Reason.NO_LOCK, message="x" * 1000)
    first, second = closing.unanswered([*holes, other])
    assert first == (
        "tf2.0.0-py3.9, tf2.1.0-py3.9, tf2.2.0-py3.9, tf2.3.0-py3.9, tf2.4.0-py3.9, tf2.5.0-py3.9 and 2 more:"
        " no image (cause: the distributions): no�[2J base"
    )
    assert second.count("x") == closing.MESSAGE - 1
    assert list(closing.unanswered([trial(CELL, outcome())])) == []


def test_a_local_run_that_a_container_outranks_says_so_and_how_to_see_it() -> None:
    said = lines(Shop(Before({CELL: of_docker()})), trial(CELL, outcome()), trial(OTHER, outcome()))
    assert said[1] == (
        f"reports show what a container found in {CELL}, with the same suite and packages:"
        " tfcompat report --engine local shows what was found here"
    )


@pytest.mark.parametrize(
    "other",
    [
        of_docker(suite="f" * 16),
        of_docker(lock="b" * 64),
        trial(subject(CELL, engine="docker"), reason=Reason.CANARY_FAILED),
    ],
)
def test_a_container_that_ran_something_else_or_had_no_answer_outranks_nothing(other: Trial) -> None:
    assert not any("container" in line for line in lines(Shop(Before({CELL: other})), trial(CELL, outcome())))


def test_a_container_outranks_neither_a_container_nor_what_is_not_kept() -> None:
    outranked = Before({CELL: of_docker()})
    shops = (Shop(outranked, FakeEngine(name="docker")), replace(Shop(outranked), partial=True))
    for shop in shops:
        assert not any("container" in line for line in lines(shop, trial(CELL, outcome())))


def test_the_store_of_a_project_is_asked_for_the_newest(tmp_path: Path) -> None:
    shop: Any = Shop(Before())
    shop.measured = Store(tmp_path)
    assert closing.outranked(shop, [trial(CELL, outcome())]) == []
