"""Simulates what a year of nights adds to git: ``python -m benchmarks.year [--nights 365] [--reports 1]``.

A scratch repository starts as this checkout's reports/ and images/. Each night adds what the nightly job would add, at
the rates below, and is committed; the history is kept, and packed by ``git gc`` every 30 nights. What is measured is made
up from each cell's newest trial: the same lines with another moment, environment, lock, suite, keys and times. A fresh run
that differs does so in one outcome. Everything else is the real code, each night: trials are packed as the store packs
them, confirmations are added by it, and the index and all reports are derived from them. outcomes.csv is left out, for it
goes only to the site; so are the few lines by which images/releases.toml changes.

With ``--reports 10`` the reports are derived on each tenth night only, the index on each; that is faster, and
leaves out what the reports change on the nights between, a hundredth of a MB each.

Beside it a second repository keeps the same trials as plain text, to show what packing them costs in git. Prints a
Markdown table of the size of the packs, and at the end which files they are made of.
"""

import argparse
import gzip
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self
from unittest import mock

from msgspec import structs

from tfcompat.commands.evidence import claims_of, notice, table_of
from tfcompat.files import hash_of
from tfcompat.index import refresh
from tfcompat.outcomes import Happened, Trial
from tfcompat.plan.work import Reused
from tfcompat.project import Project
from tfcompat.publish.report import write as write_reports
from tfcompat.record import sense
from tfcompat.record.lines import (
    MOMENT,
    SCHEMA,
    CanaryLine,
    EndLine,
    HeaderLine,
    Line,
    OutcomeLine,
    ReusedLine,
    TrialLine,
    VerdictLine,
    dump_line,
    parse_line,
)
from tfcompat.run.manifest import Manifest, dump
from tfcompat.run.trial import reused_lines
from tfcompat.trials import confirmed, nights, published
from tfcompat.trials.confirmed import ConfirmedLine
from tfcompat.trials.file import SUFFIX
from tfcompat.trials.nights import Night
from tfcompat.trials.store import Store

ROOT = Path(__file__).resolve().parent.parent
#: A tenth of the cells is measured anew each night, of which one in 50 differs in one outcome.
ROTATION, DIFFERS = 10, 50
#: Nights from one release to the next, and from one edit of the suite to the next: two a month.
RELEASE, EDIT = 21, 15
#: Scenarios that an edit changes: mostly one, each fourth time those that a helper has.
EDITED = (1, 1, 1, 20)
#: Nights from one packing to the next, the parts of a night's run, and what a year may add in MB.
PACKED, SHARDS, LIMIT = 30, 4, 60.0
#: What .ci/nightly leaves out of a night's commit; what main has of it stays.
NOT_KEPT = (".", ":(exclude)reports/index")
NIGHTLY, NEWEST = "tfnightly-py3.13", "tf2.21.0-py3.13"
BEGIN = datetime(2026, 12, 1, 3, 17, tzinfo=UTC)
MB = 1e6
#: The files of a repository in groups, the first that fits.
GROUPS = {
    "confirmations": r"confirmed\.jsonl$",
    "suites": r"reports/trials/suites/",
    "trials": r"reports/trials/",
    "index": r"reports/index/",
    "outcomes.parquet": r"reports/outcomes\.parquet",
    "other reports": r"reports/[^/]+$",
    "manifests": r"reports/runs/",
    "grid": r"reports/grid/",
    "locks": r"images/locks/",
    "rest": "",
}


@dataclass(kw_only=True)
class Cell:
    """A cell as it is now: the lines of its newest trial, and of each outcome the file that has it and its moment."""

    trial: TrialLine
    header: HeaderLine
    canaries: list[CanaryLine]
    outcomes: dict[str, OutcomeLine]
    sources: dict[str, tuple[str, str]] = field(default_factory=dict)
    file: str = ""

    @property
    def name(self) -> str:
        return self.trial.cell


def chosen(*words: object, among: int) -> int:
    """A number below ``among`` that depends on some words alone: the same in each run."""
    return int.from_bytes(hashlib.sha256(repr(words).encode()).digest()[:8], "big") % among


