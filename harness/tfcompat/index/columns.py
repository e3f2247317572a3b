"""The columns: the four tables of the index in memory, joined, chosen from, and as bytes between processes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tfcompat.index.names import GROUP, listing_of
from tfcompat.index.shape import TABLES

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Some trials as columns (``index.shape``): the rows of ``outcomes`` follow one another as those of ``trials`` do."""

    trials: pa.Table
    outcomes: pa.Table
    scenarios: pa.Table
    names: pa.Table

    @cached_property
    def counts(self) -> Rows:
        """How many rows of ``outcomes`` are each trial's own."""
        return np.maximum(np.asarray(self.trials["rows"].to_numpy(), dtype=np.int64), 0)

    @cached_property
    def starts(self) -> Rows:
        """Where the rows of each trial begin."""
        return np.cumsum(self.counts) - self.counts

    def to_bytes(self) -> dict[str, bytes]:
        """Each table as an Arrow stream."""
        return {name: stream_of(getattr(self, name)) for name in TABLES}

    @classmethod
    def from_bytes(cls, streams: Mapping[str, bytes]) -> "Columns":
        return cls(**{name: pa.ipc.open_stream(pa.py_buffer(stream)).read_all() for name, stream in streams.items()})


def stream_of(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def empty() -> Columns:
    """The columns of no trials."""
    return Columns(**{name: schema.empty_table() for name, schema in TABLES.items()})


def codes(column: pa.ChunkedArray) -> npt.NDArray[np.int32]:
    """The numbers of a coded column that has one dictionary."""
    return np.asarray(whole(column).indices, dtype=np.int32)


def values(column: pa.ChunkedArray) -> list[str]:
    """The texts that the numbers of a coded column stand for."""
    return list(whole(column).dictionary.to_pylist())


def whole(column: pa.ChunkedArray) -> Any:
    """A coded column as one array with one dictionary."""
    if column.num_chunks == 1:
        return column.chunk(0)
    return column.unify_dictionaries().combine_chunks()


def joined(parts: Sequence[Columns]) -> Columns:
    """The trials of all parts, one part after the other; what they share of scenarios and names is there once."""
    parts = [part for part in parts if part.trials.num_rows] or [empty()]
    if len(parts) == 1:
        return parts[0]
    return Columns(
        trials=pa.concat_tables([empty().trials, *(part.trials for part in parts)]).combine_chunks(),
        outcomes=one_after_another([part.outcomes for part in parts], empty().outcomes),
        scenarios=one_after_another(each_once(part.scenarios for part in parts), empty().scenarios),
        names=one_after_another(each_once(part.names for part in parts), empty().names),
    )


def one_after_another(tables: Iterable[pa.Table], nothing: pa.Table) -> pa.Table:
    """Tables below one another, with one dictionary a column."""
    together = pa.concat_tables([table for table in tables if table.num_rows] or [nothing])
    return together.unify_dictionaries().combine_chunks()


def each_once(tables: Iterable[pa.Table]) -> Iterable[pa.Table]:
    """The tables without the rows whose first column names what an earlier table has."""
    seen: set[str] = set()
    for table in tables:
        names = set(table.column(0).unique().to_pylist())
        yield (
            table
            if seen.isdisjoint(names)
            else table.filter(pc.is_in(table.column(0), pa.array(sorted(names - seen), pa.string())))
        )
        seen |= names


def chosen(columns: Columns, rows: Rows) -> Columns:
    """Some of the trials, by their row numbers and in that order, and only what belongs to them."""
    outcomes = columns.outcomes.take(pa.array(positions(columns.starts[rows], columns.counts[rows])))
    trials = columns.trials.take(pa.array(rows))
    return Columns(
        trials=trials,
        outcomes=outcomes,
        scenarios=named(columns.scenarios, list(dict.fromkeys(trials["asked"].to_pylist()))),
        names=named(columns.names, listings(outcomes)),
    )


def positions(starts: Rows, counts: Rows) -> Rows:
    """The numbers of the rows that begin at ``starts``, as many as ``counts``, one after another."""
    before = np.cumsum(counts) - counts
    return np.repeat(starts - before, counts) + np.arange(counts.sum())


def named(table: pa.Table, names: Iterable[str]) -> pa.Table:
    """The rows whose first column is one of some names, in the order of the names."""
    found = runs(table)
    spans = np.array([found[name] for name in names if name in found], dtype=np.int64).reshape(-1, 2)
    return table.take(pa.array(positions(spans[:, 0], spans[:, 1] - spans[:, 0])))


def runs(table: pa.Table) -> dict[str, tuple[int, int]]:
    """Where the rows of each name in the first column begin and end; those of one name stand together."""
    if not table.num_rows:
        return {}
    numbers, texts = codes(table.column(0)), values(table.column(0))
    edges = [0, *(np.flatnonzero(np.diff(numbers)) + 1).tolist(), len(numbers)]
    return {texts[numbers[start]]: (start, end) for start, end in pairwise(edges)}


def listings(outcomes: pa.Table) -> list[str]:
    """The listings that some outcomes are, each once, in their order."""
    if not outcomes.num_rows:
        return []
    scenarios, observed = values(outcomes["scenario"]), values(outcomes["observed"])
    listing = np.array([scenario.startswith(GROUP) for scenario in scenarios], dtype=bool)
    numbers, others = codes(outcomes["scenario"]), codes(outcomes["observed"])
    rows = np.flatnonzero(listing[numbers])
    pairs = dict.fromkeys(zip(numbers[rows].tolist(), others[rows].tolist(), strict=True))
    return [listing_of(scenarios[scenario], observed[text]) for scenario, text in pairs]
