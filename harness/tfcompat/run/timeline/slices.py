"""The slices of a timeline: which cell was in which stage, and ran which scenario, from when to when."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import assert_never

from tfcompat.run.events import Answered, Event, Finished, Noticed, Progressed, Stage, Staged

#: Scenarios that a timeline has at most; what comes after them is counted and left out.
MOST = 200_000
#: Seconds by which a scenario may seem to begin before the one that it waited for had ended: its line comes a little late.
LATE = 0.05


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Something that took its time, from ``start`` to ``end``, in seconds since the run began.

    Slices of one ``lane`` of a cell do not overlap, but for those that lie within another: lane 0 has the stages.
    """

    cell: str
    name: str
    start: float
    end: float
    lane: int = 0
    unfinished: bool = False


class Slices:
    """Takes the events of a run, from any thread, and keeps what took how long; ``now`` gives seconds since the run began."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self.lock = Lock()
        self.kept: list[Slice] = []
        self.left_out = 0
        self.stages: dict[str, tuple[Stage, float]] = {}
        self.starting: dict[str, float] = {}
        self.lanes: defaultdict[str, list[float]] = defaultdict(list)

    def __call__(self, event: Event) -> None:
        moment = self.now()
        with self.lock:
            match event:
                case Staged():
                    self.end(event.cell, moment)
                    self.begin(event.cell, event.stage, moment)
                case Progressed():
                    self.progress(event.cell, moment)
                case Answered():
                    self.answer(event, moment)
                case Finished():
                    self.end(event.cell, moment)
                case Noticed():
                    pass
                case _ as never:
                    assert_never(never)

    def begin(self, cell: str, stage: Stage, moment: float) -> None:
        self.stages[cell] = stage, moment
        if stage is Stage.RUNNING:
            self.starting[cell] = moment

    def end(self, cell: str, moment: float, *, unfinished: bool = False) -> None:
        """End the stage that a cell is in."""
        if cell in self.stages:
            stage, start = self.stages.pop(cell)
            self.kept.append(Slice(cell=cell, name=stage, start=start, end=moment, unfinished=unfinished))

    def progress(self, cell: str, moment: float) -> None:
        """The first line of a cell's record ends its start: the interpreter's, the import of TensorFlow, the collection."""
        if (start := self.starting.pop(cell, None)) is not None:
            self.kept.append(Slice(cell=cell, name="starting", start=start, end=moment))

    def answer(self, event: Answered, moment: float) -> None:
        """A scenario has ended now, so that it began its seconds ago."""
        if len(self.kept) >= MOST:
            self.left_out += 1
            return
        lane, start = self.lane(event.cell, moment - event.seconds)
        self.lanes[event.cell][lane] = moment
        self.kept.append(Slice(cell=event.cell, name=event.scenario, start=start, end=moment, lane=lane + 1))

    def lane(self, cell: str, start: float) -> tuple[int, float]:
        """The number of the lane that got free last before a scenario began, or a new one; and the moment to draw it from."""
        ends = self.lanes[cell]
        free = [(end, number) for number, end in enumerate(ends) if end <= start + LATE]
        if not free:
            ends.append(start)
            return len(ends) - 1, max(0.0, start)
        end, number = max(free)
        return number, max(start, end)

    def close(self) -> None:
        """End what is under way, which an interruption leaves unfinished."""
        moment = self.now()
        with self.lock:
            for cell in list(self.stages):
                self.end(cell, moment, unfinished=True)
