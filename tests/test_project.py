"""Tests of where things are."""

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tfcompat import project as projects
from tfcompat.project import CHECKOUT, Project, code_elsewhere, default_cache, find


@pytest.fixture
def project_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, made a clone of the project."""
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "releases.toml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What an installed package carries: its code is in no clone."""
    package = tmp_path / "site-packages" / "tfcompat"
    (package / "carried" / "images").mkdir(parents=True)
    (package / "carried" / "images" / "releases.toml").touch()
    monkeypatch.setattr(projects, "CHECKOUT", tmp_path)
    monkeypatch.setattr(projects, "CARRIED", package / "carried")
    return package / "carried"


def test_the_project_that_is_named_is_taken(project_here: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    named = tmp_path_factory.mktemp("named")
    assert find(str(named), None).root == named


def test_a_name_is_made_absolute(project_here: Path) -> None:
    found = find("images/..", "cache")
    assert (found.root, found.cache) == (project_here, project_here / "cache")


def test_the_current_folder_is_taken_where_it_is_a_clone(project_here: Path) -> None:
    assert find(None, None).root == project_here


def test_a_clone_is_found_upwards(project_here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project_here / "docs" / "findings").mkdir(parents=True)
    monkeypatch.chdir(project_here / "docs" / "findings")
    assert find(None, None).root == project_here
    monkeypatch.chdir(project_here / "images")
    assert find(None, None).root == project_here


def test_elsewhere_the_checkout_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find(None, None).root == CHECKOUT == ROOT


def test_without_a_clone_it_is_what_the_package_carries(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    found = find(None, None)
    assert (found.root, found.is_carried) == (installed, True)
    assert found.suite == installed / "scenarios"
    assert found.snapshot == installed / "reports" / "snapshot"
    assert found.trials == empty / "tfcompat-reports" / "trials"
    assert found.grid == empty / "tfcompat-reports" / "grid"
    assert not empty.joinpath("tfcompat-reports").exists(), "only a run makes it"


@pytest.mark.parametrize("below", ["", "images"])
def test_what_is_carried_is_no_clone(below: str, installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(installed / below)
    assert find(None, None).is_carried


def test_an_installed_package_goes_by_the_clone_around(installed: Path, project_here: Path) -> None:
    found = find(None, None)
    assert (found.root, found.is_carried, found.trials) == (project_here, False, project_here / "reports" / "trials")
    assert code_elsewhere(found) is None


def test_the_code_of_another_clone_is_named(project_here: Path) -> None:
    assert code_elsewhere(find(None, None)) == ROOT
    assert code_elsewhere(find(str(ROOT), None)) is None


@pytest.mark.parametrize(("setting", "folder"), [("/elsewhere", "/elsewhere"), ("", "/home/somebody/.cache")])
def test_the_cache_is_where_the_system_wants_caches(setting: str, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", setting)
    monkeypatch.setenv("HOME", "/home/somebody")
    assert default_cache() == Path(folder, "tfcompat")
    assert find(None, None).cache == default_cache()


def test_the_places_of_the_checkout_are_there() -> None:
    project = find(str(ROOT), None)
    assert project.releases.is_file()
    assert project.settings.is_file()
    assert all(place.is_dir() for place in (project.images, project.locks, project.suite, project.reports))


def test_trials_are_kept_among_the_reports() -> None:
    assert find(str(ROOT), None).trials == ROOT / "reports" / "trials"
    elsewhere = Project(root=ROOT, cache=ROOT, output=Path("/tmp/elsewhere"))  # noqa: S108
    assert elsewhere.trials == Path("/tmp/elsewhere/trials")  # noqa: S108