class Year:
    """The project in a scratch folder, night by night."""

    def __init__(self, root: Path, reports: int) -> None:
        self.reports = reports
        self.project = Project(root=root / "project", cache=root / "cache")
        self.plain = root / "plain"
        self.night = 0
        self.written: list[str] = []
        self.suite = "0" * 16
        for name in ("reports", "images", "scenarios", "statements"):
            left_out = shutil.ignore_patterns("__pycache__", "site", "outcomes.csv")
            shutil.copytree(ROOT / name, self.project.root / name, ignore=left_out)
        self.cells = {cell.name: cell for cell in map(newest, Store(self.project.trials).cells())}
        for cell in self.cells.values():
            self.bring_up_to_date(cell)
        self.facts = list(Store(self.project.trials).suite(self.cells[NEWEST].header.suite).values())
        Store(self.project.trials).keep_suite(self.suite, self.facts)
        for repository in (self.project.root, self.plain):
            git(repository, "init", "--quiet")
        (self.project.root / ".gitignore").write_text("/reports/outcomes.csv\n__pycache__/\n")
        for path in Store(self.project.trials).files():
            self.keep_plain(path)

    def bring_up_to_date(self, cell: Cell) -> None:
        """A cell that was measured last by an older recorder says what that of the newest release says."""
        if not cell.canaries:
            like = self.cells[NEWEST]
            cell.canaries, cell.outcomes = like.canaries, dict(like.outcomes)
            cell.header = structs.replace(like.header, versions={**like.header.versions, **versions_of(cell.trial)})

    @property
    def moment(self) -> str:
        """The moment of the next trial: each has a second of its own."""
        return (BEGIN + timedelta(days=self.night, seconds=len(self.written))).strftime(MOMENT)

    def pass_one(self) -> None:
        """One night: what it measures, and what is derived from it."""
        self.written = []
        if self.night == 0:  # no earlier outcome has a key, so none can be reused
            for cell in list(self.cells.values()):
                self.measure(cell, set(cell.outcomes))
        elif self.night % EDIT == 0:
            self.edit()
        if self.night and self.night % RELEASE == 0:
            self.release()
        self.nightly()
        for cell in self.turn():
            self.fresh(cell)
        self.derive()
        self.night += 1

    def turn(self) -> list[Cell]:
        """The cells whose outcomes were measured longest ago, but for those of tonight."""
        others = [cell for cell in self.cells.values() if cell.name not in self.written]
        others.sort(key=lambda cell: (min(moment for _, moment in cell.sources.values()), cell.name))
        return others[: len(self.cells) // ROTATION + 1]

    def fresh(self, cell: Cell) -> None:
        """Measure a cell anew: one line where it says the same, else a trial."""
        if chosen("differs", cell.name, self.night, among=DIFFERS):
            self.confirm(cell)
        else:
            name = sorted(cell.outcomes)[chosen("outcome", cell.name, self.night, among=len(cell.outcomes))]
            cell.outcomes[name] = structs.replace(cell.outcomes[name], happened=Happened.RETURNED, observed=self.night)
            self.measure(cell, set(cell.outcomes))

    def edit(self) -> None:
        """An edit of the suite: another hash, other lines in a file, and some scenarios that are measured in each cell."""
        self.suite = hash_of("suite", str(self.night))
        names = sorted(self.cells[NEWEST].outcomes)
        first = chosen("edit", self.night, among=len(names))
        count = EDITED[self.night // EDIT % len(EDITED)]
        changed = {names[(first + number) % len(names)] for number in range(count)}
        file = next(facts.source.split(":")[0] for facts in self.facts if facts.id == names[first])
        self.facts = [
            structs.replace(facts, source=moved_on(facts.source) if facts.source.startswith(file) else facts.source)
            for facts in self.facts
        ]
        Store(self.project.trials).keep_suite(self.suite, self.facts)
        for cell in list(self.cells.values()):
            self.measure(cell, changed & cell.outcomes.keys())

    def release(self) -> None:
        """A patch of a release appears: a cell and a lock more."""
        cell = self.as_new(f"2.22.{self.night // RELEASE}", f"tf2.22.{self.night // RELEASE}-py3.13")
        self.measure(cell, set(cell.outcomes))

    def nightly(self) -> None:
        """The build of tonight: another lock, so that all of it is measured, with an outcome or two that differ."""
        cell = self.as_new(f"2.23.0.dev{self.moment[:10].replace('-', '')}", NIGHTLY)
        for number in range(chosen("nightly", self.night, among=3)):
            name = sorted(cell.outcomes)[chosen("of nightly", self.night, number, among=len(cell.outcomes))]
            cell.outcomes[name] = structs.replace(cell.outcomes[name], happened=Happened.RETURNED, observed=self.night)
        self.measure(cell, set(cell.outcomes))

    def as_new(self, version: str, name: str) -> Cell:
        """A cell of another release, which says what that of the newest release says, and its lock."""
        like = self.cells.get(name, self.cells[NEWEST])
        lock = re.sub(r"==2\.2[1-9]\.[0-9a-z.]+", f"=={version}", (self.project.locks / f"{NEWEST}.txt").read_text())
        lock = re.sub("sha256:[0-9a-f]{8}", lambda found: f"sha256:{hash_of(version, found[0])[:8]}", lock)
        (self.project.locks / f"{name}.txt").write_text(lock)
        digest = hashlib.sha256(lock.encode()).hexdigest()
        trial = structs.replace(like.trial, cell=name, tensorflow=version, lock=digest)
        versions = {**like.header.versions, **versions_of(trial)}
        self.cells[name] = Cell(
            trial=trial,
            header=structs.replace(like.header, suite=self.suite, versions=versions),
            canaries=like.canaries,
            outcomes=dict(like.outcomes),
        )
        return self.cells[name]

    def measure(self, cell: Cell, names: set[str]) -> None:
        """Write a trial in which these scenarios ran; the outcomes of all others are reused."""
        moment = self.moment
        cell.trial = structs.replace(cell.trial, schema=SCHEMA, started=moment, suite=self.suite, engine="docker")
        names_of_suite = [facts.id for facts in self.facts]
        missing = set(names_of_suite) - cell.outcomes.keys()
        asked = [name for name in names_of_suite if name in cell.outcomes] if missing else []
        cell.header = HeaderLine(schema=SCHEMA, suite=self.suite, versions=cell.header.versions, scenarios=list(asked))
        for name in names:
            cell.outcomes[name] = measured_again(cell, cell.outcomes[name], moment)
        ran = [line for name, line in cell.outcomes.items() if name in names]
        reused = reused_of({name: source for name, source in cell.sources.items() if name not in names})
        before, after = ([line for line in cell.canaries if line.when == when] for when in ("before", "after"))
        end = EndLine(outcomes=len(ran), seconds=sum(line.seconds for line in ran))
        verdict = VerdictLine(reason=None, message="", seconds=end.seconds + 10.0)
        store = Store(self.project.trials)
        kept = reused_lines(list(reused), names, asked or names_of_suite, store.sources(cell.name))
        with store.begin(cell.trial.subject) as writer:
            for line in (cell.trial, cell.header, *before, *ran, *after, end, *kept, verdict):
                writer.write(line)
        path = store.files(cell.name)[-1]
        cell.file = path.name.removesuffix(SUFFIX)
        cell.sources.update(dict.fromkeys(names, (cell.file, moment)))
        self.keep_plain(path)
        self.written.append(cell.name)

    def confirm(self, cell: Cell) -> None:
        """Add the line of a whole run that said what the newest trial says."""
        moment = self.moment
        path = self.project.trials / cell.name / f"{cell.file}{SUFFIX}"
        line = ConfirmedLine(
            schema=SCHEMA,
            trial=cell.file,
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            started=moment,
            environment=cell.trial.environment,
            tfcompat=cell.trial.tfcompat,
            seconds=round(100 + chosen(cell.name, moment, among=100_000) / 1000, 3),
        )
        confirmed.add(path.parent, [line])
        cell.sources = {name: (file, moment) for name, (file, _) in cell.sources.items()}
        self.written.append(cell.name)

    def keep_plain(self, path: Path) -> None:
        """Keep a trial as plain text in the other repository."""
        plain = self.plain / "reports" / "trials" / path.parent.name / path.name.removesuffix(".gz")
        plain.parent.mkdir(parents=True, exist_ok=True)
        plain.write_bytes(gzip.decompress(path.read_bytes()))

    def derive(self) -> None:
        """Write what the publish step of a night writes."""
        started = (BEGIN + timedelta(days=self.night)).strftime(MOMENT)
        reports, cells = self.project.reports, sorted(self.cells)
        for shard in range(SHARDS):
            run = Manifest(
                suite=self.suite,
                engine="docker",
                package="tensorflow-cpu",
                started=started,
                tfcompat="0.1.0",
                shard=f"{shard + 1}/{SHARDS}",
                cells=tuple(sorted(self.written)[shard::SHARDS]),
                planned=tuple(cells),
                reused=tuple(sorted(set(cells) - set(self.written))[shard::SHARDS]),
            )
            path = reports / "runs" / run.name
            path.parent.mkdir(exist_ok=True)
            path.write_text(dump(run))
        nights.add(Night(started=started, cells=len(self.written)), reports)
        current = [
            Trial(subject=cell.trial.subject, file=f"{cell.name}/{cell.file}{SUFFIX}") for cell in self.cells.values()
        ]
        published.write(current, started, reports)
        if self.night % self.reports == 0:
            write_reports(table_of(self.project), reports, claims_of(self.project))
        else:
            refresh.columns(self.project, notice)

    def commit(self) -> None:
        for repository in (self.project.root, self.plain):
            git(repository, "add", "--all", *(NOT_KEPT if self.night else ()))
            name = ("-c", "user.name=nightly", "-c", "user.email=nightly@localhost")
            git(repository, *name, "commit", "--quiet", "--allow-empty", "--message", f"night {self.night}")

    def packed(self) -> list[float]:
        """MB of the packs of both repositories, once they are packed."""
        for repository in (self.project.root, self.plain):
            git(repository, "gc", "--quiet", "--prune=now")
        return [pack_size(repository) for repository in (self.project.root, self.plain)]


def newest(folder: Path) -> Cell:
    """The newest trial of a cell's folder, one of Docker where there is one."""
    paths = sorted(folder.glob(f"*{SUFFIX}"), key=lambda path: ("docker" in path.name, path.name))
    lines = [parse_line(text) for text in gzip.decompress(paths[-1].read_bytes()).decode().splitlines()]
    outcomes = {line.scenario: line for line in lines if isinstance(line, OutcomeLine)}
    canaries = [line for line in lines if isinstance(line, CanaryLine)]
    first, header = lines[:2]
    if not isinstance(first, TrialLine) or not isinstance(header, HeaderLine):
        raise TypeError(f"{paths[-1]} has no header")
    return Cell(trial=first, header=header, canaries=canaries, outcomes=outcomes)


def versions_of(trial: TrialLine) -> dict[str, str]:
    """What is imported in the cell of a trial, as far as its id says it."""
    return {"tensorflow": trial.tensorflow, "python": f"{trial.python}.0"}


def measured_again(cell: Cell, line: OutcomeLine, moment: str) -> OutcomeLine:
    """An outcome as another run has it: it took another time, and has a key."""
    seconds = round(line.seconds * (0.8 + chosen(cell.name, line.scenario, moment, among=400) / 1000), 3)
    key = hash_of(cell.trial.lock, line.scenario, cell.trial.suite)[:12]
    return structs.replace(line, seconds=seconds, key=key)


def moved_on(source: str) -> str:
    """A place in a file, one line further down."""
    file, _, line = source.partition(":")
    return f"{file}:{int(line) + 1}"


def reused_of(sources: Mapping[str, tuple[str, str]]) -> Iterator[Reused]:
    for source in sorted(set(sources.values())):
        names = tuple(name for name, other in sources.items() if other == source)
        yield Reused(trial=source[0], measured=source[1], scenarios=names)


def git(repository: Path, *arguments: str) -> str:
    repository.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["git", "-C", str(repository), *arguments], check=True, capture_output=True, text=True)  # noqa: S607
    return done.stdout


def pack_size(repository: Path) -> float:
    return sum(path.stat().st_size for path in (repository / ".git/objects/pack").glob("*.pack")) / MB


def by_group(repository: Path, *revisions: str) -> Counter[str]:
    """Bytes in the packs of the files that some revisions have, by group; history itself is ``commits and folders``."""
    listed = git(repository, "rev-list", "--objects", *(revisions or ("--all",)))
    check = ["git", "-C", str(repository), "cat-file", "--batch-check=%(objectsize:disk) %(objecttype) %(rest)"]
    done = subprocess.run(check, input=listed, check=True, capture_output=True, text=True)
    sizes: Counter[str] = Counter()
    for line in done.stdout.splitlines():
        size, kind, path = [*line.split(" ", 2), ""][:3]
        sizes[group_of(path) if kind == "blob" else "commits and folders"] += int(size)
    return sizes


def group_of(path: str) -> str:
    return next(name for name, pattern in GROUPS.items() if re.search(pattern, path))


def parts_of_trials(store: Store) -> str:
    """A table of what the trial files of the year are made of: the mean of each kind of them."""
    sizes: dict[str, list[tuple[int, ...]]] = {}
    for path in store.files():
        if path.name >= BEGIN.strftime("%Y%m%d"):
            lines = [parse_line(text) for text in gzip.decompress(path.read_bytes()).decode().splitlines()]
            kind = "mostly reused" if any(isinstance(line, ReusedLine) for line in lines) else "whole"
            own = [line for line in lines if not isinstance(line, HeaderLine)]
            measured = [line for line in own if not isinstance(line, ReusedLine)]
            sizes.setdefault(kind, []).append((path.stat().st_size, *map(packed_size, (own, measured))))
    columns = ["trials", "files", "KB each", "without the header", "without what names the reused scenarios"]
    return table(
        columns,
        [(kind, len(rows), *(mean_kb(column) for column in zip(*rows, strict=True))) for kind, rows in sizes.items()],
    )


def packed_size(lines: Iterable[Line]) -> int:
    return len(gzip.compress("\n".join(map(dump_line, lines)).encode()))


def mean_kb(sizes: Sequence[int]) -> str:
    return f"{sum(sizes) / len(sizes) / 1000:.1f}"


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


class Later(datetime):
    """A clock that stands after every simulated night: a trial from the future is refused."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) + timedelta(days=3650)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--nights", type=int, default=365)
    parser.add_argument("--reports", type=int, default=1, help="Derive the reports on every so many nights.")
    parser.add_argument("--folder", type=Path, help="Keep the repositories there. Default: a folder that is removed.")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="tfcompat-year-") as scratch,
        mock.patch.object(sense, "datetime", Later),
    ):
        return simulate(Year(options.folder or Path(scratch), options.reports), options.nights)


def simulate(year: Year, count: int) -> int:
    year.commit()
    groups = [*GROUPS, "commits and folders"]
    print(table(["night", "MB packed", *groups, "trials as plain text"], []), flush=True)
    first = size = 0.0
    for _ in range(count + 1):
        if year.night % PACKED == 0 or year.night == count:
            size, plain = year.packed()
            first = first or size
            sizes = by_group(year.project.root)
            row = [year.night, f"{size:.1f}", *(f"{sizes[name] / MB:.2f}" for name in groups), f"{plain:.2f}"]
            print(f"| {' | '.join(map(str, row))} |", flush=True)
        if year.night < count:
            year.pass_one()
            year.commit()
    print("\n" + parts_of_trials(Store(year.project.trials)))
    tip = by_group(year.project.root, "HEAD^{tree}")
    print(f"\nof these, the files of the last night alone: {sum(tip.values()) / MB:.1f} MB")
    print(
        f"{count} nights added {size - first:.1f} MB, which is {'under' if size - first < LIMIT else 'over'} {LIMIT:.0f} MB"
    )
    return int(size - first >= LIMIT)


if __name__ == "__main__":
    sys.exit(main())
