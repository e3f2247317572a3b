"""The golden run: the whole tool, end to end, on stand-ins of known outcome, on both engines."""

import os
import signal
import time
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import ROOT
from tests.stand_in_project import PYTHON, containers, start, tfcompat

EXPECTED = ROOT / "tests" / "golden" / "outcomes.csv"
COLUMNS = ["cell", "scenario", "kind", "status", "harm", "observed", "reason"]


@pytest.mark.usefixtures("staged_bundle")
@pytest.mark.parametrize(
    "engine", [pytest.param("local", marks=pytest.mark.local), pytest.param("docker", marks=pytest.mark.docker)]
)
def test_outcomes_are_the_known_ones(engine: str, stand_in_project: Path, index: str, tmp_path: Path) -> None:
    done = tfcompat(stand_in_project, index, "run", "--engine", engine, home=tmp_path)
    assert done.returncode == 3, done.stderr
    assert f"tf9.7.0-py{PYTHON}: canary failed" in done.stdout
    assert f"tf9.9.0-py{PYTHON}: no lock" in done.stdout
    assert tfcompat(stand_in_project, index, "report", home=tmp_path).returncode == 0
    found = pd.read_csv(stand_in_project / "reports" / "outcomes.csv", keep_default_na=False)[COLUMNS]
    found["cell"] = found["cell"].str.replace(f"-py{PYTHON}", "-py3.11")  # the Python of the expected file
    if os.environ.get("TFCOMPAT_ACCEPT") == engine:
        found.to_csv(EXPECTED, index=False, lineterminator="\n")
    expected = pd.read_csv(EXPECTED, keep_default_na=False)
    differences = found.compare(expected) if found.shape == expected.shape else found
    assert found.equals(expected), (
        f"{differences}\nto accept: TFCOMPAT_ACCEPT={engine} python -m pytest tests/test_golden.py -m {engine}"
    )
    if engine == "docker":
        assert containers() == []
        prune = ("images", "prune", "--engine", "docker", "--tf", "all")  # of this project's cells, not of others
        assert "environments were removed" in tfcompat(stand_in_project, index, *prune, home=tmp_path).stdout


@pytest.mark.fault(
    "SIGKILL of a run in the middle of a hanging cell",
    group="person",
    reads="an earlier run was killed while it measured CELL: its partial result was removed",
    code=0,
    kept="every cell that had finished; no process and no container is left",
)
@pytest.mark.usefixtures("staged_bundle")
@pytest.mark.parametrize(
    "engine", [pytest.param("local", marks=pytest.mark.local), pytest.param("docker", marks=pytest.mark.docker)]
)
def test_a_killed_run_leaves_nothing_behind(engine: str, stand_in_project: Path, index: str, tmp_path: Path) -> None:
    """Kill -9 in the middle of a hanging cell: what had finished is there, the next run sweeps and goes on."""
    suite = stand_in_project / "scenarios" / "test_golden.py"
    suite.write_text(suite.read_text().replace("limit=3", "limit=500"))
    arguments = ("run", "--engine", engine, "--jobs", "1", "--tf", "9.0,9.4")
    trials = stand_in_project / "reports" / "trials"
    built = tfcompat(stand_in_project, index, "images", "build", "--engine", engine, "--tf", "9.0,9.4", home=tmp_path)
    assert built.returncode == 0, "with both environments there, the cells run in their order"
    with start(stand_in_project, index, *arguments, home=tmp_path) as process:
        wait_for(lambda: list(trials.glob("tf9.4*/*.partial")) and "golden" in partial_text(trials))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert len(list(trials.glob("tf9.0*/*.jsonl.gz"))) == 1
    suite.write_text(suite.read_text().replace("limit=500", "limit=1"))
    again = tfcompat(stand_in_project, index, *arguments, home=tmp_path)
    assert again.returncode == 0, again.stderr
    assert f"was killed while it measured tf9.4.0-py{PYTHON}" in again.stderr
    assert not list(trials.rglob("*.partial"))
    assert len(list(trials.glob("tf9.0*/*.jsonl.gz"))) == 2, "the scenario whose limit was edited ran again"
    assert "2 of 6 outcomes reused" in again.stdout
    if engine == "docker":
        assert containers() == []
    wait_for(lambda: not cell_processes())


