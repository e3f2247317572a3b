"""The badges: what they say, and that no data is not a verdict."""

import xml.etree.ElementTree as ElementTree

import pytest

from tfcompat.outcomes import Status
from tfcompat.publish.site import badge
from tfcompat.publish.site.badge import Badge
from tfcompat.table.ranges import Range


def ranges(*told: tuple[Status, str, str]) -> list[Range]:
    return [
        Range(status=status, first=first, last=last, tested=(first,), observed="", reason="")
        for status, first, last in told
    ]


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ([(Status.WORKS, "2.6.5", "2.21.0")], "2.6 – 2.21"),
        ([(Status.FAILS, "2.2.3", "2.5.3"), (Status.WORKS, "2.6.5", "2.6.5")], "2.6"),
        (
            [(Status.WORKS, "2.2.3", "2.2.3"), (Status.FAILS, "2.3.4", "2.3.4"), (Status.WORKS, "2.4.4", "2.5.3")],
            "2.2, 2.4 – 2.5",
        ),
        ([(Status.FAILS, "2.2.3", "2.21.0")], "on no tested release"),
        ([(Status.UNKNOWN, "2.2.3", "2.21.0")], "no data"),
        ([], "no data"),
        ([(Status.FAILS, "2.2.3", "2.3.4"), (Status.UNKNOWN, "2.4.4", "2.4.4")], "not seen to work"),
    ],
)
def test_a_badge_says_where_it_works(told: list[tuple[Status, str, str]], message: str) -> None:
    assert badge.of_row("a::one", ranges(*told)).message == message


def test_a_badge_is_green_only_where_the_newest_release_works() -> None:
    now = badge.of_row("a", ranges((Status.WORKS, "2.6.5", "2.21.0"))).colour
    once = badge.of_row("a", ranges((Status.WORKS, "2.6.5", "2.20.0"), (Status.FAILS, "2.21.0", "2.21.0"))).colour
    assert now != once


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
    assert root.attrib["aria-label"] == '<script>"&: 2.6 – 2.21'
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
