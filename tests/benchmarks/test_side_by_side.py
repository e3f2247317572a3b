"""The pure parts of the comparison: what all contestants get, whose turn it is, and what the table says."""

import ast
import configparser
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from benchmarks.side_by_side import clock, containers, counts, material, measured, plain, table
from benchmarks.side_by_side.__main__ import BEGIN, END, README, filled
from benchmarks.side_by_side.clock import Command
from benchmarks.side_by_side.contestant import Phase, turns
from benchmarks.side_by_side.material import Entry
from benchmarks.side_by_side.measured import Measurement
from benchmarks.speed import THEMES
from tests.conftest import ROOT

ENTRY = Entry(cell="tf2.9.3-py3.10", python="3.10", requirements="numpy==1.23.5 --hash=sha256:00\n")
OTHER = Entry(cell="tf2.21.0-py3.13", python="3.13", requirements="numpy==2.4.4 --hash=sha256:00\n")


def took(name: str, phase: Phase, wall: float, *, rows: int = 98) -> Measurement:
    return Measurement(
        name=name,
        phase=phase,
        wall=wall,
        cpu=2 * wall,
        repeats=3,
        rows=rows,
        cells=("tf2.9.3-py3.10",),
        cores=2,
        load=0.1,
        when="2026-11-26T20:00:00Z",
    )


@pytest.mark.starts
def test_what_the_files_that_all_get_import_is_among_them(tmp_path: Path) -> None:
    material.lay_suite(tmp_path, (*material.HELPERS, *THEMES))
    material.lay_runner(tmp_path)
    (tmp_path / "tensorflow.py").touch()  # nothing of it is used before a scenario is called
    modules = [f"scenarios.{name.removesuffix('.py')}" for name in THEMES]
    code = f"import {', '.join([*modules, 'scenarios.runner.plugin'])}"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr


@dataclass(frozen=True, kw_only=True)
class Stub:
    """A contestant that only takes part."""

    name: str
    phases: Sequence[Phase] = tuple(Phase)
    allowed: Sequence[int] = (0,)
    cells: Sequence[str] = ()

    def start(self, folder: Path, *, empty: bool) -> None: ...

    def command(self, phase: Phase) -> Command:
        return Command(argv=[phase], env={}, cwd=Path())

    def edit(self, number: int) -> None: ...

    def rows(self) -> int:
        return 1

    def end(self) -> None: ...


def order(*contestants: Stub, asked: Sequence[Phase]) -> list[str]:
    return [f"{phase} {turn} {one.name}" for phase, turn, one in turns(contestants, asked, 2)]


def test_contestants_take_turns_and_start_from_nothing_once() -> None:
    assert order(Stub(name="a"), Stub(name="b"), asked=[Phase.WARM, Phase.COLD]) == [
        "cold 0 a",
        "cold 0 b",
        "warm 0 a",
        "warm 0 b",
        "warm 1 a",
        "warm 1 b",
    ]


def test_from_nothing_comes_first_where_it_was_not_asked_for() -> None:
    assert order(Stub(name="a"), asked=[Phase.UNCHANGED]) == ["cold 0 a", "unchanged 0 a", "unchanged 1 a"]


def test_a_contestant_that_has_no_such_phase_is_passed_over() -> None:
    only_warm = Stub(name="b", phases=(Phase.WARM,))
    assert order(Stub(name="a"), only_warm, asked=[Phase.WARM])[:3] == ["cold 0 a", "warm 0 a", "warm 0 b"]


def test_an_environment_has_each_distribution_once_as_the_lock_has_it() -> None:
    lock = "# a lock\nnumpy==1.23.5 \\\n    --hash=sha256:00\nTyping_Extensions==4.4.0 \\\n    --hash=sha256:01\n"
    bundle = (
        "typing-extensions==4.15.0 \\\n    --hash=sha256:02\n    # via pytest\npytest==8.3.5 \\\n    --hash=sha256:03\n"
    )
    assert material.together(lock, bundle) == lock + "pytest==8.3.5 \\\n    --hash=sha256:03\n"


def test_the_requirements_of_a_release_are_its_lock_and_the_pytest_of_the_bundle() -> None:
    (entry,) = material.entries("2.21")
    lock = (ROOT / "images" / "locks" / f"{entry.cell}.txt").read_text()
    assert entry.python == "3.13"
    assert entry.requirements.startswith(lock)
    added = [block.split("==")[0] for block in material.blocks(entry.requirements.removeprefix(lock))]
    assert {"pytest", "pluggy", "iniconfig"} <= set(added)
    assert "packaging" not in added, "the lock has one"


