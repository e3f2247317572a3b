"""Tests of points: where a sentence is true is what ``questions.evidence`` says of the same table."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from tests.fakes import outcome, table, trial
from tfcompat.door.fill import in_memory
from tfcompat.outcomes import Harm, Kind, Outcome, Status
from tfcompat.questions.evidence import Truth, cells_of, judge
from tfcompat.questions.lookup import filled
from tfcompat.questions.rules import Check, Combine, Rule
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
    {"observed": ("stale",), "part": "x"},
    {"releases": SpecifierSet(">=2.6")},
    {"status": (Status.WORKS, Status.FAILS), "observed": ("stale",)},
    {"status": (Status.ANSWERED,)},
    {"kind": Kind.QUESTION},
    {"kind": Kind.PROMISE, "observed": ("stale",)},
)


@st.composite
def outcomes(draw: st.DrawFn, scenario: str, kind: Kind) -> Outcome:
    ran = [Status.ANSWERED] if kind in (Kind.QUESTION, Kind.DATA) else [Status.WORKS]
    status = draw(st.sampled_from([*ran, Status.WRONG, Status.MISSING, Status.FAILS, Status.UNKNOWN]))
    raised = {
        "type": draw(st.sampled_from(["ValueError", "KeyError"])),
        "message": draw(st.sampled_from(["no", "yes"])),
    }
    return outcome(
        scenario,
        status,
        kind=kind,
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


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_door_says_where_a_rule_holds_as_the_table_does(data: st.DataObject) -> None:
    kinds = {name: data.draw(st.sampled_from(Kind)) for name in ("a::x", "a::y")}
    made = table(*(trial(cell, *(data.draw(outcomes(name, kind)) for name, kind in kinds.items())) for cell in CELLS))
    rule, door = data.draw(rules()), in_memory(made)
    found, cells = points.where(
        rule, lambda name: [{**row, "kind": str(kinds.get(name, ""))} for row in filled(door.of_scenario(name))]
    )
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


SAID: dict[str, Any] = {
    "tensorflow": "2.6.0",
    "harm": "none",
    "kind": "promise",
    "type": "",
    "message": "",
    "observed": "",
}


@pytest.mark.parametrize(
    ("check", "row", "holds"),
    [
        ({}, {"status": "works"}, True),
        ({}, {"status": "fails"}, False),
        ({}, {"status": "unknown"}, None),
        ({}, {"status": "answered"}, True),
        ({}, {"status": "answered", "kind": "question"}, False),
        ({}, {"status": "answered", "kind": "data"}, False),
        ({"releases": SpecifierSet(">=2.7")}, {"status": "works"}, None),
        ({"releases": SpecifierSet(">=2.6")}, {"status": "works"}, True),
        ({"kind": Kind.QUESTION}, {"status": "works"}, None),
        ({"kind": Kind.PROMISE}, {"status": "works"}, True),
        ({"harm": (Harm.SILENT,)}, {"status": "wrong", "harm": "silent"}, True),
        ({"harm": (Harm.SILENT,)}, {"status": "wrong", "harm": "visible"}, False),
        ({"raises": "ValueError"}, {"status": "fails", "type": "ValueError", "message": "ValueError: no"}, True),
        ({"raises": "ValueError"}, {"status": "fails", "type": "KeyError", "message": "KeyError: no"}, False),
        (
            {"raises": "ValueError", "message": "no"},
            {"status": "missing", "type": "ValueError", "message": "ValueError: no"},
            True,
        ),
        (
            {"raises": "ValueError", "message": "no"},
            {"status": "fails", "type": "ValueError", "message": "ValueError: yes"},
            False,
        ),
        ({"raises": "ValueError", "status": (Status.WORKS, Status.FAILS)}, {"status": "works"}, True),
        ({"observed": ("stale",)}, {"status": "works", "observed": '"stale"'}, True),
        ({"observed": ("stale",)}, {"status": "works", "observed": '"fresh"'}, False),
        ({"observed": ("stale",)}, {"status": "works"}, False),
        ({"observed": ("stale",), "status": (Status.FAILS,)}, {"status": "fails"}, True),
        ({"observed": (1,), "part": "x"}, {"status": "works", "observed": '{"x": 1, "y": 2}'}, True),
        ({"observed": (2,), "part": "x"}, {"status": "works", "observed": '{"x": 1, "y": 2}'}, False),
        ({"observed": (1,), "part": "x"}, {"status": "works", "observed": "1"}, False),
    ],
)
def test_what_an_outcome_says_to_a_check(check: dict[str, Any], row: dict[str, Any], holds: bool | None) -> None:
    assert points.holds(Check(scenario="a::x", **check), {**SAID, **row}) is holds


@pytest.mark.parametrize(
    ("combine", "each", "together"),
    [
        (Combine.ALL, [True, True], True),
        (Combine.ALL, [True, None], None),
        (Combine.ALL, [None, False], False),
        (Combine.ANY, [False, False], False),
        (Combine.ANY, [False, None], None),
        (Combine.ANY, [None, True], True),
    ],
)
def test_of_all_a_false_one_decides_and_of_any_a_true_one(
    combine: Combine, each: list[bool | None], together: bool | None
) -> None:
    assert points.together(combine, each) is together
