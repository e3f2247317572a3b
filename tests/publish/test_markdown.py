"""Tests of the table for a code host: ranges, cells, merged columns, and text that is only text."""

import re

from tests.fakes import outcome, trial
from tests.hostile import hostile_trials
from tfcompat.outcomes import Harm, Kind, Outcome, Reason, Status, Trial
from tfcompat.publish import markdown as pages
from tfcompat.table.frame import collect


def markdown(trials: list[Trial]) -> str:
    return pages.markdown(collect(trials))


def rows_of(markdown: str) -> list[list[str]]:
    """The cells of each row of the tables, parted at the pipes that are not escaped."""
    plain = markdown.replace("\\\\", "").replace("\\|", "")
    return [line.split("|") for line in plain.splitlines() if line.startswith("|")]


def test_markdown_has_ranges_and_cells() -> None:
    trials = [
        trial("tf2.6.5-py3.9", outcome(title="The mean"), versions={"python": "3.9.1", "keras": "2.6.0"}),
        trial("tf2.7.4-py3.9", reason=Reason.NO_LOCK),
    ]
    text = markdown(trials)
    assert "1 scenarios on 2 cells" in text
    assert '| <a id="adapt::mean"></a>The mean<br>`adapt::mean` | works 2.6.5<br>unknown: no lock 2.7.4 |' in text
    assert "| mean | ✓ | ? |" in text
    assert "| tf2.6.5-py3.9 | 3.9.1 | 2.6.0 |" in text
    assert "| tf2.7.4-py3.9 |  | none |" in text


def test_an_id_is_a_link_where_the_site_is_published() -> None:
    table = collect([trial("tf2.6.5-py3.9", outcome(title="The mean"))])
    assert "[`adapt::mean`](https://example.org/x/s/adapt/mean/)" in pages.markdown(table, "https://example.org/x/")


def test_markdown_begins_with_the_groups() -> None:
    answers = outcome("adapt::a"), outcome("adapt::b"), outcome("map::c")
    other = outcome("adapt::a"), outcome("adapt::b", Status.FAILS), outcome("map::c")
    text = markdown([trial("tf2.6.5-py3.9", *answers), trial("tf2.7.4-py3.9", *other)])
    assert "| [adapt](#adapt) | 2 | 1 | 0 |\n| [map](#map) | 1 | 1 | 0 |\n" in text
    assert text.index("| [map](#map)") < text.index("## adapt") < text.index("## map")


def test_a_question_has_no_tick_and_silent_harm_its_mark() -> None:
    def answers(word: str, does: Harm) -> tuple[Outcome, ...]:
        return (
            outcome("adapt::q", Status.ANSWERED, kind=Kind.QUESTION, observed=word, harm=does),
            outcome("adapt::data", Status.ANSWERED, kind=Kind.DATA, observed="2.6.5"),
        )

    text = markdown(
        [trial("tf2.5.3-py3.9", *answers("fresh", Harm.NONE)), trial("tf2.6.5-py3.9", *answers("stale", Harm.SILENT))]
    )
    assert "| fresh 2.5.3<br>▲ stale 2.6.5 |" in text
    assert "| q | fresh | ▲ stale |" in text
    assert "| data | • | • |" in text
    assert "| [adapt](#adapt) | 2 | 1 | 1 |" in text
    assert "| ▲ | **silent**: wrong, stale, lost or ignored, without a word |" in text


def test_neighbours_that_are_the_same_in_every_row_of_a_group_are_one_column() -> None:
    works, fails = outcome("adapt::a"), outcome("adapt::a", Status.FAILS)
    answers = {"2.6.5": works, "2.7.4": works, "2.8.4": works, "2.9.3": fails, "2.10.1": works, "2.11.1": works}
    text = markdown([trial(f"tf{release}-py3.9", answer, outcome("map::b")) for release, answer in answers.items()])
    assert [line for line in text.splitlines() if line.startswith("| scenario | 2")] == [
        "| scenario | 2.6.5 – 2.8.4 | 2.9.3 | 2.10.1 – 2.11.1 |",
        "| scenario | 2.6.5 – 2.11.1 |",
    ]
    assert "| a | ✓ | ✗ | ✓ |" in text
    assert "| b | ✓ |\n" in text


def test_columns_that_differ_in_one_row_of_a_group_stay_apart() -> None:
    older = trial("tf2.6.5-py3.9", outcome("adapt::a"), outcome("adapt::b"))
    newer = trial("tf2.7.4-py3.9", outcome("adapt::a"), outcome("adapt::b", Status.FAILS))
    text = markdown([older, newer])
    assert "| scenario | 2.6.5 | 2.7.4 |" in text
    assert "| a | ✓ | ✓ |" in text
    assert "| b | ✓ | ✗ |" in text


def test_a_long_observation_is_cut() -> None:
    trials = [
        trial(cell, outcome("adapt::a", observed={"x": letter * 3000}))
        for cell, letter in (("tf2.6.5-py3.9", "a"), ("tf2.7.4-py3.9", "b"))
    ]
    text = markdown(trials)
    assert "a" * 300 in text
    assert max(map(len, text.splitlines())) < 1200


def test_hostile_text_adds_no_tag() -> None:
    text = re.sub("`[^`\n]*`", "", markdown(hostile_trials()).replace("\\`", ""))  # code is shown as it is
    assert "alert" in text
    assert "<script" not in text
    assert "</title" not in text
    assert "<b>" not in text


def test_hostile_text_adds_no_cell_and_no_row_to_a_table() -> None:
    harmless = [
        trial(f"tf{version}-py3.9", outcome(observed=number)) for number, version in enumerate(("2.6.5", "2.7.4"))
    ]
    assert list(map(len, rows_of(markdown(hostile_trials())))) == list(map(len, rows_of(markdown(harmless))))


def test_hostile_text_is_not_a_template() -> None:
    text = markdown(hostile_trials())
    assert "7 \\* 7" in text
    assert "49" not in text
