"""Tests of the course of a repeated run: a matrix in a setting, and a folder that is there for its time alone."""

from dataclasses import replace
from pathlib import Path

from tests import fakes
from tests.fakes import FakeEngine
from tfcompat.commands.measure.repeat.course import course
from tfcompat.commands.measure.repeat.settings import Setting
from tfcompat.environments.engines.local import LocalEngine
from tfcompat.process import Completed
from tfcompat.project import Project
from tfcompat.run.matrix import Matrix
from tfcompat.run.workshop import Workshop
from tfcompat.trials.store import Store

USUAL = Setting(name="as always")


def parts(tmp_path: Path) -> tuple[Workshop, Matrix]:
    """A workshop with a cache, and its matrix, whose program is staged there."""
    cache = tmp_path / "cache"
    suite = cache / "suites" / "0123" / "scenarios"
    suite.mkdir(parents=True)
    (suite / "test_a.py").write_text("A = 1\n")
    program = replace(fakes.program("--x"), suite=suite, bundle=cache / "bundles" / "4567")
    matrix = Matrix(
        engine=FakeEngine(),
        program=program,
        scenarios=[],
        store=Store(tmp_path / "trials"),
        uv=fakes.FakeUv(lambda asked: Completed(code=0, output="")),
        package="tensorflow-cpu",
        lock_folders=[],
        emit=lambda event: None,
    )
    return Workshop(project=Project(root=tmp_path, cache=cache), engine_name="local"), matrix


def test_the_usual_setting_changes_only_where_trials_go(tmp_path: Path) -> None:
    workshop, matrix = parts(tmp_path)
    with course(workshop) as way:
        usual = way.matrix(matrix, USUAL)
        assert (usual.program, usual.engine, usual.variables) == (matrix.program, matrix.engine, ())
        assert usual.store.folder.is_relative_to(way.folder)
    assert not way.folder.exists()


def test_two_settings_have_no_store_in_common(tmp_path: Path) -> None:
    workshop, matrix = parts(tmp_path)
    with course(workshop) as way:
        stores = {way.matrix(matrix, Setting(name=name)).store.folder for name in ("one", "two")}
    assert len(stores) == 2


def test_elsewhere_all_paths_have_spaces_and_letters_and_lead_to_the_same_files(tmp_path: Path) -> None:
    workshop, matrix = parts(tmp_path)
    with course(workshop) as way:
        there = way.matrix(matrix, Setting(name="folder", elsewhere=True))
        engine = there.engine
        assert isinstance(engine, LocalEngine)
        assert engine.scratch is not None
        for path in (there.program.suite, there.program.bundle, engine.folder, engine.scratch):
            assert not str(path).isascii()
            assert " " in str(path)
        assert there.program.suite.samefile(matrix.program.suite)
        assert engine.scratch.is_dir()
        assert engine.folder.parent.samefile(workshop.project.cache)
    assert matrix.program.suite.is_dir(), "the link is removed, and not what it leads to"


def test_an_order_elsewhere_is_beside_the_suite_there(tmp_path: Path) -> None:
    workshop, matrix = parts(tmp_path)
    with course(workshop) as way:
        there = way.matrix(matrix, Setting(name="both", order="7", elsewhere=True))
        assert there.program.arguments == ("-p", "scenarios.order_of_a_repeated_run", "--order=7", "--x")
        assert {path.name for path in there.program.suite.glob("*.py")} == {
            "order_of_a_repeated_run.py",
            "test_a.py",
        }
        assert not str(there.program.suite).isascii()
