"""Real environments in which one part is broken: the canary of that part says so, and no scenario is asked."""

import json
import shutil
import signal
from dataclasses import replace

import pytest

from tests.conftest import ROOT
from tfcompat.environments.engine import LockedCell
from tfcompat.environments.engines.local import LocalSandbox
from tfcompat.environments.staging import stage_bundle, stage_suite, suite_files, suite_hash
from tfcompat.environments.uv import Uv
from tfcompat.project import Project, default_cache
from tfcompat.run.workshop import Workshop
from tfcompat.select import releases
from tfcompat.select.cells import cells
from tfcompat.suite.program import Program

pytestmark = pytest.mark.tensorflow
RELEASE = "2.2"
#: What is appended to a file of the environment, and the canaries that may say so.
BROKEN = {
    "numpy": ("numpy/__init__.py", "_arange = arange\ndef arange(*a, **k): return _arange(*a, **k) + 1\n", {"numpy"}),
    "h5py": ("h5py/__init__.py", "raise ImportError('libhdf5.so is not there')\n", {"h5py"}),
    "protobuf": ("google/protobuf/message.py", "raise ImportError('no upb')\n", {"import"}),
    "nothing": ("six.py", "\n", set()),
}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> LocalSandbox:
    """A copy of the real environment, to break."""
    matrix = Workshop(project=Project(root=ROOT, cache=default_cache()), engine_name="local").matrix()
    (cell,) = cells(releases.select(releases.load(ROOT / "images" / "releases.toml"), RELEASE))
    made = matrix.sandbox(LockedCell(cell=cell, lock=matrix.lock(cell)))
    assert isinstance(made, LocalSandbox)
    folder = tmp_path_factory.mktemp("broken") / "environment"
    shutil.copytree(made.folder, folder, symlinks=True)
    return replace(made, folder=folder)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, sandbox: LocalSandbox) -> Program:
    """One scenario of the suite, to be asked in that environment."""
    cache, files = tmp_path_factory.mktemp("cache"), suite_files(ROOT / "scenarios")
    return Program(
        suite=stage_suite(files, cache),
        suite_hash=suite_hash(files),
        bundle=stage_bundle(ROOT / "images", cache, Uv()),
        cores=2.0,
        memory=8 << 30,
        limit=600.0,
        scenarios=("imports::tf.keras.layers.Normalization",),
        pins=sandbox.locked.lock.pins,
        package="tensorflow-cpu",
    )


@pytest.mark.parametrize("name", BROKEN)
def test_a_part_that_is_broken_is_named_by_its_canary(name: str, sandbox: LocalSandbox, program: Program) -> None:
    """Without protobuf TensorFlow 2.2 crashes while it is imported: there is no record, and the cell's canary failed."""
    path, code, canaries = BROKEN[name]
    (site_packages,) = sandbox.folder.glob("lib/python*/site-packages")
    whole = (site_packages / path).read_bytes()
    (site_packages / path).write_bytes(whole + code.encode())
    lines: list[dict[str, str]] = []
    try:
        ending = sandbox.run(program, lambda text: lines.append(json.loads(text)))
    finally:
        (site_packages / path).write_bytes(whole)
    if name == "protobuf" and not lines:
        assert ending.code == -signal.SIGSEGV
        return
    failed = {line["name"]: line for line in lines if line["kind"] == "canary" and line["happened"] != line["meant"]}
    assert canaries <= set(failed) <= canaries | {"environment"}
    assert "import" in failed or f"{path} is not as its wheel has it" in failed["environment"]["message"]
    assert [line for line in lines if line["kind"] == "outcome"] == []


def test_an_environment_that_is_whole_is_asked(sandbox: LocalSandbox, program: Program) -> None:
    lines: list[dict[str, str]] = []
    sandbox.run(program, lambda text: lines.append(json.loads(text)))
    assert [line["happened"] for line in lines if line["kind"] == "outcome"] == ["missing"]
