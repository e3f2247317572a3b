"""The presence rows equal a walk of the installed package's public API, on every release that has both.

The suite's inventory is such a walk, in the same cells; another walk, which shares no code with it, is made where TFCOMPAT_REAL
is set.
"""

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest
from packaging.version import Version

from tests.conftest import ALL, ROOT
from tfcompat.outcomes import Kind, Status
from tfcompat.project import default_cache
from tfcompat.select.variants import BUNDLED

#: A row that asks for an import statement.
STATEMENT = re.compile(r"from (\S+) import (\S+)")
#: Parts of a path that make it private, which no walk enters: others begin with an underscore.
PRIVATE = {"src", "api", "python"}
#: The releases that the requirement names: the last patch of each, and the newest.
NAMED = ("2.4", "2.9", "2.15", "2.21")
#: Those whose package is walked for real: an environment takes minutes to make.
WALKED = (*NAMED[:-1], "latest") if ALL else ("latest",)
#: Paths that a row imports and a walk of its root does not tell: in Keras 2.4.3, which stands for TensorFlow's own,
#: keras.layers.experimental is a module of TensorFlow, and a walk of keras enters modules of Keras only.
OF_ANOTHER_PACKAGE = {"standalone": ["keras.layers.experimental.preprocessing.Normalization"]}
#: Whether each public path is there, by cell.
Presence = Mapping[str, Mapping[str, bool]]


def path_of(scenario: str) -> str | None:
    """The public path that a presence row asks for, from ``tf`` or ``keras`` on; None where it asks for a private one.

    A walk tells names with ``norm`` in them.
    """
    path = scenario.partition("::")[2]
    if statement := STATEMENT.fullmatch(path):
        path = ".".join(statement.groups())
    path = re.sub(r"^tensorflow\.", "tf.", path)
    private = [part for part in path.split(".") if part.startswith("_") or part in PRIVATE]
    return path if "norm" in path.lower() and " " not in path and not private else None


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    columns = ["cell", "tensorflow", "variant", "scenario", "kind", "status"]
    return pd.read_parquet(ROOT / "reports" / "outcomes.parquet", columns=columns)


@pytest.fixture(scope="module")
def presence(table: pd.DataFrame) -> Presence:
    """What the presence rows of imports say of public paths: there or missing, and nothing of what is unknown."""
    rows = table[(table["kind"] == str(Kind.PRESENCE)) & table["scenario"].str.startswith("imports::")]
    told: dict[str, dict[str, bool]] = {}
    for cell, scenario, status in rows[["cell", "scenario", "status"]].to_numpy(dtype=str).tolist():
        path = path_of(scenario)
        if path is not None and status in (Status.WORKS, Status.MISSING):
            told.setdefault(cell, {})[path] = status == Status.WORKS
    return told


@pytest.fixture(scope="module")
def inventory(table: pd.DataFrame) -> Mapping[str, tuple[Sequence[str], set[str]]]:
    """The roots that were walked in each cell, and the names that were found."""
    names = pd.read_csv(ROOT / "reports" / "inventory.csv").groupby("cell")["name"].agg(set).to_dict()
    walked = table[
        table["scenario"].str.startswith("inventory::") & table["status"].isin([Status.ANSWERED, Status.MISSING])
    ]
    roots = walked.groupby("cell")["scenario"].agg(lambda ids: [name.partition("::")[2] for name in ids])
    return {str(cell): (found, names.get(cell, set())) for cell, found in roots.items()}


def unlike(presence: Mapping[str, bool], roots: Sequence[str], names: set[str]) -> list[str]:
    """The paths below some roots that a row has and a walk has not, or the other way round."""
    below = {path: there for path, there in presence.items() if any(path.startswith(f"{root}.") for root in roots)}
    return [path for path, there in below.items() if there != (path in names)]


def test_presence_rows_equal_the_inventory_of_each_cell(
    presence: Presence, inventory: Mapping[str, tuple[Sequence[str], set[str]]]
) -> None:
    assert set(presence) == set(inventory)
    unlike_each = {cell: unlike(presence[cell], *inventory[cell]) for cell in presence}
    assert unlike_each == {cell: OF_ANOTHER_PACKAGE.get(cell.partition("+")[2], []) for cell in presence}


def test_the_releases_of_the_requirement_have_both(table: pd.DataFrame, presence: Presence) -> None:
    bundled = table[table["variant"] == BUNDLED.name]
    for release in NAMED:
        cells = set(bundled[bundled["tensorflow"].str.startswith(f"{release}.")]["cell"])
        assert cells
        assert all(len(presence[cell]) >= 20 for cell in cells)
        assert all(len(set(presence[cell].values())) == 2 for cell in cells), "some are there, some are missing"


def test_the_newest_release_of_the_requirement_is_the_newest_measured(table: pd.DataFrame) -> None:
    stable = [version for version in map(Version, table["tensorflow"].unique()) if not version.is_prerelease]
    assert f"{max(stable).major}.{max(stable).minor}" == NAMED[-1]


@pytest.mark.parametrize(
    ("scenario", "path"),
    [
        ("imports::tf.keras.layers.Normalization", "tf.keras.layers.Normalization"),
        ("imports::from tensorflow.keras.layers import Normalization", "tf.keras.layers.Normalization"),
        ("imports::from keras.layers import Normalization", "keras.layers.Normalization"),
        ("imports::from keras.src.layers import Normalization", None),
        ("imports::from keras._tf_keras.keras.layers import Normalization", None),
        ("imports::from tensorflow.python.keras.layers import Normalization", None),
        ("imports::tf.nn.moments", None),
        ("imports::import tensorflow.keras.layers.experimental.preprocessing", None),
    ],
)
def test_the_path_of_a_row(scenario: str, path: str | None) -> None:
    assert path_of(scenario) == path


def test_a_row_that_a_walk_contradicts_is_found() -> None:
    presence = {"tf.a.Norm": True, "tf.a.norm": False, "keras.Norm": True}
    assert unlike(presence, ["tf"], {"tf.a.norm"}) == ["tf.a.Norm", "tf.a.norm"]
    assert unlike(presence, ["tf", "keras"], {"tf.a.Norm", "keras.Norm"}) == []


@pytest.mark.tensorflow
@pytest.mark.parametrize("release", WALKED)
def test_presence_rows_equal_a_walk_of_the_installed_package(release: str, presence: Presence) -> None:
    made = [sys.executable, "-m", "tfcompat", "images", "build", "--engine", "local", "--tf", release]
    subprocess.run(made, cwd=ROOT, check=True, capture_output=True, timeout=1800)
    listed = [sys.executable, "-m", "tfcompat", "list", "cells", "--tf", release, "--json"]
    (cell,) = json.loads(subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, timeout=60).stdout)
    (environment,) = (default_cache() / "environments").glob(f"{cell['cell']}-*/bin/python")
    assert unlike(presence[cell["cell"]], ["tf", "keras"], walk(environment)) == []


def walk(python: Path) -> set[str]:
    """The names that a walk of an environment's packages finds, ``tensorflow`` as ``tf``."""
    done = subprocess.run(
        [python, "-I", "-B", Path(__file__).with_name("walk.py")],
        env={"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "2", "LANG": "C.UTF-8"},
        check=True,
        capture_output=True,
        timeout=600,
    )
    return {re.sub(r"^tensorflow\.", "tf.", name) for name in json.loads(done.stdout)}
