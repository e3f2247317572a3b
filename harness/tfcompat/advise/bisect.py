"""Bisecting: the neighbouring patch releases between which a scenario changed, and which cell a binary search needs next."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal

from msgspec import Meta, Struct
from packaging.version import Version

from tfcompat.advise.effect import agree
from tfcompat.advise.matrix import Matrix, bundled, called, harm_of, is_known, why_unknown
from tfcompat.door.door import Row
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Harm, Reason

#: The Pythons on which each release can be measured, the oldest first.
Pythons = Mapping[str, Sequence[str]]


class State(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the cell that stands for a release does. ``others`` are cells of that release that do not do the same."""

    release: str
    cell: str
    word: str
    harm: Harm
    observed: str
    others: list[str]


class Hole(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A release of which nothing is known, and the reason."""

    release: str
    reason: str


class Cell(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The cell to measure next, with the command; ``left`` cells at most have to be measured, this one among them."""

    cell: str
    command: str
    left: int


class Turn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Between which releases a scenario changed; exactly there, where there are no ``holes`` in between.

    ``what`` changed is the outcome, or only the observation. ``beside`` are the versions that are not the same in the two
    cells, beside TensorFlow's. ``next`` is the cell that halves the holes, None where there is none to measure.
    """

    before: State
    after: State
    what: Literal["outcome", "observation"]
    holes: list[Hole]
    beside: dict[str, tuple[str, str]]
    next: Cell | None


class Bisection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All turns of a scenario from the ``first`` known release to the ``last``, the oldest first.

    ``hidden`` are the holes between releases that do the same: a change and its way back may hide in them. ``outside`` are
    those before the first known release and after the last. ``notes`` say how the releases were read.
    """

    schema: Literal[1]
    scenario: str
    title: str
    first: State
    last: State
    known: Annotated[int, Meta(description="how many releases have an answer")]
    turns: list[Turn]
    hidden: list[Hole]
    outside: list[Hole]
    notes: list[str] = []


@dataclass(frozen=True, kw_only=True)
class Step:
    """A release as the search goes over it: the row that stands for it, None in a hole, and all rows of it."""

    release: str
    row: Row | None
    rows: Sequence[Row]


def bisect(
    matrix: Matrix,
    scenario: str,
    *,
    good: str | None = None,
    bad: str | None = None,
    pythons: Pythons | None = None,
    versions: Mapping[str, Mapping[str, str | None]] | None = None,
) -> Bisection:
    """What the evidence says of where a scenario changed, from ``good`` to ``bad`` or over all releases there are.

    ``pythons`` say where a release can be measured, ``versions`` what each cell imported. Raises SelectionError where
    nothing is known, where an end is no release or not known, or where both ends do the same.
    """
    steps = list(between(steps_of(matrix, scenario), good, bad))
    known = [place for place, step in enumerate(steps) if step.row is not None]
    if not known:
        raise SelectionError(f"nothing is known of {scenario} on these releases: measure one with tfcompat run")
    require_ends(steps, good, bad)
    turns, hidden = list[Turn](), list[Hole]()
    for start, end in pairwise(known):
        if same(steps[start], steps[end]):
            hidden += map(hole, steps[start + 1 : end])
        else:
            turns.append(turn(steps[start : end + 1], pythons or {}, versions or {}))
    return Bisection(
        schema=1,
        scenario=scenario,
        title=str(matrix.facts.get(scenario, {}).get("title", "")),
        first=state(steps[known[0]]),
        last=state(steps[known[-1]]),
        known=len(known),
        turns=turns,
        hidden=hidden,
        outside=[hole(step) for step in (*steps[: known[0]], *steps[known[-1] + 1 :])],
    )


def steps_of(matrix: Matrix, scenario: str) -> Iterator[Step]:
    """Each release there is, the oldest first; the cell on the newest Python that has an answer stands for it."""
    of_release: dict[str, list[Row]] = {}
    for row in bundled(matrix.rows[scenario]):
        of_release.setdefault(row["tensorflow"], []).append(row)
    for release in matrix.known:
        rows = of_release.get(release, [])
        yield Step(release=release, row=next(filter(is_known, reversed(rows)), None), rows=rows)


def between(steps: Iterable[Step], good: str | None, bad: str | None) -> Iterator[Step]:
    """The releases from one end to the other, whichever is the older; all of them beyond an end that is not given."""
    first, last = (Version(text) if text else None for text in (good, bad))
    if first and last and first > last:
        first, last = last, first
    for step in steps:
        found = Version(step.release)
        if (first is None or found >= first) and (last is None or found <= last):
            yield step


def require_ends(steps: Sequence[Step], good: str | None, bad: str | None) -> None:
    """Raises SelectionError where an end is not there or not known, or where both ends do the same."""
    by_release = {step.release: step for step in steps}
    for end in filter(None, (good, bad)):
        if end not in by_release or by_release[end].row is None:
            raise SelectionError(
                f"nothing is known of {end}: measure it with tfcompat run --tf {end}, or name another end"
            )
    if good and bad and same(by_release[good], by_release[bad]):
        said = called(by_release[good].row or {})
        raise SelectionError(f"{good} and {bad} do the same ({said}): name two ends that differ, or none")


def same(step: Step, other: Step) -> bool:
    """Whether two releases with an answer do the same."""
    return step.row is not None and other.row is not None and agree(step.row, other.row)


def turn(steps: Sequence[Step], pythons: Pythons, versions: Mapping[str, Mapping[str, str | None]]) -> Turn:
    """The turn from the first of some releases to the last; those in between are holes."""
    before, after, holes = state(steps[0]), state(steps[-1]), steps[1:-1]
    outcome = (before.word, before.harm) != (after.word, after.harm)
    return Turn(
        before=before,
        after=after,
        what="outcome" if outcome else "observation",
        holes=list(map(hole, holes)),
        beside=beside(versions.get(before.cell, {}), versions.get(after.cell, {})),
        next=next_cell(holes, steps[0], pythons),
    )


def state(step: Step) -> State:
    """What is known of a release. Raises ValueError in a hole."""
    if step.row is None:
        raise ValueError(f"nothing is known of {step.release}")
    row = step.row
    return State(
        release=step.release,
        cell=row["cell"],
        word=called(row),
        harm=harm_of(row),
        observed=str(row["observed"]),
        others=[other["cell"] for other in step.rows if is_known(other) and not agree(other, row)],
    )


def hole(step: Step) -> Hole:
    return Hole(release=step.release, reason=next(map(why_unknown, step.rows), str(Reason.NOT_RUN)))


def beside(before: Mapping[str, str | None], after: Mapping[str, str | None]) -> dict[str, tuple[str, str]]:
    """The versions that are not the same on two sides, beside TensorFlow's, where both are known."""
    pairs = {name: (before[name] or "", after[name] or "") for name in before if name in after and name != "tensorflow"}
    return {name: pair for name, pair in pairs.items() if all(pair) and pair[0] != pair[1]}


def next_cell(holes: Sequence[Step], older: Step, pythons: Pythons) -> Cell | None:
    """The cell in the middle of the holes that can be measured, on the Python of the older end where it can be."""
    possible = [step.release for step in holes if pythons.get(step.release)]
    if not possible or older.row is None:
        return None
    release = possible[(len(possible) - 1) // 2]
    python = older.row["python"] if older.row["python"] in pythons[release] else pythons[release][-1]
    command = f"tfcompat run --tf {release} --python {python}"
    return Cell(cell=f"tf{release}-py{python}", command=command, left=len(possible).bit_length())
