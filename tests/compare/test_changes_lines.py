"""Tests of single lines of a diff: which there are at all, what a line says of its cells, and how much of it."""

from typing import Any

import msgspec
import pytest

from tests.compare.tables import side
from tests.fakes import outcome, subject, trial
from tfcompat.compare import changes
from tfcompat.compare.changes import Differences
from tfcompat.compare.diff import Diff, compare
from tfcompat.outcomes import Harm, Reason, Status, Trial

CELL, OTHER = "tf2.6.5-py3.9", "tf2.7.4-py3.9"


def diff(before: list[Trial], after: list[Trial]) -> Diff:
    return compare(side(*before, name="old"), side(*after, name="new"))


def lines(before: list[Trial], after: list[Trial]) -> list[str]:
    return changes.text(diff(before, after)).splitlines()


def test_a_cell_without_an_answer_on_both_sides_is_no_line() -> None:
    hole = trial(CELL, reason=Reason.NO_LOCK)
    assert lines([hole], [hole]) == ["from old to new", "nothing to compare"]


def test_a_cell_that_was_asked_nothing_is_said_to_have_no_scenarios() -> None:
    assert lines([], [trial(CELL)])[2] == f"  {CELL}: the whole cell, without an answer (no scenarios)"


def test_a_whole_cell_of_one_scenario_has_one() -> None:
    assert lines([], [trial(CELL, outcome())])[1:] == ["added", f"  {CELL}: the whole cell, 1 scenario", "1 added"]


def test_what_does_most_harm_comes_first() -> None:
    before = trial(CELL, *(outcome(f"a::{name}", observed="was") for name in "abc"))
    harms = {"a": Harm.LOUD, "b": Harm.SILENT, "c": Harm.VISIBLE}
    after = trial(
        CELL, *(outcome(f"a::{name}", Status.WRONG, observed="is", harm=does) for name, does in harms.items())
    )
    assert [line.split(":")[2][0] for line in lines([before], [after])[2:5]] == ["b", "c", "a"]


def test_two_differences_are_both_named() -> None:
    before = trial(CELL, outcome(), versions={"keras": "1", "python": "3.9.1"})
    after = trial(CELL, outcome(status=Status.FAILS), versions={"keras": "2", "python": "3.9.2"})
    assert lines([before], [after])[2] == "  adapt::mean: works → fails; Keras 1 → 2, Python 3.9.1 → 3.9.2"


def test_as_many_cells_as_a_line_names_are_all_that_there_are() -> None:
    cells = [f"tf2.{minor}.0-py3.9" for minor in range(2, 8)]
    before = [trial(cell, outcome("a::a")) for cell in cells]
    after = [trial(cell, outcome("a::a"), outcome("a::new")) for cell in cells]
    assert lines(before, after)[2] == f"  a::new: {', '.join(cells)}"


def test_why_two_changes_may_be_is_said_once() -> None:
    before, after = (
        [trial(cell, outcome(status=one)) for cell in (CELL, OTHER)] for one in (Status.WORKS, Status.FAILS)
    )
    assert lines(before, after) == [
        "from old to new",
        "regressed",
        f"  {CELL} adapt::mean: works → fails",
        f"  {OTHER} adapt::mean: works → fails",
        "why: nothing that is recorded differs, for each change of behaviour",
        "2 regressed",
    ]


def test_where_the_causes_are_not_the_same_each_line_has_its_own() -> None:
    before = [trial(CELL, outcome(), versions={"keras": "1"}), trial(OTHER, outcome())]
    after = [
        trial(CELL, outcome(status=Status.FAILS), versions={"keras": "2"}),
        trial(OTHER, outcome(status=Status.FAILS)),
    ]
    assert lines(before, after)[2:4] == [
        f"  {CELL} adapt::mean: works → fails; Keras 1 → 2",
        f"  {OTHER} adapt::mean: works → fails; nothing that is recorded differs",
    ]


def test_of_what_a_line_is_about_no_more_is_shown_than_a_reader_needs() -> None:
    found = lines([trial(CELL, outcome("a::b"))], [trial(CELL, outcome("a::b"), outcome(f"a::{'x' * 500}"))])
    assert found[2] == f"  a::{'x' * (changes.LONGEST - 4)}…: {CELL}"


@pytest.mark.parametrize("part", [("changes", 0), ("changes", 0, "before"), ("cells", 0), ()])
def test_the_document_has_no_other_keys(part: tuple[str | int, ...]) -> None:
    before, after = trial(CELL, outcome()), trial(CELL, outcome(status=Status.FAILS))
    document = msgspec.to_builtins(changes.document(diff([before], [after])))
    assert msgspec.convert(document, Differences) == changes.document(diff([before], [after]))
    inside: Any = document
    for key in part:
        inside = inside[key]
    inside["more"] = 1
    with pytest.raises(msgspec.ValidationError, match="`more`"):
        msgspec.convert(document, Differences)


def test_the_document_says_why_there_is_no_answer() -> None:
    unknown = outcome(status=Status.UNKNOWN, reason=Reason.NO_LOCK)
    found = changes.document(diff([trial(CELL, outcome())], [trial(subject(CELL), unknown)])).changes
    assert [one.after.reason for one in found if one.after] == [Reason.NO_LOCK]


def test_few_causes_are_named_and_of_many_the_axes() -> None:
    few = {"keras": "3.5.0"}, {"keras": "3.6.0"}
    many = (
        {"keras": "2.6", "tensorflow": "2.6", "python": "3.8"},
        {"keras": "2.7", "tensorflow": "2.7", "python": "3.9"},
    )
    for versions, says in ((few, "Keras 3.5.0 → 3.6.0"), (many, "of TensorFlow, Keras, Python")):
        before = trial(CELL, outcome(), versions=versions[0])
        after = trial(CELL, outcome(status=Status.FAILS), versions=versions[1])
        assert lines([before], [after])[2].endswith(f"; {says}")
