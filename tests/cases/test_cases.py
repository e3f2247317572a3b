"""Each program of a public report agrees with the row that answers it, on every cell that was measured.

``cases.csv`` has what each program prints on a cell (``ERR``: the exception that ended it), and what the row has to say there:
its status and, where that says more, its answer or observation as JSON.
"""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from scenarios.observe import alike
from tests.conftest import ROOT
from tfcompat.outcomes import Status
from tfcompat.project import Project
from tfcompat.run.workshop import Workshop
from tfcompat.suite import catalogue


@dataclass(frozen=True, kw_only=True)
class Case:
    """What a program prints on a cell, and what the scenario that answers it has to have there."""

    case: str
    cell: str
    prints: str
    scenario: str
    status: Status
    observed: str

    def disagreement(self, status: str, observed: str) -> str | None:
        """How an outcome differs from the case; None where it does not."""
        if status != self.status:
            return f"the row has the status {status}"
        if self.observed and not alike(json.loads(observed), json.loads(self.observed)):
            return f"the row has observed {observed}"
        return None


def read(path: Path) -> list[Case]:
    with path.open(newline="", encoding="utf-8") as file:
        return [Case(status=Status(row.pop("status")), **row) for row in csv.DictReader(file)]


CASES = read(Path(__file__).with_name("cases.csv"))
#: The status and observation of a scenario by cell and id.
Outcomes = Mapping[tuple[str, str], tuple[str, str]]


@pytest.fixture(scope="module")
def measured() -> Outcomes:
    """The outcomes of the published table that were measured, of the cells and scenarios of the cases."""
    columns = ["cell", "scenario", "status", "observed"]
    table = pd.read_parquet(ROOT / "reports" / "outcomes.parquet", columns=columns)
    asked = table["scenario"].isin({case.scenario for case in CASES})
    rows = table[asked & (table["status"] != str(Status.UNKNOWN))].to_numpy(dtype=str).tolist()
    return {(cell, scenario): (status, observed) for cell, scenario, status, observed in rows}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.case}-{case.cell}-{case.scenario}")
def test_a_case_agrees_with_its_row(case: Case, measured: Outcomes) -> None:
    """What was not measured is skipped, so that pytest counts and lists it."""
    outcome = measured.get((case.cell, case.scenario))
    if outcome is None:
        pytest.skip(f"not measured: {case.scenario}")
    assert case.disagreement(*outcome) is None, f"on {case.cell} the program prints {case.prints}"


def test_some_case_was_measured(measured: Outcomes) -> None:
    unmeasured = [case for case in CASES if (case.cell, case.scenario) not in measured]
    print(f"{len(unmeasured)} of {len(CASES)} cases were not measured")
    assert len(unmeasured) < len(CASES)


def test_each_case_is_once_a_cell_and_scenario() -> None:
    keys = [(case.case, case.cell, case.scenario) for case in CASES]
    assert len(keys) == len(set(keys))


@pytest.mark.local
def test_the_suite_has_the_rows_of_all_cases(tmp_path: Path) -> None:
    workshop = Workshop(project=Project(root=ROOT, cache=tmp_path), engine_name="local")
    ids = {scenario.id for scenario in catalogue.scenarios(workshop.program)}
    assert {case.scenario for case in CASES} - ids == set()


@pytest.mark.parametrize(
    ("status", "observed", "agrees"),
    [
        ("answered", '"nan"', True),
        ("answered", '"numbers"', False),
        ("works", '"nan"', False),
        ("unknown", "", False),
    ],
)
def test_another_status_or_answer_is_a_disagreement(status: str, observed: str, agrees: bool) -> None:
    case = Case(case="made", cell="x", prints="nan", scenario="a::b", status=Status.ANSWERED, observed='"nan"')
    assert (case.disagreement(status, observed) is None) is agrees


def test_observed_numbers_may_differ_by_their_rounding() -> None:
    case = Case(case="made", cell="x", prints="[0.4629]", scenario="a::b", status=Status.WORKS, observed="[0.4629]")
    assert case.disagreement("works", "[0.46291]") is None
    assert case.disagreement("works", "[0.47]") is not None
