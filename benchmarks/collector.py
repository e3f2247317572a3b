"""Measures the collector, from trial files to the table: ``python -m benchmarks.collector [10000 100000 …] | git [nights]``.

A number is how many outcomes there are: trial files are made from the committed ones, whose cells are renamed and whose
scenarios are repeated until there are 2,000, and a process of its own makes the table of them, without an index. The
output is a Markdown table; CPU seconds are those of all processes, and the peaks are of the process that has the table and
of the largest of those that read for it, which are gone when the table is made.

``git`` keeps the index of a year of made nights in a repository, a commit a night, packed by ``git gc``: with each way in
which the files may be written, how large the repository is.
"""

import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from unittest.mock import patch

from tfcompat.index import columns, parts, reader, refresh
from tfcompat.index.listing import rules
from tfcompat.project import Project
from tfcompat.record.lines import SCHEMA
from tfcompat.table.frame import table_of

ROOT = Path(__file__).resolve().parent.parent
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
SCENARIOS = 2_000
#: Cells of a made night, and how many of its files say something new in an outcome.
CELLS, NIGHTS = 60, 365
FORMATS = ("none", "snappy", "zstd")


def main() -> int:
    match sys.argv[1:]:
        case ["child", folder]:
            collect(Path(folder))
        case ["git", *nights]:
            measure_git(int(nights[0]) if nights else NIGHTS)
        case sizes:
            print("| outcomes | trials | seconds | CPU seconds | peak MB | of a reader, MB | CPU seconds per million |")
            print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
            for size in map(int, sizes or SIZES):
                print(measured(size), flush=True)
    return 0


def measured(outcomes: int) -> str:
    """A row of the table: a process of its own collects as many outcomes."""
    with tempfile.TemporaryDirectory(prefix="tfcompat-collector-", dir=os.environ.get("TMPDIR")) as folder:
        trials = make(Path(folder), outcomes)
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.collector", "child", folder],
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
        )
        seconds, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    found, *peaks = map(int, done.stdout.split())
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    sizes = " | ".join(f"{peak:,}" for peak in peaks)
    return f"| {found:,} | {trials:,} | {seconds:.1f} | {spent:.1f} | {sizes} | {spent / found * 1e6:.1f} |"


