"""The tables of a snapshot: those of the index, packed, with as many of the older trials as there is room for."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tfcompat import __version__
from tfcompat.errors import DataError
from tfcompat.index.columns import Columns, chosen, whole
from tfcompat.index.parts import DAMAGE, compact
from tfcompat.index.shape import TABLES
from tfcompat.snapshot.contents import FORMAT, Contents, facts_of
from tfcompat.snapshot.kept import Snapshot
from tfcompat.table.frame import of_trial, shown_of

#: Bytes of all files together up to which older trials are in a snapshot, and rows of a table at most.
ROOM, MOST_ROWS = 1_500_000, 10_000_000
#: How much is left out at least where there is too much.
SHARE = 0.9
#: How the files are written: the same bytes for the same trials.
PACKED = {
    "compression": "zstd",
    "compression_level": 9,
    "write_statistics": False,
    "write_page_checksum": True,
    "dictionary_pagesize_limit": 1 << 30,
    "version": "2.6",
}


def pack(columns: Columns, room: int = ROOM) -> tuple[Contents, Mapping[str, bytes]]:
    """The snapshot of an index that has trials: the current trial of each cell, and of the older ones the newest that fit."""
    rows = columns.trials.to_pylist()
    current = shown_of([of_trial(row) for row in rows], None)
    older = sorted(set(range(len(rows))) - set(current), key=lambda number: str(rows[number]["started"]), reverse=True)
    while True:
        numbers = with_files(rows, [*current, *older])
        files = packed(chosen(columns, np.array(numbers, dtype=np.int64)))
        size = sum(map(len, files.values()))
        if size <= room or not older:
            return contents_of([rows[number] for number in numbers], files), files
        older = older[: int(len(older) * min(SHARE, room / size))]


def with_files(rows: Sequence[Mapping[str, Any]], numbers: Collection[int]) -> list[int]:
    """Some trials by their row numbers, with those whose files they confirm, in the order of the rows."""
    files = {row["file"]: number for number, row in enumerate(rows) if not row["confirmed"]}
    confirmed = (number for number in numbers if rows[number]["confirmed"])
    return sorted({*numbers, *(files[rows[number]["file"]] for number in confirmed)})


def packed(columns: Columns) -> dict[str, bytes]:
    """Each table as a file."""
    return {f"{name}.parquet": packed_table(getattr(columns, name)) for name in TABLES}


def packed_table(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(sink, table.schema, **PACKED) as writer:
        writer.write_table(compact(table), row_group_size=max(1, table.num_rows))
    return bytes(sink.getvalue())


def contents_of(rows: Sequence[Mapping[str, Any]], files: Mapping[str, bytes]) -> Contents:
    return Contents(
        format=FORMAT,
        measured=max(row["started"] for row in rows),
        tfcompat=__version__,
        cells=len({row["cell"] for row in rows}),
        trials=len(rows),
        files={name: facts_of(content) for name, content in files.items()},
    )


def unpack(snapshot: Snapshot) -> Columns:
    """The index of a snapshot. Raises DataError where it is damaged, or not what this tfcompat reads."""
    return columns_of(snapshot.files(), str(snapshot.folder))


def columns_of(files: Mapping[str, bytes], source: str) -> Columns:
    """The index of the files of a snapshot. Raises DataError where they are none."""
    try:
        columns = Columns(**{name: unpacked_table(files[f"{name}.parquet"], name) for name in TABLES})
        if columns.counts.sum() != columns.outcomes.num_rows:
            raise ValueError("its tables are not of the same trials")
    except DAMAGE as error:
        raise DataError(f"{source} is not a snapshot that this tfcompat reads ({error}): tfcompat update") from error
    return columns


def unpacked_table(content: bytes, name: str) -> pa.Table:
    """A table with the columns that it has to have. Raises one of DAMAGE where it is not that."""
    with pq.ParquetFile(pa.BufferReader(content), page_checksum_verification=True) as file:
        if file.metadata.num_rows > MOST_ROWS:
            raise ValueError(f"{name} has {file.metadata.num_rows} rows")
        table = file.read()
    for place, column in enumerate(table.column_names):
        if pa.types.is_dictionary(table.schema.field(column).type):
            table = table.set_column(place, column, whole(table[column]))
    return table.replace_schema_metadata(None).cast(TABLES[name])
