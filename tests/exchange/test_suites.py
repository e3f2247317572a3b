"""The exchange: its two suites, what lies beside the second, and both stages end to end on stand-ins."""

import base64
import hashlib
import io
import json
import shutil
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from tests import fakes
from tests.conftest import ROOT
from tests.stand_in_project import PYTHON, tfcompat
from tfcompat.environments import staging
from tfcompat.exchange import suites as exchange
from tfcompat.exchange.artefacts import Artefact
from tfcompat.outcomes import Kind
from tfcompat.record.lines import trial_line, verdict_line
from tfcompat.trials.store import Store

SUITE = ROOT / "scenarios"


def artefact(form: str = "h5", writer: str = "tf2.9.3-py3.10", content: bytes = b"PK") -> Artefact:
    return Artefact(form=form, writer=writer, output=(1.0, 2.5), content=content)


def test_the_two_suites_have_the_recorder_and_one_file_of_scenarios_each() -> None:
    for files, test in (
        (exchange.writing_files(SUITE), exchange.WRITING),
        (exchange.reading_files(SUITE, []), exchange.READING),
    ):
        assert {
            "runner/cell.py",
            "runner/plugin.py",
            "marks.py",
            "observe.py",
            "grid/artefact.py",
            "grid/model.py",
        } <= set(files)
        assert [name for name in files if "test_" in name] == [test]
        assert files[test] == (SUITE / test).read_bytes()


def test_the_projects_own_suite_knows_nothing_of_the_grid() -> None:
    """Else its hash, which names the committed evidence, would change with the grid's."""
    assert not [name for name in staging.suite_files(SUITE) if "grid" in name]


def test_artefacts_lie_beside_the_reading_suite_under_their_hash() -> None:
    files = exchange.reading_files(SUITE, [artefact()])
    digest = hashlib.sha256(b"PK").hexdigest()
    assert files[f"grid/{digest}.zip"] == b"PK"
    assert json.loads(files[exchange.INDEX]) == [
        {"form": "h5", "writer": "tf2.9.3-py3.10", "output": [1.0, 2.5], "sha256": digest}
    ]


def test_a_reading_suite_is_another_where_an_artefact_is_another_and_only_there() -> None:
    known, other = artefact(), artefact("keras")
    suites = [
        exchange.reading_files(SUITE, artefacts)
        for artefacts in ([known, other], [other, known], [known], [known, artefact("keras", content=b"PL")])
    ]
    first, second, *others = [staging.suite_hash(files) for files in suites]
    assert first == second
    assert len({first, *others}) == 3


def test_artefacts_are_kept_by_hash_and_what_is_there_stays(tmp_path: Path) -> None:
    exchange.keep([artefact(), artefact("keras", content=b"PL")], tmp_path / "artefacts")
    kept = {path.name: path.read_bytes() for path in (tmp_path / "artefacts").iterdir()}
    assert kept == {hashlib.sha256(data).hexdigest() + ".zip": data for data in (b"PK", b"PL")}
    before = {path: path.stat().st_ino for path in (tmp_path / "artefacts").iterdir()}
    exchange.keep([artefact()], tmp_path / "artefacts")
    assert {path: path.stat().st_ino for path in (tmp_path / "artefacts").iterdir()} == before


