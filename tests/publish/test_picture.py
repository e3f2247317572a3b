"""Tests of the picture of the table: sound XML, bars with words, and text that is only text."""

import xml.etree.ElementTree as ElementTree

from tests.fakes import outcome, trial
from tests.hostile import hostile_trials
from tfcompat.outcomes import Harm, Status, Trial
from tfcompat.publish import picture
from tfcompat.publish.statuses import TONES
from tfcompat.table.frame import collect

SVG = "{http://www.w3.org/2000/svg}"


def text(trials: list[Trial], *, dark: bool = False) -> str:
    return picture.picture(collect(trials), dark=dark)


def elements(text: str) -> ElementTree.Element:
    """A picture as a program reads it; raises where it is not well-formed."""
    return ElementTree.fromstring(text)  # noqa: S314 -- made a moment ago


def test_the_picture_is_xml_with_a_bar_for_each_range() -> None:
    trials = [
        trial("tf2.6.5-py3.9", outcome("adapt::a"), outcome("map::b", Status.FAILS)),
        trial("tf2.7.4-py3.9", outcome("adapt::a", Status.MISSING), outcome("map::b", Status.HANGS)),
    ]
    root = elements(text(trials))
    assert root.tag == f"{SVG}svg"
    titles = [(square.get("class"), square.findtext(f"{SVG}title")) for square in root.iter(f"{SVG}rect")]
    assert [square for square in titles if square[1]] == [
        ("w", "2.6: works"),
        ("m", "2.7: missing"),
        ("l", "2.6: fails"),
        ("o", "2.7: hangs, obscure"),
    ]
    assert "works 2.6" in [one.text for one in root.iter(f"{SVG}text")]


def test_silent_harm_has_its_own_colour_and_mark_whatever_the_status() -> None:
    stale = outcome("adapt::a", Status.ANSWERED, observed="stale", harm=Harm.SILENT)
    fresh = outcome("adapt::a", Status.ANSWERED, observed="fresh")
    root = elements(text([trial("tf2.5.3-py3.9", fresh), trial("tf2.6.5-py3.9", stale)]))
    squares = [(one.get("class"), one.findtext(f"{SVG}title")) for one in root.iter(f"{SVG}rect")]
    assert [square for square in squares if square[1]] == [("a", "2.5: fresh"), ("s", "2.6: stale, silent")]
    assert "stale, silent 2.6" in [one.text for one in root.iter(f"{SVG}text")]


def test_the_dark_picture_has_the_same_squares_in_other_colours() -> None:
    light, dark = text(hostile_trials()), text(hostile_trials(), dark=True)
    squares = [[square.attrib for square in elements(made).iter(f"{SVG}rect")] for made in (light, dark)]
    assert squares[0] == squares[1]
    assert ".back { fill: #0f1216 }" in dark
    assert ".back { fill: #ffffff }" in light
    assert "prefers-color-scheme" not in light + dark


def labels(trials: list[Trial]) -> list[str]:
    """The rows that are pictured, by the titles that they have here."""
    shown = [element.text or "" for element in elements(text(trials)).iter(f"{SVG}text")]
    known = {one.title or one.scenario.partition("::")[2] for made in trials for one in made.outcomes}
    return [one for one in shown if one in known]


def test_the_picture_has_the_rows_of_the_themes_that_change() -> None:
    changing = [("adapt::changes", Status.FAILS), ("other::moves", Status.FAILS), ("adapt::stays", Status.WORKS)]
    before = trial("tf2.6.5-py3.9", *(outcome(name, title="") for name, _ in changing))
    after = trial("tf2.7.4-py3.9", *(outcome(name, status, title="") for name, status in changing))
    assert labels([before, after]) == ["changes"]
    without = [trial(made.subject.cell, *made.outcomes[1:]) for made in (before, after)]
    assert labels(without) == ["moves"], "where no theme changes, those of other groups that do"
    assert set(labels([before])) == {"changes", "moves", "stays"}, "where nothing changes, all"


def test_the_picture_is_no_higher_than_a_screen_and_has_the_most_telling_rows() -> None:
    names = [f"adapt::row_{number}" for number in range(40)] + ["adapt::silent"]
    before = trial("tf2.6.5-py3.9", *(outcome(name, title="") for name in names))
    after = [outcome(name, Status.FAILS, title="") for name in names[:-1]]
    after += [outcome("adapt::silent", Status.WRONG, harm=Harm.SILENT, title="")]
    root = elements(text([before, trial("tf2.7.4-py3.9", *after)]))
    assert root.get("width") == "850"
    assert int(root.get("height") or 0) <= 500
    assert labels([before, trial("tf2.7.4-py3.9", *after)])[0] == "silent"


def test_hostile_text_is_only_text_in_the_picture() -> None:
    root = elements(text(hostile_trials()))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {"svg", "style", "rect", "text", "title"}
    assert any("<script>alert(1)</script>" in (element.text or "") for element in root.iter(f"{SVG}text"))


def test_the_picture_says_what_each_symbol_and_colour_means() -> None:
    texts = [element.text for element in elements(text(hostile_trials())).iter(f"{SVG}text")]
    assert {f"{status.symbol} {status}" for status in Status} <= set(texts)
    assert {name for _, name in TONES.values()} <= set(texts)
