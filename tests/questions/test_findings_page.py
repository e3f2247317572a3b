"""The committed findings: the page is what the trials say, the scripts are short, and enough of the sources was read."""

import ast
from collections import Counter

import pytest

from tests import committed
from tests.conftest import ROOT
from tfcompat.outcomes import Harm
from tfcompat.questions import findings
from tfcompat.select.places import BUNDLED

FOLDER = ROOT / "docs" / "findings"
FINDINGS, EXPLANATIONS = findings.findings(FOLDER), findings.explanations(FOLDER)
#: The eras whose sources were read, and how many rows of each at least.
ERAS, ROWS = ("2.4", "2.5", "2.9", "2.16", "2.21"), 30


def test_the_page_is_what_the_trials_say() -> None:
    text = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    assert text == findings.markdown(committed.table(), FOLDER), "the trials have changed: tfcompat findings"


def test_each_script_names_a_release_that_shows_it() -> None:
    table = committed.table()
    now = findings.now_of(table)
    for finding in FINDINGS:
        shown = [
            part for sighting in finding.scenarios for part in table.ranges[now(sighting.id)] if sighting.shown_by(part)
        ]
        cells = {cell for part in shown for cell in part.tested}
        assert any(cell.startswith(f"tf{finding.release}-") for cell in cells), finding.name


def test_there_are_ten_findings_and_a_script_for_each_and_no_other() -> None:
    assert len(FINDINGS) == 10
    assert {finding.name for finding in FINDINGS} == {path.stem for path in FOLDER.glob("*.py")}


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding.name)
def test_a_script_is_short_and_of_the_oldest_python(finding: findings.Finding) -> None:
    text = findings.script(finding, FOLDER)
    assert len([line for line in text.splitlines() if line.strip()]) <= findings.LONGEST_SCRIPT
    ast.parse(text, feature_version=(3, 8))
    assert {place.release for place in finding.places}


def test_thirty_rows_of_each_era_were_read() -> None:
    rows = Counter(
        era
        for explanation in EXPLANATIONS
        for era in ERAS
        if explanation.release.startswith(era + ".")
        for _ in set(explanation.scenarios)
    )
    assert {era: rows[era] for era in ERAS if rows[era] < ROWS} == {}


@pytest.mark.parametrize("release", ["2.5.3", "2.9.3", "2.16.2", "2.21.0"])
def test_every_group_with_silent_harm_was_read_on_each_of_four_releases(release: str) -> None:
    """At least one of its rows has the line of the installed package that does it."""
    rows = committed.table().frame
    here = rows[(rows["tensorflow"] == release) & (rows["variant"] == BUNDLED) & (rows["harm"] == str(Harm.SILENT))]
    read = {name for explanation in EXPLANATIONS if explanation.release == release for name in explanation.scenarios}
    groups = {name.partition("::")[0] for name in here["scenario"]}
    assert groups - {name.partition("::")[0] for name in read & set(here["scenario"])} == set()


def test_a_row_has_one_explanation_on_a_release() -> None:
    named = Counter((explanation.release, name) for explanation in EXPLANATIONS for name in explanation.scenarios)
    assert [name for name, count in named.items() if count > 1] == []
