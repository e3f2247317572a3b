"""Tests of the cells: which a selection gives, what it leaves out, and every way in which it is wrong."""

import pytest
from packaging.specifiers import SpecifierSet

from tests import fakes
from tests.conftest import ROOT
from tfcompat.errors import SelectionError
from tfcompat.select import releases
from tfcompat.select.cells import Cell, cell_named, cells, left_out
from tfcompat.select.pythons import RelevantPython
from tfcompat.select.variants import BUNDLED, Variant

COMMITTED = releases.load(ROOT / "images" / "releases.toml")


def test_the_committed_list_has_a_default_cell_a_minor_from_2_2_on() -> None:
    default = cells(releases.select(COMMITTED, None))
    assert len(default) >= 20
    assert [cell.id for cell in default[:20]] == [
        "tf2.2.3-py3.8",
        "tf2.3.4-py3.8",
        "tf2.4.4-py3.8",
        "tf2.5.3-py3.9",
        "tf2.6.5-py3.9",
        "tf2.7.4-py3.9",
        "tf2.8.4-py3.10",
        "tf2.9.3-py3.10",
        "tf2.10.1-py3.10",
        "tf2.11.1-py3.10",
        "tf2.12.1-py3.11",
        "tf2.13.1-py3.11",
        "tf2.14.1-py3.11",
        "tf2.15.1-py3.11",
        "tf2.16.2-py3.12",
        "tf2.17.1-py3.12",
        "tf2.18.1-py3.12",
        "tf2.19.1-py3.12",
        "tf2.20.0-py3.13",
        "tf2.21.0-py3.13",
    ]


def test_every_cell_of_the_committed_list_has_an_id_of_its_own_that_names_it() -> None:
    every = cells(COMMITTED, python="all")
    assert len({cell.id for cell in every}) == len(every)
    assert all(cell_named(COMMITTED, [BUNDLED], cell.id) == cell for cell in every)


def test_a_cells_id_names_release_and_python_and_any_variant_but_the_bundled() -> None:
    assert fakes.cell("2.15.0.post1", "3.11").id == "tf2.15.0.post1-py3.11"
    assert fakes.cell().variant is BUNDLED


#: A release of tomorrow, and others that have cells.
TOMORROW = fakes.release("2.23.0", pythons=("3.14", "3.15"))
ONE_OF_TODAY = fakes.release("2.16.2", pythons=("3.12", "3.14"))


@pytest.mark.parametrize("python", [None, "all", "relevant", "3.12"])
def test_a_release_without_a_supported_python_does_not_stop_the_others(python: str | None) -> None:
    relevant = (RelevantPython(releases=SpecifierSet(), python="3.14", why=""),)
    assert cells([ONE_OF_TODAY, TOMORROW], python=python, relevant=relevant) == (
        Cell(release=ONE_OF_TODAY, python="3.12"),
    )


@pytest.mark.parametrize("python", [None, "all", "relevant"])
def test_alone_it_is_an_error_that_says_why(python: str | None) -> None:
    advice = r"TensorFlow 2\.23\.0 has wheels for Python 3\.14, 3\.15 only; the runner supports 3\.8 to 3\.13"
    with pytest.raises(SelectionError, match=advice):
        cells([TOMORROW], python=python)
    with pytest.raises(SelectionError, match=advice):
        cells([ONE_OF_TODAY, TOMORROW], python=python, only="tf2.23*")
    with pytest.raises(SelectionError, match=r"no cell is selected by .*--only tf9\*"):
        cells([ONE_OF_TODAY, TOMORROW], python=python, only="tf9*")


@pytest.mark.parametrize(
    ("python", "only", "named"),
    [
        (None, None, True),
        ("all", None, True),
        ("relevant", None, True),
        ("3.12", None, False),
        (None, "tf2.*", True),
        (None, "tf2.16.2-*, *-py3.15", True),
        (None, "tf2.16.2-*", False),
    ],
)
def test_what_is_left_out_of_a_selection_is_named(python: str | None, only: str | None, named: bool) -> None:
    lacking = left_out([ONE_OF_TODAY, TOMORROW], python=python, only=only)
    assert lacking == ((TOMORROW,) if named else ())


def test_a_variant_that_is_not_for_a_release_does_not_leave_it_out() -> None:
    older, newer = (Variant(name=text[0], title="", releases=SpecifierSet(text[1:])) for text in ("a<2.20", "b>2.20"))
    assert left_out([TOMORROW], variants=[older]) == ()
    assert left_out([TOMORROW], variants=[older, newer], only="*+b") == (TOMORROW,)
    assert left_out([TOMORROW], variants=[newer], only="*+a") == ()


