"""Tests of the disk of a run: sizes as people write them, what goes for what, who waits, and that nobody waits for ever."""

import threading
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import fakes
from tfcompat.environments import disk
from tfcompat.environments.disk import Budget, Disk
from tfcompat.errors import SelectionError, ToolError
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.run.schedule import Overlap, Stages
from tfcompat.select.cells import Cell

A, B, C, D = (fakes.cell(f"2.{minor}.0", "3.10") for minor in (8, 9, 10, 11))


@dataclass(kw_only=True)
class Shelf(fakes.FakeEngine):
    """Keeps environments of some sizes, and says which it was told to remove; those ``in_use`` stay."""

    sizes: dict[str, int] = field(default_factory=dict)
    in_use: Collection[str] = ()
    went: list[str] = field(default_factory=list)

    def environments(self) -> Sequence[tuple[str, str, int]]:
        return [(f"fake:{name}", name, size) for name, size in self.sizes.items()]

    def prune(self, cells: Collection[str] | None) -> int:
        assert cells is not None
        going = [name for name in self.sizes if name in cells and name not in self.in_use]
        for name in going:
            del self.sizes[name]
        self.went += going
        return len(going)

    def make(self, place: Disk, cell: Cell, size: int) -> None:
        """What a run does to make an environment."""
        place.make_room(cell)
        self.sizes[cell.id] = self.sizes.get(cell.id, 0) + size
        place.built(cell)


def place(
    shelf: Shelf,
    cells: Collection[Cell],
    limit: int | None,
    *,
    needs: Mapping[Cell, int] | None = None,
    keep: bool = True,
    last_used: Mapping[str, str] | None = None,
    width: int = 1,
    notices: list[str] | None = None,
) -> Disk:
    """The disk of a run whose cells need 10 bytes each where ``needs`` does not say otherwise."""

    def notice(cell: str, text: str) -> None:
        (notices if notices is not None else []).append(f"{cell} {text}")

    budget = Budget(limit=limit, keep=keep, needs=lambda cell: (needs or {}).get(cell, 10), last_used=last_used or {})
    return Disk(shelf, budget, cells, width, notice)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("14GB", 14 * 10**9),
        ("14 gb", 14 * 10**9),
        (" 500MB ", 500 * 10**6),
        ("14GiB", 14 << 30),
        ("1.5TB", 1_500 * 10**9),
        ("2T", 2 * 10**12),
        ("64kB", 64_000),
        ("3KiB", 3 << 10),
        ("2MiB", 2 << 20),
        ("1TiB", 1 << 40),
        ("7B", 7),
        ("0.1GB", 10**8),
    ],
)
def test_a_size_is_read_as_people_write_it(text: str, size: int) -> None:
    assert disk.parse_size(text) == size


@pytest.mark.parametrize(
    "text",
    ["", "GB", "14", "0GB", "0.0000001kB", "-1GB", "1e3GB", "14 G B", "14XB", "14iB", "inf", "nanGB", "1,5GB", "٣GB",
     "9" * 13 + "GB", "999999999999TB", "1.GB", ".5GB", "14GB 2"],
)  # fmt: skip
def test_what_is_not_a_size_is_refused_with_advice(text: str) -> None:
    with pytest.raises(SelectionError, match="for example 14GB"):
        disk.parse_size(text)


@pytest.mark.parametrize(("size", "words"), [(499_999_999, "500 MB"), (5 * 10**8, "0.5 GB"), (2_340_000_000, "2.3 GB")])
def test_a_size_in_words(size: int, words: str) -> None:
    assert disk.in_words(size) == words


def test_without_a_budget_everything_may_be_made_and_nothing_is_asked_or_goes() -> None:
    class Silent(Shelf):
        def environments(self) -> Sequence[tuple[str, str, int]]:
            raise AssertionError

        def free_disk(self) -> int:
            raise AssertionError

    shelf = Silent(sizes={})
    of = place(shelf, [A, B], None)
    of.trim()
    for cell in (A, B):
        assert of.reserve(cell, alone=False)
        shelf.make(of, cell, 10**15)
        of.release(cell, there=True)
    assert shelf.went == []


def test_what_fits_the_budget_may_be_made_and_stays() -> None:
    shelf = Shelf()
    of = place(shelf, [A, B], 20)
    for cell in (A, B):
        assert of.reserve(cell, alone=False)
        shelf.make(of, cell, 10)
        of.release(cell, there=True)
    assert (shelf.went, of.used) == ([], 20)


