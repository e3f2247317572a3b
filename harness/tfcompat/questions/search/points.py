"""Points: where the sentences that answer a question are true, read from the door, as ``questions.evidence`` has it of a table."""

import json
from collections.abc import Callable, Sequence

from packaging.version import Version

from tfcompat.door.door import Row
from tfcompat.outcomes import Kind, Status
from tfcompat.questions.rules import RAISED, RAN, Check, Combine, Rule
from tfcompat.record.verdict import same
from tfcompat.select.places import BUNDLED, Spot, words
from tfcompat.table.ranges import placed

#: Gives what a scenario did in every cell that is asked about, and its kind: the same cells, in the same order, for each.
Rows = Callable[[str], Sequence[Row]]
#: Whether something is so in a cell; None where nothing is known, or nothing is said of that cell.
So = bool | None
#: The kinds of rows that are answered and never work.
ANSWERED = (Kind.QUESTION, Kind.DATA)


def is_plain(rule: Rule) -> bool:
    """Whether a rule is read here: one without premises, about releases as pip installs them."""
    plain = all(check.given is None for check in rule.checks)
    return plain and rule.variants == (BUNDLED,) and rule.combine is not Combine.CHANGES


def where(rule: Rule, rows: Rows) -> tuple[str, list[str]]:
    """Where a plain rule is true, in words, and the cells."""
    by_check = [(check, rows(check.scenario)) for check in rule.checks]
    cells = [Spot.of(row) for row in by_check[0][1]]
    so = [
        together(rule.combine, [holds(check, of_check[place]) for check, of_check in by_check])
        for place in range(len(cells))
    ]
    inside = [spot.cell for spot, is_so in zip(cells, so, strict=True) if is_so]
    known = [(spot, is_so is not None) for spot, is_so in zip(cells, so, strict=True)]
    return words(placed(known, inside)), inside


def together(combine: Combine, each: Sequence[So]) -> So:
    """What several checks say of a cell together: of all of them a false one decides, of any of them a true one."""
    deciding = combine is Combine.ANY
    if deciding in each:
        return deciding
    return None if None in each or not each else not deciding


def holds(check: Check, row: Row) -> So:
    """What an outcome says to a check."""
    if check.releases is not None and Version(row["tensorflow"]) not in check.releases:
        return None
    if row["status"] == Status.UNKNOWN or (check.kind is not None and row["kind"] != check.kind):
        return None
    status = Status(row["status"])
    if status is Status.ANSWERED and row["kind"] not in ANSWERED and Status.WORKS in check.statuses:
        status = Status.WORKS  # of a trial that is older than kinds
    if status not in check.statuses or (check.harm and row["harm"] not in check.harm):
        return False
    if check.raises is not None and status in RAISED:
        return raised(check, row)
    if not check.observed or status not in RAN:
        return True
    value = json.loads(row["observed"]) if row["observed"] else None
    if check.part is not None:
        value = value.get(check.part) if isinstance(value, dict) else None
    return any(same(value, wanted) for wanted in check.observed)


def raised(check: Check, row: Row) -> bool:
    """Whether an outcome raised what a check names."""
    bare = str(row["message"]).removeprefix(f"{row['type']}: ")
    return row["type"] == check.raises and check.message in (None, bare)
