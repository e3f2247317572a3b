"""A made world for the calendar of nights: cells that are made of nothing, and nights that do what the nightly job does.

A night calls the functions that the commands of the job call: which cells, what is new in each, the store, the merge, the
gate. Only the engine, the package index and the clock are made up.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from msgspec import structs
from msgspec.structs import replace

from tests import fakes
from tfcompat.commands.publish.gate import Candidate, refused
from tfcompat.commands.publish.nightly.shard import SHARD_SECONDS, expected
from tfcompat.compare.gate import Objection
from tfcompat.errors import DataError
from tfcompat.files import hash_of
from tfcompat.outcomes import Happened, Reason, Subject, Trial
from tfcompat.plan.valid import Anew, Known, work_of
from tfcompat.plan.work import Work
from tfcompat.record.judge import CANARY, Sources
from tfcompat.record.lines import HeaderLine, Line, OutcomeLine, trial_line, verdict_line
from tfcompat.run import manifest, merge
from tfcompat.run.trial import reused_lines
from tfcompat.select import rotation, shard
from tfcompat.select.cells import Cell
from tfcompat.select.rotation import Tonight
from tfcompat.select.shard import Shard
from tfcompat.trials import nights, published
from tfcompat.trials.current import newest
from tfcompat.trials.nights import Night
from tfcompat.trials.recent import recent
from tfcompat.trials.store import Store

SHARDS = 4
#: Seconds that a cell takes.
LENGTH = 100.0
FIRST_DAY = datetime(2024, 12, 1, 3, 17, tzinfo=UTC)  # all nights are over: no trial is from the future
BUILD = "tfnightly-py3.13"


def moment(day: int, seconds: int = 0) -> str:
    return (FIRST_DAY + timedelta(days=day, seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Reports(Store):
    """The trials of the reports; a file never changes, so each is read once, else a year would take minutes."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.known: dict[Path, Trial] = {}

    def trial(self, path: Path) -> Trial:
        if path not in self.known:
            self.known[path] = super().trial(path)
        return self.known[path]


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What goes wrong on a night: shards that leave nothing, machines without a network, and cells that cannot be measured."""

    lost: Collection[int] = ()
    unplugged: Collection[int] = ()
    cells: Mapping[str, Reason] = field(default_factory=dict)


@dataclass(kw_only=True)
class World:
    """What there is to measure, which changes from night to night, and the reports that grow with each."""

    reports: Path
    shards: Path
    cells: dict[str, Cell]
    scenarios: dict[str, int]
    regressed: set[tuple[str, str]] = field(default_factory=set)
    day: int = 0
    plan: Tonight = field(default_factory=lambda: Tonight(anew=(), new=()))
    candidate: Candidate = field(default_factory=lambda: Candidate(recent=()))
    held_up: dict[str, list[str]] = field(default_factory=dict)

    @cached_property
    def store(self) -> Reports:
        return Reports(self.reports / "trials")

    @property
    def known(self) -> dict[str, Trial]:
        """The newest trial of each cell, as the last night left it."""
        return newest(self.candidate.recent)

    @property
    def suite(self) -> str:
        return hash_of(*(f"{name} {edition}" for name, edition in self.scenarios.items()))

    def lock(self, cell: str) -> str:
        """The digest of a cell's lock; that of the nightly build is a new one each night."""
        return hashlib.sha256(f"{cell} {self.day if cell == BUILD else ''}".encode()).hexdigest()

    def keys(self, cell: str) -> dict[str, str]:
        return {name: hash_of(self.lock(cell), str(edition))[:12] for name, edition in self.scenarios.items()}

    def night(self, trouble: Trouble, accept: Sequence[str] = ()) -> list[Objection] | None:
        """What the gate objects to on this night; None where nothing of it was left."""
        self.plan = self.tonight()
        seconds = shard.durations(self.known)
        folders = [self.run(Shard(index=index, of=SHARDS), seconds, trouble) for index in range(1, SHARDS + 1)]
        try:
            done = merge.merge_whole(folders, self.reports, self.suite)
        except DataError:
            return None
        missing = tuple(map(str, done.missing))
        nights.add(Night(started=done.started, cells=len(done.cells), missing=missing), self.reports)
        candidate = self.candidate = Candidate(recent=recent(self.store), nights=nights.load(self.reports))
        before = published.load(self.reports, candidate.recent)
        objections = [] if before is None else refused(before, candidate, set(self.cells), accept)
        if not objections:
            published.write(candidate.current, candidate.night, self.reports)
        return objections

    def tonight(self) -> Tonight:
        trials = self.candidate.recent
        turns = nights.turns(trials, self.candidate.nights)
        plan = rotation.tonight({cell: turns.get(cell) for cell in self.cells})
        return rotation.within(plan, expected(plan, trials, self.suite), SHARDS * SHARD_SECONDS)

    def run(self, part: Shard, seconds: Mapping[str, float], trouble: Trouble) -> Path:
        """The folder that a shard leaves, with a run of what is measured anew, and one of what is new."""
        folder = self.shards / f"day{self.day}" / f"shard-{part.index}of{part.of}"
        for cells, anew in ((self.plan.anew, True), (self.plan.new, False)):
            planned = [self.cells[cell] for cell in cells]
            share = shard.share(planned, part, seconds)
            works = [work for work in (self.work(cell, anew) for cell in share) if work is not None]
            for cell in share:
                self.hold_up(cell.id, part, trouble)
            if planned and part.index not in trouble.lost:
                self.write_plan(folder, part, [work.cell.id for work in works], share, cells)
                for number, work in enumerate(works):
                    self.measure(folder, work, self.reason(work.cell.id, part, trouble), seconds=60 * number + 5)
        return folder

    def hold_up(self, cell: str, part: Shard, trouble: Trouble) -> None:
        """Remember the nights on which nothing could be measured of a cell, through no fault of the plan."""
        if part.index in trouble.lost or self.reason(cell, part, trouble):
            self.held_up.setdefault(cell, []).append(moment(self.day))

    def reason(self, cell: str, part: Shard, trouble: Trouble) -> Reason | None:
        return trouble.cells.get(cell) or (Reason.NO_NETWORK if part.index in trouble.unplugged else None)

    def work(self, cell: Cell, anew: bool) -> Work | None:
        known = Known(newest=self.known.get(cell.id), keys=self.keys(cell.id), header=self.header())
        return work_of(cell, known, self.suite, Anew(all=anew))

    def header(self) -> HeaderLine:
        return structs.replace(fakes.header_line(suite=self.suite), scenarios=[])

    def write_plan(
        self, folder: Path, part: Shard, works: Sequence[str], share: Sequence[Cell], planned: Sequence[str]
    ) -> None:
        plan = fakes.manifest(
            *works,
            planned=planned,
            shard=str(part),
            suite=self.suite,
            engine="docker",
            started=moment(self.day),
        )
        reused = tuple(cell.id for cell in share if cell.id not in works)
        manifest.write(replace(plan, reused=reused), folder / "runs")

    def measure(self, folder: Path, work: Work, reason: Reason | None, *, seconds: int) -> None:
        """Keep the trial of a cell as a run keeps it: what ran, and what it reused."""
        subject = self.subject(work.cell.id, seconds)
        store = Store(folder / "trials", [self.reports / "trials"], confirms=True)
        store.keep_suite(self.suite, [*map(fakes.scenario_facts, self.scenarios)])
        sources = store.sources(work.cell.id)
        with store.begin(subject) as writer:
            for line in (
                trial_line(subject),
                *fakes.said(subject, *self.lines(work, reason, sources)),
                verdict_line(told(reason), "", LENGTH),
            ):
                writer.write(line)

    def lines(self, work: Work, reason: Reason | None, sources: Sources) -> Iterator[Line]:
        if reason is Reason.CANARY_FAILED:
            yield self.header()
            yield fakes.outcome_line(CANARY, "raised", type="ImportError", message="no protobuf")
        elif reason is None:
            yield self.header()
            ran = self.scenarios if work.scenarios is None else work.scenarios
            yield from (self.outcome(work.cell.id, name) for name in ran)
            yield from reused_lines(work.reused, set(ran), list(self.scenarios), sources)

    def outcome(self, cell: str, name: str) -> OutcomeLine:
        key = self.keys(cell)[name]
        if (cell, name) in self.regressed:
            return fakes.outcome_line(name, "raised", type="ValueError", message="worse", key=key)
        return OutcomeLine(scenario=name, seconds=1.0, happened=Happened.RETURNED, observed=len(name), key=key)

    def subject(self, cell: str, seconds: int) -> Subject:
        return fakes.subject(
            cell,
            tensorflow=f"2.22.0.dev{20260000 + self.day}" if cell == BUILD else str(self.cells[cell].release.version),
            engine="docker",
            lock=self.lock(cell),
            suite=self.suite,
            started=moment(self.day, seconds),
        )


def told(reason: Reason | None) -> Reason | None:
    """The reason that a verdict has: a canary tells by itself that it failed."""
    return None if reason is Reason.CANARY_FAILED else reason
