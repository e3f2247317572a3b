"""Tests of the diff of made trials: whatever is in them, it is what one outcome beside the other says."""

from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings

from tests.compare.tables import side
from tests.door import made
from tfcompat.compare.diff import Change, compare
from tfcompat.outcomes import Harm, Trial
from tfcompat.table.agreement import same_answer, same_text
from tfcompat.table.frame import Table


@given(made.trials(), made.trials())
@settings(deadline=None)  # a table of pandas takes its time
def test_what_changed_is_what_outcome_by_outcome_changed(before: list[Trial], after: list[Trial]) -> None:
    """Whatever is left out by digests and numbers: the same as one outcome beside the other."""
    sides = side(*before), side(*after)
    diff = compare(*sides)
    told = {(row.cell, row.scenario): row.change for row in diff.rows}
    expected = dict(one_by_one(*(shown(one.table) for one in sides)))
    assert told == {key: change for key, change in expected.items() if change is not Change.UNCHANGED}
    assert diff.unchanged == len(expected) - len(told)
    assert sum(pair.scenarios for pair in diff.pairs) == len(expected)


#: The rows of a cell by scenario, and why it has no answer.
Shown = dict[str, tuple[dict[str, dict[Any, Any]], str]]


def shown(table: Table) -> Shown:
    """The outcomes of the current trials, from the frames."""
    rows: Shown = {}
    for number, row in zip(table.current.index, table.current.to_dict("records"), strict=True):
        outcomes = table.outcomes[table.outcomes["trial"] == number].astype(object).to_dict("records")
        rows[row["cell"]] = {said["scenario"]: said for said in outcomes}, row["reason"]
    return rows


def one_by_one(before: Shown, after: Shown) -> Iterator[tuple[tuple[str, str], Change]]:
    for cell in {*before, *after}:
        (old, why_old), (new, why_new) = before.get(cell, ({}, "")), after.get(cell, ({}, ""))
        for scenario in {*old, *new}:
            was = old.get(scenario, hole(why_old) if why_old else None)
            becomes = new.get(scenario, hole(why_new) if why_new else None)
            yield (cell, scenario), expected_change(was, becomes)


def hole(reason: str) -> dict[Any, Any]:
    return {"status": "unknown", "harm": "none", "reason": reason, "observed": "", "type": "", "whose": ""}


def expected_change(was: dict[Any, Any] | None, becomes: dict[Any, Any] | None) -> Change:
    if was is None or becomes is None:
        return Change.ADDED if was is None else Change.REMOVED
    if same_answer(was, becomes):
        return Change.UNCHANGED
    if "unknown" in (was["status"], becomes["status"]):
        return Change.ENVIRONMENT
    if event(was) == event(becomes) is not None or near(was, becomes):
        return Change.JUDGED
    ranks = [list(Harm).index(Harm(row["harm"])) for row in (was, becomes)]
    if ranks[0] == ranks[1]:
        return Change.OBSERVED
    return Change.REGRESSED if ranks[1] > ranks[0] else Change.IMPROVED


def event(row: dict[Any, Any]) -> tuple[str, str] | None:
    """The error that a row raised."""
    return (row["type"], row["message"]) if row["type"] else None


def near(was: dict[Any, Any], becomes: dict[Any, Any]) -> bool:
    """Whether both returned one value."""
    returned = {"works", "wrong", "answered"} >= {was["status"], becomes["status"]}
    return returned and not was["type"] and not becomes["type"] and same_text(was["observed"], becomes["observed"])
