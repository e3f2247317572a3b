"""The tables of a snapshot: what is in them is what the index has, the same bytes for the same trials, within the room."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings

from tests import fakes
from tests.door.made import trials
from tests.index.made_trials import rows
from tests.snapshot.made import CELL, DAYS, carried, columns, trial
from tfcompat.door.fill import in_memory
from tfcompat.errors import DataError
from tfcompat.index.columns import Columns
from tfcompat.outcomes import Trial
from tfcompat.snapshot import kept
from tfcompat.snapshot.contents import LARGEST
from tfcompat.snapshot.tables import columns_of, pack, unpack
from tfcompat.table.frame import table_of

#: A room in which nothing but the current trials has a place.
NONE = 0


def with_files(some: list[Trial]) -> list[Trial]:
    return [replace(one, file=f"{one.subject.cell}/{number}") for number, one in enumerate(some)]


def kept_days(index: Columns, room: int) -> list[str]:
    _, files = pack(index, room)
    return [started[:10] for started in columns_of(files, "it").trials["started"].to_pylist()]


@settings(max_examples=25, deadline=None)
@given(some=trials().filter(bool).map(with_files))
def test_what_comes_out_is_what_went_in(some: list[Trial]) -> None:
    index = columns(*some)
    contents, files = pack(index)
    assert rows(columns_of(files, "it")) == rows(index)
    assert pack(index) == (contents, files), "the same bytes again"
    assert contents.measured == max(one.subject.started for one in some)
    assert (contents.cells, contents.trials) == (len({one.subject.cell for one in some}), len(some))


@settings(max_examples=25, deadline=None)
@given(some=trials().filter(bool).map(with_files))
def test_without_room_the_current_trials_say_the_same(some: list[Trial]) -> None:
    index = columns(*some)
    small = columns_of(pack(index, NONE)[1], "it")
    doors = [in_memory(table_of(columns)) for columns in (index, small)]
    names = {name for door in doors for name in door.scenarios()}
    said = [{name: [dict(row) for row in door.of_scenario(name)] for name in names} for door in doors]
    assert said[0] == said[1]


def test_of_the_older_trials_the_newest_have_a_place() -> None:
    some = [trial(f"2026-01-{day:02}", observed="x" * day * 50) for day in range(1, 29)]
    index = columns(*some)
    full = sum(map(len, pack(index)[1].values()))
    assert kept_days(index, full) == [one.subject.started[:10] for one in some]
    some_days = kept_days(index, full - 100)
    assert 1 < len(some_days) < len(some)
    assert some_days == [one.subject.started[:10] for one in some][-len(some_days) :]
    assert kept_days(index, NONE) == ["2026-01-28"]


def test_a_confirmation_comes_with_the_file_that_it_confirms() -> None:
    first, other, last = trial(DAYS[0]), trial(DAYS[1], of="tf2.7.4-py3.9"), trial(DAYS[2])
    index = columns(first, other, last)
    line = {"confirmed": True, "file": first.file, "rows": -1}
    made = [row | (line if number == 2 else {}) for number, row in enumerate(index.trials.to_pylist())]
    table = pa.Table.from_pylist(made, schema=index.trials.schema)
    index = Columns(trials=table, outcomes=index.outcomes.slice(0, 2), scenarios=index.scenarios, names=index.names)
    small = columns_of(pack(index, NONE)[1], "it")
    assert small.trials["confirmed"].to_pylist() == [False, False, True]
    assert in_memory(table_of(small)).of_scenario("adapt::mean")[0]["observed"] == "1.0"


def without_a_column(table: pa.Table) -> pa.Table:
    return table.drop_columns(["status"])


def without_a_row(table: pa.Table) -> pa.Table:
    return table.slice(1)


@pytest.mark.parametrize("change", [without_a_column, without_a_row])
def test_tables_of_another_shape_are_none(change: object, tmp_path: Path) -> None:
    assert callable(change)
    _, files = pack(columns(trial()))
    table = pq.read_table(pa.BufferReader(files["outcomes.parquet"]))
    sink = pa.BufferOutputStream()
    pq.write_table(change(table), sink)
    changed = {**files, "outcomes.parquet": sink.getvalue().to_pybytes()}
    with pytest.raises(DataError, match="it is not a snapshot that this tfcompat reads"):
        columns_of(changed, "it")


@pytest.mark.parametrize("content", [b"", b"PAR1" * 10, b"\0" * 1000])
def test_what_is_no_table_is_said(content: bytes) -> None:
    _, files = pack(columns(trial()))
    with pytest.raises(DataError, match="it is not a snapshot that this tfcompat reads"):
        columns_of({**files, "trials.parquet": content}, "it")


def test_a_table_that_unpacks_to_too_much_is_not_read() -> None:
    _, files = pack(columns(trial()))
    sink = pa.BufferOutputStream()
    many = pa.table({"started": pa.DictionaryArray.from_arrays(pa.array([0] * 10_000_001, pa.int32()), ["x"])})
    pq.write_table(many, sink, compression="zstd")
    assert sink.getvalue().size < LARGEST
    with pytest.raises(DataError, match="trials has 10000001 rows"):
        columns_of({**files, "trials.parquet": sink.getvalue().to_pybytes()}, "it")


def test_a_package_carries_what_it_was_built_from(tmp_path: Path) -> None:
    project = carried(tmp_path, trial(DAYS[0], of="tf2.5.3-py3.9"), trial(DAYS[1]), fakes.trial("tf2.7.4-py3.9"))
    snapshot = kept.newest(project)
    assert snapshot is not None
    assert unpack(snapshot).trials["cell"].to_pylist() == ["tf2.5.3-py3.9", CELL, "tf2.7.4-py3.9"]
