"""Tests of the support document: ranges, and what they were tested on."""

import json
from typing import Any

import msgspec
import pytest

from tests.fakes import outcome, trial
from tfcompat.outcomes import Harm, Kind, Oracle, Reason, Status
from tfcompat.table.frame import collect
from tfcompat.table.support import SupportHarm, SupportRange, said, support


def test_a_word_with_two_harms_has_one_span_and_each_harm_its_own() -> None:
    answers = {"kept": Harm.NONE, "lost": Harm.SILENT}
    outcomes = [
        outcome(status=Status.ANSWERED, kind=Kind.QUESTION, observed="kept", harm=harm, answers=answers)
        for harm in (Harm.NONE, Harm.SILENT)
    ]
    trials = [trial(f"tf2.{minor}.0-py3.9", made) for minor, made in zip((6, 7), outcomes, strict=True)]
    places = support(collect(trials))["scenarios"]["adapt::mean"]
    assert places["spans"] == {"kept": "2.6.0 – 2.7.0"}
    assert [(place["harm"], place["span"]) for place in places["harms"]] == [("none", "2.6.0"), ("silent", "2.7.0")]


def test_the_support_document_says_what_it_was_tested_on() -> None:
    wrong = outcome(
        status=Status.WRONG,
        kind=Kind.PROMISE,
        oracle=Oracle.DOCUMENTED,
        observed=2,
        expected=1,
        promises={"": 1},
        title="Mean",
        reference="guide",
        source="t.py:1",
        aliases=("adapt::average",),
    )
    trials = [trial("tf2.6.5-py3.9", wrong), trial("tf2.7.4-py3.9", reason=Reason.NO_LOCK)]
    document: dict[str, Any] = support(collect(trials))
    assert json.loads(json.dumps(document)) == {
        "schema": 2,
        "tested_on": ["tf2.6.5-py3.9", "tf2.7.4-py3.9"],
        "scenarios": {
            "adapt::mean": {
                "scenario": "adapt::mean",
                "title": "Mean",
                "reference": "guide",
                "source": "t.py:1",
                "kind": "promise",
                "oracle": "documented",
                "documented": "1",
                "answers": {},
                "aliases": ["adapt::average"],
                "group": "adapt",
                "spans": {"wrong": "2.6.5", "unknown: no lock": "2.7.4"},
                "harms": [
                    {"word": "wrong", "status": "wrong", "harm": "silent", "span": "2.6.5"},
                    {"word": "unknown: no lock", "status": "unknown", "harm": "none", "span": "2.7.4"},
                ],
                "axes": [],
                "observations": [],
                "ranges": [
                    {
                        "status": "wrong",
                        "harm": "silent",
                        "first": "2.6.5",
                        "last": "2.6.5",
                        "on": "",
                        "tested": ["tf2.6.5-py3.9"],
                        "observed": "2",
                        "reason": "",
                        "whose": "",
                    },
                    {
                        "status": "unknown",
                        "harm": "none",
                        "first": "2.7.4",
                        "last": "2.7.4",
                        "on": "",
                        "tested": ["tf2.7.4-py3.9"],
                        "observed": "",
                        "reason": "no lock",
                        "whose": "",
                    },
                ],
            }
        },
    }


def test_one_word_with_two_harms_is_said_twice_each_with_its_place() -> None:
    hides = outcome(status=Status.FAILS, type="KeyError", harm=Harm.OBSCURE)
    trials = [trial("tf2.6.5-py3.9", hides), trial("tf2.7.4-py3.9", outcome(status=Status.FAILS, type="ValueError"))]
    (ranges,) = collect(trials).ranges.values()
    assert [(part.word, part.harm, span) for part, span in said(ranges)] == [
        ("fails", Harm.OBSCURE, "2.6.5"),
        ("fails", Harm.LOUD, "2.7.4"),
    ]


def test_of_some_ranges_the_places_are_named_as_among_all() -> None:
    """The only cells that are stale differ by Python from others of their release."""
    trials = [
        trial("tf2.6.5-py3.8", outcome(observed="fresh")),
        trial("tf2.6.5-py3.9", outcome(observed="stale", harm=Harm.SILENT)),
    ]
    (ranges,) = collect(trials).ranges.values()
    stale = [part for part in ranges if part.harm is Harm.SILENT]
    assert [span for _, span in said(stale, ranges)] == ["2.6.5 on Python ≥ 3.9"]


@pytest.mark.parametrize("part", [SupportRange, SupportHarm])
def test_the_schema_allows_nothing_else(part: type) -> None:
    schema = msgspec.json.schema(part)
    assert schema["$defs"][part.__name__]["additionalProperties"] is False
