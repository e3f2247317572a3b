"""Tests of the cores: what the system's counters say, and that looking at them has an end and a bound."""

import threading
from itertools import count
from pathlib import Path

import pytest

from tfcompat.run.timeline import cores
from tfcompat.run.timeline.cores import Busy, Look, busy, look, watching

STAT = "cpu  100 20 30 400 50 6 7 8 90 0\ncpu0 1 2 3 4 5 6 7 8 9 0\nintr 1 2 3\n"


def test_a_look_counts_what_waits_for_a_disk_as_idle_and_guests_once(tmp_path: Path) -> None:
    counters = tmp_path / "stat"
    counters.write_text(STAT)
    assert look(1.5, counters) == Look(moment=1.5, idle=450, ticks=621)


@pytest.mark.parametrize("text", [None, "", "no numbers here\n"])
def test_where_the_system_does_not_count_there_is_no_look(text: str | None, tmp_path: Path) -> None:
    counters = tmp_path / "stat"
    if text is not None:
        counters.write_text(text)
    assert look(0.0, counters) is None


def test_between_two_looks_so_many_cores_were_busy() -> None:
    looks = [
        Look(moment=0.0, idle=1000, ticks=5000),
        Look(moment=0.5, idle=1025, ticks=5100),
        Look(moment=1.0, idle=1125, ticks=5200),
        Look(moment=1.5, idle=1125, ticks=5300),
    ]
    assert list(busy(looks, 2)) == [
        Busy(start=0.0, end=0.5, cores=1.5),
        Busy(start=0.5, end=1.0, cores=0.0),
        Busy(start=1.0, end=1.5, cores=2.0),
    ]


@pytest.mark.parametrize(("idle", "ticks", "cores"), [(1000, 5000, 2.0), (990, 5100, 2.0), (1200, 5100, 0.0)])
def test_counters_that_stand_still_or_go_back_give_no_nonsense(idle: int, ticks: int, cores: float) -> None:
    looks = [Look(moment=0.0, idle=1000, ticks=5000), Look(moment=0.5, idle=idle, ticks=ticks)]
    assert [part.cores for part in busy(looks, 2)] == [cores]


@pytest.mark.parametrize("looks", [[], [Look(moment=0.0, idle=1, ticks=2)]])
def test_fewer_than_two_looks_say_nothing(looks: list[Look]) -> None:
    assert list(busy(looks, 2)) == []


def test_looks_are_taken_at_the_start_meanwhile_and_at_the_end(tmp_path: Path) -> None:
    counters = tmp_path / "stat"
    counters.write_text(STAT)
    moments, enough = count(), threading.Event()

    def now() -> float:
        moment = next(moments)
        if moment == 3:
            enough.set()
        return float(moment)

    with watching(now, counters, period=0.001) as looks:
        assert looks[0].moment == 0.0
        assert enough.wait(10)
    after = len(looks)
    assert [seen.moment for seen in looks] == [float(number) for number in range(after)]
    assert after >= 5
    assert not [thread for thread in threading.enumerate() if thread.name.endswith("(watch)")]


def test_looks_are_bounded_and_span_all_of_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "MOST", 8)
    counters = tmp_path / "stat"
    counters.write_text(STAT)
    moments, enough = count(), threading.Event()

    def now() -> float:
        moment = next(moments)
        if moment == 20:
            enough.set()
        return float(moment)

    with watching(now, counters, period=0.0001) as looks:
        assert enough.wait(10)
    assert len(looks) <= 9
    assert looks[0].moment == 0.0
    assert looks[-1].moment == next(moments) - 1


def test_an_error_in_the_block_ends_the_looking(tmp_path: Path) -> None:
    def broken() -> None:
        with watching(lambda: 0.0, tmp_path / "none") as looks:
            seen.append(looks)
            raise KeyboardInterrupt

    seen: list[list[Look]] = []
    with pytest.raises(KeyboardInterrupt):
        broken()
    assert seen == [[]]
    assert not [thread for thread in threading.enumerate() if thread.name.endswith("(watch)")]
