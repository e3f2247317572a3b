"""The real thing: the user's own script and tests on real releases, in containers, and a search that runs nothing it knows."""

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = [pytest.mark.docker, pytest.mark.tensorflow]
#: Prints what a model predicts after a second adapt() without compile: by the first statistics, or by the second.
SCRIPT = """
import numpy as np
import tensorflow as tf

try:
    from tensorflow.keras.layers import Normalization
except ImportError:
    from tensorflow.keras.layers.experimental.preprocessing import Normalization

layer = Normalization()
layer.adapt(np.array([[0.0], [2.0]], "float32"))
model = tf.keras.Sequential([tf.keras.Input((1,)), layer])
print(model.predict(np.array([[0.0], [2.0]], "float32")))
layer.adapt(np.array([[-1.0], [1.0]], "float32"))
print(model.predict(np.array([[0.0], [2.0]], "float32")))
"""
LIBRARY = """
import tensorflow as tf

def normalization():
    return tf.keras.layers.Normalization()
"""
TESTS = """
import pytest
import tensorflow as tf
from scaling import normalization

def test_it_is_there():
    normalization()

@pytest.mark.parametrize("number", [1, 2])
def test_it_adds(number, one):
    assert int(tf.constant(number) + one) == number + 1
"""


def tfcompat(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tfcompat", "--project", str(ROOT), *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=1500,
        check=False,
    )


def test_a_second_adapt_without_compile_makes_two_groups(tmp_path: Path) -> None:
    (tmp_path / "again.py").write_text(SCRIPT, encoding="utf-8")
    done = tfcompat("try", "again.py", "--tf", "2.4,2.6.0,latest", "--engine", "docker", "--json", folder=tmp_path)
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)
    assert found["unknown"] == []
    outputs = {group["stdout"]: [cell["tensorflow"] for cell in group["cells"]] for group in found["groups"]}
    first = "[[-1.]\n [ 1.]]\n"
    assert {text.removeprefix(first): releases[:2] for text, releases in outputs.items()} == {
        "[[0.]\n [2.]]": ["2.4.4"],
        "[[-1.]\n [ 1.]]": ["2.6.0", "2.21.0"],
    }
    assert all(cell["noise"] for group in found["groups"] for cell in group["cells"][1:])


def test_the_tests_of_a_small_library_on_three_releases(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "scaling.py").write_text(LIBRARY, encoding="utf-8")
    (tmp_path / "tests" / "conftest.py").write_text("import pytest\n@pytest.fixture\ndef one():\n    return 1\n")
    (tmp_path / "tests" / "test_scaling.py").write_text(TESTS, encoding="utf-8")
    wanted = ("--tf", "2.4,2.6.0,latest", "--engine", "docker", "--junit", "junit.xml")
    done = tfcompat("run", "--tests", "tests", *wanted, folder=tmp_path)
    assert done.returncode == 1, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:2] == ["3 tests of tests, 3 cells", "tests/test_scaling.py::test_it_is_there"]
    assert lines[2].startswith("  failed on 2.4.4: AttributeError: module 'tensorflow.keras.layers' has no attribute")
    assert lines[3].startswith("  passed on 2.6.0 – 2.")
    assert lines[4] == "2 pass, or are skipped or expected to fail, everywhere"
    root = ElementTree.parse(tmp_path / "junit.xml").getroot()  # noqa: S314
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("9", "1", "0")


def test_a_search_runs_nothing_that_is_known(tmp_path: Path) -> None:
    """Where the evidence has both neighbours nothing is run; else only the cells between them that a search needs."""
    wanted = ("imports::tf.keras.layers.Normalization", "--good", "2.5", "--bad", "2.6.0", "--run", "--json")
    done = tfcompat("bisect", *wanted, "--engine", "docker", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    ((before, after),) = ((turn["before"]["release"], turn["after"]["release"]) for turn in found["bisection"]["turns"])
    assert (before, after) == ("2.5.3", "2.6.0")
    assert [cell for cell in found["ran"] if cell != "tf2.6.0-py3.9"] == []