def collect(folder: Path) -> None:
    """Make the table of the trials in a folder; print how many outcomes it shows, and the peaks in MB: its own, a reader's."""
    project = Project(root=folder, cache=folder / "cache")
    table = table_of(refresh.columns(project, lambda text: None))
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(len(table.frame), *(usage.ru_maxrss // 1024 for usage in usages))


def make(folder: Path, outcomes: int) -> int:
    """Trial files with as many outcomes: how many files. Those of one committed trial differ in their first line."""
    number, scenarios = max(1, outcomes // SCENARIOS), min(SCENARIOS, outcomes)
    sources = [stretched(lines, scenarios) for lines in islice(committed(), number)]
    for place, (first, *rest) in enumerate(islice(cycle(sources), number)):
        cell = f"{first['cell']}+made{place}"
        line = json.dumps({**first, "cell": cell, "variant": f"made{place}"}, separators=(",", ":"))
        path = folder / "reports" / "trials" / cell / "20260101T000000Z-docker.jsonl.gz"
        path.parent.mkdir(parents=True)
        path.write_bytes(gzip.compress(f"{line}\n".encode()) + rest[0])
    suites = folder / "reports" / "trials" / "suites"
    suites.mkdir()
    for suite in {json.loads(gzip.decompress(rest[0]).partition(b"\n")[0])["suite"] for _, *rest in sources}:
        text = "".join(json.dumps(facts) + "\n" for facts in islice(again(facts_of(suite), "id"), scenarios))
        (suites / f"{suite}.jsonl").write_text(text)
    return number


def committed() -> Iterator[list[str]]:
    """The lines of the newest committed trial of each cell that has outcomes."""
    for folder in sorted((ROOT / "reports" / "trials").iterdir()):
        for path in sorted(folder.glob("*-docker.jsonl.gz"), reverse=True)[:1]:
            lines = gzip.decompress(path.read_bytes()).decode().splitlines()
            if lines[1:] and json.loads(lines[1]).get("schema") == SCHEMA:
                yield lines


def stretched(lines: Sequence[str], scenarios: int) -> tuple[dict[str, str], bytes]:
    """The first line of a trial, and the others packed, with as many scenarios: those that it has, again and again."""
    first, header, *rest = map(json.loads, lines)
    canary, *outcomes = (line for line in rest if line["kind"] == "outcome")
    known = {facts["id"] for facts in islice(again(facts_of(header["suite"]), "id"), scenarios)}
    asked = [line for line in islice(again(outcomes, "scenario"), 2 * scenarios) if line["scenario"] in known]
    end = {"kind": "end", "outcomes": len(asked) + 1, "seconds": 1.0}
    made = [header, canary, *asked, end, rest[-1]]
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in made)
    return first, gzip.compress(text.encode(), compresslevel=6)


@cache
def facts_of(suite: str) -> Sequence[dict[str, object]]:
    """What a committed suite says of its scenarios."""
    path = ROOT / "reports" / "trials" / "suites" / f"{suite}.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()]


def again(rows: Sequence[dict[str, object]], key: str) -> Iterator[dict[str, object]]:
    """The rows, and then the same under other names, without an end."""
    for turn, row in ((turn, row) for turn in range(SCENARIOS) for row in rows):
        yield row if not turn else row | {key: f"{row[key]}_{turn}"}


def measure_git(nights: int) -> None:
    """Print how large a repository of an index gets, by the way in which its files are written."""
    print(f"| compression | files of the index, MB | repository after {nights} nights, MB |")
    print("| --- | ---: | ---: |")
    for compression in FORMATS:
        with (
            tempfile.TemporaryDirectory(prefix="tfcompat-git-") as folder,
            patch.dict(parts.FORMAT, {"compression": compression}),
        ):
            keep_nights(Path(folder), nights)
            files = sum(path.stat().st_size for path in Path(folder).glob("*.parquet"))
            packed = sum(path.stat().st_size for path in Path(folder, ".git").rglob("*") if path.is_file())
        print(f"| {compression} | {files / 1e6:.1f} | {packed / 1e6:.1f} |", flush=True)


def keep_nights(folder: Path, nights: int) -> None:
    """Keep the index of a night after the other: what each reads, and what the ones before it left of its month."""
    git(folder, "init", "--quiet")
    files = sorted((ROOT / "reports" / "trials").glob("*/*-docker.jsonl.gz"))
    kept: dict[str, columns.Columns] = {}
    for night in range(nights):
        day = date(2026, 1, 1) + timedelta(days=night)
        month = f"{day:%Y-%m}"
        part = of_night([files[(night * CELLS + number) % len(files)] for number in range(CELLS)], f"{day}T01:02:03Z")
        kept[month] = columns.joined([kept[month], part]) if month in kept else part
        rows = refresh.months_of(kept[month].trials, range(kept[month].trials.num_rows))[month]
        parts.write(folder, month, columns.chosen(kept[month], rows), rules(), {})
        git(folder, "add", ".")
        git(folder, "-c", "user.name=made", "-c", "user.email=made@example.org", "commit", "--quiet", "-m", str(day))
    git(folder, "gc", "--quiet", "--aggressive", "--prune=now")


def of_night(files: Sequence[Path], started: str) -> columns.Columns:
    """The columns of some trial files, as if they had been measured at a moment, with other seconds."""
    read = reader.Reader(ROOT / "reports" / "trials")
    for path in files:
        file = f"{path.parent.name}/{path.name}"
        read.add(file, str(hash((file, started)) & 0xFFFFFFFFFFFFFFFF))
        read.builder.trials[-1] = {
            **read.builder.trials[-1],
            "started": started,
            "file": f"{path.parent.name}/{started}",
        }
    jitter = hash(started) % 97 / 97
    for place, seconds in enumerate(read.builder.seconds):
        read.builder.seconds[place] = round(seconds * (0.8 + 0.4 * ((place * 31 % 89) / 89 + jitter) / 2), 3)
    return read.columns()


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True)  # noqa: S607


if __name__ == "__main__":
    sys.exit(main())
