"""The estimate: how long a run may take yet, by what its cells and environments took before, corrected as it goes."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from threading import Lock

from tfcompat.outcomes import Trial
from tfcompat.plan.work import Work
from tfcompat.run.events import Answered, Event, Finished, Progressed, Stage, Staged

#: Seconds in which the speed of this machine today counts for nothing yet: so much is believed of what was expected.
PRIOR = 20.0
#: Seconds in which a cell starts and imports TensorFlow.
START = 5.0
#: What is longer than expected: by so many seconds, and by such a part.
LATE_SECONDS, LATE_PART = 10.0, 0.2


@dataclass(frozen=True, kw_only=True)
class ExpectedCell:
    """What a cell may take: seconds to make its environment, 0 where that is there, and to run.

    ``weights`` are the seconds of each scenario, as far as they are known. What was never measured is a ``guess``.
    """

    cell: str
    build: float = 0.0
    run: float
    weights: Mapping[str, float] = field(default_factory=dict)
    guess: bool = False


@dataclass(kw_only=True)
class CellProgress:
    """Where a cell is on its way: which stage it is at, since when, and which part of its run is over, as of which moment."""

    expected: ExpectedCell
    stage: Stage | None = None
    since: float = 0.0
    heard: float = 0.0
    part: float = 0.0
    answered: float = 0.0
    built: float = 0.0
    took: float = 0.0
    done: int = 0
    planned: int = 0
    over: bool = False

    @property
    def builds(self) -> bool:
        return self.stage in (Stage.LOCKING, Stage.BUILDING)

    @property
    def runs(self) -> bool:
        return self.stage is Stage.RUNNING

    @property
    def waits_for_build(self) -> bool:
        return self.stage is None and self.expected.build > 0


def of_work(work: Work, newest: Trial | None, *, usual: float, build: float) -> ExpectedCell:
    """What the work in a cell may take, by its newest trial; ``usual`` are the seconds of a suite that was never measured here.

    ``build`` are those of its environment, 0 where that is there or not needed.
    """
    if work.scenarios == ():
        return ExpectedCell(cell=work.cell.id, run=0.0)
    if newest is None or newest.reason is not None or not newest.outcomes:
        return ExpectedCell(cell=work.cell.id, build=build, run=usual, guess=True)
    weights = {outcome.scenario: outcome.seconds for outcome in newest.outcomes}
    wanted = {name: weights.get(name, 0.0) for name in work.scenarios} if work.scenarios is not None else weights
    whole = sum(weights.values())
    run = START + sum(wanted.values()) * side_by_side(newest, whole)
    return ExpectedCell(cell=work.cell.id, build=build, run=run, weights=wanted)


def side_by_side(trial: Trial, whole: float) -> float:
    """The seconds that a trial took for each second of its scenarios: less than one where some of them ran at once."""
    reused = any(outcome.measured not in ("", trial.subject.started) for outcome in trial.outcomes)
    return 1.0 if reused or whole <= 0 else max(0.0, trial.seconds - START) / whole


class Estimate:
    """How long a run may take yet. It hears the events of the run, from any thread."""

    def __init__(
        self,
        cells: Iterable[ExpectedCell],
        *,
        jobs: int = 1,
        builders: int = 2,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.now = now
        self.began = now()
        self.jobs, self.builders = max(1, jobs), max(1, builders)
        self.courses = {expected.cell: CellProgress(expected=expected) for expected in cells}
        self.lock = Lock()

    def __call__(self, event: Event) -> None:
        with self.lock:
            course = self.courses.setdefault(
                event.cell, CellProgress(expected=ExpectedCell(cell=event.cell, run=0.0, guess=True))
            )
            hear(course, event, self.now())

    @property
    def elapsed(self) -> float:
        return self.now() - self.began

    @property
    def planned(self) -> int:
        return len(self.courses)

    @property
    def finished(self) -> int:
        return sum(course.over for course in self.courses.values())

    @property
    def guesses(self) -> int:
        return sum(course.expected.guess for course in self.courses.values())

    def under_way(self) -> list[CellProgress]:
        """The cells whose environment is made, or that run; those that run longest come first."""
        with self.lock:
            going = [course for course in self.courses.values() if not course.over and (course.builds or course.runs)]
        return sorted(going, key=lambda course: (not course.runs, course.since))

    def left(self) -> float:
        """Seconds that all of it may take yet, with as many cells at once as run; what is late counts as nothing."""
        with self.lock:
            courses = [course for course in self.courses.values() if not course.over]
            builds = lanes((self.left_of(course) for course in courses if course.builds), self.builders)
            runs = lanes((self.left_of(course) for course in courses if course.runs), self.jobs)
            waiting = [(self.ready_at(course, builds), -self.run_of(course)) for course in courses if not course.runs]
        ends = list(runs)
        for start, seconds in sorted(waiting):  # of those that may start the longest first, as they run
            end = max(start, heappop(runs)) - seconds
            heappush(runs, end)
            ends.append(end)
        return max(ends, default=0.0)

    def ready_at(self, course: CellProgress, builds: list[float]) -> float:
        """When a cell that does not run yet has its environment; those that need one are made in turn."""
        if course.builds:
            return self.left_of(course)
        if not course.waits_for_build:
            return 0.0
        end = heappop(builds) + course.expected.build * self.pace_of_builds
        heappush(builds, end)
        return end

    def run_of(self, course: CellProgress) -> float:
        return course.expected.run * self.pace

    def left_of(self, course: CellProgress) -> float:
        """Seconds that the stage of a cell that is under way may take yet; not less than nothing."""
        return max(0.0, -self.overdue(course))

    def overdue(self, course: CellProgress) -> float:
        """By how many seconds a cell that is under way is late; less than nothing as long as it is not."""
        if course.builds:
            return self.now() - course.since - course.expected.build * self.pace_of_builds
        return self.now() - course.heard - (1 - course.part) * self.run_of(course)

    def is_late(self, course: CellProgress) -> bool:
        """Whether a cell takes so much longer than expected that somebody who waits should know."""
        whole = course.expected.build * self.pace_of_builds if course.builds else self.run_of(course)
        return self.overdue(course) > max(LATE_SECONDS, LATE_PART * whole)

    @property
    def pace(self) -> float:
        """How many times as long as expected the runs take on this machine today."""
        going = [course for course in self.courses.values() if course.over or course.runs]
        took = sum(course.took if course.over else course.heard - course.since for course in going)
        expected = sum(course.expected.run * (1.0 if course.over else course.part) for course in going)
        return (PRIOR + took) / (PRIOR + expected)

    @property
    def pace_of_builds(self) -> float:
        """How many times as long as expected the making of environments takes."""
        made = [course for course in self.courses.values() if course.built > 0]
        expected = sum(course.expected.build for course in made)
        return (PRIOR + sum(course.built for course in made)) / (PRIOR + expected)

    def built(self) -> dict[str, float]:
        """The seconds that the environments took that were made in this run, by cell."""
        with self.lock:
            return {name: course.built for name, course in self.courses.items() if course.built > 0}


def hear(course: CellProgress, event: Event, now: float) -> None:
    """Take what an event says of its cell."""
    match event:
        case Staged():
            if course.stage is Stage.BUILDING and event.stage in (Stage.WAITING, Stage.RUNNING):
                course.built = now - course.since
            course.stage, course.since, course.heard = event.stage, now, now
        case Progressed():
            course.done, course.planned, course.heard = event.done, event.planned, now
            course.part = max(course.part, part_of(course))
        case Answered():
            course.answered += course.expected.weights.get(event.scenario, 0.0)
        case Finished():
            course.took = now - course.since if course.runs else 0.0
            course.over = True


def part_of(course: CellProgress) -> float:
    """Which part of a run is over: by the seconds of what has an answer where all of it is known, else by how many have one."""
    whole = sum(course.expected.weights.values())
    counted = course.done / course.planned if course.planned else 0.0
    known = course.planned == len(course.expected.weights) and whole > 0
    return min(1.0, course.answered / whole if known else counted)


def lanes(taken: Iterable[float], count: int) -> list[float]:
    """When each of some lanes is free, as a heap: so much is left of what is in them; others are free now."""
    left = list(taken)
    free: list[float] = left + [0.0] * (count - len(left))
    heapify(free)
    return free


def in_words(seconds: float) -> str:
    """A time as somebody reads it: ``0:07``, ``12:30``, ``1:02:03``."""
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def summary(estimate: Estimate, *, named: bool = True) -> str:
    """How far a run is and how long it may take yet, in one line; honest where it takes longer than expected.

    The cell that does is ``named`` where nothing else says which.
    """
    text = f"{estimate.finished} of {estimate.planned} cells, {in_words(estimate.elapsed)}"
    if estimate.finished >= estimate.planned:
        return text
    left, late = estimate.left(), [course for course in estimate.under_way() if estimate.is_late(course)]
    if left >= 1:
        text += f", about {in_words(left)} left"
    if late and named:
        more = f" and {len(late) - 1} more" if len(late) > 1 else ""
        return f"{text}; {late[0].expected.cell}{more}: longer than expected"
    if left >= 1:
        return text
    ended = not late and all(course.part >= 1 for course in estimate.under_way())
    return f"{text}, {'nearly done' if ended else 'longer than expected'}"


def names_of(courses: Sequence[CellProgress], most: int = 4) -> str:
    """The cells under way, each with how far it is."""
    shown = ", ".join(f"{course.expected.cell} {how_far(course)}" for course in courses[:most])
    return shown + (f" and {len(courses) - most} more" if len(courses) > most else "")


def how_far(course: CellProgress) -> str:
    """How far a cell is: so many of its scenarios, or its stage."""
    return f"{course.done}/{course.planned}" if course.runs and course.planned else str(course.stage)
