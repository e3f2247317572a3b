"""The user's own code on both engines, end to end, on stand-ins: a script and tests, with nothing left behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stand_in_project import PYTHON, containers, tfcompat

ENGINES = [pytest.param("local", marks=pytest.mark.local), pytest.param("docker", marks=pytest.mark.docker)]
#: Prints its release, and tries what a container forbids.
SCRIPT = """
import os
import tensorflow as tf

print("release", tf.__version__)
open("beside.txt", "w").write("x")
print(sorted(os.listdir(".")))
"""
#: What a container does not let anybody do.
FORBIDDEN = """
import os, socket

print(os.getuid())
for path in ("/etc/x", "/opt/x"):
    try:
        open(path, "w")
    except OSError as error:
        print(type(error).__name__)
try:
    socket.create_connection(("192.0.2.1", 80), timeout=2)
except OSError as error:
    print("no network")
"""


@pytest.fixture(autouse=True)
def _no_image_stays(
    request: pytest.FixtureRequest, stand_in_project: Path, index: str, tmp_path: Path
) -> Iterator[None]:
    """Remove the images of the stand-ins, and of nothing else."""
    yield
    if request.node.get_closest_marker("docker"):
        tfcompat(stand_in_project, index, "images", "prune", "--engine", "docker", "--tf", "all", home=tmp_path)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_script_runs_in_a_copy_on_each_release(
    engine: str, stand_in_project: Path, index: str, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "s.py").write_text(SCRIPT, encoding="utf-8")
    (own / "helper.py").write_text("")
    arguments = ["try", str(own / "s.py"), "--tf", "9.0,9.1", "--engine", engine]
    if engine == "local":
        refused = tfcompat(stand_in_project, index, *arguments, home=tmp_path)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "add --unsandboxed if that is meant" in refused.stderr
        arguments.append("--unsandboxed")
    done = tfcompat(stand_in_project, index, *arguments, home=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "s.py: 2 groups" in done.stdout
    assert done.stdout.count("['beside.txt', 'helper.py', 's.py']") == 2
    assert sorted(path.name for path in own.iterdir()) == ["helper.py", "s.py"]
    assert list((tmp_path / "cache" / "foreign").iterdir()) == []


@pytest.mark.docker
def test_a_script_in_a_container_can_harm_nobody(stand_in_project: Path, index: str, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    script = tmp_path / "own" / "s.py"
    script.write_text(FORBIDDEN, encoding="utf-8")
    done = tfcompat(stand_in_project, index, "try", str(script), "--tf", "9.0", "--engine", "docker", home=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert lines[3:7] == ["65534", "OSError", "OSError", "no network"]
    assert containers() == []


@pytest.mark.usefixtures("staged_bundle")
@pytest.mark.parametrize("engine", ENGINES)
def test_tests_run_on_each_release(engine: str, stand_in_project: Path, index: str, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "test_a.py").write_text(
        "import os\nimport tensorflow as tf\n\n"
        "def test_release():\n    assert tf.__version__.startswith('9.0')\n\n"
        "def test_crash():\n    os.abort()\n\n"
        "def test_fine():\n    pass\n",
        encoding="utf-8",
    )
    wanted = ("run", "--tests", str(own), "--tf", "9.0,9.1", "--engine", engine, "--unsandboxed")
    done = tfcompat(stand_in_project, index, *wanted, home=tmp_path)
    assert done.returncode == 1, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "3 tests of ., 2 cells"
    assert lines[1:4] == ["test_a.py::test_release", "  passed on 9.0.0", lines[3]]
    assert lines[3].startswith("  failed on 9.1.0: ")
    assert lines[4:6] == ["test_a.py::test_crash", "  crashed on 9.0.0 – 9.1.0: its process was killed by signal 6"]
    assert f"tf9.0.0-py{PYTHON}: 2 passed, 1 crashed in " in done.stdout
