"""Upstream's own normalization tests, written anew as facts, agree with the rows of each cell of that release.

``facts.csv`` has a line a fact: the release, upstream's test, what it gives and expects in our words, the scenario that answers
it, and what that has to be: its status and, where that says more, its observation as JSON and the type of its error. Where
upstream's test and the row disagree, ``disagrees`` says who is right and why, and the row is not what upstream expects.
"""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from scenarios.observe import alike
from tests.conftest import ROOT
from tfcompat.outcomes import Status
from tfcompat.select.variants import BUNDLED


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the tests of a release were read: a tag or commit of keras-team/keras, and the folder that paths are below.

    Facts are held against the cells of the release that have this ``keras``.
    """

    keras: str
    revision: str
    folder: str


#: The tests of 2.4 are those of that repository's first commit, of 2020-12-04, ten days before TensorFlow 2.4.0.
SOURCES = {
    "2.4": Source(keras="2.4", revision="4a512f5cb8", folder="keras/layers/"),
    "2.9": Source(keras="2.9", revision="v2.9.0", folder="keras/layers/"),
    "2.15": Source(keras="2.15", revision="v2.15.0", folder="keras/layers/"),
    "2.21": Source(keras="3.14", revision="v3.14.0", folder="keras/src/layers/"),
}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What a test of upstream gives and expects, and what the scenario that answers it has to be."""

    release: str
    upstream: str
    given: str
    expects: str
    scenario: str
    status: Status
    observed: str
    raised: str
    disagrees: str

    def disagreement(self, status: str, observed: str, raised: str) -> str | None:
        """How an outcome differs from what upstream expects; None where it does not."""
        if status != self.status:
            return f"the row has the status {status}"
        if self.observed and not (observed and alike(json.loads(observed), json.loads(self.observed))):
            return f"the row has observed {observed}"
        if self.raised and not raised.startswith(f"{self.raised}:"):
            return f"the row raised {raised}"
        return None


@dataclass(frozen=True, kw_only=True)
class Measured:
    """An outcome of the published table: on which cell, and what upstream's facts are held against."""

    cell: str
    tensorflow: str
    keras: str
    scenario: str
    status: str
    observed: str
    raised: str


def read(path: Path) -> list[Fact]:
    with path.open(newline="", encoding="utf-8") as file:
        return [Fact(status=Status(row.pop("status")), **row) for row in csv.DictReader(file)]


FACTS = read(Path(__file__).with_name("facts.csv"))


@pytest.fixture(scope="module")
def outcomes() -> list[Measured]:
    """The measured outcomes of the scenarios that facts name, on the cells that are as pip installs them."""
    table = pd.read_parquet(ROOT / "reports" / "outcomes.parquet")
    asked = table["scenario"].isin({fact.scenario for fact in FACTS})
    rows = table[asked & (table["variant"] == BUNDLED.name) & (table["status"] != str(Status.UNKNOWN))]
    columns = ["cell", "tensorflow", "keras", "scenario", "status", "observed", "raised"]
    records = rows[columns].astype(str).to_dict("records")
    return [Measured(**{str(name): value for name, value in row.items()}) for row in records]


def answering(fact: Fact, outcomes: Sequence[Measured]) -> list[Measured]:
    """The outcomes of a fact's scenario on the cells of its release that have the Keras of its source."""
    keras = SOURCES[fact.release].keras
    return [
        row
        for row in outcomes
        if row.scenario == fact.scenario
        and row.tensorflow.startswith(f"{fact.release}.")
        and row.keras.startswith(f"{keras}.")
    ]


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.release}-{fact.upstream}-{fact.scenario}")
def test_a_row_agrees_with_upstreams_test_on_each_cell(fact: Fact, outcomes: Sequence[Measured]) -> None:
    rows = answering(fact, outcomes)
    assert rows, "no cell has answered it"
    found = {row.cell: fact.disagreement(row.status, row.observed, row.raised) for row in rows}
    differing = {cell: difference for cell, difference in found.items() if difference}
    assert set(differing) == (set(found) if fact.disagrees else set()), f"{fact.expects}: {differing}"


def test_four_releases_have_facts_and_each_fact_has_a_source() -> None:
    assert {fact.release for fact in FACTS} == set(SOURCES)
    assert all(sum(fact.release == release for fact in FACTS) >= 15 for release in SOURCES)


def test_each_fact_is_there_once_and_in_order() -> None:
    keys = [(fact.release, fact.upstream, fact.scenario, fact.given) for fact in FACTS]
    assert len(keys) == len(set(keys))
    assert [fact.release for fact in FACTS] == sorted(
        (fact.release for fact in FACTS), key=lambda release: [int(part) for part in release.split(".")]
    )


@pytest.mark.parametrize(
    ("status", "observed", "raised", "agrees"),
    [
        ("works", "[1.00001]", "ValueError: no", True),
        ("fails", "[1.0]", "ValueError: no", False),
        ("works", "[2.0]", "ValueError: no", False),
        ("works", "", "ValueError: no", False),
        ("works", "[1.0]", "TypeError: no", False),
    ],
)
def test_another_status_observation_or_error_is_a_disagreement(
    status: str, observed: str, raised: str, agrees: bool
) -> None:
    fact = Fact(
        release="2.4",
        upstream="made",
        given="",
        expects="",
        scenario="a::b",
        status=Status.WORKS,
        observed="[1.0]",
        raised="ValueError",
        disagrees="",
    )
    assert (fact.disagreement(status, observed, raised) is None) is agrees
