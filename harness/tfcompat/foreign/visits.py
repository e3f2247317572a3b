"""Visits: the user's code run in some cells, each in its environment, and what each cell said, or why it said nothing."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tfcompat.environments.engine import Exit, LockedCell, Sandbox
from tfcompat.environments.locks import Lock
from tfcompat.foreign import lines
from tfcompat.foreign.lines import CellLine, MalformedError
from tfcompat.foreign.program import ForeignProgram
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.plan.work import Work
from tfcompat.run import schedule
from tfcompat.run.events import Stage, Staged
from tfcompat.run.matrix import BUILDS, Failed, Matrix, Prepared
from tfcompat.run.schedule import Overlap, Stages
from tfcompat.select.cells import Cell
from tfcompat.select.places import Spot

#: Makes the lock of a cell, where it needs more than the matrix does for one.
MakeLock = Callable[[Cell], object]


@dataclass(frozen=True, kw_only=True)
class Visit:
    """The user's code in one cell: what the cell said, or why there is nothing. ``pins`` are what was installed."""

    cell: Cell
    lines: Sequence[CellLine] = ()
    pins: Mapping[str, str] = field(default_factory=dict)
    out_of_memory: bool = False
    seconds: float = 0.0
    error: NoAnswerError | None = None

    @property
    def spot(self) -> Spot:
        """The cell by what can name it."""
        return Spot(
            cell=self.cell.id,
            tensorflow=str(self.cell.release.version),
            python=self.cell.python,
            keras=self.pins.get("keras", ""),
            variant=self.cell.variant.name,
        )


@dataclass(kw_only=True)
class Ears:
    """Takes the lines of a cell, within bounds."""

    texts: list[str] = field(default_factory=list)
    heard: int = 0

    def __call__(self, text: str) -> None:
        self.heard += len(text)
        if self.heard <= lines.MOST_CHARACTERS and len(self.texts) < lines.MOST_LINES:
            self.texts.append(text)

    @property
    def too_much(self) -> bool:
        return self.heard > lines.MOST_CHARACTERS or len(self.texts) >= lines.MOST_LINES


def visits(
    matrix: Matrix, program: ForeignProgram, cells: Sequence[Cell], jobs: int, make_lock: MakeLock = lambda cell: None
) -> Iterator[Visit]:
    """Run a program in some cells, ``jobs`` at once, while the environments of others are made; each as it ends.

    Environments are made, found and removed as the matrix does it. On an interruption all that runs is ended first.
    """
    works = [Work(cell=cell) for cell in cells]
    disk = matrix.disk(works, jobs)

    def prepare(work: Work) -> Prepared:
        try:
            make_lock(work.cell)
        except NoAnswerError as error:
            disk.built(work.cell)
            return Failed(error=error, lock=None)
        return matrix.prepare(work, disk)

    def visit(work: Work, prepared: Prepared, among: int) -> Visit:
        try:
            return visited(matrix, program, work.cell, prepared, among)
        finally:
            disk.release(work.cell, is_kept(matrix, work.cell, prepared))

    stages = Stages(
        prepare=prepare,
        work=visit,
        is_ready=matrix.is_ready,
        may_prepare=lambda work, alone: disk.reserve(work.cell, alone),
        preparers=BUILDS,
        width=jobs,
    )
    with schedule.workers(jobs + BUILDS, matrix.cancelling) as executor:
        for _, result in Overlap(works, stages, executor).results():
            yield result


def is_kept(matrix: Matrix, cell: Cell, prepared: Prepared) -> bool:
    """Whether the environment of a cell is there after its visit; where none are kept, it is removed."""
    if isinstance(prepared, Failed):
        return False
    return not (matrix.remove_afterwards and matrix.engine.remove(LockedCell(cell=cell, lock=prepared.lock)))


def visited(matrix: Matrix, program: ForeignProgram, cell: Cell, prepared: Prepared, among: int) -> Visit:
    """What a cell said."""
    if isinstance(prepared, Failed):
        return Visit(cell=cell, error=prepared.error)
    if prepared.sandbox is None:
        raise ValueError(f"{cell.id} has no environment")
    matrix.emit(Staged(cell=cell.id, stage=Stage.RUNNING))
    shared = program.shared(among)
    if not isinstance(shared, ForeignProgram):
        raise TypeError("a program that is shared is the same program")
    return heard(cell, prepared.lock, prepared.sandbox, shared)


def heard(cell: Cell, lock: Lock, sandbox: Sandbox, program: ForeignProgram) -> Visit:
    """Run a program in a sandbox, and check what it says."""
    ears, started = Ears(), time.monotonic()
    ending = sandbox.run(program, ears)
    seconds = time.monotonic() - started
    try:
        said = lines.parse(ears.texts)
        if error := trouble(ending, ears, said):
            raise error
    except MalformedError as error:
        return Visit(cell=cell, pins=lock.pins, error=NoAnswerError(Reason.SUITE_BROKEN, str(error)))
    except NoAnswerError as error:
        return Visit(cell=cell, pins=lock.pins, error=error)
    return Visit(cell=cell, pins=lock.pins, lines=said, out_of_memory=ending.out_of_memory, seconds=seconds)


def trouble(ending: Exit, ears: Ears, said: Sequence[CellLine]) -> NoAnswerError | None:
    """Why a cell has no answer; None where it has said all."""
    output = " ".join(ending.output.split())[-500:]
    whole = bool(said) and isinstance(said[-1], lines.ScriptEnded | lines.CasesEnded)
    if ears.too_much:
        return NoAnswerError(Reason.SUITE_BROKEN, "the cell wrote more than is read")
    if whole:
        return None
    if ending.timed_out:
        return NoAnswerError(Reason.TIME_LIMIT, "the cell outran its time limit")
    if ending.lost:
        return NoAnswerError(Reason.ENGINE_LOST, output or "the engine went away")
    if ending.out_of_memory:
        return NoAnswerError(Reason.OUT_OF_MEMORY, "the system killed the cell for lack of memory")
    return NoAnswerError(Reason.SUITE_BROKEN, f"the program in the cell did not end well ({ending.code}): {output}")
