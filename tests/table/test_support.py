"""Tests of the support document: ranges, and what they were tested on."""

import json
from typing import Any

from tests.fakes import outcome, trial
from tfcompat.outcomes import Reason
from tfcompat.table.frame import collect
from tfcompat.table.support import support


def test_the_support_document_says_what_it_was_tested_on() -> None:
    trials = [
        trial("tf2.6.5-py3.9", outcome(observed=1, documented=1, title="Mean", reference="guide", source="t.py:1")),
        trial("tf2.7.4-py3.9", reason=Reason.NO_LOCK),
    ]
    document: dict[str, Any] = support(collect(trials))
    assert json.loads(json.dumps(document)) == {
        "schema": 1,
        "tested_on": ["tf2.6.5-py3.9", "tf2.7.4-py3.9"],
        "scenarios": {
            "adapt::mean": {
                "scenario": "adapt::mean",
                "title": "Mean",
                "reference": "guide",
                "source": "t.py:1",
                "documented": "1",
                "group": "adapt",
                "spans": {"works": "2.6.5", "unknown": "2.7.4"},
                "observations": [],
                "ranges": [
                    {
                        "status": "works",
                        "first": "2.6.5",
                        "last": "2.6.5",
                        "tested": ["tf2.6.5-py3.9"],
                        "observed": "1",
                        "reason": "",
                    },
                    {
                        "status": "unknown",
                        "first": "2.7.4",
                        "last": "2.7.4",
                        "tested": ["tf2.7.4-py3.9"],
                        "observed": "",
                        "reason": "no lock",
                    },
                ],
            }
        },
    }