@pytest.mark.fault(
    "Ctrl-C in the middle of a cell",
    group="person",
    reads="interrupted: N of M cells had finished, which are kept in FOLDER; the same command goes on with the rest",
    code=130,
    kept="every cell that had finished",
)
@pytest.mark.local
@pytest.mark.usefixtures("staged_bundle")
def test_an_interruption_says_how_to_go_on(stand_in_project: Path, index: str, tmp_path: Path) -> None:
    suite = stand_in_project / "scenarios" / "test_golden.py"
    suite.write_text(suite.read_text().replace("limit=3", "limit=5"))  # time to be interrupted in, on a busy machine
    trials = stand_in_project / "reports" / "trials"
    arguments = ("run", "--engine", "local", "--jobs", "1", "--tf", "9.0,9.4")
    built = tfcompat(stand_in_project, index, "images", "build", "--engine", "local", "--tf", "9.0,9.4", home=tmp_path)
    assert built.returncode == 0, "with both environments there, the cells run in their order"
    with start(stand_in_project, index, *arguments, home=tmp_path) as process:
        wait_for(lambda: list(trials.glob("tf9.4*/*.partial")))
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the same command goes on with the rest" in errors
    assert not list(trials.rglob("*.partial"))
    resumed = tfcompat(stand_in_project, index, *arguments, home=tmp_path)
    assert resumed.returncode == 0
    assert len(list(trials.glob("tf9.0*/*.jsonl.gz"))) == 1
    assert len(list(trials.glob("tf9.4*/*.jsonl.gz"))) == 1


@pytest.mark.fault(
    "Ctrl-C again and again in the middle of a cell",
    group="person",
    reads="interrupted: N of M cells had finished, which are kept in FOLDER; the same command goes on with the rest",
    code=130,
    kept="every cell that had finished; no container or process is left",
)
@pytest.mark.parametrize(
    "engine", [pytest.param("local", marks=pytest.mark.local), pytest.param("docker", marks=pytest.mark.docker)]
)
@pytest.mark.usefixtures("staged_bundle")
def test_an_impatient_person_leaves_nothing_behind(
    engine: str, stand_in_project: Path, index: str, tmp_path: Path
) -> None:
    suite = stand_in_project / "scenarios" / "test_golden.py"
    suite.write_text(suite.read_text().replace("limit=3", "limit=500"))
    trials = stand_in_project / "reports" / "trials"
    with start(
        stand_in_project, index, "run", "--engine", engine, "--jobs", "2", "--tf", "9.4", home=tmp_path
    ) as process:
        wait_for(lambda: list(trials.glob("tf9.4*/*.partial")) and "golden" in partial_text(trials))
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
            time.sleep(0.02)
        _, errors = process.communicate(timeout=60)
    assert process.returncode in (130, -signal.SIGINT), errors  # the latter where one came when all was done
    assert "the same command goes on with the rest" in errors
    assert not list(trials.rglob("*.partial"))
    if engine == "docker":
        assert containers() == []
    wait_for(lambda: not cell_processes())


@pytest.mark.local
@pytest.mark.usefixtures("staged_bundle")
def test_a_part_of_the_suite_never_speaks_for_a_cell(stand_in_project: Path, index: str, tmp_path: Path) -> None:
    done = tfcompat(stand_in_project, index, "run", "--engine", "local", "--tf", "9.0", "-k", "steady", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "golden::steady" in done.stdout
    assert not (stand_in_project / "reports" / "trials").exists()


def wait_for(condition: object, limit: float = 120.0) -> None:
    deadline = time.monotonic() + limit
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "what the test waits for did not happen"
        time.sleep(0.1)


def partial_text(trials: Path) -> str:
    return "".join(path.read_text() for path in trials.glob("tf9.4*/*.partial"))


def cell_processes() -> list[str]:
    """The command lines of cells that still run on this machine from a stand-in's environment."""
    lines = [
        path.read_bytes().replace(b"\0", b" ").decode()
        for path in Path("/proc").glob("[0-9]*/cmdline")
        if readable(path)
    ]
    return [line for line in lines if "cell.py" in line and "tf9.4.0" in line]


def readable(path: Path) -> bool:
    try:
        path.read_bytes()
    except OSError:
        return False
    return True
