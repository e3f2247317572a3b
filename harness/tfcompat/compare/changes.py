"""A diff as somebody reads it: lines for a terminal, Markdown, or a document for programs."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from msgspec import Struct

from tfcompat.compare.causes import Axis, Cause, OutcomeRow, TrialRow
from tfcompat.compare.diff import OF_BEHAVIOUR, Change, ChangedOutcome, Diff, Pair
from tfcompat.escape import markdown_cell, printable
from tfcompat.outcomes import Harm, Reason, Status, Subject
from tfcompat.record import words

#: The harm that an outcome's own words say, or that it does not have.
QUIET = (Harm.NONE, Harm.LOUD)
#: How many cells a line names.
NAMED = 6
#: How many differences are named beside a change, and in a line about two environments.
FEW, MANY = 2, 12
#: Characters of what a line is about.
LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a diff: of which change, about which cell and scenario, what there is to say, and why that may be."""

    change: Change
    flaky: bool = False
    about: str
    says: str
    because: str = ""

    @property
    def heading(self) -> str:
        return "flaky, so not believed" if self.flaky else str(self.change)


def lines(diff: Diff) -> list[Line]:
    """What changed, in the order of Change, flaky outcomes last: behaviour a line an outcome, the rest a line a cell or
    scenario.
    """
    alone = len(diff.pairs) == 1
    of_behaviour = sorted((row for row in diff.rows if row.change in OF_BEHAVIOUR), key=worst_first)
    unsorted = [*cells_alone(diff.pairs), *(behaviour(row, alone) for row in of_behaviour)]
    for change in (Change.JUDGED, Change.ENVIRONMENT, Change.REMOVED, Change.ADDED):
        unsorted.extend(gathered([row for row in diff.rows if row.change is change]))
    return sorted(unsorted, key=lambda line: (line.flaky, list(Change).index(line.change)))


def worst_first(row: ChangedOutcome) -> int:
    """Where an outcome stands among others of its change: what does most harm now comes first."""
    return -list(Harm).index(Harm(row.after["harm"])) if row.after else 0


def behaviour(row: ChangedOutcome, alone: bool) -> Line:
    """The line of one outcome, which need not name its cell where there is no other."""
    about = row.scenario if alone else f"{row.cell}  {row.scenario}"
    says = f"{answer(row.before)} → {answer(row.after)}"
    return Line(change=row.change, flaky=row.flaky, about=about, says=says, because=causes_of_row(row))


def answer(outcome: OutcomeRow | None) -> str:
    """An outcome in a few words: what it is called, what was observed or raised, and its harm where that is not loud."""
    if outcome is None:
        return "nothing"
    status, called = (
        outcome["status"],
        words.word(*(outcome[name] for name in ("status", "observed", "reason", "whose"))),
    )
    seen = outcome["observed"] if called == status else ""
    more = seen or (outcome["message"] if status != Status.WORKS else "")
    said = (": " if outcome["reason"] else " ").join(printable(part) for part in (called, more) if part)
    return said if outcome["harm"] in QUIET else f"{said} ({outcome['harm']} harm)"


def causes_of_row(row: ChangedOutcome) -> str:
    """What a change can be put down to, in words: each difference where they are few, else the axes that they are on."""
    if not row.causes:
        return "nothing that is recorded differs"
    if len(row.causes) <= FEW:
        return listed(row.causes, FEW)
    return "of " + ", ".join(dict.fromkeys(str(cause.axis) for cause in row.causes))


def listed(causes: Sequence[Cause], most: int) -> str:
    """Differences in a line: TensorFlow, Keras and the scenario before the other distributions, of which only some."""
    ordered = sorted(causes, key=lambda cause: cause.axis is Axis.DISTRIBUTION)
    shown = ", ".join(printable(str(cause)) for cause in ordered[:most])
    return shown + more_than(most, ordered)


def more_than(most: int, things: Sequence[object]) -> str:
    return f" and {len(things) - most} more" if len(things) > most else ""


def cells_alone(pairs: Iterable[Pair]) -> Iterator[Line]:
    """The cells of one side that have no outcomes, so that they too are seen to come or go."""
    for pair in pairs:
        trial = pair.before or pair.after
        if (pair.before is None or pair.after is None) and trial and not pair.scenarios:
            change = Change.ADDED if pair.before is None else Change.REMOVED
            reason = trial["reason"] or "no scenarios"
            yield Line(change=change, about=pair.name, says=f"the whole cell, without an answer ({reason})")


def gathered(rows: Sequence[ChangedOutcome]) -> Iterator[Line]:
    """Rows of one change: a line for a cell that is wholly of it, and for the rest a line a scenario with its cells."""
    left: list[ChangedOutcome] = []
    for cell, of_cell in by(rows, lambda row: row.cell):
        if len(of_cell) == of_cell[0].pair.scenarios:
            says = f"the whole cell, {len(of_cell)} scenario{'s' if len(of_cell) > 1 else ''}{unanswered(of_cell)}"
            yield Line(change=of_cell[0].change, about=cell, says=says)
        else:
            left.extend(of_cell)
    for scenario, some in by(left, lambda row: row.scenario):
        cells = ", ".join(row.cell for row in some[:NAMED])
        says = f"{cells}{more_than(NAMED, some)}{unanswered(some)}"
        yield Line(change=some[0].change, about=scenario, says=says)


