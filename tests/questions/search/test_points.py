"""Tests of points: where a sentence is true is what ``questions.evidence`` says of the same table."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import outcome, table, trial
from tfcompat.door.fill import in_memory
from tfcompat.outcomes import Harm, Kind, Outcome, Status
from tfcompat.questions.evidence import Truth, cells_of, judge
from tfcompat.questions.lookup import filled
from tfcompat.questions.rules import Check, Rule
from tfcompat.questions.search import points

CELLS = ("tf2.5.0-py3.9", "tf2.6.0-py3.9", "tf2.6.0-py3.10", "tf2.7.0-py3.9")
CHECKS: tuple[dict[str, Any], ...] = (
    {},
    {"observed": ("stale",)},
    {"harm": (Harm.SILENT,)},
    {"status": (Status.MISSING, Status.FAILS)},
    {"raises": "ValueError"},
    {"raises": "ValueError", "message": "no"},
    {"observed": (1.0,), "part": "x"},
)


@st.composite
def outcomes(draw: st.DrawFn, scenario: str) -> Outcome:
    status = draw(
        st.sampled_from([Status.WORKS, Status.WRONG, Status.ANSWERED, Status.MISSING, Status.FAILS, Status.UNKNOWN])
    )
    raised = {
        "type": draw(st.sampled_from(["ValueError", "KeyError"])),
        "message": draw(st.sampled_from(["no", "yes"])),
    }
    return outcome(
        scenario,
        status,
        kind=Kind.QUESTION,
        harm=draw(st.sampled_from([Harm.NONE, Harm.SILENT])),
        observed=draw(st.sampled_from(["stale", "fresh", {"x": 1.0}])),
        **(raised if status in (Status.MISSING, Status.FAILS) else {}),
    )


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    chosen = draw(
        st.lists(
            st.tuples(st.sampled_from(["a::x", "a::y", "a::nothing"]), st.sampled_from(CHECKS)), min_size=1, max_size=3
        )
    )
    checks = tuple(Check(scenario=name, **facts) for name, facts in chosen)
    return Rule(all=checks) if draw(st.booleans()) else Rule(any=checks)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_the_door_says_where_a_rule_holds_as_the_table_does(data: st.DataObject) -> None:
    made = table(*(trial(cell, *(data.draw(outcomes(name)) for name in ("a::x", "a::y"))) for cell in CELLS))
    rule, door, kind = data.draw(rules()), in_memory(made), str(Kind.QUESTION)
    found, cells = points.where(rule, lambda name: [{**row, "kind": kind} for row in filled(door.of_scenario(name))])
    expected = judge(rule, cells_of(made))
    assert cells == [spot.cell for spot, truth in expected.truths if truth is Truth.HOLDS]
    assert found == expected.ranges(Truth.HOLDS)


@pytest.mark.parametrize(
    ("rule", "plain"),
    [
        (Rule(all=(Check(scenario="a"),)), True),
        (Rule(all=(Check(scenario="a", given=Check(scenario="b")),)), False),
        (Rule(all=(Check(scenario="a"),), variants=("legacy",)), False),
        (Rule(changes=(Check(scenario="a"),)), False),
    ],
)
def test_what_is_not_plain_is_left_to_the_pages(rule: Rule, plain: bool) -> None:
    assert points.is_plain(rule) is plain