@pytest.fixture
def packing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module that packs inside a cell, in a folder of its own."""
    from scenarios.grid import artefact

    monkeypatch.chdir(tmp_path)
    return artefact


def test_files_go_through_an_artefact_unchanged_and_the_same_files_are_the_same_bytes(packing: ModuleType) -> None:
    def write() -> str:
        (packing.FOLDER / "model" / "variables").mkdir(parents=True)
        (packing.FOLDER / "model" / "variables" / "index").write_bytes(b"\x00\xff")
        (packing.FOLDER / "a.json").write_text("{}")
        return str(packing.packed())

    first = write()
    shutil.rmtree(packing.FOLDER)
    assert write() == first
    shutil.rmtree(packing.FOLDER)
    Path("one.zip").write_bytes(base64.b64decode(first))
    packing.unpack(Path("one.zip"))
    found = {path.relative_to(packing.FOLDER).as_posix() for path in packing.FOLDER.rglob("*") if path.is_file()}
    assert found == {"a.json", "model/variables/index"}
    assert (packing.FOLDER / "model" / "variables" / "index").read_bytes() == b"\x00\xff"


def test_what_is_unpacked_stays_in_its_folder(packing: ModuleType, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../../outside", "x")
        archive.writestr("/absolute", "x")
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc")
    Path("hostile.zip").write_bytes(buffer.getvalue())
    packing.unpack(Path("hostile.zip"))
    assert {path.name for path in packing.FOLDER.iterdir()} == {"outside", "absolute", "link"}
    assert not (packing.FOLDER / "link").is_symlink()
    assert not (tmp_path.parent / "outside").exists()


def test_an_artefact_that_outgrows_its_bound_is_not_unpacked(
    packing: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile("bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("one", bytes(600))
        archive.writestr("other", bytes(600))
    monkeypatch.setattr(packing, "LARGEST", 1000)
    with pytest.raises(ValueError, match="more than 1000 bytes"):
        packing.unpack(Path("bomb.zip"))
    assert not packing.FOLDER.exists()


def test_a_suite_without_artefacts_has_no_questions(packing: ModuleType) -> None:
    assert packing.artefacts() == []
    assert "tensorflow" not in sys.modules


@pytest.fixture
def grid_project(stand_in_project: Path) -> Path:
    """The project of stand-ins, with a grid whose model is one number, and needs no module."""
    grid = stand_in_project / "scenarios" / "grid"
    for stage in ("write", "read"):
        (grid / stage).mkdir(parents=True)
        shutil.copy(ROOT / "tests" / "golden" / "grid" / f"{stage}.py", grid / stage / f"test_{stage}.py")
    (grid / "model.py").touch()
    for name in ("__init__.py", "artefact.py"):
        shutil.copy(SUITE / "grid" / name, grid / name)
    return stand_in_project


@pytest.mark.local
@pytest.mark.usefixtures("staged_bundle")
def test_what_one_stand_in_wrote_the_others_read(grid_project: Path, index: str, tmp_path: Path) -> None:
    """Release 9.0 has the value 1, 9.1 has 2, 9.2 raises, 9.6 has none; a reader multiplies by its own."""
    run = ("grid", "run", "--engine", "local", "--tf", "9.0,9.1,9.2,9.6")
    done = tfcompat(grid_project, index, *run, home=tmp_path)
    assert done.returncode == 0, done.stderr
    reported = tfcompat(grid_project, index, "grid", "report", home=tmp_path)
    assert reported.returncode == 0, reported.stderr
    found = pd.read_csv(grid_project / "reports" / "grid.csv", keep_default_na=False)
    assert set(found["form"]) == {"text"}
    read = found[found["stage"] == "read"]
    assert [tuple(row) for row in read[["writer", "reader", "status", "saved", "loaded"]].to_numpy()] == [
        (cell("9.0"), cell("9.0"), "works", "[1.0]", "[1.0]"),
        (cell("9.0"), cell("9.1"), "wrong", "[1.0]", "[2.0]"),
        (cell("9.0"), cell("9.2"), "fails", "[1.0]", ""),
        (cell("9.0"), cell("9.6"), "missing", "[1.0]", ""),
        (cell("9.1"), cell("9.0"), "works", "[2.0]", "[2.0]"),
        (cell("9.1"), cell("9.1"), "wrong", "[2.0]", "[4.0]"),
        (cell("9.1"), cell("9.2"), "fails", "[2.0]", ""),
        (cell("9.1"), cell("9.6"), "missing", "[2.0]", ""),
    ]
    unwritten = found[found["stage"] == "write"].drop_duplicates("writer")
    assert dict(zip(unwritten["writer"], unwritten["status"], strict=True)) == {
        cell("9.2"): "fails",
        cell("9.6"): "missing",
    }
    kept = {path.name for path in (grid_project / "reports" / "grid" / "artefacts").iterdir()}
    assert kept == {f"{digest}.zip" for digest in set(read["artefact"])}
    again = tfcompat(grid_project, index, *run, home=tmp_path)
    assert "write: 4 of 4 cells are there already" in again.stderr
    assert "read: 4 of 4 cells are there already" in again.stderr
    more = tfcompat(grid_project, index, *run[:-1], "9.8", home=tmp_path)
    assert "read: 0 of 1 cells are there already" in more.stderr


def cell(minor: str) -> str:
    return f"tf{minor}.0-py{PYTHON}"


@pytest.mark.local
@pytest.mark.usefixtures("staged_bundle")
def test_where_nobody_writes_nobody_reads(grid_project: Path, index: str, tmp_path: Path) -> None:
    done = tfcompat(grid_project, index, "grid", "run", "--engine", "local", "--tf", "9.6,9.7", home=tmp_path)
    assert done.returncode == 2
    assert "no cell wrote an artefact" in done.stderr
    assert f"tf9.7.0-py{PYTHON}: canary failed" in done.stderr
    report = tfcompat(grid_project, index, "grid", "report", home=tmp_path)
    assert report.returncode == 2
    assert "make some with tfcompat grid run" in report.stderr


def test_the_current_trial_is_what_is_exchanged(tmp_path: Path) -> None:
    """Of two trials of a writer the newer one's artefacts go to the readers."""
    store = Store(tmp_path)
    facts = fakes.scenario_facts("write::h5", kind=Kind.PRESENCE)
    fakes.keep_suite(tmp_path, facts)
    for moment, content in (("2026-01-02T03:04:05Z", b"old"), ("2026-01-03T03:04:05Z", b"new")):
        subject = fakes.subject("tf2.9.3-py3.10", started=moment)
        text = base64.b64encode(content).decode()
        with store.begin(subject) as writer:
            writer.write(trial_line(subject))
            answer = fakes.outcome_line("write::h5", observed={"output": [1.0], "artefact": text})
            for line in fakes.said(subject, fakes.header_line(facts), answer):
                writer.write(line)
            writer.write(verdict_line(None, "", 1.0))
    assert [artefact.content for artefact in exchange.written(store)] == [b"new"]
