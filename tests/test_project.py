"""Tests of where things are."""

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tfcompat.project import CHECKOUT, default_cache, find


@pytest.fixture
def project_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, made a project."""
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "releases.toml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_project_that_is_named_is_taken(project_here: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    named = tmp_path_factory.mktemp("named")
    assert find(str(named), None).root == named


def test_a_name_is_made_absolute(project_here: Path) -> None:
    found = find("images/..", "cache")
    assert (found.root, found.cache) == (project_here, project_here / "cache")


def test_the_current_folder_is_taken_where_it_is_a_project(project_here: Path) -> None:
    assert find(None, None).root == project_here


def test_elsewhere_the_checkout_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find(None, None).root == CHECKOUT == ROOT


@pytest.mark.parametrize(("setting", "folder"), [("/elsewhere", "/elsewhere"), ("", "/home/somebody/.cache")])
def test_the_cache_is_where_the_system_wants_caches(setting: str, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", setting)
    monkeypatch.setenv("HOME", "/home/somebody")
    assert default_cache() == Path(folder, "tfcompat")
    assert find(None, None).cache == default_cache()


def test_the_places_of_the_checkout_are_there() -> None:
    project = find(str(ROOT), None)
    assert project.releases.is_file()
    assert all(place.is_dir() for place in (project.images, project.locks, project.suite, project.reports))


def test_trials_are_kept_among_the_reports() -> None:
    project = find(str(ROOT), None)
    assert project.trials == ROOT / "reports" / "trials"
