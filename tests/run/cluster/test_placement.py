"""The placement, on jobs and workers that are not there."""

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tfcompat.run.cluster.placement import MAKING, Backlog, Job, Member


def job(cell: str, seconds: float = 100.0, *avoid: str) -> Job:
    return Job(cell=cell, seconds=seconds, avoid=frozenset(avoid))


def crew(*members: Member) -> dict[str, Member]:
    return {member.name: member for member in members}


def member(name: str, *held: str, slots: int = 1, **running: float) -> Member:
    return Member(name=name, slots=slots, held=set(held), running=running)


def cell_of(taken: Job | None) -> str:
    assert taken is not None
    return taken.cell


def test_the_longest_cell_starts_first() -> None:
    first = member("first")
    backlog = Backlog([job("short", 10), job("long", 90), job("middle", 50)], crew(first))
    assert [cell_of(backlog.take(first, 0.0)) for _ in range(3)] == ["long", "middle", "short"]
    assert backlog.take(first, 0.0) is None
    assert not backlog


def test_a_cell_goes_where_its_environment_is() -> None:
    first, second = member("first", "long"), member("second", "short")
    backlog = Backlog([job("long", 90), job("short", 10)], crew(first, second))
    assert cell_of(backlog.take(second, 0.0)) == "short"
    assert cell_of(backlog.take(first, 0.0)) == "long"


def test_a_long_cell_that_nobody_has_comes_before_a_short_one_that_this_worker_has() -> None:
    first = member("first", "short")
    backlog = Backlog([job("short", 10), job("long", 90)], crew(first))
    assert cell_of(backlog.take(first, 0.0)) == "long"


def test_a_worker_waits_for_one_that_has_the_environment_and_is_free_soon() -> None:
    busy, idle = member("busy", "cell", other=MAKING - 1), member("idle")
    backlog = Backlog([job("cell")], crew(busy, idle))
    assert backlog.take(idle, 0.0) is None
    assert len(backlog) == 1


def test_a_worker_makes_a_copy_where_the_one_that_has_it_is_busy_for_long() -> None:
    busy, idle = member("busy", "cell", other=MAKING + 1), member("idle")
    backlog = Backlog([job("cell")], crew(busy, idle))
    assert cell_of(backlog.take(idle, 0.0)) == "cell"


def test_a_copy_is_made_of_the_environment_that_has_most_to_do() -> None:
    busy, idle = member("busy", "few", "many", "long"), member("idle")
    jobs = [job("few", 100), job("few", 100), *[job("many", 50)] * 6, job("long", 1000)]
    assert cell_of(Backlog(jobs, crew(busy, idle)).take(idle, 0.0)) == "many"


def test_a_cell_that_is_overdue_may_take_as_long_again() -> None:
    """Else all would wait for a worker that hangs."""
    late = member("late", other=100.0)
    assert late.free_in(60.0) == 40.0
    assert late.free_in(100.0 + MAKING + 1) == MAKING + 1
    assert member("free", slots=2, other=100.0).free_in(0.0) == 0.0


def test_a_cell_that_failed_runs_on_another_worker_before_all_others() -> None:
    first, second = member("first"), member("second")
    backlog = Backlog([job("long", 900)], crew(first, second))
    backlog.put_back(job("failed", 1, "first"))
    assert cell_of(backlog.take(first, 0.0)) == "long"
    assert backlog.take(first, 0.0) is None
    assert cell_of(backlog.take(second, 0.0)) == "failed"
    assert not backlog


def test_where_it_failed_on_all_workers_any_may_try() -> None:
    only = member("only")
    backlog = Backlog([], crew(only))
    backlog.put_back(job("failed", 1, "only", "gone"))
    assert cell_of(backlog.take(only, 0.0)) == "failed"


@given(
    lengths=st.lists(st.integers(1, 500), min_size=1, max_size=30),
    slots=st.lists(st.integers(1, 3), min_size=1, max_size=5),
    seed=st.integers(0, 1000),
)
def test_every_job_is_given_once_whoever_comes_and_goes(lengths: list[int], slots: list[int], seed: int) -> None:
    """Workers end cells in any order, and one is lost now and then: there is always one to whom something is given."""
    chance = random.Random(seed)  # noqa: S311 -- a test, not a secret
    members = crew(*(member(str(index), slots=count) for index, count in enumerate(slots)))
    jobs = [job(f"cell{length % 7}", length) for length in lengths]
    backlog, now = Backlog(jobs, members), 0.0
    done: list[Job] = []
    ends: dict[tuple[str, str], Job] = {}
    while backlog or ends:
        for worker in list(members.values()):
            while worker.free > 0 and (taken := backlog.take(worker, now)):
                key = f"{taken.cell}-{len(done)}-{len(ends)}"
                worker.running[key] = now + taken.seconds
                worker.held.add(taken.cell)
                ends[worker.name, key] = taken
        assert ends, "nobody runs anything, and nobody takes what is left"
        name, key = chance.choice(sorted(ends))
        now = max(now, members[name].running.pop(key))
        done.append(ends.pop((name, key)))
        if len(members) > 1 and chance.random() < 0.1 and not any(worker == name for worker, _ in ends):
            del members[name]
    assert Counter(done) == Counter(jobs)
