"""The hostile suite: scenarios that attack, beside some that only answer, in a container and in a local environment."""

from collections.abc import Collection
from pathlib import Path

import pandas as pd
import pytest

from tests.hostile.table import FATES, NOT_LOCAL, SUITE, attacks
from tests.stand_in_project import containers, tfcompat


def without(attacks: Collection[str]) -> str:
    """The hostile suite without some of its attacks."""
    parts = SUITE.split("\n\n\n")
    return "\n\n\n".join(part for part in parts if not any(f'"hostile::{name}"' in part for name in attacks))


def outcomes(project: Path, index: str, home: Path, engine: str) -> pd.DataFrame:
    """The outcomes of the stand-in 9.0.0 by this project's suite: the status and observation of each scenario."""
    done = tfcompat(project, index, "run", "--tf", "9.0", "--engine", engine, home=home)
    assert done.returncode == 0, done.stderr
    assert tfcompat(project, index, "report", home=home).returncode == 0
    frame = pd.read_csv(project / "reports" / "outcomes.csv", keep_default_na=False)
    return frame.set_index("scenario")[["status", "observed"]]


@pytest.mark.usefixtures("staged_bundle")
@pytest.mark.parametrize(
    ("engine", "left_out"),
    [
        pytest.param("docker", set(), marks=pytest.mark.docker),
        pytest.param("local", NOT_LOCAL, marks=pytest.mark.local),
    ],
)
def test_attacks_change_no_other_outcome(
    engine: str, left_out: set[str], stand_in_project: Path, index: str, tmp_path: Path
) -> None:
    (stand_in_project / "scenarios" / "test_golden.py").write_text(without(left_out))
    found = outcomes(stand_in_project, index, tmp_path, engine)
    attacks = found[found.index.str.startswith("hostile::")]
    fates = {
        str(name).removeprefix("hostile::"): (status, observed if FATES[str(name).removeprefix("hostile::")][1] else "")
        for name, status, observed in attacks.itertuples()
    }
    assert fates == {name: fate for name, fate in FATES.items() if name not in left_out}
    innocents = found[~found.index.str.startswith("hostile::")]
    assert len(innocents) == 13
    assert set(innocents["status"]) == {"works"}
    assert set(innocents["observed"]) == {"true"}
    if engine == "docker":
        assert containers() == []


def test_the_table_has_every_attack_of_the_suite() -> None:
    assert [name for name, _ in attacks()] == list(FATES)
    assert set(FATES) > NOT_LOCAL
    assert SUITE.count('"hostile::') == len(FATES)
