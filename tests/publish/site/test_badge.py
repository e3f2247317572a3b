"""The badges: what they say, and that no data is not a verdict."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence

import pytest

from tests.fakes import outcome, trial
from tfcompat.outcomes import Harm, Kind, Outcome, Status
from tfcompat.publish.site import badge
from tfcompat.publish.site.badge import Badge
from tfcompat.publish.statuses import COLOURS, INKS, Tone
from tfcompat.table.frame import collect
from tfcompat.table.ranges import Range


def ranges(*told: tuple[str, Outcome]) -> Sequence[Range]:
    """The ranges of a scenario that did something in some cells."""
    trials = [trial(f"tf{cell}" if "-py" in cell else f"tf{cell}-py3.9", one) for cell, one in told]
    return collect(trials).ranges.get("adapt::mean", ())


WORKS, FAILS, UNKNOWN = outcome(), outcome(status=Status.FAILS), outcome(status=Status.UNKNOWN)
FRESH = outcome(status=Status.ANSWERED, kind=Kind.QUESTION, observed="fresh")
STALE = outcome(status=Status.ANSWERED, kind=Kind.QUESTION, observed="stale", harm=Harm.SILENT)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ([("2.6.5", WORKS), ("2.21.0", WORKS)], "2.6 – 2.21"),
        ([("2.2.3", FAILS), ("2.5.3", FAILS), ("2.6.5", WORKS)], "2.6"),
        ([("2.2.3", WORKS), ("2.3.4", FAILS), ("2.4.4", WORKS), ("2.5.3", WORKS)], "2.2, 2.4 – 2.5"),
        ([("2.2.3", FAILS), ("2.21.0", FAILS)], "on no tested release"),
        ([("2.2.3", UNKNOWN), ("2.21.0", UNKNOWN)], "no data"),
        ([], "no data"),
        ([("2.2.3", FAILS), ("2.4.4", UNKNOWN)], "not seen to work"),
        ([("2.5.3", FRESH), ("2.6.5", STALE), ("2.7.4", STALE)], "stale 2.6 – 2.7"),
        ([("2.5.3", FRESH), ("2.6.5", FAILS)], "fresh 2.5"),
    ],
)
def test_a_badge_says_where_it_works_or_the_newest_answer(told: list[tuple[str, Outcome]], message: str) -> None:
    assert badge.of_row("a::one", ranges(*told)).message == message


def test_a_badge_names_the_patch_and_the_python_where_a_minor_does_not_agree_with_itself() -> None:
    patches = ranges(("2.18.0", FAILS), ("2.18.1", WORKS), ("2.19.0", WORKS))
    assert badge.of_row("a", patches).message == "2.18.1 – 2.19.0"
    pythons = ranges(("2.18.1-py3.11", WORKS), ("2.18.1-py3.12", FAILS))
    assert badge.of_row("a", pythons).message == "2.18.1 on Python ≤ 3.11"


@pytest.mark.parametrize("newest", [FAILS, STALE, FRESH, outcome(status=Status.WRONG), outcome(status=Status.MISSING)])
def test_a_badge_is_green_only_where_the_newest_release_works(newest: Outcome) -> None:
    green = badge.of_row("a", ranges(("2.6.5", FAILS), ("2.21.0", WORKS))).colour
    assert green == COLOURS[Tone.WORKS][0]
    assert badge.of_row("a", ranges(("2.20.0", WORKS), ("2.21.0", newest))).colour != green


def test_a_badge_has_the_colour_of_the_worst_on_the_newest_release() -> None:
    told = ranges(("2.21.0-py3.11", WORKS), ("2.21.0-py3.12", outcome(status=Status.WRONG)))
    assert badge.of_row("a", told).colour == COLOURS[Tone.SILENT][0]
    assert badge.of_row("a", ranges(("2.20.0", STALE), ("2.21.0", WORKS))).colour == COLOURS[Tone.WORKS][0]
    hole = ranges(("2.20.0", STALE), ("2.21.0", UNKNOWN))
    assert badge.of_row("a", hole).colour == COLOURS[Tone.SILENT][0], "what has no answer tells nothing"


def test_a_badge_is_as_the_page_is_coloured_and_what_is_not_known_is_grey() -> None:
    assert badge.coloured(Tone.VISIBLE) == {"colour": COLOURS[Tone.VISIBLE][0], "ink": INKS[Tone.VISIBLE][0]}
    assert badge.coloured(Tone.UNKNOWN) == {"colour": badge.GREY}


def test_the_endpoint_is_what_shields_reads() -> None:
    assert Badge(label="a", message="2.6", colour="#112233").endpoint() == {
        "schemaVersion": 1,
        "label": "a",
        "message": "2.6",
        "color": "112233",
    }


def test_the_picture_is_sound_and_holds_no_markup() -> None:
    picture = Badge(label='<script>"&', message="2.6 – 2.21", colour="#112233").picture()
    root = ElementTree.fromstring(picture)  # noqa: S314 - our own text
    assert root.findtext("{http://www.w3.org/2000/svg}title") == '<script>"&: 2.6 – 2.21'
    assert root.find("{http://www.w3.org/2000/svg}script") is None


def test_the_badge_of_all_says_how_much_and_how_fresh() -> None:
    assert badge.of_all(20, 422, "2026-11-21T05:41:14Z").message == "20 releases · 422 scenarios · 2026-11-21"


def test_file_names_are_safe_and_no_two_alike() -> None:
    names = badge.file_names(["a::B/../c", "a::b c", "a::B c", "é::", "::"])
    assert all(
        set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") for name in names.values()
    )
    assert len({name.lower() for name in names.values()}) == 5
    assert not any(name.startswith(".") or "/" in name or not name for name in names.values())
