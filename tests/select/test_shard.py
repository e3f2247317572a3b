"""Tests of the shards: every cell is in exactly one, cells of one environment stay together, and none has much more to do."""

from dataclasses import replace

import pytest
from packaging.specifiers import SpecifierSet

from tests import fakes
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Reason, Status
from tfcompat.select import shard
from tfcompat.select.cells import Cell
from tfcompat.select.shard import Shard, share
from tfcompat.select.variants import Variant

LEGACY = Variant(name="legacy", title="With tf_keras", releases=SpecifierSet())
CELLS = tuple(fakes.cell(f"2.{minor}.0") for minor in range(10, 17))


def shares(cells: tuple[Cell, ...], of: int, seconds: dict[str, float]) -> list[list[str]]:
    return [[cell.id for cell in share(cells, Shard(index=index, of=of), seconds)] for index in range(1, of + 1)]


@pytest.mark.parametrize(("text", "index", "of"), [("1/1", 1, 1), ("2/4", 2, 4), ("4/4", 4, 4), ("10/12", 10, 12)])
def test_a_shard_is_counted_from_one(text: str, index: int, of: int) -> None:
    parsed = shard.parse(text)
    assert (parsed, str(parsed)) == (Shard(index=index, of=of), text)


@pytest.mark.parametrize(
    "text", ["", "2", "0/2", "3/2", "1/0", "-1/2", "1/2/3", "a/b", "1 / 2", "1/2 ", "1.0/2", "1/99999", "٢/٤", "1/2\n"]
)
def test_what_is_not_a_shard_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(SelectionError, match="is not a shard: write i/n with i from 1 to n"):
        shard.parse(text)


@pytest.mark.parametrize("of", range(1, len(CELLS) + 3))
def test_each_cell_is_in_exactly_one_shard_in_the_order_of_the_cells(of: int) -> None:
    seconds = {cell.id: 10.0 + number * number for number, cell in enumerate(CELLS)}
    parts = shares(CELLS, of, seconds)
    assert sorted(cell for part in parts for cell in part) == sorted(cell.id for cell in CELLS)
    order = [cell.id for cell in CELLS]
    assert all(part == sorted(part, key=order.index) for part in parts)


def test_the_longest_goes_alone_where_that_makes_the_shards_equal() -> None:
    seconds = dict.fromkeys((cell.id for cell in CELLS), 10.0) | {CELLS[3].id: 60.0}
    parts = shares(CELLS, 2, seconds)
    assert parts == [[CELLS[3].id], [cell.id for cell in CELLS if cell is not CELLS[3]]]


def test_no_shard_has_more_than_a_third_above_its_part() -> None:
    seconds = {cell.id: length for cell, length in zip(CELLS, (70.0, 20.0, 50.0, 30.0, 30.0, 10.0, 60.0), strict=True)}
    loads = [sum(seconds[cell] for cell in part) for part in shares(CELLS, 3, seconds)]
    assert sum(loads) == sum(seconds.values())
    assert max(loads) <= 4 / 3 * sum(loads) / 3


def test_the_order_in_which_cells_are_named_does_not_matter() -> None:
    seconds = {CELLS[0].id: 30.0, CELLS[4].id: 10.0}
    forth, back = shares(CELLS, 3, seconds), shares(CELLS[::-1], 3, seconds)
    assert [set(part) for part in forth] == [set(part) for part in back]


def test_cells_of_one_release_and_python_stay_together_and_other_pythons_do_not() -> None:
    both = tuple(made for cell in CELLS for made in (cell, replace(cell, variant=LEGACY)))
    for part in shares(both, 3, {}):
        assert {cell.partition("+")[0] for cell in part if "+" in cell} == {cell for cell in part if "+" not in cell}
    pythons = (fakes.cell("2.16.2", "3.11"), fakes.cell("2.16.2", "3.12"))
    assert shares(pythons, 2, {}) == [["tf2.16.2-py3.11"], ["tf2.16.2-py3.12"]]


def test_a_group_is_as_long_as_all_its_cells() -> None:
    first = replace(CELLS[0], variant=LEGACY)
    seconds = {CELLS[0].id: 20.0, first.id: 25.0, CELLS[1].id: 40.0, CELLS[2].id: 4.0}
    assert shares((CELLS[0], first, *CELLS[1:3]), 2, seconds) == [
        [CELLS[0].id, first.id],
        [CELLS[1].id, CELLS[2].id],
    ]


def test_a_cell_that_was_never_measured_counts_as_the_middle_of_those_that_were() -> None:
    seconds = {CELLS[0].id: 5.0, CELLS[1].id: 30.0, CELLS[2].id: 1000.0}
    assert shard.lasts(CELLS[3], seconds) == 30.0
    assert shard.lasts(CELLS[0], seconds) == 5.0
    assert shard.lasts(CELLS[3], {}) == shard.UNMEASURED


def test_only_a_trial_that_ran_says_how_long_its_cell_takes() -> None:
    ran = fakes.trial("tf2.9.3-py3.10", seconds=42.0)
    broken = fakes.trial("tf2.8.4-py3.10", seconds=3.0, reason=Reason.ENGINE_LOST)
    assert shard.durations({"tf2.9.3-py3.10": ran, "tf2.8.4-py3.10": broken}) == {"tf2.9.3-py3.10": 42.0}


def test_a_trial_that_reused_outcomes_takes_as_long_as_its_scenarios_one_by_one() -> None:
    cell, started, before = "tf2.9.3-py3.10", "2026-01-02T03:04:05Z", "2025-12-24T03:04:05Z"
    ran, reused = (fakes.outcome(f"a::{moment}", seconds=20.0, measured=moment) for moment in (started, before))
    unknown = fakes.outcome("a::unknown", Status.UNKNOWN)
    for outcomes, seconds, expected in (
        ((ran, unknown), 12.0, 12.0),
        ((ran, reused, unknown), 12.0, 40.0),
        ((reused, unknown), 45.0, 45.0),
        ((reused, unknown), 0.0, 20.0),
    ):
        assert shard.durations({cell: fakes.trial(cell, *outcomes, seconds=seconds)}) == {cell: expected}


def test_the_whole_is_the_only_shard() -> None:
    assert str(shard.WHOLE) == "1/1"
    assert share(CELLS, shard.WHOLE, {}) == CELLS


def test_where_nothing_was_measured_a_cell_takes_a_minute() -> None:
    assert shard.usual({}) == 60.0
    assert shard.usual({"a": 1.0, "b": 3.0, "c": 90.0}) == 3.0


def test_a_trial_that_took_no_time_says_nothing_of_how_long_its_cell_takes() -> None:
    newest = {
        name: replace(fakes.trial(name), seconds=seconds)
        for name, seconds in (("tf2.5.0-py3.9", 0.0), ("tf2.6.0-py3.9", 0.5))
    }
    assert shard.durations(newest) == {"tf2.6.0-py3.9": 0.5}
