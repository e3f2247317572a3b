"""The ending of a run: at most a screen, silent harm first, and last what to do next."""

import sys
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.fakes import outcome, trial
from tests.golden.terminal import is_golden
from tfcompat.commands.measure.ending import Ending, joined
from tfcompat.outcomes import Harm, Kind, Outcome, Reason, Status, Trial
from tfcompat.screen import Screen

NEXT = ("the trials are in reports/trials", "next: tfcompat report derives the reports from all of them anew")
MINORS = range(2, 22)


def scenarios(minor: int, number: int) -> list[Outcome]:
    """What a release says to so many scenarios: a stale prediction from 2.6 on, a path that comes with 2.6, the rest works."""
    stale = minor >= 6
    return [
        outcome(
            "readapt::predict_without_compile",
            Status.ANSWERED,
            kind=Kind.QUESTION,
            observed="stale" if stale else "fresh",
            seen=[0.0, 1.0, 2.0] if stale else [-1.0, 0.0, 1.0],
            harm=Harm.SILENT if stale else Harm.NONE,
        ),
        outcome(
            "imports::tf.keras.layers.Normalization",
            Status.WORKS if stale else Status.MISSING,
            type="" if stale else "AttributeError",
            message="" if stale else "module 'tensorflow.keras.layers' has no attribute 'Normalization'",
        ),
        outcome("inventory::keras", Status.ANSWERED, kind=Kind.DATA, observed=f"{minor} names"),
        *(outcome(f"adapt::works_{index}") for index in range(number)),
        *(
            outcome(
                f"save::h5_{index}",
                Status.WRONG if 6 <= minor < 12 else Status.WORKS,
                observed=[index + 1],
                expected=[0],
            )
            for index in range(number // 4)
        ),
    ]


def trials(number: int = 60, minors: Sequence[int] = MINORS) -> list[Trial]:
    """The trials of twenty releases, one of which gives no answer."""
    return [
        trial(f"tf2.{minor}.0-py3.9", reason=Reason.NO_WHEEL, message="no wheel of numpy fits")
        if minor == 13
        else trial(f"tf2.{minor}.0-py3.9", *scenarios(minor, number))
        for minor in minors
    ]


@pytest.mark.parametrize(
    ("name", "screen"),
    [
        ("ending-40", Screen(width=40, height=24)),
        ("ending-80", Screen(width=80, height=24)),
        ("ending-120", Screen(width=120, height=30)),
        ("ending-200", Screen(width=200, height=30)),
        ("ending-ascii", Screen(width=80, height=24, ascii=True)),
        ("ending-log", Screen()),
    ],
)
def test_twenty_releases_on_a_screen(name: str, screen: Screen) -> None:
    closing = ("tf2.13.0-py3.9: no wheel (cause: the distributions): no wheel of numpy fits", *NEXT)
    lines = list(Ending(trials=trials(), screen=screen, closing=closing).lines())
    assert len(lines) < screen.height, "the prompt has the last line"
    assert lines[-1].endswith("anew")
    assert is_golden(name, "\n".join(lines) + "\n")


@pytest.mark.parametrize("width", [40, 80, 120])
def test_three_releases_on_a_screen(width: int) -> None:
    some = trials(minors=(4, 6, 21))
    lines = list(Ending(trials=some, screen=Screen(width=width, height=24), closing=NEXT).lines())
    assert is_golden(f"ending-three-{width}", "\n".join(lines) + "\n")


def test_a_table_that_fits_is_shown_whole() -> None:
    lines = list(Ending(trials=trials(4, (6, 21)), screen=Screen(width=80, height=24), closing=NEXT).lines())
    assert [line.split()[0] for line in lines[3:11]] == [
        "readapt::predict_without_compile",
        "imports::tf.keras.layers.Normalization",
        "inventory::keras",
        *(f"adapt::works_{index}" for index in range(4)),
        "save::h5_0",
    ]
    assert "--all" not in "\n".join(lines)


def test_all_rows_are_there_where_they_are_asked_for_under_a_header_a_screen() -> None:
    everything = Ending(trials=trials(60, (6, 21)), screen=Screen(width=80, height=24), everything=True, closing=NEXT)
    lines = list(everything.lines())
    headers = [number for number, line in enumerate(lines) if line.split() == ["2.6.0", "2.21.0"]]
    assert len([line for line in lines if "::" in line]) == 3 + 60 + 15
    assert len(headers) > 2
    assert all(second - first < 24 for first, second in pairwise(headers))
    log = list(Ending(trials=trials(60, (6, 21)), screen=Screen(), everything=True).lines())
    assert len([line for line in log if line.split() == ["2.6.0", "2.21.0"]]) == 1


def test_what_changed_takes_the_place_of_the_rows() -> None:
    changed = [["2 outcomes changed against HEAD; silent harm first:"], ["a::b: regressed"], ["a::c: improved"]]
    lines = list(Ending(trials=trials(), screen=Screen(width=80, height=24), changed=changed, closing=NEXT).lines())
    assert lines[2:5] == [block[0] for block in changed]
    assert "readapt::predict_without_compile" not in "\n".join(lines)


def test_what_failed_is_below_the_table_and_bounded() -> None:
    failed = [[f"✗ a::{index}  on tf2.6.0-py3.9", "    ValueError: no"] for index in range(30)]
    ending = Ending(trials=trials(0, (6,)), screen=Screen(width=80, height=24), failed=failed, closing=NEXT)
    lines = list(ending.lines())
    assert len(lines) < 24
    assert lines[-3].endswith(" more that failed: --all shows them")
    assert sum(line.startswith("✗") for line in lines) == 6
    assert lines[-4] == "    ValueError: no"


def test_without_an_answer_there_is_no_table() -> None:
    lines = list(Ending(trials=[trial(reason=Reason.NO_LOCK)], screen=Screen(width=80), closing=NEXT).lines())
    assert lines == ["no scenario has an answer", *NEXT]
    assert list(Ending(trials=[], screen=Screen(), closing=NEXT).lines()) == list(NEXT)


@settings(deadline=None)
@given(
    width=st.integers(30, 250),
    height=st.integers(8, 80),
    number=st.integers(0, 40),
    minors=st.lists(st.sampled_from(MINORS), min_size=1, max_size=20, unique=True),
    everything=st.booleans(),
)
def test_no_line_is_wider_than_the_screen_and_the_next_step_comes_last(
    width: int, height: int, number: int, minors: list[int], everything: bool
) -> None:
    on = Screen(width=width, height=height)
    lines = list(Ending(trials=trials(number, sorted(minors)), screen=on, everything=everything, closing=NEXT).lines())
    assert max(map(cell_len, lines)) <= width
    assert lines[-1].endswith("anew")
    if width >= 60 and height >= 24 and not everything:
        assert len(lines) < height


def test_names_are_few_where_there_are_many() -> None:
    assert joined("abc") == "a, b, c"
    assert joined("abcdefg", 2) == "a, b and 5 more"


def test_an_ending_needs_no_pandas() -> None:
    assert "pandas" not in vars(sys.modules["tfcompat.commands.measure.ending"])
