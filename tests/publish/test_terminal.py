"""Tests of the table for a terminal: columns of marks where they fit, else ranges, and the rows that matter first."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.fakes import outcome, subject, trial
from tfcompat.outcomes import Harm, Kind, Outcome, Reason, Status, Trial
from tfcompat.publish import terminal
from tfcompat.publish.terminal import Picture
from tfcompat.screen import Screen, cut

OLD, NEW = "tf2.6.5-py3.9", "tf2.7.4-py3.9"
STALE = outcome("adapt::stale", Status.ANSWERED, observed="stale", seen=[0.0], harm=Harm.SILENT)


def picture(*trials: Trial, width: int | None = 80, colours: bool = False, observed: bool = True) -> Picture:
    on = Screen(width=width, colours=colours)
    return terminal.picture(terminal.rows_of(trials), trials, on, observed=observed)


def lines(made: Picture) -> list[str]:
    return [*made.header, *(line for block in made.blocks for line in block)]


def test_a_mark_a_cell_stands_under_its_release() -> None:
    made = picture(
        trial(OLD, outcome("adapt::a"), outcome("adapt::long_one", Status.FAILS)), trial(NEW, reason=Reason.NO_LOCK)
    )
    assert lines(made) == [
        "                 2.6.5  2.7.4",
        "adapt::a           ✓      ?",
        "adapt::long_one    ✗      ?",
    ]


def test_harm_that_is_not_plain_has_a_mark_and_what_was_observed() -> None:
    wrong = outcome("adapt::wrong", Status.WRONG, observed=[0.5], expected=[1.0])
    made = trial(OLD, STALE, wrong, outcome("adapt::works"))
    assert lines(picture(made)) == [
        "              2.6.5",
        "adapt::stale    ▲•   stale: [0.0]",
        "adapt::wrong    ▲≠   wrong: [0.5], expected [1.0]",
        "adapt::works    ✓",
    ]
    assert [line.split()[1] for line in lines(picture(made, observed=False))[1:]] == ["▲•", "▲≠", "✓"]


def test_an_observation_that_has_no_room_beside_the_marks_is_one_line_below() -> None:
    long = outcome("adapt::wrong", Status.WRONG, observed=[1] * 90)
    block = picture(trial(OLD, long), width=40).blocks[0]
    assert block[0].startswith("adapt::wrong")
    assert (len(block), block[1][:23], block[1][-1]) == (2, "    wrong: [1, 1, 1, 1,", "…")


def test_colours_are_only_where_they_are_asked_for() -> None:
    made = trial(OLD, STALE, outcome("adapt::b", Status.FAILS), outcome("adapt::works"))
    assert "\x1b" not in "".join(lines(picture(made)))
    shown = lines(picture(made, colours=True))
    assert [code in line for code, line in zip(("\x1b[35m", "\x1b[31m", "\x1b[32m"), shown[1:], strict=True)] == [
        True
    ] * 3


def test_rows_stand_by_group_in_the_order_of_the_newest_trial() -> None:
    older = trial(subject(OLD, started="2026-01-01T00:00:00Z"), outcome("map::gone"), outcome("adapt::b"))
    newer = trial(NEW, outcome("adapt::b"), outcome("map::a"), outcome("adapt::a"))
    rows = [row.scenario for row in terminal.rows_of([older, newer])]
    assert rows == ["adapt::b", "adapt::a", "map::a", "map::gone"]


def releases(number: int, *, last: Outcome) -> Sequence[Trial]:
    """So many releases on which a scenario works, and two more on which it does something else."""
    cells = [f"tf2.{minor}.0-py3.9" for minor in range(number + 2)]
    return [trial(cell, outcome("adapt::mean") if place < number else last) for place, cell in enumerate(cells)]


def test_twenty_releases_at_eighty_columns_fold_into_ranges_the_worst_first() -> None:
    wrong = outcome("adapt::mean", Status.WRONG, observed=[0.5], expected=[1.0])
    assert lines(picture(*releases(18, last=wrong))) == [
        "▲ adapt::mean  wrong 2.18.0 – 2.19.0: [0.5], expected [1.0]",
        "    works 2.0.0 – 2.17.0",
    ]


def test_what_has_no_room_beside_its_name_is_below_it_in_two_lines() -> None:
    long = outcome("adapt::mean", Status.WRONG, observed=list(range(60)))
    assert lines(picture(*releases(18, last=long), width=40)) == [
        "▲ adapt::mean",
        "    wrong 2.18.0 – 2.19.0: [0, 1, 2, 3,",
        "      4, 5, 6, 7, 8, 9, 10, 11, 12, 13,…",
        "    works 2.0.0 – 2.17.0",
    ]


def test_a_file_has_all_columns_however_many_there_are() -> None:
    made = picture(*releases(98, last=outcome("adapt::mean")), width=None)
    assert len(made.header[0].split()) == 100
    assert made.blocks[0][0].count("✓") == 100


def test_a_name_that_is_longer_than_its_column_has_its_own_line() -> None:
    name = "imports::from keras.layers.experimental.preprocessing import Normalization"
    made = picture(trial(OLD, outcome(name)), trial(NEW, outcome(name)), width=60)
    assert lines(made)[1:3] == [
        "imports::from keras.layers.experimental.preprocessing import",
        "  Normalization",
    ]
    assert lines(made)[3].split() == ["✓", "✓"]


def test_what_an_error_says_cannot_move_the_cursor() -> None:
    hostile = outcome("adapt::a", Status.FAILS, type="E", message="\x1b[2J\nx", harm=Harm.OBSCURE)
    for width in (40, 80, None):
        shown = "".join(lines(picture(trial(OLD, hostile), width=width)))
        assert "\x1b" not in shown
        assert "fails: E: " in shown


@pytest.mark.parametrize(
    ("one", "other", "matters", "differs"),
    [
        (outcome(), outcome(), False, False),
        (outcome(), outcome(status=Status.FAILS), True, True),
        (outcome(status=Status.FAILS), outcome(status=Status.FAILS), False, False),
        (outcome(status=Status.WRONG), outcome(status=Status.WRONG), True, False),
        (outcome(), outcome(status=Status.UNKNOWN), False, False),
        (
            outcome(status=Status.ANSWERED, observed="1", kind=Kind.DATA),
            outcome(status=Status.ANSWERED, observed="2", kind=Kind.DATA),
            False,
            False,
        ),
    ],
)
def test_a_row_matters_where_cells_differ_or_harm_does_not_say_itself(
    one: Outcome, other: Outcome, matters: bool, differs: bool
) -> None:
    (row,) = terminal.rows_of([trial(OLD, one), trial(NEW, other)])
    assert (row.matters, row.differs) == (matters, differs)


def test_of_one_cell_every_harm_matters_and_silent_harm_comes_first() -> None:
    made = trial(
        OLD,
        outcome("a::works"),
        outcome("a::loud", Status.FAILS),
        outcome("a::obscure", Status.CRASHES),
        outcome("a::silent", Status.WRONG),
        outcome("a::visible", Status.WRONG, harm=Harm.VISIBLE),
    )
    ordered = [row.scenario for row in terminal.worst_first(terminal.rows_of([made]))]
    assert ordered == ["a::silent", "a::visible", "a::obscure", "a::loud"]


def test_of_silent_harm_what_differs_comes_first() -> None:
    everywhere, here = outcome("a::everywhere", Status.WRONG), outcome("b::here", Status.WRONG)
    rows = terminal.rows_of([trial(OLD, everywhere, here), trial(NEW, everywhere, outcome("b::here"))])
    assert [row.scenario for row in terminal.worst_first(rows)] == ["b::here", "a::everywhere"]


def test_the_legend_names_what_is_there_and_nothing_else() -> None:
    rows = terminal.rows_of([trial(OLD, outcome(), outcome("adapt::w", Status.WRONG)), trial(NEW, outcome())])
    assert terminal.legend(rows) == ["✓ works  ≠ wrong  ? unknown  ▲ silent harm"]


TEXTS = st.text(alphabet=st.sampled_from("ab_:. 漢é–\u0301[],1\x1b"), min_size=1, max_size=90)
OUTCOMES = st.builds(
    lambda status, harm, text: outcome("x", status, harm=harm, observed=[text], message=text, type="E"),
    st.sampled_from([status for status in Status if status is not Status.UNKNOWN]),
    st.sampled_from(list(Harm)),
    TEXTS,
)


@settings(deadline=None)
@given(name=TEXTS, some=st.lists(OUTCOMES, min_size=1, max_size=24), width=st.integers(30, 250), colours=st.booleans())
def test_no_line_is_wider_than_the_screen(name: str, some: list[Outcome], width: int, colours: bool) -> None:
    trials = [
        trial(f"tf2.{minor}.0-py3.9", Outcome(**{**vars(each), "scenario": f"g::{name}"}))
        for minor, each in enumerate(some)
    ]
    for line in lines(picture(*trials, width=width, colours=colours)):
        plain = line
        for code in ("\x1b[0m", "\x1b[1m", *(f"\x1b[{number}m" for number in range(30, 38))):
            plain = plain.replace(code, "")
        assert "\x1b" not in plain
        assert cell_len(plain) <= width


def test_a_text_is_cut_to_what_is_left_of_a_line() -> None:
    assert terminal.limited("abcdef", Screen(width=8), 4) == cut("abcdef", 4) == "abc…"
    assert terminal.limited("abcdef", Screen(), 4) == "abcdef"
