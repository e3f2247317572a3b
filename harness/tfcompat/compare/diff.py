"""The diff: what changed between two sets of trials, per scenario and cell, and what that can be put down to."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import assert_never

from tfcompat.compare import causes
from tfcompat.compare.causes import Cause, Locks
from tfcompat.outcomes import Outcome, Status, Trial
from tfcompat.table.frame import as_text, order
from tfcompat.trials.judge import same


class Change(StrEnum):
    """What became of an outcome, in the order in which a reader wants to know."""

    REGRESSED = "regressed"
    FIXED = "fixed"
    OBSERVED = "observed something else"
    ENVIRONMENT = "environment only"
    REMOVED = "removed"
    ADDED = "added"
    UNCHANGED = "unchanged"


#: The changes that say something of what was measured; the others say that there is an answer or there is none.
OF_BEHAVIOUR = (Change.REGRESSED, Change.FIXED, Change.OBSERVED)


def harm(status: Status) -> int | None:
    """How far a status is from what is promised, which orders regressions; None where nothing is known. Total.

    0 it does what is documented; 1 it does something else; 2 it says that it cannot, and a caller can go on; 3 it takes
    the caller's process or time.
    """
    match status:
        case Status.WORKS:
            return 0
        case Status.DIFFERS:
            return 1
        case Status.MISSING | Status.FAILS:
            return 2
        case Status.CRASHES | Status.HANGS:
            return 3
        case Status.UNKNOWN:
            return None
        case _ as never:
            assert_never(never)


@dataclass(frozen=True, kw_only=True)
class Side:
    """One side of a diff: what it is called, the trial that speaks for each cell, the distributions of locks by digest,
    and the outcomes (cell, scenario, when the trial started) that are known not to repeat.
    """

    name: str
    trials: Sequence[Trial]
    locks: Locks = field(default_factory=dict)
    flaky: frozenset[tuple[str, str, str]] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Row:
    """One scenario of one cell on both sides; None on the side that does not have it."""

    cell: str
    scenario: str
    change: Change
    before: Outcome | None
    after: Outcome | None
    causes: tuple[Cause, ...] = ()
    flaky: bool = False


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A cell on both sides, None on the side that does not have it, and how its environments differ. Two cells may be
    a pair too.
    """

    before: Trial | None
    after: Trial | None
    causes: tuple[Cause, ...] = ()

    @property
    def name(self) -> str:
        names = [trial.subject.cell for trial in (self.before, self.after) if trial]
        return " → ".join(dict.fromkeys(names))


@dataclass(frozen=True, kw_only=True)
class Diff:
    """Two sides, cell by cell and row by row."""

    before: str
    after: str
    pairs: tuple[Pair, ...]
    rows: tuple[Row, ...]

    @property
    def counts(self) -> Mapping[Change, int]:
        """How many rows there are of each change that there is, in the order of Change; flaky ones are not believed."""
        found = Counter(row.change for row in self.rows if not row.flaky)
        return {change: found[change] for change in Change if found[change]}

    @property
    def changed(self) -> tuple[Row, ...]:
        """The rows that are to be believed, and not what they were."""
        return tuple(row for row in self.rows if row.change is not Change.UNCHANGED and not row.flaky)

    @property
    def flaky(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.flaky)

    @property
    def differs(self) -> bool:
        """Whether something changed: a row, or a cell that has none."""
        return bool(self.changed) or any(pair.before is None or pair.after is None for pair in self.pairs)


def compare(before: Side, after: Side) -> Diff:
    """What changed from one side to the other, each cell against the same cell."""
    old, new = ({trial.subject.cell: trial for trial in side.trials} for side in (before, after))
    known = sorted([*old.values(), *(trial for cell, trial in new.items() if cell not in old)], key=order)
    return compare_pairs(before, after, [(old.get(one.subject.cell), new.get(one.subject.cell)) for one in known])


def compare_cells(side: Side, one: Trial, other: Trial) -> Diff:
    """What changed from one cell to another of the same side."""
    before, after = (replace(side, name=trial.subject.cell) for trial in (one, other))
    return compare_pairs(before, after, [(one, other)])


def compare_pairs(before: Side, after: Side, trials: Sequence[tuple[Trial | None, Trial | None]]) -> Diff:
    locks, flaky = {**before.locks, **after.locks}, before.flaky | after.flaky
    pairs = tuple(pair_of(old, new, locks) for old, new in trials)
    rows = tuple(row for pair in pairs for row in rows_of(pair, flaky))
    return Diff(before=before.name, after=after.name, pairs=pairs, rows=rows)


def pair_of(before: Trial | None, after: Trial | None, locks: Locks) -> Pair:
    differ = causes.of_trials(before, after, locks) if before and after else ()
    return Pair(before=before, after=after, causes=differ)


def rows_of(pair: Pair, flaky: frozenset[tuple[str, str, str]]) -> Iterator[Row]:
    """The rows of a pair, in the order of the scenarios of the newer side."""
    asked = [trial.outcomes for trial in (pair.after, pair.before) if trial]
    old, new = answers(pair.before), answers(pair.after)
    for scenario in dict.fromkeys(outcome.scenario for outcomes in asked for outcome in outcomes):
        was, became = answer(pair.before, old, scenario), answer(pair.after, new, scenario)
        change = change_of(was, became)
        of_row: tuple[Cause, ...] = ()
        if pair.before and pair.after and was and became and change is not Change.UNCHANGED:
            of_row = pair.causes + causes.of_scenario(pair.before, pair.after, was, became)
        sides = [(one.subject.cell, scenario, one.subject.started) for one in (pair.before, pair.after) if one]
        yield Row(
            cell=pair.name,
            scenario=scenario,
            change=change,
            before=was,
            after=became,
            causes=of_row,
            flaky=change in OF_BEHAVIOUR and any(one in flaky for one in sides),
        )


def answers(trial: Trial | None) -> Mapping[str, Outcome]:
    return {outcome.scenario: outcome for outcome in trial.outcomes} if trial else {}


def answer(trial: Trial | None, known: Mapping[str, Outcome], scenario: str) -> Outcome | None:
    """What a trial says to a scenario: nothing where it was not asked, unknown where the cell has no answer at all."""
    if scenario in known or trial is None or trial.reason is None:
        return known.get(scenario)
    return Outcome(scenario=scenario, status=Status.UNKNOWN, reason=trial.reason, message=trial.message)


def change_of(before: Outcome | None, after: Outcome | None) -> Change:
    """What became of an outcome. Where one side has no answer, that is never a regression nor a fix."""
    if before is None:
        return Change.ADDED
    if after is None:
        return Change.REMOVED
    if tell_the_same(before, after):
        return Change.UNCHANGED
    old, new = harm(before.status), harm(after.status)
    if old is None or new is None:
        return Change.ENVIRONMENT
    if old == new:
        return Change.OBSERVED
    return Change.REGRESSED if old < new else Change.FIXED


def tell_the_same(one: Outcome, other: Outcome) -> bool:
    """Whether two outcomes agree: status, reason, type of the error, and observation within the tolerance.

    The words of a message may differ: they name addresses, folders and other libraries' versions.
    """
    if (one.status, one.reason) != (other.status, other.reason):
        return False
    if one.status in (Status.MISSING, Status.FAILS) and one.type != other.type:
        return False
    # A table of outcomes has the length and hash of a long observation in its place: then their texts tell.
    return same(one.observed, other.observed) or as_text(one.observed) == as_text(other.observed)
