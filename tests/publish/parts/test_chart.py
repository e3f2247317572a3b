"""Charts: bars say what every cell behind a column did, and what they do not say stands beside them."""

from collections.abc import Sequence

from tests.fakes import outcome, trial
from tfcompat.outcomes import Harm, Kind, Outcome, Status
from tfcompat.publish.parts import chart
from tfcompat.publish.parts.blocks import ChartBar
from tfcompat.publish.parts.minors import minors
from tfcompat.table.frame import Table, collect

WORKS, MISSING = outcome(kind=Kind.PRESENCE), outcome(status=Status.MISSING, kind=Kind.PRESENCE)
STALE = outcome(status=Status.ANSWERED, kind=Kind.QUESTION, observed="stale", harm=Harm.SILENT)


def table(*told: tuple[str, Outcome]) -> Table:
    return collect(trial(f"tf{cell}", one, versions={"keras": keras}) for cell, one, keras in map(with_keras, told))


def with_keras(told: tuple[str, Outcome]) -> tuple[str, Outcome, str]:
    cell, one = told
    return cell, one, cell.partition("+keras")[2] or "3.1.0"


def bars(made: Table, kind: str = "") -> Sequence[ChartBar]:
    return chart.bars(made.ranges["adapt::mean"], minors(made).tensorflow, kind=kind)


def test_neighbouring_minors_that_do_the_same_are_one_bar_with_its_word_and_span() -> None:
    made = table(("2.5.3-py3.9", MISSING), ("2.6.5-py3.9", WORKS), ("2.7.4-py3.9", WORKS))
    assert [(bar.text, bar.tone, bar.columns) for bar in bars(made, Kind.PRESENCE)] == [
        ("no", "m", 1),
        ("yes 2.6–2.7", "w", 2),
    ]


def test_a_minor_whose_patches_or_pythons_differ_is_neither() -> None:
    patches = table(("2.18.0-py3.12", MISSING), ("2.18.1-py3.12", WORKS), ("2.19.1-py3.12", WORKS))
    first, second = bars(patches, Kind.PRESENCE)
    assert (first.text, first.mixed, first.columns) == ("both", True, 1)
    assert "no" in first.told
    assert "yes" in first.told
    assert (second.text, second.mixed) == ("yes", False)
    row = chart.row("it", "", patches.ranges["adapt::mean"], minors(patches).tensorflow, Kind.PRESENCE)
    assert row.note == "no 2.18.0; yes 2.18.1 – 2.19.1"
    pythons = table(("2.18.1-py3.11", WORKS), ("2.18.1-py3.12", STALE))
    assert [(bar.text, bar.tone) for bar in bars(pythons)] == [("both", "s q")], "the worst colours it"


def test_silent_harm_is_marked_and_never_green() -> None:
    (bar,) = bars(table(("2.6.5-py3.9", STALE)))
    assert (bar.text, bar.tone, bar.told) == ("▲ stale", "s q", "2.6: stale, silent")


def test_what_was_not_measured_is_a_hole_and_says_so() -> None:
    unknown = outcome(status=Status.UNKNOWN)
    assert [bar.tone for bar in bars(table(("2.6.5-py3.9", unknown), ("2.7.4-py3.9", WORKS)))] == ["u", "w"]
    assert [bar.tone for bar in bars(table(("2.6.5-py3.8", unknown), ("2.6.5-py3.9", WORKS)))] == ["w"]


def test_another_keras_is_on_the_axis_of_keras_alone() -> None:
    made = table(("2.19.1-py3.12", WORKS), ("2.19.1-py3.12+keras3.0", STALE), ("2.19.1-py3.12+keras3.2", STALE))
    assert [bar.mixed for bar in bars(made)] == [False]
    known = minors(made)
    assert [column.name for column in known.keras] == ["3.0", "3.1", "3.2"]
    axis = chart.over_keras(made.ranges["adapt::mean"], known, "")
    assert [bar.text for bar in axis.rows[0].bars] == ["▲ stale", "works", "▲ stale"]


def test_a_row_that_the_minors_tell_wholly_needs_no_note() -> None:
    made = table(("2.5.3-py3.9", MISSING), ("2.6.5-py3.9", WORKS))
    assert chart.row("it", "", made.ranges["adapt::mean"], minors(made).tensorflow).note == ""