def test_what_does_not_fit_waits_until_a_cell_is_measured_whose_environment_then_goes() -> None:
    shelf = Shelf()
    of = place(shelf, [A, B], 19)
    assert of.reserve(A, alone=True)
    shelf.make(of, A, 10)
    assert not of.reserve(B, alone=False)
    of.release(A, there=True)
    assert of.reserve(B, alone=False)
    assert shelf.went == []
    shelf.make(of, B, 10)
    assert shelf.went == [A.id]
    assert of.used == 10


def test_an_environment_that_could_not_be_made_takes_nothing() -> None:
    of = place(Shelf(), [A, B], 10)
    assert of.reserve(A, alone=True)
    of.built(A)
    of.release(A, there=False)
    assert of.used == 0
    assert of.reserve(B, alone=False)


def test_what_the_run_made_goes_before_what_was_there_and_that_by_its_last_use() -> None:
    shelf = Shelf(sizes={C.id: 10, "old": 10, "older": 10, "never": 10})
    of = place(shelf, [A, B, C], 60, last_used={"old": "2026-02-02", "older": "2026-01-01"})
    assert of.reserve(A, alone=True)
    shelf.make(of, A, 10)
    of.release(A, there=True)
    of.release(C, there=True)
    of.needed[B.id] += 5
    order = []
    for _ in range(5):
        gone = of.first_to_go(1)
        order += list(gone)
        for name in gone:
            del of.kept[name]
    assert order == [A.id, "never", "older", "old", C.id]


def test_what_a_selected_cell_still_needs_does_not_go() -> None:
    shelf = Shelf(sizes={B.id: 10, "other": 10})
    of = place(shelf, [A, B], 20)
    assert of.reserve(A, alone=False)
    shelf.make(of, A, 10)
    assert shelf.went == ["other"]
    assert of.first_to_go(10) == {}
    of.release(B, there=True)
    assert list(of.first_to_go(10)) == [B.id]


def test_nothing_goes_for_a_cell_that_has_to_wait_anyway() -> None:
    shelf = Shelf(sizes={B.id: 15, "other": 5})
    of = place(shelf, [A, B], 20, needs={A: 15})
    assert not of.reserve(A, alone=False)
    assert "other" in of.kept


def test_no_more_goes_than_has_to() -> None:
    shelf = Shelf(sizes={"a": 4, "b": 4, "c": 4})
    of = place(shelf, [A], 20, needs={A: 12})
    assert of.reserve(A, alone=False)
    shelf.make(of, A, 12)
    assert shelf.went == ["a"]


def test_a_cell_that_is_too_large_runs_alone_and_that_is_said() -> None:
    notices: list[str] = []
    shelf = Shelf(sizes={"other": 5})
    of = place(shelf, [A, B], 20, needs={A: 3 * 10**9}, notices=notices)
    assert not of.reserve(A, alone=False)
    assert notices == []
    assert of.reserve(A, alone=True)
    shelf.make(of, A, 3 * 10**9)
    assert shelf.went == ["other"]
    assert notices == [f"{A.id} takes about 3.0 GB, more than there is room for: it runs alone"]
    assert not of.reserve(B, alone=False)


def test_a_cell_that_fits_alone_says_nothing() -> None:
    notices: list[str] = []
    assert place(Shelf(), [A], 10, notices=notices).reserve(A, alone=True)
    assert notices == []


def test_what_somebody_else_uses_stays_and_counts_and_is_not_tried_again() -> None:
    shelf = Shelf(sizes={"used": 10, "free": 10}, in_use=["used"])
    of = place(shelf, [A, B], 20, last_used={"used": "2025", "free": "2026"})
    assert of.reserve(A, alone=False)
    shelf.make(of, A, 10)
    assert (shelf.went, of.used) == ([], 30)
    of.release(A, there=True)
    assert shelf.went == [A.id]
    assert of.reserve(B, alone=False)
    shelf.make(of, B, 10)
    assert (shelf.went, of.used) == ([A.id, "free"], 20)


def test_what_is_more_than_the_budget_before_the_run_goes_as_far_as_it_is_not_needed() -> None:
    shelf = Shelf(sizes={A.id: 10, "x": 10, "y": 10})
    place(shelf, [A], 15).trim()
    assert shelf.went == ["x", "y"]
    assert shelf.sizes == {A.id: 10}


def test_what_is_more_than_the_budget_goes_when_its_cell_is_measured() -> None:
    shelf = Shelf(sizes={A.id: 10, B.id: 10})
    of = place(shelf, [A, B], 15)
    of.trim()
    of.release(A, there=True)
    assert shelf.went == [A.id]
    of.release(B, there=True)
    assert shelf.sizes == {B.id: 10}


