"""Tests of the support document: ranges, and what they were tested on."""

import json
from typing import Any

from tests.fakes import outcome, trial
from tfcompat.outcomes import Reason
from tfcompat.table.frame import collect
from tfcompat.table.support import support


def test_the_support_document_says_what_it_was_tested_on() -> None:
    trials = [
        trial("tf2.6.5-py3.9", outcome(observed=1, promises={"": 1}, title="Mean", reference="guide", source="t.py:1")),
        trial("tf2.7.4-py3.9", reason=Reason.NO_LOCK),
    ]
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
                "kind": "",
                "oracle": "",
                "documented": "1",
                "answers": "",
                "aliases": "",
                "group": "adapt",
                "spans": {"works": "2.6.5", "unknown: no lock": "2.7.4"},
                "harms": [
                    {"word": "works", "status": "works", "harm": "none", "span": "2.6.5"},
                    {"word": "unknown: no lock", "status": "unknown", "harm": "none", "span": "2.7.4"},
                ],
                "axes": [],
                "observations": [],
                "ranges": [
                    {
                        "status": "works",
                        "harm": "none",
                        "first": "2.6.5",
                        "last": "2.6.5",
                        "on": "",
                        "tested": ["tf2.6.5-py3.9"],
                        "observed": "1",
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