def functions(source: str) -> dict[str, str]:
    return {node.name: ast.dump(node) for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("name", THEMES)
def test_an_edit_changes_the_body_of_the_first_scenario_and_nothing_else(name: str) -> None:
    source = (ROOT / "scenarios" / name).read_text()
    before, after = functions(source), functions(material.edited(source, 1))
    first = next(name for name in before if name.startswith("test_"))
    assert {name for name in before if before[name] != after[name]} == {first}
    assert functions(material.edited(source, 2))[first] != after[first]


def test_no_setting_of_a_developers_shell_reaches_a_contestant(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pyenv = tmp_path / "pyenv"
    (pyenv / "versions" / "3.13.0" / "bin").mkdir(parents=True)
    monkeypatch.setenv("PYENV_ROOT", str(pyenv))
    monkeypatch.setenv("PATH", f"{pyenv}/shims:/usr/bin")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PIP_CACHE_DIR", "/elsewhere")
    settings = material.settings(tmp_path)
    assert settings["PATH"] == f"/usr/bin:{pyenv}/versions/3.13.0/bin"
    assert "PYTHONDONTWRITEBYTECODE" not in settings
    caches = ("PIP_CACHE_DIR", "UV_CACHE_DIR", "VIRTUALENV_OVERRIDE_APP_DATA", "TFCOMPAT_CACHE")
    assert {Path(settings[name]).parent for name in caches} == {tmp_path / "caches"}
    assert settings["CUDA_VISIBLE_DEVICES"] == "-1"


def test_tox_makes_an_environment_a_cell_from_its_requirements() -> None:
    ini = configparser.ConfigParser()
    ini.read_string(plain.tox_ini([ENTRY, OTHER]))
    assert ini["tox"]["env_list"] == "tf2.9.3-py3.10, tf2.21.0-py3.13"
    assert ini["testenv"]["deps"] == "-r requirements/{env_name}.txt"


def test_nox_has_a_session_a_cell_on_its_python() -> None:
    text = plain.noxfile([ENTRY, OTHER])
    ast.parse(text)
    assert "@nox.parametrize(\"python,cell\", [('3.10', 'tf2.9.3-py3.10'), ('3.13', 'tf2.21.0-py3.13')])" in text
    assert 'session.install("--require-hashes", "-r", f"requirements/{cell}.txt")' in text


@pytest.mark.parametrize("built", [True, False])
def test_a_loop_starts_every_cell_and_waits(built: bool) -> None:
    lines = containers.script([ENTRY, OTHER], built, "own", trusted=True).splitlines()
    assert lines[-3:] == [
        "cell tf2.9.3-py3.10 python:3.10-slim-bookworm &",
        "cell tf2.21.0-py3.13 python:3.13-slim-bookworm &",
        "wait",
    ]


def test_a_loop_without_images_installs_in_the_container_and_one_with_them_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example/simple")
    built, plain_loop = (containers.script([ENTRY], built, "own", trusted=False) for built in (True, False))
    assert "docker build -q -t own:$1" in built
    assert "--build-arg PIP_INDEX_URL" in built
    assert "pip install" not in built
    assert "docker build" not in plain_loop
    assert "-e PIP_INDEX_URL" in plain_loop
    assert "pip install -q --require-hashes -r requirements/$1.txt && python -m pytest" in plain_loop
    assert "PIP_CERT" not in built + plain_loop


def test_the_counts_of_all_cells_are_one_number_and_are_taken_once(tmp_path: Path) -> None:
    counts.lay(tmp_path)
    for entry in (ENTRY, OTHER):
        (tmp_path / "counts" / entry.cell).write_text("98")
    assert counts.take(tmp_path, [ENTRY, OTHER]) == 98
    with pytest.raises(SystemExit, match="not every cell ran"):
        counts.take(tmp_path, [ENTRY, OTHER])


@pytest.mark.parametrize("numbers", [{"a": 98, "b": 97}, {"a": 0, "b": 0}])
def test_cells_that_ran_something_else_are_refused(numbers: dict[str, int]) -> None:
    with pytest.raises(SystemExit, match="not every cell ran"):
        counts.same(numbers)


def test_the_seconds_of_the_engine_are_those_of_the_daemon_and_its_ended_children(tmp_path: Path) -> None:
    ticks = os.sysconf("SC_CLK_TCK")
    fields = ["S", *["0"] * 10, *(str(ticks * part) for part in (1, 2, 4, 8)), "16"]
    stat = tmp_path / "stat"
    stat.write_text(f"4445 (dockerd) {' '.join(fields)}")
    assert clock.daemon_seconds(stat) == 15.0
    stat.write_text(f"4445 (docker) {' '.join(fields)}")
    assert clock.daemon_seconds(stat) == 0.0
    assert clock.daemon_seconds(tmp_path / "ended") == 0.0


@pytest.mark.starts
def test_the_clock_counts_what_the_children_spent(tmp_path: Path) -> None:
    busy = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(range(20_000_000))'])"
    command = Command(argv=[sys.executable, "-c", busy], env={}, cwd=tmp_path)
    took = clock.timed(command, tmp_path / "log")
    assert took.cpu > 0.1
    assert took.wall > 0.1


@pytest.mark.starts
def test_a_command_that_fails_is_shown_with_the_end_of_what_it_printed(tmp_path: Path) -> None:
    failing = Command(argv=[sys.executable, "-c", "print('why'); raise SystemExit(3)"], env={}, cwd=tmp_path)
    with pytest.raises(SystemExit, match=r"ended with 3, and printed:\nwhy"):
        clock.timed(failing, tmp_path / "log", (0, 1))
    clock.timed(failing, tmp_path / "log", (3,))


def test_what_is_measured_anew_takes_the_place_of_what_it_repeats() -> None:
    old = [took("tox", Phase.WARM, 1.0), took("tox", Phase.COLD, 2.0), took("nox", Phase.WARM, 3.0)]
    new = [took("tox", Phase.WARM, 4.0)]
    assert [(one.name, one.phase, one.wall) for one in measured.merged(old, new)] == [
        ("nox", Phase.WARM, 3.0),
        ("tox", Phase.COLD, 2.0),
        ("tox", Phase.WARM, 4.0),
    ]


def test_what_was_measured_on_other_cells_is_not_kept_in_the_same_row() -> None:
    new = replace(took("tox", Phase.WARM, 4.0), cells=("tf2.21.0-py3.13",))
    assert measured.merged([took("tox", Phase.COLD, 2.0)], [new]) == [new]


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    measurements = (took("nox", Phase.WARM, 1.25), took("tox", Phase.COLD, 2.5))
    measured.save(tmp_path / "measured.json", measurements)
    assert measured.load(tmp_path / "measured.json") == measurements
    assert len((tmp_path / "measured.json").read_text().splitlines()) == 4
    assert measured.load(tmp_path / "none.json") == ()


def test_a_row_is_compared_with_the_row_of_its_kind() -> None:
    text = table.text(
        [
            took("tfcompat", Phase.WARM, 10.0),
            took("tox", Phase.WARM, 25.0),
            took("tfcompat-docker", Phase.WARM, 20.0),
            took("docker-run", Phase.WARM, 30.0),
        ]
    )
    assert "| tfcompat, local engine |  | 10.0 s (20 CPU) |  |  |" in text
    assert "|  | 25 s (50 CPU), 2.50 × |" in text
    assert "|  | 30 s (60 CPU), 1.50 × |" in text
    assert "98 scenarios on each of tf2.9.3-py3.10; 2 cores" in text


def test_a_busy_machine_is_said_to_have_been_busy() -> None:
    busy = replace(took("tfcompat", Phase.WARM, 10.0), load=3.94)
    assert "; 2 cores, busy (a load of 3.9 before it began); 2026-11-26; medians" in table.text([busy])
    assert "; 2 cores; 2026-11-26; medians of 3, from nothing once." in table.text([took("tfcompat", Phase.WARM, 10.0)])


def test_the_targets_are_judged_by_the_fastest_and_only_where_all_are_measured() -> None:
    own = [took("tfcompat", Phase.COLD, 10.0), took("tfcompat", Phase.UNCHANGED, 0.5)]
    rivals = [took(name, Phase.UNCHANGED, wall) for name, wall in (("tox", 40.0), ("tox-uv", 24.0), ("nox", 30.0))]
    lines = table.text([*own, *rivals, took("tox", Phase.COLD, 30.0)]).splitlines()
    judged = [line for line in lines if line.endswith(("| yes |", "| no |"))]
    assert judged == [
        "| tox with pip from nothing takes at least 3 times as long | 3.0 × | yes |",
        "| where nothing changed, every tool takes 50 times as long | 48 × | no |",
    ]
    assert "50 times" not in table.text([*own, *rivals[:2]])


def test_rows_that_ran_something_else_are_not_compared() -> None:
    with pytest.raises(SystemExit, match="did not run the same"):
        table.text([took("tfcompat", Phase.WARM, 10.0), took("tox", Phase.WARM, 25.0, rows=97)])


def test_the_matrix_is_a_table_of_its_own_without_ratios() -> None:
    text = table.text([took("tfcompat", Phase.WARM, 10.0), took("matrix-local", Phase.WARM, 600.0, rows=422)])
    assert text.count("from nothing |") == 2
    assert "| tfcompat, default matrix, local engine |  | 600 s (1200 CPU) |  |  |" in text


@pytest.mark.parametrize(
    ("number", "text"), [(0.512, "0.51"), (2.999, "3.00"), (3.04, "3.0"), (19.94, "19.9"), (20.4, "20")]
)
def test_digits(number: float, text: str) -> None:
    assert table.digits(number) == text


def test_the_readme_has_a_place_for_the_table_and_keeps_the_rest() -> None:
    document = README.read_text()
    before, after = document.split(BEGIN)[0], document.split(END)[1]
    assert filled(document, "new\n") == f"{before}{BEGIN}new\n{END}{after}"


def test_every_measured_row_has_a_title_and_every_compared_one_a_reference() -> None:
    compared = {name for name in table.TITLES if not name.startswith("matrix-")}
    assert compared - {table.LOCAL, table.DOCKER} == set(table.AGAINST)


@pytest.mark.starts
def test_a_command_ends_with_the_measurement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else an interrupted benchmark would leave a program that works in a folder that is gone."""
    started: list[int] = []

    def interrupted(pid: int, options: int) -> None:
        started.append(pid)
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "wait4", interrupted)
    with pytest.raises(KeyboardInterrupt):
        clock.timed(Command(argv=["sleep", "60"], env=os.environ, cwd=tmp_path), tmp_path / "log")
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)
