"""The wheel: it holds the package and what that carries, works beside a package called ``harness``, and needs no clone."""

import ast
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import fakes
from tests.conftest import ROOT
from tests.trial_files import keep
from tfcompat.environments import uv
from tfcompat.snapshot.contents import FILES, MANIFEST, parse

pytestmark = pytest.mark.starts
LIMIT = 600
#: What parts of the wheel take at most, packed, in bytes.
MOST = {"reports/snapshot/": 2_000_000, "images/": 3_000_000, "scenarios/": 400_000, "": 7_000_000}
CELL = "tf2.9.3-py3.10"
#: An index that nothing answers at.
NOWHERE = "http://127.0.0.1:9/simple"
CODE = "import tensorflow as tf\nlayer = tf.keras.layers.Normalization()\nlayer.adapt([[1.0]])\n"

#: Calls the command of the wheel in a folder: what it answered, whatever its exit code.
Call = Callable[..., subprocess.CompletedProcess[str]]


def run(*command: str | Path, cwd: Path) -> str:
    """What a program prints; raises where it fails."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that ``TFCOMPAT_DIST`` names, as ``tox run -e wheel`` built it, or one built now: the wheel from the sources."""
    folder = Path(os.environ.get("TFCOMPAT_DIST") or tmp_path_factory.mktemp("dist"))
    if not list(folder.glob("*.whl")):
        run(uv.find(), "build", "--quiet", "--out-dir", folder, ROOT, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    return newest(dist, "*.whl")


def newest(folder: Path, pattern: str) -> Path:
    return max(folder.glob(pattern), key=lambda path: path.stat().st_mtime)


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean environment with the wheel, and a package of another project that is called ``harness``."""
    folder = tmp_path_factory.mktemp("clean")
    other, environment = folder / "other", folder / "venv"
    (other / "harness").mkdir(parents=True)
    (other / "harness" / "__init__.py").write_text("whose = 'another project'\n")
    (other / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["setuptools>=77"]\nbuild-backend = "setuptools.build_meta"\n'
        '[project]\nname = "harness"\nversion = "1.0"\n[tool.setuptools]\npackages = ["harness"]\n'
    )
    run(uv.find(), "venv", "--quiet", "--no-project", "--python", sys.executable, environment, cwd=folder)
    run(uv.find(), "pip", "install", "--quiet", "--python", environment / "bin" / "python", wheel, other, cwd=folder)
    return environment


@pytest.fixture(scope="module")
def call(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Call:
    """The command of the wheel; all calls share a cache, as those of a person do."""
    cache = tmp_path_factory.mktemp("cache")

    def called(*arguments: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        names = {**os.environ, "TFCOMPAT_CACHE": str(cache), **variables}
        program = environment / "bin" / "tfcompat"
        return subprocess.run(
            [program, *arguments], cwd=cwd, env=names, capture_output=True, text=True, timeout=LIMIT, check=False
        )

    return called


def carried_names() -> list[str]:
    """What ``setup.py`` says is carried; it is read and not imported, for it needs setuptools."""
    lines = ast.parse((ROOT / "setup.py").read_text(encoding="utf-8")).body
    names = [line.value for line in lines if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "CARRIED"]
    return list(ast.literal_eval(names[0]))


def carried_files() -> set[str]:
    """What of a clone is carried, by the paths there."""
    every = (path for name in carried_names() for path in (ROOT / name, *(ROOT / name).rglob("*")))
    return {path.relative_to(ROOT).as_posix() for path in every if path.is_file() and path.suffix != ".pyc"}


def test_it_holds_one_package_with_its_templates_and_what_it_carries(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"tfcompat"}
    package = ROOT / "harness" / "tfcompat"
    shipped = {path.relative_to(package.parent).as_posix() for path in package.rglob("*") if path.suffix != ".pyc"}
    files = {name for name in shipped if (package.parent / name).is_file()}
    assert {name for name in names if name.startswith("tfcompat/") and "/carried/" not in name} == files
    carried = {name.removeprefix("tfcompat/carried/") for name in names if name.startswith("tfcompat/carried/")}
    assert carried == carried_files()
    assert {
        "images/Dockerfile",
        f"images/locks/{CELL}.txt",
        "scenarios/runner/cell.py",
        "statements/answers.toml",
    } < carried


def test_it_is_small(wheel: Path) -> None:
    for part, most in MOST.items():
        entries = (
            entry
            for entry in zipfile.ZipFile(wheel).infolist()
            if f"tfcompat/carried/{part}" in entry.filename or not part
        )
        assert 0 < sum(entry.compress_size for entry in entries) < most, part


def test_the_evidence_in_it_is_whole_and_under_two_megabytes(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    contents = parse(archive.read(f"tfcompat/carried/reports/snapshot/{MANIFEST}"), "it")
    assert contents.size == sum(
        archive.getinfo(f"tfcompat/carried/reports/snapshot/{name}").file_size for name in FILES
    )
    assert contents.size < MOST["reports/snapshot/"]


def test_the_source_distribution_has_all_that_the_wheel_is_built_from(dist: Path) -> None:
    with tarfile.open(newest(dist, "*.tar.gz")) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert carried_files() - names == set()
    assert "setup.py" in names


def test_it_is_installed_beside_a_package_called_harness(environment: Path, tmp_path: Path) -> None:
    code = "import harness, tfcompat; print(harness.whose, tfcompat.__version__)"
    assert run(environment / "bin" / "python", "-I", "-c", code, cwd=tmp_path).startswith("another project 0.1.0")
    assert "tfcompat" in run(environment / "bin" / "tfcompat", "--version", cwd=tmp_path)
    assert "run" in run(environment / "bin" / "tfcompat", "run", "--help", cwd=tmp_path)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (["where", "imports::tf.keras.layers.Normalization"], r"works +2\.6\.\d"),
        (["imports", "Normalization", "--tf", ">=2.4,<2.21"], r"except ImportError:"),
        (["ask", "module 'tensorflow.keras.layers' has no attribute 'Normalization'", "--on", "2.4"], r"experimental"),
        (["history", CELL], r"^\d{4}-\d\d-\d\dT"),
        (["explain", CELL, "imports::tf.keras.layers.Normalization"], r"works"),
        (["requires", "imports::tf.keras.layers.Normalization"], r"tensorflow>=2\.6"),
        (["upgrade", "2.15", "2.16"], r"stops working"),
        (["bisect", "imports::tf.keras.layers.Normalization"], r"2\.5\.3 → 2\.6\.\d"),
        (["scan", "code.py"], r"breaks 2\.2"),
        (["loads", "2.7", "2.15"], r"saved by TensorFlow 2\.7\.4"),
        (["diff", "--cell", CELL, "--cell", "tf2.10.1-py3.10"], rf"from {CELL} to "),
        (["claims"], r"C001"),
        (["inventory", "--tf", "2.9,2.10"], r"gains the argument invert"),
    ],
)
def test_a_question_is_answered_in_an_empty_folder(
    question: list[str], answer: str, call: Call, tmp_path: Path
) -> None:
    (tmp_path / "code.py").write_text(CODE)
    done = call(*question, cwd=tmp_path)
    assert re.search(answer, done.stdout), done.stdout + done.stderr
    assert re.search(r"^evidence of \d{4}-\d\d-\d\d, as tfcompat 0\.1\.0 carries it", done.stderr, re.MULTILINE)
    assert "Traceback" not in done.stderr
    assert "reports/site/" not in done.stdout  # there is none
    assert [path.name for path in tmp_path.iterdir()] == ["code.py"]


@pytest.mark.skipif("TFCOMPAT_DIST" not in os.environ, reason="tox run -e wheel packs the look-up file")
def test_the_first_question_of_all_needs_no_pandas(environment: Path, tmp_path: Path) -> None:
    """The look-up file comes with the wheel: an empty cache is filled with it."""
    names = {**os.environ, "TFCOMPAT_CACHE": str(tmp_path / "cache"), "PYTHONPROFILEIMPORTTIME": "1"}
    command: list[str | Path] = [environment / "bin" / "tfcompat", "where", "imports::tf.keras.layers.Normalization"]
    done = subprocess.run(command, cwd=tmp_path, env=names, capture_output=True, text=True, timeout=LIMIT, check=True)
    assert re.search(r"works +2\.6\.\d", done.stdout)
    assert re.search(r"\| +sqlite3$", done.stderr, re.MULTILINE)
    assert not re.search(r"\| +(pandas|pyarrow)$", done.stderr, re.MULTILINE)
    assert len(list((tmp_path / "cache" / "index").glob("*.sqlite"))) == 1


def test_cells_and_scenarios_are_listed_in_an_empty_folder(call: Call, tmp_path: Path) -> None:
    assert f"{CELL} " in call("list", "--tf", "2.9", cwd=tmp_path).stdout
    listed = call("list", "scenarios", "-k", "imports::*", "--json", cwd=tmp_path)
    assert all(row["id"].startswith("imports::") for row in json.loads(listed.stdout)), listed.stderr


def test_a_run_leaves_trials_and_reports_in_a_folder_of_their_own(call: Call, tmp_path: Path) -> None:
    """The packages cannot be had here, which is a result too: all before that is as in a clone."""
    assert call("list", "scenarios", cwd=tmp_path).returncode == 0, "the runner bundle is in the cache now"
    done = call("run", "--tf", "2.9", "--engine", "local", cwd=tmp_path, UV_DEFAULT_INDEX=NOWHERE, UV_HTTP_RETRIES="0")
    assert done.returncode == 3, done.stderr
    assert len(list((tmp_path / "tfcompat-reports" / "trials" / CELL).glob("*-local.jsonl.gz"))) == 1
    assert call("report", cwd=tmp_path).returncode == 0
    assert (tmp_path / "tfcompat-reports" / "README.md").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["tfcompat-reports"]
    compared = call("diff", "evidence", "tfcompat-reports", cwd=tmp_path)
    assert compared.returncode == 1, compared.stderr
    assert compared.stdout.startswith("from evidence to tfcompat-reports"), compared.stdout[:200]


def test_what_writes_the_projects_own_files_asks_for_a_clone(call: Call, tmp_path: Path) -> None:
    done = call("images", "lock", "--tf", "2.9", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "run it in a clone of the project" in done.stderr


def test_inside_a_clone_that_clone_answers(call: Call, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "releases.toml").write_bytes((ROOT / "images" / "releases.toml").read_bytes())
    below = tmp_path / "docs" / "findings"
    below.mkdir(parents=True)
    keep(tmp_path / "reports" / "trials", fakes.subject(CELL, started="2025-01-02T03:04:05Z"), {"adapt::mean": 1.0})
    done = call("history", CELL, cwd=below)
    assert "2025-01-02T03:04:05Z" in done.stdout, done.stderr
    assert "evidence of" not in done.stderr
