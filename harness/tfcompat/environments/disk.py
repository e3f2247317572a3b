"""The disk of a run: how much its environments may take, which go when there is too little, and which cell waits."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from threading import Lock

from tfcompat.environments.engine import Engine
from tfcompat.errors import SelectionError, ToolError
from tfcompat.outcomes import NoAnswerError
from tfcompat.select.cells import Cell

#: Bytes of each unit, by its name in lower case.
UNITS: Mapping[str, int] = {
    "b": 1,
    **{f"{prefix}{suffix}": 1000**power for power, prefix in enumerate("kmgt", 1) for suffix in ("", "b")},
    **{f"{prefix}ib": 1024**power for power, prefix in enumerate("kmgt", 1)},
}
#: How soon an environment goes where disk is needed: one that the run made, one that was there and whose cell this run
#: has not measured, one that was there and is measured.
MADE, UNUSED, USED = 0, 1, 2


def parse_size(text: str) -> int:
    """The bytes that ``14GB``, ``1.5 gb``, ``500MB`` or ``14GiB`` means. Raises SelectionError where it is not a size."""
    match = re.fullmatch(r"\s*([0-9]{1,12}(?:\.[0-9]{1,9})?)\s*([a-z]{1,3})\s*", text.lower())
    size = int(float(match[1]) * UNITS.get(match[2], 0)) if match else 0
    if not 0 < size < 1 << 60:
        raise SelectionError(f"--disk {text!r} is not a size: write a number and its unit, for example 14GB or 500MB")
    return size


def in_words(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 5e8 else f"{size / 1e6:.0f} MB"


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What environments may take: ``limit`` bytes for all that the engine keeps, None for all that the disk has.

    ``needs`` estimates the bytes of a cell's environment. ``last_used`` has when each cell was measured last (ISO 8601):
    what was used longest ago goes first. Without ``keep`` each environment goes after its cell.
    """

    limit: int | None = None
    keep: bool = True
    needs: Callable[[Cell], int] = lambda cell: 0
    last_used: Mapping[str, str] = field(default_factory=dict)

    @property
    def bounded(self) -> bool:
        """Whether the run removes environments at all, so that it can make sense to wait for disk."""
        return self.limit is not None or not self.keep


@dataclass(kw_only=True)
class Kept:
    """The environments of a cell that are on disk: their bytes, and how soon they go, the smallest first."""

    size: int
    order: tuple[int, str, int]
    in_use: bool = False


class Disk:
    """The disk that environments take during a run of some cells, ``width`` of them at once.

    Sizes of what the run makes are the budget's estimates; those of what was there before are measured. What uv or Docker
    keep beside the environments, downloads and build caches, does not count. Every method is safe in any thread; those that
    remove something take their time.
    """

    def __init__(
        self, engine: Engine, budget: Budget, cells: Iterable[Cell], width: int, notice: Callable[[str, str], None]
    ) -> None:
        self.engine = engine
        self.budget = budget
        self.width = width
        self.notice = notice
        self.needed = Counter(cell.id for cell in cells)
        self.turns = count()
        self.lock = Lock()
        self.kept: dict[str, Kept] = {}
        self.reserved: dict[str, int] = {}
        self.unbuilt: set[str] = set()
        self.leaving: dict[str, dict[str, Kept]] = {}
        if budget.limit is not None:
            self.look()

    def look(self) -> None:
        """Find what is there already."""
        for _, cell, size in self.engine.environments():
            kept = self.kept.setdefault(cell, Kept(size=0, order=(UNUSED, self.budget.last_used.get(cell, ""), 0)))
            kept.size += size

    @property
    def used(self) -> int:
        """Bytes of the environments that are there, and of those that are being made."""
        return sum(kept.size for kept in self.kept.values()) + sum(self.reserved.values())

    def reserve(self, cell: Cell, alone: bool) -> bool:
        """Whether a cell's environment may be made now; its bytes are taken then.

        ``alone`` says that nothing is under way which would free any: then it may, and where it is too large that is said.
        """
        if not self.budget.bounded:
            return True
        with self.lock:
            need = self.budget.needs(cell)
            short = self.short_of(need)
            leaving = self.first_to_go(short)
            enough = sum(kept.size for kept in leaving.values()) >= short
            if not alone and not (enough and self.has_place()):
                return False
            self.leaving[cell.id] = leaving
            self.kept = {name: kept for name, kept in self.kept.items() if name not in leaving}
            self.reserved[cell.id] = need
            self.unbuilt.add(cell.id)
        if not enough:
            self.notice(cell.id, f"takes about {in_words(need)}, more than there is room for: it runs alone")
        return True

    def has_place(self) -> bool:
        """Whether one more is not too many where none is kept: there is one for each cell that runs, and the next."""
        return self.budget.keep or len(self.reserved) <= self.width

    def short_of(self, need: int) -> int:
        """Bytes that lack for an environment of so many: of the budget, or of the disk itself, whichever lacks more."""
        limit = self.budget.limit
        of_limit = self.used + need - limit if limit is not None else 0
        return max(0, of_limit, need + sum(self.reserved[name] for name in self.unbuilt) - self.free())

    def free(self) -> int:
        try:
            return self.engine.free_disk()
        except (NoAnswerError, ToolError):  # the engine has gone: the cell says so when it is made
            return 1 << 62

    def first_to_go(self, short: int) -> dict[str, Kept]:
        """The environments that go so that so many bytes get free, by cell; all that may go where that is not enough."""
        if self.budget.limit is None:
            return {}
        idle = [name for name, kept in self.kept.items() if not self.needed[name] and not kept.in_use]
        chosen: dict[str, Kept] = {}
        for name in sorted(idle, key=lambda name: self.kept[name].order):
            if short <= 0:
                break
            chosen[name] = self.kept[name]
            short -= self.kept[name].size
        return chosen

    def make_room(self, cell: Cell) -> None:
        """Remove what was chosen to go for a cell; to be called before its environment is made."""
        with self.lock:
            leaving = self.leaving.pop(cell.id, {})
        self.remove(leaving)

    def remove(self, leaving: Mapping[str, Kept]) -> None:
        """Remove environments; one that somebody else uses stays, and counts."""
        for name, kept in leaving.items():
            if not self.engine.prune({name}):
                with self.lock:
                    self.kept[name] = replace(kept, in_use=True)

    def built(self, cell: Cell) -> None:
        """A cell's environment is made, or failed to be: the disk has all of its bytes."""
        with self.lock:
            self.unbuilt.discard(cell.id)

    def release(self, cell: Cell, there: bool) -> None:
        """A cell is measured, and its environment is still ``there`` or not: it may go now, and what is too much does."""
        with self.lock:
            self.needed[cell.id] -= 1
            made = self.reserved.pop(cell.id, None)
            self.unbuilt.discard(cell.id)
            before = self.kept.get(cell.id, Kept(size=0, order=(USED, "", 0)))
            if there:
                order = (USED if made is None else MADE, "", next(self.turns))
                self.kept[cell.id] = replace(before, size=before.size + (made or 0), order=order)
            elif made is None:
                self.kept.pop(cell.id, None)
        self.trim()

    def trim(self) -> None:
        """Remove what is more than the budget and not needed."""
        with self.lock:
            leaving = self.first_to_go(self.used - (self.budget.limit or 0))
            self.kept = {name: kept for name, kept in self.kept.items() if name not in leaving}
        self.remove(leaving)
