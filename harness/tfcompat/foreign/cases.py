"""Cases: what became of each of the user's tests on which releases, and the files of tests that cannot be collected there."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from tfcompat.foreign.groups import NotRun, hole, where
from tfcompat.foreign.lines import Became, CaseEnded, CaseFound, CasesEnded, CollectionFailed, Places
from tfcompat.foreign.noise import clean, first_line
from tfcompat.foreign.visits import Visit
from tfcompat.select.naming import order

#: What a test does where it does not do what it should.
FAILING = frozenset({Became.FAILED, Became.ERROR, Became.CRASHED, Became.HUNG})
#: What is called what a test does in a cell where it is not collected.
NOT_THERE = "not there"


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What became of a test in a cell; the message is without the noise of the cell."""

    outcome: Became
    seconds: float = 0.0
    message: str = ""

    @property
    def first(self) -> str:
        """The first line of what it says, if it says so because it failed."""
        return first_line(self.message) if self.outcome in FAILING else ""


@dataclass(frozen=True, kw_only=True)
class Tested:
    """A cell in which tests ran: what became of each, in their order, and by its place what cannot be collected."""

    visit: Visit
    tests: Mapping[str, Ended]
    broken: Mapping[str, str] = field(default_factory=dict)

    @property
    def fails(self) -> bool:
        return bool(self.broken) or any(ended.outcome in FAILING for ended in self.tests.values())

    @property
    def unfinished(self) -> bool:
        return any(ended.outcome is Became.NOT_RUN for ended in self.tests.values())


class CaseRange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Cells in which the same became of a test: ``where`` in words, and what the first of them says of it."""

    where: str
    outcome: str
    cells: list[str]
    message: str


class OwnCase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A test, and what became of it where, the oldest release first."""

    test: str
    ranges: list[CaseRange]


class BrokenFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of tests that cannot be collected in some cells; where it is empty, pytest itself did not end well."""

    file: str
    where: str
    cells: list[str]
    message: str


class CellCount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cell in which tests ran, and how many came to what."""

    cell: str
    counts: dict[str, int]
    seconds: float


class CasesReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of the user's tests on some releases, and the cells without an answer."""

    schema: Literal[1]
    tests: str
    cells: list[CellCount]
    cases: list[OwnCase]
    broken: list[BrokenFile]
    unknown: list[NotRun]
    fails: bool
    unfinished: bool


def tested(visit: Visit) -> Tested | None:
    """What became of the tests in a visited cell; None where it has no answer."""
    if visit.error is not None:
        return None
    places = next((line.places for line in visit.lines if isinstance(line, CasesEnded)), Places())
    tests = {line.test: Ended(outcome=Became.NOT_RUN) for line in visit.lines if isinstance(line, CaseFound)}
    tests |= {line.test: ended(line, places) for line in visit.lines if isinstance(line, CaseEnded)}
    broken = {
        line.where: clean(line.message, places).text for line in visit.lines if isinstance(line, CollectionFailed)
    }
    return Tested(visit=visit, tests=tests, broken=broken)


def ended(line: CaseEnded, places: Places) -> Ended:
    return Ended(outcome=line.outcome, seconds=line.seconds, message=clean(line.message, places).text)


def report(tests: str, visits: Iterable[Visit]) -> CasesReport:
    """What became of the tests below a folder (``tests``) in some cells."""
    visited = sorted(visits, key=lambda visit: order(visit.spot))
    cells = [found for found in map(tested, visited) if found is not None]
    names = list(dict.fromkeys(name for found in cells for name in found.tests))
    return CasesReport(
        schema=1,
        tests=tests,
        cells=[count_of(found) for found in cells],
        cases=[OwnCase(test=name, ranges=ranges(name, cells)) for name in names],
        broken=list(broken_files(cells)),
        unknown=[hole(visit) for visit in visited if visit.error is not None],
        fails=any(found.fails for found in cells),
        unfinished=any(found.unfinished for found in cells),
    )


def count_of(found: Tested) -> CellCount:
    counts = Counter(ended.outcome for ended in found.tests.values())
    in_order = {str(outcome): counts[outcome] for outcome in Became if counts[outcome]}
    return CellCount(cell=found.visit.cell.id, counts=in_order, seconds=round(found.visit.seconds, 1))


def ranges(name: str, cells: Sequence[Tested]) -> list[CaseRange]:
    """The ranges of a test: cells with the same outcome, and the same first line of why where it failed."""
    groups: dict[tuple[str, str], list[Tested]] = {}
    for found in cells:
        test = found.tests.get(name)
        groups.setdefault((test.outcome, test.first) if test else (NOT_THERE, ""), []).append(found)
    return [
        CaseRange(
            where=place(group, cells),
            outcome=str(outcome),
            cells=[found.visit.cell.id for found in group],
            message=group[0].tests[name].message if name in group[0].tests else "",
        )
        for (outcome, _), group in groups.items()
    ]


def broken_files(cells: Sequence[Tested]) -> Iterable[BrokenFile]:
    """What cannot be collected, with the cells in which it says the same."""
    groups: dict[tuple[str, str], list[Tested]] = {}
    for found in cells:
        for file, message in found.broken.items():
            groups.setdefault((file, message), []).append(found)
    for (file, message), group in groups.items():
        names = [found.visit.cell.id for found in group]
        yield BrokenFile(file=file, where=place(group, cells), cells=names, message=message)


def place(group: Sequence[Tested], cells: Sequence[Tested]) -> str:
    return where([found.visit for found in group], [found.visit for found in cells])
