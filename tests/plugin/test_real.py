"""The plugin beside the real TensorFlow: what the evidence denies is skipped or fails as it says, and all else passes."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tfcompat.environments import uv

pytestmark = pytest.mark.tensorflow
TENSORFLOW, PYTHON, LIMIT = "2.15.1", "3.11", 1500
TESTS = f'''
import numpy as np
import pytest
import tensorflow as tf

relies = pytest.mark.tfcompat
STALE = "readapt::predict_without_compile"


def after_a_second_adapt(compiled):
    layer = tf.keras.layers.Normalization()
    layer.adapt(np.array([[0.0], [2.0]], "float32"))
    model = tf.keras.Sequential([tf.keras.Input((1,)), layer])
    model.compile()
    model.predict(np.zeros((1, 1)), verbose=0)
    layer.adapt(np.array([[100.0], [102.0]], "float32"))
    if compiled:
        model.compile()
    return float(model.predict(np.array([[101.0]]), verbose=0)[0, 0])


@relies(STALE, harm="none")
def test_denied(): assert after_a_second_adapt(False) == 0

@relies(STALE, harm="none", otherwise="xfail")
def test_denied_and_tried(): assert after_a_second_adapt(False) == 0

@relies(STALE, harm="silent")
def test_harm_that_is_allowed(): assert after_a_second_adapt(False) == 100

@relies("readapt::predict_with_compile")
def test_holds(): assert after_a_second_adapt(True) == 0

@relies("imports::tf.keras.layers.Normalization")
def test_a_path(): assert tf.keras.layers.Normalization

@relies("imports::tf.keras.layers.RMSNormalization", otherwise="xfail")
def test_a_path_of_later(): assert tf.keras.layers.RMSNormalization

def test_without_a_mark(): assert tf.__version__ == "{TENSORFLOW}"
'''


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """An interpreter with the release, and with tfcompat as its wheel is."""
    environment = tmp_path / "venv"
    run(uv.find(), "venv", "--quiet", "--no-project", "--python", PYTHON, environment, cwd=tmp_path)
    python = environment / "bin" / "python"
    wanted = (f"tensorflow-cpu=={TENSORFLOW}", "numpy<2", "pyarrow<22", "pytest>=8.3", ROOT)
    run(uv.find(), "pip", "install", "--quiet", "--python", python, *wanted, cwd=tmp_path)
    return python


def run(*command: str | Path, cwd: Path) -> str:
    """What a program prints; raises where it fails."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_tests_are_skipped_and_fail_as_the_evidence_says(python: Path, tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    (folder / "test_it.py").write_text(TESTS)
    said = run(python, "-m", "pytest", "-v", "-rsx", "-p", "no:cacheprovider", cwd=folder)
    assert dict(re.findall(r"test_it\.py::(\w+) ([A-Z]+)", said)) == {
        "test_denied": "SKIPPED",
        "test_denied_and_tried": "XFAIL",
        "test_harm_that_is_allowed": "PASSED",
        "test_holds": "PASSED",
        "test_a_path": "PASSED",
        "test_a_path_of_later": "XFAIL",
        "test_without_a_mark": "PASSED",
    }
    reason = f"stale (silent harm) on TensorFlow {TENSORFLOW} with Keras 2.15.0, measured in tf{TENSORFLOW}-py{PYTHON}"
    assert f"readapt::predict_without_compile: {reason}" in said
