"""Tests of the step summary: what it has, and that it is never more than its reader accepts."""

import pytest

from tests.fakes import outcome, subject, trial
from tfcompat.compare.diff import Side, compare
from tfcompat.outcomes import Harm, Outcome, Reason, Status, Trial
from tfcompat.publish import summary
from tfcompat.table.frame import collect

CELL, OTHER = "tf2.6.5-py3.9", "tf2.7.4-py3.9"
HOSTILE = "</td><script>alert(1)</script> | `x` [a](javascript:b)\n# head"


def made(*trials: Trial, before: list[Trial] | None = None, limit: int = summary.LIMIT) -> str:
    diff = None
    if before is not None:
        diff = compare(Side(name="yesterday", table=collect(before)), Side(name="today", table=collect(trials)))
    return summary.markdown(collect(trials), diff, limit)


def test_it_has_counts_holes_and_ranges() -> None:
    trials = (
        trial(CELL, outcome("adapt::a"), outcome("map::b", Status.FAILS)),
        trial(OTHER, reason=Reason.NO_LOCK, message="uv said no"),
    )
    assert made(*trials).splitlines() == [
        "# tfcompat",
        "",
        "2 cells, 2 outcomes: ✓ 1 works, ✗ 1 fails",
        "Harm: 1 loud",
        "",
        "## Cells without an answer",
        "",
        "| cell | reason | cause | message |",
        "| --- | --- | --- | --- |",
        f"| {OTHER} | no lock | the distributions | uv said no |",
        "",
        "## adapt",
        "",
        "| scenario | ranges |",
        "| --- | --- |",
        "| adapt::a | ✓ works 2.6.5; ? unknown: no lock 2.7.4 |",
        "",
        "## map",
        "",
        "| scenario | ranges |",
        "| --- | --- |",
        "| map::b | ✗ fails 2.6.5; ? unknown: no lock 2.7.4 |",
    ]


def test_the_worst_harm_is_counted_first_and_an_answer_is_its_word() -> None:
    question = {"observed": "stale", "harm": Harm.SILENT}
    answers = (
        outcome("adapt::a", Status.ANSWERED, **question),
        outcome("adapt::b", Status.WRONG, observed=["inf"], harm=Harm.VISIBLE),
        outcome("adapt::c", Status.MISSING),
    )
    text = made(trial(CELL, *answers))
    assert "Harm: ▲ 1 silent, △ 1 visible, 1 loud" in text.splitlines()
    assert "| adapt::a | ▲• stale 2.6.5 |" in text.splitlines()
    assert "| adapt::b | △≠ wrong 2.6.5 |" in text.splitlines()


def test_only_the_current_trial_of_a_cell_is_counted() -> None:
    older = trial(subject(CELL, started="2025-01-01T00:00:00Z"), outcome("adapt::a", Status.FAILS))
    assert "1 cells, 1 outcomes: ✓ 1 works\n" in made(older, trial(CELL, outcome("adapt::a")))


def test_what_changed_comes_before_the_ranges() -> None:
    text = made(trial(CELL, outcome(status=Status.FAILS)), before=[trial(CELL, outcome())])
    assert text.index("## What changed") < text.index("**yesterday → today**: 1 regressed") < text.index("## adapt")
    assert "What changed" not in made(trial(CELL, outcome()))


def many(count: int) -> Trial:
    return trial(CELL, *(outcome(f"adapt::é{number:05}") for number in range(count)))


@pytest.mark.parametrize("limit", [1000, 1333, 5000, 20_000])
def test_it_is_cut_between_two_lines_and_says_so(limit: int) -> None:
    whole = made(many(1000))
    cut = made(many(1000), limit=limit)
    assert len(cut.encode()) <= limit
    assert len(cut.encode()) > limit - summary.ROOM - 100
    kept, said = cut.split("\n\n> ")
    lines = kept.splitlines()
    assert lines == whole.splitlines()[: len(lines)]
    left = len(whole.splitlines()) - len(lines)
    assert said.startswith(f"{left} more lines were cut here: a step's summary may have {limit} bytes.")


def test_what_fits_is_not_cut() -> None:
    whole = made(many(10))
    assert made(many(10), limit=len(whole.encode())) == whole
    assert "were cut" in made(many(10), limit=len(whole.encode()) - 1)


def test_a_table_of_every_cell_and_scenario_fits_githubs_limit() -> None:
    text = made(*(trial(f"tf2.{minor}.0-py3.9", *many(900).outcomes) for minor in range(2, 22)))
    assert len(text.encode()) <= 1024 * 1024
    assert "were cut" not in text


def test_a_huge_line_is_no_way_round_the_limit() -> None:
    answers = (Outcome(scenario=f"a::{number}" + "x" * 5000, status=Status.WORKS) for number in range(400))
    assert len(made(trial(CELL, *answers)).encode()) <= 1024 * 1024
    assert len(made(trial(CELL, reason=Reason.NO_LOCK, message="é" * 2_000_000)).encode()) < 2000


def test_hostile_text_adds_nothing() -> None:
    text = made(
        trial(CELL, Outcome(scenario=f"a{HOSTILE}::b{HOSTILE}", status=Status.WORKS)),
        trial(OTHER, reason=Reason.NO_LOCK, message=HOSTILE),
    )
    assert "alert" in text
    assert "<script" not in text
    assert "\n# head" not in text
    assert "[a](" not in text.replace("\\[a\\](", "")
