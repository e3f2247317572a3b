"""Artefacts: named by their bytes, and refused where a cell's answer is none."""

import base64
import hashlib
from typing import Any

import pytest

from tests import fakes
from tfcompat.errors import DataError
from tfcompat.exchange.artefacts import artefacts_of
from tfcompat.outcomes import Outcome, Status

BYTES = b"PK\x03\x04 whatever"
TEXT = base64.b64encode(BYTES).decode()


def wrote(observed: Any, scenario: str = "write::h5", status: Status = Status.WORKS) -> Outcome:
    return fakes.outcome(scenario, status, observed=observed)


def test_an_artefact_is_named_by_the_hash_of_its_bytes() -> None:
    (found,) = artefacts_of(fakes.trial("tf2.9.3-py3.10", wrote({"output": [1.0, -2], "artefact": TEXT})))
    assert (found.form, found.writer, found.output, found.content) == ("h5", "tf2.9.3-py3.10", (1.0, -2), BYTES)
    assert found.name == hashlib.sha256(BYTES).hexdigest() + ".zip"


@pytest.mark.parametrize("status", [Status.FAILS, Status.MISSING, Status.UNKNOWN])
def test_what_was_not_written_is_no_artefact(status: Status) -> None:
    assert artefacts_of(fakes.trial("tf2.9.3-py3.10", wrote(None, status=status))) == ()


@pytest.mark.parametrize(
    "outcome",
    [
        wrote(None),
        wrote("text"),
        wrote({"output": [1.0]}),
        wrote({"output": [1.0], "artefact": "no base64!"}),
        wrote({"output": [1.0], "artefact": 7}),
        wrote({"output": 1.0, "artefact": TEXT}),
        wrote({"output": ["nan"], "artefact": TEXT}),
        wrote({"output": [True], "artefact": TEXT}),
        wrote({"output": [1.0], "artefact": TEXT, "more": 1}),
        wrote({"output": [1.0], "artefact": TEXT}, scenario="write::../../h5"),
        wrote({"output": [1.0], "artefact": TEXT}, scenario="write::{form.__class__}"),
    ],
)
def test_another_answer_is_refused_and_its_cell_is_named(outcome: Outcome) -> None:
    with pytest.raises(DataError, match=r"what tf2\.9\.3-py3\.10 answered to write::.* is not an artefact: remove"):
        artefacts_of(fakes.trial("tf2.9.3-py3.10", outcome))
