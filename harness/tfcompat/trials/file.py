"""A trial file: the packed lines of one trial, read whole or refused."""

import gzip
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tfcompat import locking
from tfcompat.errors import DataError
from tfcompat.outcomes import Trial
from tfcompat.record import sense
from tfcompat.record.judge import CANARY, Origin, Sources, ends, make_trial, outcome_lines, recorded_in
from tfcompat.record.lines import LARGEST_FILE, OutcomeLine, RecordError, parse_line

SUFFIX, PARTIAL = ".jsonl.gz", ".partial"


def read(path: Path, sources: Sources) -> Trial:
    """The trial of a file; what it refers to is in ``sources``. Raises DataError where it is damaged, or makes no sense."""
    file = f"{path.parent.name}/{path.name}"
    with whole(path):
        lines = [parse_line(line) for line in lines_of(path)]
        sense.check(lines, outcome_lines(lines).get(CANARY), file.removesuffix(SUFFIX))
        trial = make_trial(lines, sources)
        sense.check_answered(trial)
    return replace(trial, file=file)


def outcomes_of(path: Path, sources: Sources) -> list[OutcomeLine]:
    """The lines of the outcomes of a file, those that it reuses included, and none is judged.

    Raises DataError where it is damaged.
    """
    with whole(path):
        recorded = recorded_in([parse_line(line) for line in lines_of(path)], sources)
    return list(recorded.lines.values())


def origin_of(path: Path) -> Origin:
    """What others may reuse of a trial file: its own outcomes. Raises DataError where it is damaged."""
    with whole(path):
        lines = [parse_line(line) for line in lines_of(path)]
        return Origin(started=ends(lines)[0].started, outcomes=outcome_lines(lines))


def lines_of(path: Path) -> list[str]:
    return unpacked(path.read_bytes()).decode("utf-8").splitlines()


def unpacked(packed: bytes, largest: int = LARGEST_FILE) -> bytes:
    """What was packed, in bounded memory. Raises RecordError where that is more, or less, than one whole record."""
    unpacker = zlib.decompressobj(wbits=31)
    text = unpacker.decompress(packed, largest)
    if not unpacker.eof:
        fault = f"it unpacks to more than {largest} bytes" if len(text) >= largest else "it was cut"
        raise RecordError(fault)
    if unpacker.unused_data:
        raise RecordError("something follows after its end")
    return text


@contextmanager
def whole(path: Path) -> Iterator[None]:
    """Turn what shows that a file is not a whole trial into a DataError."""
    try:
        yield
    except (RecordError, UnicodeDecodeError, OSError, EOFError, zlib.error) as error:
        raise DataError(
            f"{path} is not a whole trial ({error}): restore it with git checkout, or remove it and run the cell again"
        ) from error


def partial_of(path: Path) -> Path:
    """The file that becomes a trial file when it is finished."""
    return path.with_name(path.name + PARTIAL)


def pack(written: Path, path: Path) -> None:
    """Pack a finished record under its name; the same record gives the same bytes."""
    packed = written.with_name(f"{path.name}.packed{PARTIAL}")
    try:
        with packed.open("xb") as file:
            locking.lock(file)
            file.write(gzip.compress(written.read_bytes(), compresslevel=9, mtime=0))
            file.flush()
            os.fsync(file.fileno())
            packed.rename(path)
    finally:
        packed.unlink(missing_ok=True)


def is_written(path: Path) -> bool:
    """Whether a run that is alive is writing a file."""
    try:
        with path.open() as file:
            return not locking.lock(file, wait=False)
    except FileNotFoundError:  # it has just got its name
        return True