RELEASES = (fakes.release("2.5.3", pythons=("3.7", "3.8", "3.9")), fakes.release("2.8.4", pythons=("3.9", "3.10")))


@pytest.mark.parametrize(
    ("python", "only", "expected"),
    [
        (None, None, ["tf2.5.3-py3.9", "tf2.8.4-py3.10"]),
        ("all", None, ["tf2.5.3-py3.8", "tf2.5.3-py3.9", "tf2.8.4-py3.9", "tf2.8.4-py3.10"]),
        ("3.9", None, ["tf2.5.3-py3.9", "tf2.8.4-py3.9"]),
        ("3.8", None, ["tf2.5.3-py3.8"]),
        ("3.10, 3.8", None, ["tf2.5.3-py3.8", "tf2.8.4-py3.10"]),
        ("relevant", None, ["tf2.5.3-py3.9", "tf2.8.4-py3.9", "tf2.8.4-py3.10"]),
        (None, "tf2.5*", ["tf2.5.3-py3.9"]),
        (None, "tf2.?.4-*", ["tf2.8.4-py3.10"]),
        ("all", "*-py3.9", ["tf2.5.3-py3.9", "tf2.8.4-py3.9"]),
        (None, "tf2.8.4-py3.10", ["tf2.8.4-py3.10"]),
    ],
)
def test_cells(python: str | None, only: str | None, expected: list[str]) -> None:
    relevant = [RelevantPython(releases=SpecifierSet(text), python="3.9", why="") for text in ("==2.8.*", "==2.5.*")]
    relevant.append(RelevantPython(releases=SpecifierSet("==2.5.*"), python="3.12", why="no wheel"))
    assert [cell.id for cell in cells(RELEASES, python=python, relevant=relevant, only=only)] == expected


@pytest.mark.parametrize(
    ("python", "only", "advice"),
    [
        ("3.7", None, r"--python '3\.7' is not one of 3\.8, .*, 3\.13, relevant, or all"),
        ("3.9,three", None, r"--python 'three' is not one of"),
        ("", None, r"--python '' is not one of"),
        ("3.13", None, r"no cell is selected by --python 3\.13: see tfcompat list"),
        (None, "tf9*", r"no cell is selected by --only tf9\*:"),
        (None, "TF2.5*", r"no cell is selected by --only TF2\.5\*:"),
        ("3.8", "tf2.8*", r"no cell is selected by --python 3\.8 --only tf2\.8\*:"),
    ],
)
def test_cells_that_cannot_be_say_why(python: str | None, only: str | None, advice: str) -> None:
    with pytest.raises(SelectionError, match=advice):
        cells(RELEASES, python=python, only=only)


def test_no_releases_are_no_cells_and_an_error() -> None:
    with pytest.raises(SelectionError, match="no cell is selected by this selection"):
        cells(())


def test_a_cell_is_found_by_its_id() -> None:
    assert cell_named(RELEASES, [BUNDLED], "tf2.8.4-py3.9") == Cell(release=RELEASES[1], python="3.9")


@pytest.mark.parametrize("name", ["tf2.8.4-py3.8", "tf2.5.3-py3.7", "2.8.4", ""])
def test_what_is_not_a_cell_is_not_found(name: str) -> None:
    with pytest.raises(SelectionError, match=f"there is no cell '{name}'"):
        cell_named(RELEASES, [BUNDLED], name)


NIGHT = fakes.release("2.12.0.dev20260905", pythons=("3.9", "3.14"))


def test_whatever_the_night_its_cell_has_one_name() -> None:
    (cell,) = cells([NIGHT])
    assert cell.id == "tfnightly-py3.9"
    assert cell_named([NIGHT], (BUNDLED,), "tfnightly-py3.9") == cell


def test_where_the_runner_supports_none_of_its_pythons_that_is_said() -> None:
    with pytest.raises(SelectionError, match=r"has wheels for Python 3\.14 only; the runner supports 3\.8 to 3\.13"):
        cells([fakes.release("2.12.0.dev20260905", pythons=("3.14",))])


PATCHES = [fakes.release(version, pythons=("3.8", "3.9")) for version in ("2.5.0", "2.5.3", "2.6.4", "2.6.5")]


def test_several_globs_keep_what_one_of_them_matches() -> None:
    kept = cells(PATCHES, only="tf2.5.*, tf2.6.5-py3.9")
    assert [cell.id for cell in kept] == ["tf2.5.0-py3.9", "tf2.5.3-py3.9", "tf2.6.5-py3.9"]
