"""Tests of what a reader is shown of an outcome: meanings, marks and colours, and that harm is never taken for anything good."""

from enum import StrEnum
from itertools import product

import pytest

from tfcompat.outcomes import Harm, Kind, Oracle, Status
from tfcompat.publish.statuses import (
    CLASSES,
    COLOURS,
    HARMS,
    INKS,
    KINDS,
    MARKS,
    MEANINGS,
    ORACLES,
    TONES,
    TRUTH,
    Tone,
    css,
    mark,
    said,
    tone,
)


@pytest.mark.parametrize(
    ("meanings", "words"), [(MEANINGS, Status), (HARMS, Harm), (KINDS, Kind), (ORACLES, Oracle), (CLASSES, Status)]
)
def test_every_word_has_a_meaning_of_its_own(meanings: dict[str, str], words: type[StrEnum]) -> None:
    assert set(meanings) == set(words)
    assert len(set(meanings.values())) == len(meanings)


def test_tones_differ_in_both_colours_and_have_an_example() -> None:
    assert set(COLOURS) == set(TONES) == set(Tone)
    for ground in (0, 1):
        assert len({pair[ground] for pair in COLOURS.values()}) == len(Tone)
    assert len(set(TONES.values())) == len(Tone)
    assert len({str(one) for one in Tone} | set(CLASSES.values())) == len(Tone) + len(Status), "classes of one document"


def luminance(colour: str) -> float:
    """The relative luminance of a colour, as WCAG has it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", [0, 1])
def test_what_is_written_on_a_colour_can_be_read(ground: int) -> None:
    assert set(INKS) == set(COLOURS)
    for one in Tone:
        assert contrast(COLOURS[one][ground], INKS[one][ground]) >= 4.5, one


@pytest.mark.parametrize("ground", [0, 1])
def test_what_works_differs_in_lightness_from_all_that_does_not(ground: int) -> None:
    works = COLOURS[Tone.WORKS][ground]
    for one in (Tone.MISSING, Tone.LOUD, Tone.OBSCURE, Tone.VISIBLE, Tone.SILENT):
        assert contrast(works, COLOURS[one][ground]) >= 1.8, one


@pytest.mark.parametrize(("status", "harm"), list(product(Status, Harm)))
def test_nothing_that_harms_is_green_and_nothing_silent_looks_like_anything_else(status: Status, harm: Harm) -> None:
    assert (tone(status, harm) is Tone.WORKS) == (status is Status.WORKS and harm is Harm.NONE)
    assert (tone(status, harm) is Tone.SILENT) == (harm is Harm.SILENT and status is not Status.UNKNOWN)
    assert ("▲" in mark(status, harm)) == (harm is Harm.SILENT)


def test_an_answer_without_harm_is_not_green() -> None:
    assert tone(Status.ANSWERED, Harm.NONE) is Tone.ANSWERED


def test_what_is_missing_is_not_coloured_as_what_fails() -> None:
    assert tone(Status.MISSING, Harm.LOUD) is Tone.MISSING
    assert tone(Status.FAILS, Harm.LOUD) is Tone.LOUD
    assert tone(Status.CRASHES, Harm.OBSCURE) is tone(Status.FAILS, Harm.OBSCURE) is Tone.OBSCURE


def test_outcomes_are_told_apart_without_colour() -> None:
    possible = [
        *((Status.WRONG, harm) for harm in (Harm.OBSCURE, Harm.VISIBLE, Harm.SILENT)),
        *((Status.FAILS, harm) for harm in (Harm.LOUD, Harm.OBSCURE)),
        (Status.WORKS, Harm.NONE),
        (Status.MISSING, Harm.LOUD),
        (Status.CRASHES, Harm.OBSCURE),
        (Status.HANGS, Harm.OBSCURE),
        (Status.UNKNOWN, Harm.NONE),
    ]
    assert len({mark(*one) for one in possible}) == len(possible)
    assert len({css(*one) for one in possible}) == len(possible)
    assert len({mark(Status.ANSWERED, harm, "stale") for harm in Harm}) == len(set(MARKS.values()))


def test_an_answer_is_its_word_with_the_mark_before_it() -> None:
    assert mark(Status.ANSWERED, Harm.SILENT, "stale") == "▲ stale"
    assert mark(Status.ANSWERED, Harm.NONE, "fresh") == "fresh"
    assert mark(Status.ANSWERED, Harm.NONE) == "•"
    assert mark(Status.WRONG, Harm.SILENT, "wrong") == "▲≠"


def test_harm_is_said_where_the_word_does_not_say_it() -> None:
    assert [said("x", harm) for harm in Harm] == ["x", "x", "x, obscure", "x, visible", "x, silent"]


def test_whether_the_documentation_is_right_is_said() -> None:
    assert len(set(TRUTH.values())) == len(TRUTH) == 3
