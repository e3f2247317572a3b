"""Measures what a question costs: ``python -m benchmarks.questions [--trials N] [--confirmed]`` prints a Markdown table.

The questions are put to a clone of this repository; with ``--trials`` there are copies of the newest trial of each cell and
engine in it, a minute later each, until there are N trials: files of their own or, with ``--confirmed``, lines that confirm one.
No trial may be of a time to come, nor earlier than one whose outcomes it took over.
"""

import argparse
import gzip
import json
import multiprocessing
import os
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, islice
from pathlib import Path
from typing import IO

import msgspec

from tfcompat.record.lines import MOMENT
from tfcompat.trials import confirmed
from tfcompat.trials.file import SUFFIX
from tfcompat.trials.store import Store

ROOT = Path(__file__).resolve().parent.parent
REPEATS = 9
QUESTIONS = (
    ("where", "readapt::predict_without_compile"),
    ("imports", "Normalization"),
    ("history", "tf2.9.3-py3.10"),
    ("diff", "HEAD~5"),
    ("ask", "module 'tensorflow.keras.layers' has no attribute 'Normalization'", "--on", "2.4"),
    ("requires", "adapt::list_of_numbers"),
    ("upgrade", "2.15", "2.16"),
    ("bisect", "imports::tf.keras.layers.Normalization"),
    ("claims",),
    ("inventory", "--tf", "2.9,2.10"),
    ("list", "scenarios"),
)
#: The questions whose exit code says what was found: that something changed, breaks, or was not measured.
MAY_END_WITH = {"diff": (0, 1), "upgrade": (0, 1), "requires": (0, 1, 3), "bisect": (0, 1, 3)}


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a command took: seconds from its start to its end, CPU seconds with those of its children, and peak MB."""

    wall: float
    cpu: float
    memory: float

    def __str__(self) -> str:
        return f"{self.wall:.2f} s, {self.cpu:.2f} CPU, {self.memory:.0f} MB"


def main() -> None:
    arguments = parsed()
    with tempfile.TemporaryDirectory(prefix="tfcompat-questions-") as folder:
        project, cache = Path(folder, "project"), Path(folder, "cache")
        subprocess.run(["git", "clone", "--quiet", ROOT, project], check=True)  # noqa: S607
        apart(copy, project / "reports" / "trials", arguments.trials, arguments.confirmed)
        trials = number_of_trials(project / "reports" / "trials")
        print(f"{trials} trials, median of {arguments.repeats} warm runs\n")
        print("| question | first, neither index nor cache | index but no cache | warm |")
        print("| --- | --- | --- | --- |")
        shutil.rmtree(project / "reports" / "index", ignore_errors=True)
        for question in QUESTIONS:
            first = "" if (project / "reports" / "index").exists() else str(asked(project, cache, question))
            shutil.rmtree(cache, ignore_errors=True)
            again = asked(project, cache, question)
            warm = [asked(project, cache, question) for _ in range(arguments.repeats)]
            print(f"| `{' '.join(question)}` | {first} | {again} | {median(warm)} |", flush=True)


def apart(function: Callable[..., None], *arguments: object) -> None:
    """Call in a process of its own: the peak memory of a program is at least that of the process which started it."""
    process = multiprocessing.get_context("spawn").Process(target=function, args=arguments)
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"{function.__name__} ended with {process.exitcode}")


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--trials", type=int, default=0, help="how many trials there are to be; the committed ones count"
    )
    parser.add_argument("--confirmed", action="store_true", help="the others are lines that confirm a trial")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    return parser.parse_args()


def asked(project: Path, cache: Path, question: Iterable[str]) -> Cost:
    """Put a question in a process of its own."""
    command = [sys.executable, "-m", "tfcompat", "--project", str(project), "--cache", str(cache), *question]
    cost, code = cost_of(command)
    name, *_ = question
    if code not in MAY_END_WITH.get(name, (0,)):
        raise SystemExit(f"tfcompat {' '.join(question)} ended with {code}")
    return cost


def cost_of(command: Sequence[str], output: int | IO[bytes] = subprocess.DEVNULL) -> tuple[Cost, int]:
    """What a command costs, and its exit code; what it says on either stream is the ``output``."""
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    cost = Cost(wall=wall, cpu=used.ru_utime + used.ru_stime, memory=used.ru_maxrss / 1024)
    return cost, process.returncode


def median(costs: list[Cost]) -> Cost:
    return Cost(
        wall=statistics.median(cost.wall for cost in costs),
        cpu=statistics.median(cost.cpu for cost in costs),
        memory=max(cost.memory for cost in costs),
    )


def number_of_trials(trials: Path) -> int:
    lines = sum(len(path.read_bytes().splitlines()) for path in trials.glob(f"*/{confirmed.NAME}"))
    return len(Store(trials).files()) + lines


def copy(trials: Path, wanted: int, lines: bool) -> None:
    """Make trials until there are as many as wanted: the newest of each cell and engine again and again."""
    newest = {(path.parent, path.name.split("-")[1]): path for path in Store(trials).files()}
    rounds = ((path, number) for number in count(1) for path in newest.values())
    made = islice(rounds, max(0, wanted - number_of_trials(trials)))
    if lines:
        confirm(made)
        return
    packed: dict[Path, Parts] = {}
    for path, minutes in made:
        if path not in packed:
            packed[path] = taken_apart(path)
        write_copy(path, minutes, packed[path])


@dataclass(frozen=True, kw_only=True)
class Parts:
    """A trial file's first line, and the others, as they are and deflated by themselves: most of a copy is not packed again."""

    first: dict[str, str]
    rest: bytes
    deflated: bytes


