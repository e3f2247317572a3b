"""Reading many trial files in several processes; what they give back are Arrow streams."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path

from tfcompat.index.columns import Columns, joined
from tfcompat.index.reader import Reader

#: A file with the hash of its content.
File = tuple[str, str]
#: Bytes of packed files that are worth a process of their own; starting one costs as much as reading a third of them.
WORTH = 24 << 20
#: Files that one process reads at a time.
SHARES = 4


def read(folder: Path, files: Sequence[File]) -> Columns:
    """The columns of some files of a folder of trials, in the order of their paths.

    Raises DataError where one of them is not a whole trial.
    """
    ordered = sorted(files)
    processes = min(cores(), size(folder, ordered) // WORTH + 1)
    if processes == 1:
        return read_here(folder, ordered)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        parts = pool.map(read_there, shares(folder, ordered, processes * SHARES))
        return joined([Columns.from_bytes(streams) for streams in parts])


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def size(folder: Path, files: Sequence[File]) -> int:
    """Bytes of some files; one that is gone has none, and reading it says so."""
    return sum((folder / name).stat().st_size for name, _ in files if (folder / name).exists())


def shares(folder: Path, files: Sequence[File], number: int) -> Iterator[tuple[Path, Sequence[File]]]:
    """About as many parts as a ``number``; the files of a cell, which may refer to one another, stay together."""
    share: list[File] = []
    for _, group in groupby(files, key=lambda file: file[0].partition("/")[0]):
        share += group
        if len(share) * number >= len(files):
            yield folder, share
            share = []
    if share:
        yield folder, share


def read_here(folder: Path, files: Sequence[File]) -> Columns:
    reader = Reader(folder)
    for name, digest in files:
        reader.add(name, digest)
    return reader.columns()


def read_there(share: tuple[Path, Sequence[File]]) -> dict[str, bytes]:
    """What a process gives back of its share."""
    return read_here(*share).to_bytes()