def by(rows: Iterable[ChangedOutcome], key: Callable[[ChangedOutcome], str]) -> list[tuple[str, list[ChangedOutcome]]]:
    """The rows of each key, in the order in which the keys first come."""
    groups: dict[str, list[ChangedOutcome]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return list(groups.items())


def unanswered(rows: Sequence[ChangedOutcome]) -> str:
    """How rows without an answer on one side changed, or are judged otherwise; empty where they came or went."""
    if rows[0].change not in (Change.ENVIRONMENT, Change.JUDGED):
        return ""
    say = brief if rows[0].change is Change.ENVIRONMENT else judged
    ways = list(dict.fromkeys(f"{say(row.before)} → {say(row.after)}" for row in rows))
    return f": {ways[0]}" if len(ways) == 1 else f": {len(ways)} different ways, as {ways[0]}"


def brief(outcome: OutcomeRow | None) -> str:
    if outcome is None or not outcome["reason"]:
        return "an answer"
    message = outcome["message"].removeprefix(f"{outcome['type']}: ")
    return f"unknown ({outcome['reason']}{': ' if message else ''}{printable(message)})"


def judged(outcome: OutcomeRow | None) -> str:
    """What is said of an outcome: its status and harm."""
    return f"{outcome['status']}, {outcome['harm']} harm" if outcome else "nothing"


def summary(diff: Diff) -> str:
    """How many outcomes there are of each change, in one line."""
    counts = [f"{count} {change}" for change, count in diff.counts.items()]
    flaky = [f"{len(diff.flaky)} flaky"] if diff.flaky else []
    return ", ".join([*counts, *flaky]) or "nothing to compare"


def environments(diff: Diff) -> list[tuple[str, str]]:
    """The cells whose environment differs between the sides, each with how, whatever its outcomes did."""
    return [(pair.name, listed(pair.causes, MANY)) for pair in diff.pairs if pair.causes]


def text(diff: Diff) -> str:
    """The diff for a terminal: a heading a change, a line each, why that may be once where it is the same, and the counts last."""
    shown = [f"from {printable(diff.before)} to {printable(diff.after)}"]
    known = lines(diff)
    common = {line.because for line in known if line.because}
    once = len(common) == 1 and sum(bool(line.because) for line in known) > 1
    for heading, some in groupby(known, key=lambda line: line.heading):
        shown += [heading, *(f"  {printable(line.about, LONGEST)}: {said(line, alone=once)}" for line in some)]
    if once:
        shown += [f"why: {common.pop()}, for each change of behaviour"]
    if differ := environments(diff):
        shown += ["environments that differ", *(f"  {cell}: {how}" for cell, how in differ)]
    return "\n".join([*shown, summary(diff)])


def said(line: Line, *, alone: bool = False) -> str:
    """What a line says, with why that may be unless it is to stand alone."""
    return line.says if alone or not line.because else f"{line.says}; {line.because}"


def markdown(diff: Diff) -> str:
    """The diff for a code host: a table a change, and the counts first."""
    shown = [f"**{markdown_cell(diff.before)} → {markdown_cell(diff.after)}**: {summary(diff)}"]
    for heading, some in groupby(lines(diff), key=lambda line: line.heading):
        shown += section(heading, ("where", "what"), [(printable(line.about, LONGEST), said(line)) for line in some])
    if differ := environments(diff):
        shown += section("environments that differ", ("cell", "how"), differ)
    return "\n".join(shown) + "\n"


def section(heading: str, columns: tuple[str, str], rows: Iterable[tuple[str, str]]) -> list[str]:
    """The lines of a heading and its table of two columns."""
    lines = [f"| {markdown_cell(first)} | {markdown_cell(second)} |" for first, second in rows]
    return ["", f"### {heading}", "", "| {} | {} |".format(*columns), "| --- | --- |", *lines]


class DiffOutcome(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An outcome of one side; of a very long observation its length and hash."""

    status: Status
    harm: Harm
    observed: Any
    reason: Reason | None
    message: str


class DiffCell(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cell, or two that were compared: what each side was made of, and how the environments differ."""

    cell: str
    before: Subject | None
    after: Subject | None
    causes: list[Cause]


class DiffChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An outcome that is not what it was, and what that can be put down to."""

    cell: str
    scenario: str
    change: Change
    flaky: bool
    before: DiffOutcome | None
    after: DiffOutcome | None
    causes: list[Cause]


class Differences(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A diff for programs: the sides, how many outcomes became what, the cells, and each outcome that is not what it was."""

    schema: Literal[2]
    before: str
    after: str
    changed: bool
    counts: dict[Change, int]
    cells: list[DiffCell]
    changes: list[DiffChange]


def document(diff: Diff) -> Differences:
    """The diff for programs."""
    cells = [
        DiffCell(cell=pair.name, before=subject(pair.before), after=subject(pair.after), causes=list(pair.causes))
        for pair in diff.pairs
    ]
    return Differences(
        schema=2,
        before=diff.before,
        after=diff.after,
        changed=diff.differs,
        counts=dict(diff.counts),
        cells=cells,
        changes=list(map(change_of, diff.rows)),
    )


def change_of(row: ChangedOutcome) -> DiffChange:
    return DiffChange(
        cell=row.cell,
        scenario=row.scenario,
        change=row.change,
        flaky=row.flaky,
        before=outcome_of(row.before),
        after=outcome_of(row.after),
        causes=list(row.causes),
    )


def subject(trial: TrialRow | None) -> Subject | None:
    """What a trial was made of."""
    return Subject(**{key: trial[key] for key in Subject.__dataclass_fields__}) if trial else None


def outcome_of(outcome: OutcomeRow | None) -> DiffOutcome | None:
    if outcome is None:
        return None
    return DiffOutcome(
        status=Status(outcome["status"]),
        harm=Harm(outcome["harm"]),
        observed=json.loads(outcome["observed"]) if outcome["observed"] else None,
        reason=Reason(outcome["reason"]) if outcome["reason"] else None,
        message=outcome["message"],
    )
