"""The parts of the index: a month of trials as four Parquet files, the same bytes for the same trials, and read strictly.

A day of trials is a row group. A new day is added behind the others, whose bytes stay, so that git keeps of a month's
file what is new in it.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields
from functools import partial
from itertools import groupby
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tfcompat.files import hash_of, write_whole
from tfcompat.index.columns import Columns, codes, whole
from tfcompat.index.shape import TABLES

#: How the files are written. What git keeps of a year of nights is smallest without compression here, for git compresses
#: what it packs, and finds in a plain column what an earlier one has (``python -m benchmarks.collector git``).
FORMAT = {
    "compression": "none",
    "write_statistics": False,
    "write_page_checksum": True,
    "dictionary_pagesize_limit": 1 << 30,
    "version": "2.6",
}
#: Where the metadata of a file says by which rules its rows were made, and of which trials and suites they are.
RULES, STAMP = b"tfcompat.rules", b"tfcompat.trials"
#: What may be wrong with a file.
DAMAGE = (OSError, ValueError, KeyError, pa.ArrowException)


class OutdatedError(Exception):
    """A part was made by other rules than those of today."""


def path_of(folder: Path, table: str, month: str) -> Path:
    return folder / f"{table}-{month}.parquet"


def months(folder: Path) -> list[str]:
    """The months that any file in a folder is of, such as ``2026-11``."""
    return sorted({path.stem.partition("-")[2] for name in TABLES for path in folder.glob(f"{name}-*.parquet")})


def read(folder: Path, month: str, rules: str, suites: Mapping[str, str]) -> Columns:
    """The trials of a month; ``suites`` are the digests of the files of suites, by suite.

    Raises one of DAMAGE where a file is, or was made of other suites, OutdatedError where it was made by other ``rules``.
    """
    tables = {name: read_table(path_of(folder, name, month), rules) for name in TABLES}
    stamps = {table.schema.metadata[STAMP] for table in tables.values()}
    columns = Columns(
        **{name: table.replace_schema_metadata(None).cast(TABLES[name]) for name, table in tables.items()}
    )
    if stamps != {stamp(columns.trials, suites)} or columns.counts.sum() != columns.outcomes.num_rows:
        raise ValueError("the files of a month are not of the same trials, or not of today's suites")
    return columns


def read_table(path: Path, rules: str) -> pa.Table:
    """One file, with its metadata."""
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        metadata = file.schema_arrow.metadata or {}
        if metadata[RULES].decode() != rules:
            raise OutdatedError
        table = file.read()
    coded = [name for name in table.column_names if pa.types.is_dictionary(table.schema.field(name).type)]
    for name in coded:
        table = table.set_column(table.column_names.index(name), name, whole(table[name]))
    return table.replace_schema_metadata(metadata)


def stamp(trials: pa.Table, suites: Mapping[str, str]) -> bytes:
    """A hash over the files and lines that some trials were read from, and over the files of their suites."""
    columns = (trials[name].to_pylist() for name in ("file", "started", "digest"))
    asked = (suites.get(suite, "") for suite in sorted(set(trials["suite"].to_pylist())))
    return hash_of(*(part for row in zip(*columns, strict=True) for part in row), *asked).encode()


def write(folder: Path, month: str, columns: Columns, rules: str, suites: Mapping[str, str]) -> None:
    """Write the trials of a month, oldest day first. Raises OSError where that cannot be."""
    metadata = {RULES: rules.encode(), STAMP: stamp(columns.trials, suites)}
    for field in fields(columns):
        groups = row_groups(columns, field.name)
        write_whole(path_of(folder, field.name, month), partial(write_table, groups=list(groups), metadata=metadata))


def write_table(path: Path, *, groups: list[pa.Table], metadata: Mapping[bytes, bytes]) -> None:
    schema = groups[0].schema.with_metadata(metadata)
    with pq.ParquetWriter(path, schema, **FORMAT) as writer:
        for group in groups:
            writer.write_table(compact(group).replace_schema_metadata(metadata), row_group_size=max(1, group.num_rows))


def row_groups(columns: Columns, name: str) -> Iterator[pa.Table]:
    """The rows of one table of a month: those of a day together, where a day adds rows of its own."""
    table: pa.Table = getattr(columns, name)
    if name not in ("trials", "outcomes"):
        yield table
        return
    counts = columns.counts if name == "outcomes" else np.ones(table.num_rows, dtype=np.int64)
    place = 0
    for _, group in groupby(zip(days(columns.trials), counts.tolist(), strict=True), key=lambda row: row[0]):
        rows = sum(count for _, count in group)
        yield table.slice(place, rows)
        place += rows


def days(trials: pa.Table) -> list[str]:
    """The day on which each trial began."""
    return [started[:10] for started in trials["started"].to_pylist()]


def compact(group: pa.Table) -> pa.Table:
    """The rows with dictionaries of what is in them alone, in the order in which it comes."""
    arrays = []
    for column in group.columns:
        if pa.types.is_dictionary(column.type):
            numbers, used = pd.factorize(codes(column))
            texts = whole(column).dictionary.take(pa.array(used))
            arrays.append(pa.DictionaryArray.from_arrays(pa.array(numbers.astype(np.int32)), texts))
        else:
            arrays.append(column)
    return pa.Table.from_arrays(arrays, schema=group.schema)


def remove(folder: Path, month: str) -> None:
    """Remove the files of a month, as far as that can be done."""
    for name in TABLES:
        with suppress(OSError):
            path_of(folder, name, month).unlink(missing_ok=True)
