"""The highlights: each kind is found where it is in the data, and nowhere else; the most harmful come first."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.fakes import outcome, trial
from tests.publish.site.made_site import made_trials
from tfcompat.outcomes import Documentation, Harm, Kind, Outcome, Status
from tfcompat.publish.site import sheet
from tfcompat.publish.site.highlights import Highlight, highlights
from tfcompat.table.frame import collect

CELLS = ("tf2.9.3-py3.9", "tf2.10.1-py3.9", "tf2.11.1-py3.9")
WORKS, FAILS, MISSING, WRONG = Status.WORKS, Status.FAILS, Status.MISSING, Status.WRONG
OBSCURE = outcome(status=FAILS, type="UnboundLocalError", harm=Harm.OBSCURE)
NAN = outcome(status=WRONG, observed=["nan"], harm=Harm.VISIBLE)


def answer(word: str, harm: Harm = Harm.NONE, **facts: Any) -> Outcome:
    return outcome(status=Status.ANSWERED, kind=Kind.QUESTION, observed=word, harm=harm, **facts)


FRESH, STALE = answer("fresh"), answer("stale", Harm.SILENT)


def highlights_of(cells: Sequence[str] = CELLS, **stories: Sequence[Outcome | Status]) -> dict[str, Highlight]:
    """The highlights of rows ``group__name``, each a status or an outcome on each of the three releases."""
    rows = {name.replace("__", "::", 1): answers for name, answers in stories.items()}
    trials = [
        trial(cell, *(made(name, answers[place]) for name, answers in rows.items())) for place, cell in enumerate(cells)
    ]
    return {highlight.kind: highlight for highlight in highlights(sheet.make(collect(trials)))}


def made(name: str, answer: Outcome | Status) -> Outcome:
    return outcome(name, answer) if isinstance(answer, Status) else replace(answer, scenario=name)


def names(highlight: Highlight) -> list[str]:
    return [row.scenario for row in highlight.rows]


def test_there_is_nothing_to_say_where_all_is_well() -> None:
    assert highlights_of(a__one=[WORKS] * 3, a__two=[FRESH] * 3) == {}
    assert highlights(sheet.make(collect([]))) == []


def test_what_harms_comes_before_everything_else_in_the_order_of_its_harm() -> None:
    found = highlights_of(
        a__back=[WORKS, FAILS, WORKS],
        a__hangs=[WORKS, WORKS, Status.HANGS],
        a__hides=[OBSCURE] * 3,
        a__nan=[NAN] * 3,
        a__stale=[FRESH, STALE, STALE],
        imports__gone=[WORKS, WORKS, MISSING],
    )
    assert list(found) == ["silent", "visible", "fatal", "obscure", "moves", "turn", "returns"]
    assert [highlight.harm for highlight in found.values()][:5] == [
        Harm.SILENT,
        Harm.VISIBLE,
        Harm.OBSCURE,
        Harm.OBSCURE,
        Harm.NONE,
    ]


def test_silent_harm_is_told_whatever_its_status_and_with_its_words() -> None:
    highlight = highlights_of(a__stale=[FRESH, STALE, STALE], a__wrong=[WRONG, WORKS, WORKS], a__ok=[WORKS] * 3)[
        "silent"
    ]
    assert names(highlight) == ["a::stale", "a::wrong"], "what still is so on the newest release comes first"
    assert highlight.headline == (
        "Results that are wrong, stale or lost without a word in 2 scenarios; in 1 of them on 2.11.1, the newest"
        " release, too"
    )
    assert [note for _, note in highlight.examples] == ["stale 2.10.1 – 2.11.1", "wrong 2.9.3"]


def test_of_what_is_still_so_that_comes_first_which_has_been_right() -> None:
    found = highlights_of(a__ever=[STALE] * 3, a__since=[FRESH, FRESH, STALE], a__once=[FRESH, STALE, FRESH])["silent"]
    assert names(found) == ["a::since", "a::ever", "a::once"]


def test_silent_harm_that_is_documented_says_so() -> None:
    documented = answer("stale", Harm.SILENT, documented="stale", documentation=Documentation.AGREES)
    found = highlights_of(a__said=[FRESH, documented, documented], a__later=[FRESH, STALE, documented])["silent"]
    assert dict(zip(names(found), (note for _, note in found.examples), strict=True)) == {
        "a::said": "stale 2.10.1 – 2.11.1, as documented",
        "a::later": "stale 2.10.1 – 2.11.1",
    }


def test_harm_that_only_another_python_shows_is_told_with_it() -> None:
    """A statement is made over all cells, those included that the page does not open with."""
    cells = ("tf2.11.1-py3.9", "tf2.11.1-py3.10")
    highlight = highlights_of(cells, a__one=[STALE, FRESH])["silent"]
    assert highlight.examples[0][1] == "stale 2.11.1 on Python ≤ 3.9"
    assert highlight.headline.endswith("in 1 scenario"), "the newest release does not do so on every Python"
    assert highlights_of(cells, a__one=[STALE, STALE])["silent"].headline.endswith("the newest release, too")


def test_what_raises_is_not_silent() -> None:
    assert "silent" not in highlights_of(a__one=[WORKS, FAILS, OBSCURE])


def test_crashes_and_hangs_are_told_apart_from_errors() -> None:
    found = highlights_of(a__one=[WORKS, WORKS, Status.HANGS], a__two=[Status.CRASHES] * 3, a__three=[OBSCURE] * 3)
    assert names(found["fatal"]) == ["a::one", "a::two"]
    assert names(found["obscure"]) == ["a::three"]
    assert found["fatal"].headline.startswith("A crash, or no end, in 2 scenarios; in 2 of them on 2.11.1")
    assert [note for _, note in found["fatal"].examples] == ["hangs 2.11.1", "crashes 2.9.3 – 2.11.1"]


def test_what_the_documentation_says_and_is_not_so_on_the_newest_release() -> None:
    untrue = outcome(observed=1, expected=1, documented=2, documentation=Documentation.DISAGREES)
    highlight = highlights_of(a__one=[WORKS, WORKS, untrue], a__two=[untrue, WORKS, WORKS], a__three=[WRONG] * 3)[
        "documentation"
    ]
    assert names(highlight) == ["a::one"]
    assert highlight.headline == "What is documented of 1 scenario is not so on 2.11.1, the newest release"


def test_the_release_at_which_most_import_paths_go() -> None:
    highlight = highlights_of(
        imports__a=[WORKS, WORKS, MISSING],
        imports__b=[MISSING, WORKS, MISSING],
        imports__c=[WORKS, MISSING, MISSING],
        imports__e=[WORKS, WORKS, WRONG],
        other__d=[WORKS, WORKS, MISSING],
    )["moves"]
    assert names(highlight) == ["imports::a", "imports::b"], "what worked longest comes first"
    assert highlight.headline == "2 import paths that worked on 2.10.1 are gone on 2.11.1"
    assert highlight.between == dict.fromkeys(("imports::a", "imports::b"), ("2.10.1", "2.11.1"))


def test_a_path_that_another_python_still_has_is_not_gone() -> None:
    cells = ("tf2.10.1-py3.9", "tf2.11.1-py3.9", "tf2.11.1-py3.10")
    assert "moves" not in highlights_of(cells, imports__a=[WORKS, MISSING, WORKS])
    assert "moves" in highlights_of(cells, imports__a=[WORKS, MISSING, MISSING])


def test_the_two_neighbours_between_which_most_changes() -> None:
    highlight = highlights_of(a__one=[WORKS, FAILS, FAILS], a__two=[FRESH, STALE, FAILS], a__three=[WORKS] * 3)["turn"]
    assert highlight.headline.startswith("2 of 3 scenarios change between 2.9.3 and 2.10.1")
    assert set(names(highlight)) == {"a::one", "a::two"}
    assert highlight.between == dict.fromkeys(("a::one", "a::two"), ("2.9.3", "2.10.1"))


def test_what_has_no_answer_changes_nothing_and_comes_back_from_nowhere() -> None:
    assert highlights_of(a__one=[WORKS, Status.UNKNOWN, WORKS]) == {}


def test_what_breaks_and_works_again() -> None:
    highlight = highlights_of(
        a__one=[WORKS, FAILS, WORKS], a__two=[FAILS, WORKS, WORKS], a__three=[WORKS, WRONG, WORKS]
    )["returns"]
    assert names(highlight) == ["a::one"]
    assert highlight.between == {"a::one": ("2.9.3", "2.10.1", "2.11.1")}


@pytest.mark.parametrize("kind", ["silent", "visible", "fatal", "obscure"])
def test_no_highlight_of_harm_names_a_row_without_it(kind: str) -> None:
    found = {highlight.kind: highlight for highlight in highlights(sheet.make(collect(made_trials())))}[kind]
    for row in found.rows:
        assert any(part.harm is found.harm for part in row.ranges)