def test_an_old_environment_of_a_cell_that_is_made_anew_counts_too() -> None:
    shelf = Shelf(sizes={A.id: 7})
    of = place(shelf, [A], 100)
    assert of.reserve(A, alone=True)
    assert of.used == 17
    shelf.make(of, A, 10)
    of.release(A, there=True)
    assert of.used == 17
    of = place(shelf, [A], 100)
    of.release(A, there=False)
    assert of.used == 0


def test_an_environment_waits_for_the_disk_itself() -> None:
    shelf = Shelf(free=15)
    of = place(shelf, [A, B], 1000)
    assert of.reserve(A, alone=False)
    assert not of.reserve(B, alone=False), "what A takes is not on the disk yet"
    shelf.make(of, A, 10)
    assert of.reserve(B, alone=False), "the disk has all of A: what is free now is free"


def test_for_the_disk_itself_environments_go_as_well() -> None:
    shelf = Shelf(free=4, sizes={"old": 3, "other": 20})
    of = place(shelf, [A], 1000, last_used={"old": "2020", "other": "2021"})
    assert of.reserve(A, alone=False)
    shelf.make(of, A, 10)
    assert shelf.went == ["old", "other"]


@pytest.mark.parametrize("error", [NoAnswerError(Reason.ENGINE_LOST, "gone"), ToolError("gone")])
def test_an_engine_that_does_not_tell_what_is_free_is_not_waited_for(error: Exception) -> None:
    class Gone(Shelf):
        def free_disk(self) -> int:
            raise error

    assert place(Gone(), [A], 10).reserve(A, alone=False)


def test_where_none_is_kept_there_is_one_for_each_cell_that_runs_and_the_next() -> None:
    shelf = Shelf(sizes={"other": 5})
    of = place(shelf, [A, B, C, D], None, keep=False, width=2)
    assert [of.reserve(cell, alone=False) for cell in (A, B, C, D)] == [True, True, True, False]
    of.release(B, there=False)
    assert of.reserve(D, alone=False)
    assert shelf.went == []


@dataclass(kw_only=True)
class Measured(Shelf):
    """Knows the most that it ever had."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    most: int = 0

    def make(self, place: Disk, cell: Cell, size: int) -> None:
        place.make_room(cell)
        with self.lock:
            self.sizes[cell.id] = self.sizes.get(cell.id, 0) + size
            self.most = max(self.most, sum(self.sizes.values()))
        place.built(cell)

    def prune(self, cells: Collection[str] | None) -> int:
        with self.lock:
            return super().prune(cells)


CELLS = [fakes.cell(f"2.{minor}.0", "3.10") for minor in range(2, 12)]


@given(
    sizes=st.lists(st.integers(1, 40), min_size=len(CELLS), max_size=len(CELLS)),
    there=st.sets(st.sampled_from([cell.id for cell in CELLS] + ["x", "y", "z"])),
    limit=st.none() | st.integers(1, 100),
    free=st.sampled_from([5, 30, 10**9]),
    keep=st.booleans(),
    preparers=st.integers(1, 3),
    width=st.integers(1, 4),
)
@settings(deadline=None, max_examples=150)
def test_every_cell_gets_its_turn_within_the_budget(
    sizes: list[int], there: set[str], limit: int | None, free: int, keep: bool, preparers: int, width: int
) -> None:
    """Whatever the sizes: no run waits for ever, and the budget holds but for what does not fit into it alone."""
    needs = dict(zip(CELLS, sizes, strict=True))
    by_name = {cell.id: size for cell, size in needs.items()}
    shelf = Measured(sizes={name: by_name.get(name, 10) for name in sorted(there)}, free=free)
    notices: list[str] = []
    of = place(shelf, CELLS, limit, needs=needs, keep=keep, width=width, notices=notices)
    of.trim()
    before = sum(shelf.sizes.values())

    def prepare(cell: Cell) -> Cell:
        if cell.id not in there:
            shelf.make(of, cell, needs[cell])
        return cell

    def work(cell: Cell, prepared: Cell, among: int) -> str:
        assert cell.id in shelf.sizes, "its environment went before it ran"
        if not keep:
            shelf.prune({cell.id})
        of.release(cell, there=keep)
        return cell.id

    stages = Stages(
        prepare=prepare,
        work=work,
        is_ready=lambda cell: cell.id in there,
        may_prepare=of.reserve,
        preparers=preparers,
        width=width,
    )
    with ThreadPoolExecutor(preparers + width) as executor:
        ran = [result for _, result in Overlap(CELLS, stages, executor).results()]
    assert sorted(ran) == sorted(by_name)
    assert of.reserved == {}
    assert of.unbuilt == set()
    if limit is not None:
        assert of.used == sum(shelf.sizes.values())
        assert of.used <= limit
        if not notices:
            assert shelf.most <= max(limit, before)
