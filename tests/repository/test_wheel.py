"""The wheel: it holds the package alone, and works beside another package that is called ``harness``."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tfcompat.environments import uv

pytestmark = pytest.mark.starts
LIMIT = 300


def run(*command: str | Path, cwd: Path) -> str:
    """What a program prints; raises where it fails."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that ``TFCOMPAT_DIST`` has, as ``tox run -e wheel`` built it, or one built now."""
    folder = Path(os.environ.get("TFCOMPAT_DIST") or tmp_path_factory.mktemp("dist"))
    if not list(folder.glob("*.whl")):
        run(uv.find(), "build", "--quiet", "--wheel", "--out-dir", folder, ROOT, cwd=folder)
    return max(folder.glob("*.whl"), key=lambda path: path.stat().st_mtime)


def test_it_holds_one_package_with_its_templates(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"tfcompat"}
    package = ROOT / "harness" / "tfcompat"
    shipped = {path.relative_to(package.parent).as_posix() for path in package.rglob("*") if path.suffix != ".pyc"}
    files = {name for name in shipped if (package.parent / name).is_file()}
    assert files - set(names) == set()


def test_it_is_installed_beside_a_package_called_harness(wheel: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "harness").mkdir(parents=True)
    (other / "harness" / "__init__.py").write_text("whose = 'another project'\n")
    (other / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["setuptools>=77"]\nbuild-backend = "setuptools.build_meta"\n'
        '[project]\nname = "harness"\nversion = "1.0"\n[tool.setuptools]\npackages = ["harness"]\n'
    )
    environment, python = tmp_path / "venv", tmp_path / "venv" / "bin" / "python"
    run(uv.find(), "venv", "--quiet", "--no-project", "--python", sys.executable, environment, cwd=tmp_path)
    run(uv.find(), "pip", "install", "--quiet", "--python", python, wheel, other, cwd=tmp_path)
    code = "import harness, tfcompat; print(harness.whose, tfcompat.__version__)"
    assert run(python, "-I", "-c", code, cwd=tmp_path).startswith("another project 0.1.0")
    assert "tfcompat" in run(environment / "bin" / "tfcompat", "--version", cwd=tmp_path)
    assert "run" in run(environment / "bin" / "tfcompat", "run", "--help", cwd=tmp_path)