def taken_apart(path: Path) -> Parts:
    first, _, rest = gzip.decompress(path.read_bytes()).partition(b"\n")
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return Parts(first=json.loads(first), rest=rest, deflated=packer.compress(rest) + packer.flush())


def write_copy(path: Path, minutes: int, parts: Parts) -> None:
    """Write a trial again as it would have been some minutes later."""
    started = later(parts.first["started"], minutes)
    first = (json.dumps({**parts.first, "started": started}, separators=(",", ":")) + "\n").encode("ascii")
    name = f"{started.replace('-', '').replace(':', '')}-{parts.first['engine']}{SUFFIX}"
    path.with_name(name).write_bytes(one_stream(first, parts))


def one_stream(first: bytes, parts: Parts) -> bytes:
    """A gzip file of one member, which is all that a trial may be: the first line, then the others as they are deflated."""
    head, packer = gzip.compress(b"", mtime=0)[:10], zlib.compressobj(wbits=-zlib.MAX_WBITS)
    line = packer.compress(first) + packer.flush(zlib.Z_SYNC_FLUSH)
    check = zlib.crc32(parts.rest, zlib.crc32(first))
    return head + line + parts.deflated + struct.pack("<LL", check, len(first) + len(parts.rest))


def confirm(made: Iterable[tuple[Path, int]]) -> None:
    """Let lines confirm the trials that were to be copied."""
    by_file: dict[Path, list[int]] = {}
    for path, minutes in made:
        by_file.setdefault(path, []).append(minutes)
    for path, times in by_file.items():
        confirmed.add(path.parent, confirming(path, times))


def confirming(path: Path, times: list[int]) -> Iterator[confirmed.ConfirmedLine]:
    """The lines that confirm a trial some minutes later."""
    line = confirmed.line_of(Store(path.parent.parent).trial(path), path, SUFFIX)
    for minutes in times:
        yield msgspec.structs.replace(line, started=later(line.started, minutes))


def later(started: str, minutes: int) -> str:
    return (datetime.strptime(started, MOMENT) + timedelta(minutes=minutes)).strftime(MOMENT)


if __name__ == "__main__":
    main()
