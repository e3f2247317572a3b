"""Releases and cells: the committed list, every form of a selection, and every way in which one is wrong."""

from datetime import date
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tests import fakes
from tests.conftest import ROOT
from tfcompat.errors import DataError, SelectionError
from tfcompat.select import releases
from tfcompat.select.pythons import TellingPython
from tfcompat.select.releases import Cell, Release
from tfcompat.select.variants import BUNDLED, Variant

COMMITTED = releases.load(ROOT / "images" / "releases.toml")
#: Two minors with patches, one with a single release, and a pre-release; oldest first, as a load gives them.
KNOWN = tuple(
    fakes.release(version, pythons=("3.7", "3.8", "3.9"))
    for version in ("2.5.0", "2.5.3", "2.6.0", "2.6.4", "2.6.5", "2.10.0", "2.11.0rc0")
)


def versions(found: tuple[Release, ...]) -> list[str]:
    return [str(release.version) for release in found]


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "releases.toml"
    path.write_text(text)
    return path


ROW = '{ version = "2.6.5", date = 2022-05-23, pythons = ["3.7", "3.10"], megabytes = 178 }'


def test_the_committed_list_has_every_stable_release() -> None:
    stable = releases.stable(COMMITTED)
    assert len(stable) >= 61
    assert (str(stable[0].version), len({release.version for release in COMMITTED})) == ("2.2.0", len(COMMITTED))


def test_the_committed_list_has_a_default_cell_a_minor_from_2_2_on() -> None:
    cells = releases.cells(releases.select(COMMITTED, None))
    assert len(cells) >= 20
    assert [cell.id for cell in cells[:20]] == [
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
    cells = releases.cells(COMMITTED, python="all")
    assert len({cell.id for cell in cells}) == len(cells)
    assert all(releases.cell_named(COMMITTED, [BUNDLED], cell.id) == cell for cell in cells)


def test_load_gives_a_release_for_a_row(tmp_path: Path) -> None:
    assert releases.load(written(tmp_path, f"releases = [{ROW}]")) == (
        Release(version=Version("2.6.5"), date=date(2022, 5, 23), pythons=("3.7", "3.10"), megabytes=178),
    )


def test_load_sorts_by_version_and_not_by_text(tmp_path: Path) -> None:
    rows = ", ".join(ROW.replace("2.6.5", version) for version in ("2.10.0", "2.9.0", "2.10.0rc1"))
    assert versions(releases.load(written(tmp_path, f"releases = [{rows}]"))) == ["2.9.0", "2.10.0rc1", "2.10.0"]


@pytest.mark.parametrize(
    "text",
    [
        "releases = [",
        "rows = []",
        "releases = 3",
        "releases = [3]",
        "releases = [{ version = '2.6.5' }]",
        f"releases = [{ROW.replace('2.6.5', 'two')}]",
        f"releases = [{ROW.replace('megabytes', 'gigabytes')}]",
        f"releases = [{ROW[:-1]}, colour = 'red' }}]",
    ],
    ids=["cut", "no list", "no rows", "a number", "lacking", "no version", "another key", "a key too many"],
)
def test_a_file_that_is_no_list_of_releases_is_refused_with_advice(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError, match=r"releases\.toml is not a list of releases .*refresh\.py --force"):
        releases.load(written(tmp_path, text))


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ("178", "'178'"),
        ("178", "true"),
        ("2022-05-23", "'2022-05-23'"),
        ("2022-05-23", "2022-05-23T00:00:00"),
        ('["3.7", "3.10"]', "[3.7, 3.10]"),
        ('["3.7", "3.10"]', "'3.7'"),
        ('["3.7", "3.10"]', "[]"),
        ('"3.10"', "'three'"),
        ('"2.6.5"', "2.6"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(tmp_path: Path, value: str, wrong: str) -> None:
    with pytest.raises(DataError, match=r"releases\.toml is not a list of releases \(.*refresh\.py --force"):
        releases.load(written(tmp_path, f"releases = [{ROW.replace(value, wrong)}]"))


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "releases.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(DataError, match="is not a list of releases"):
        releases.load(path)


def test_a_file_that_is_not_there_says_how_to_name_a_project(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"is not there: .*--project"):
        releases.load(tmp_path / "releases.toml")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (None, ["2.5.3", "2.6.5", "2.10.0"]),
        ("all", ["2.5.0", "2.5.3", "2.6.0", "2.6.4", "2.6.5", "2.10.0"]),
        ("latest", ["2.10.0"]),
        ("pre", ["2.11.0rc0"]),
        ("2.6.4", ["2.6.4"]),
        ("2.6", ["2.6.5"]),
        ("2.11.0rc0", ["2.11.0rc0"]),
        (">=2.6", ["2.6.5", "2.10.0"]),
        (">2.5.0", ["2.5.3", "2.6.5", "2.10.0"]),
        ("<2.6.5", ["2.5.3", "2.6.4"]),
        ("!=2.6.5", ["2.5.3", "2.6.4", "2.10.0"]),
        ("==2.6.*", ["2.6.5"]),
        ("==2.6.0", ["2.6.0"]),
        ("===2.6.0", ["2.6.0"]),
        ("~=2.6", ["2.6.5", "2.10.0"]),
        ("~=2.6.0", ["2.6.5"]),
        (">=2.11.0rc0", ["2.11.0rc0"]),
        (">=2.6,<2.10", ["2.6.5"]),
        (" >=2.6 , <2.10 ", ["2.6.5"]),
        ("latest,2.5.0", ["2.5.0", "2.10.0"]),
        ("2.6,2.6.5,==2.6.5", ["2.6.5"]),
        ("<2.6,latest,>=2.6.4,<2.10", ["2.5.3", "2.6.5", "2.10.0"]),
    ],
)
def test_select(wanted: str | None, expected: list[str]) -> None:
    assert versions(releases.select(KNOWN, wanted)) == expected


@pytest.mark.parametrize(
    ("wanted", "advice"),
    [
        ("2.99", r"--tf '2\.99' names no release: the known ones are 2\.5\.0 to 2\.11\.0rc0"),
        ("latest,9.9.9", r"'9\.9\.9' names no release"),
        ("2", r"'2' names no release"),
        (">=3", r"'>=3' names no release"),
        (">=2.6,<2.5", r"'>=2\.6,<2\.5' names no release"),
        (">=2.11", r"'>=2\.11' names no release"),
        ("newest", r"'newest' is neither a version, a specifier, nor one of latest, all, pre"),
        (">=two", r"'>=two' is not a PEP 440 specifier: write for example '>=2\.6,<2\.16'"),
        ("=2.6", r"'=2\.6' is not a PEP 440 specifier"),
        ("", r"'' has an empty part"),
        ("2.5,,2.6", r"'2\.5,,2\.6' has an empty part"),
        ("2.5,", r"'2\.5,' has an empty part"),
    ],
)
def test_a_selection_that_names_nothing_or_is_malformed_says_so(wanted: str, advice: str) -> None:
    with pytest.raises(SelectionError, match=advice):
        releases.select(KNOWN, wanted)


def test_a_selection_among_no_releases_says_that_none_are_known() -> None:
    with pytest.raises(SelectionError, match="the known ones are none"):
        releases.select((), "latest")


def test_the_default_python_is_the_newest_by_number_that_the_runner_works_on() -> None:
    assert fakes.release(pythons=("3.8", "3.10", "3.9", "3.14")).default_python == "3.10"


def test_a_release_for_old_pythons_only_has_no_default_python() -> None:
    with pytest.raises(SelectionError, match=r"2\.16\.2 has wheels for Python 3\.5, 3\.6 only; .* 3\.8 to 3\.13"):
        _ = fakes.release(pythons=("3.5", "3.6")).default_python


def test_a_cells_id_names_release_and_python_and_any_variant_but_the_bundled() -> None:
    assert fakes.cell("2.15.0.post1", "3.11").id == "tf2.15.0.post1-py3.11"
    assert fakes.cell().variant is BUNDLED


#: A release of tomorrow, and others that have cells.
TOMORROW = fakes.release("2.23.0", pythons=("3.14", "3.15"))
ONE_OF_TODAY = fakes.release("2.16.2", pythons=("3.12", "3.14"))


@pytest.mark.parametrize("python", [None, "all", "telling", "3.12"])
def test_a_release_that_the_runner_works_on_nowhere_is_in_the_way_of_no_other(python: str | None) -> None:
    telling = (TellingPython(releases=SpecifierSet(), python="3.14", why=""),)
    assert releases.cells([ONE_OF_TODAY, TOMORROW], python=python, telling=telling) == (
        Cell(release=ONE_OF_TODAY, python="3.12"),
    )


@pytest.mark.parametrize("python", [None, "all", "telling"])
def test_alone_it_is_an_error_that_says_why(python: str | None) -> None:
    advice = r"TensorFlow 2\.23\.0 has wheels for Python 3\.14, 3\.15 only; the runner works on 3\.8 to 3\.13"
    with pytest.raises(SelectionError, match=advice):
        releases.cells([TOMORROW], python=python)
    with pytest.raises(SelectionError, match=advice):
        releases.cells([ONE_OF_TODAY, TOMORROW], python=python, only="tf2.23*")
    with pytest.raises(SelectionError, match=r"no cell is selected by .*--only tf9\*"):
        releases.cells([ONE_OF_TODAY, TOMORROW], python=python, only="tf9*")


@pytest.mark.parametrize(
    ("python", "only", "told"),
    [
        (None, None, True),
        ("all", None, True),
        ("telling", None, True),
        ("3.12", None, False),
        (None, "tf2.*", True),
        (None, "tf2.16.2-*, *-py3.15", True),
        (None, "tf2.16.2-*", False),
    ],
)
def test_what_is_left_out_of_a_selection_is_told(python: str | None, only: str | None, told: bool) -> None:
    found = releases.left_out([ONE_OF_TODAY, TOMORROW], python=python, only=only)
    assert found == ((TOMORROW,) if told else ())


def test_a_variant_that_is_not_for_a_release_does_not_leave_it_out() -> None:
    older, newer = (Variant(name=text[0], title="", releases=SpecifierSet(text[1:])) for text in ("a<2.20", "b>2.20"))
    assert releases.left_out([TOMORROW], variants=[older]) == ()
    assert releases.left_out([TOMORROW], variants=[older, newer], only="*+b") == (TOMORROW,)
    assert releases.left_out([TOMORROW], variants=[newer], only="*+a") == ()


RELEASES = (fakes.release("2.5.3", pythons=("3.7", "3.8", "3.9")), fakes.release("2.8.4", pythons=("3.9", "3.10")))


@pytest.mark.parametrize(
    ("python", "only", "expected"),
    [
        (None, None, ["tf2.5.3-py3.9", "tf2.8.4-py3.10"]),
        ("all", None, ["tf2.5.3-py3.8", "tf2.5.3-py3.9", "tf2.8.4-py3.9", "tf2.8.4-py3.10"]),
        ("3.9", None, ["tf2.5.3-py3.9", "tf2.8.4-py3.9"]),
        ("3.8", None, ["tf2.5.3-py3.8"]),
        ("3.10, 3.8", None, ["tf2.5.3-py3.8", "tf2.8.4-py3.10"]),
        ("telling", None, ["tf2.5.3-py3.9", "tf2.8.4-py3.9", "tf2.8.4-py3.10"]),
        (None, "tf2.5*", ["tf2.5.3-py3.9"]),
        (None, "tf2.?.4-*", ["tf2.8.4-py3.10"]),
        ("all", "*-py3.9", ["tf2.5.3-py3.9", "tf2.8.4-py3.9"]),
        (None, "tf2.8.4-py3.10", ["tf2.8.4-py3.10"]),
    ],
)
def test_cells(python: str | None, only: str | None, expected: list[str]) -> None:
    telling = [TellingPython(releases=SpecifierSet(text), python="3.9", why="") for text in ("==2.8.*", "==2.5.*")]
    telling.append(TellingPython(releases=SpecifierSet("==2.5.*"), python="3.12", why="no wheel"))
    assert [cell.id for cell in releases.cells(RELEASES, python=python, telling=telling, only=only)] == expected


@pytest.mark.parametrize(
    ("python", "only", "advice"),
    [
        ("3.7", None, r"--python '3\.7' is not one of 3\.8, .*, 3\.13, telling, or all"),
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
        releases.cells(RELEASES, python=python, only=only)


def test_no_releases_are_no_cells_and_an_error() -> None:
    with pytest.raises(SelectionError, match="no cell is selected by this selection"):
        releases.cells(())


def test_a_cell_is_found_by_its_id() -> None:
    assert releases.cell_named(RELEASES, [BUNDLED], "tf2.8.4-py3.9") == Cell(release=RELEASES[1], python="3.9")


@pytest.mark.parametrize("name", ["tf2.8.4-py3.8", "tf2.5.3-py3.7", "2.8.4", ""])
def test_what_is_no_cell_is_not_found(name: str) -> None:
    with pytest.raises(SelectionError, match=f"there is no cell '{name}'"):
        releases.cell_named(RELEASES, [BUNDLED], name)


NIGHT = fakes.release("2.12.0.dev20260905", pythons=("3.9", "3.14"))
UNFINISHED = (*KNOWN, NIGHT)


def test_a_release_says_how_finished_it_is() -> None:
    assert [str(fakes.release(version).channel) for version in ("2.9.0", "2.9.0rc1", "2.9.0.dev1", "2.9.0.post1")] == [
        "stable",
        "pre",
        "nightly",
        "stable",
    ]


@pytest.mark.parametrize("wanted", [None, "all", "latest", "pre", ">=2.5", ">=2.11.0rc0", ">=2.12.0.dev1", "2.10"])
def test_a_nightly_build_is_never_among_others(wanted: str | None) -> None:
    for known in (UNFINISHED, KNOWN):
        if wanted == ">=2.12.0.dev1":
            with pytest.raises(SelectionError, match=r"the known ones are 2\.5\.0 to 2\.11\.0rc0$"):
                releases.select(known, wanted)
        else:
            assert NIGHT not in releases.select(known, wanted)
            assert releases.select(known, wanted)


@pytest.mark.parametrize("wanted", ["nightly", "2.12.0.dev20260905"])
def test_a_nightly_build_is_had_by_its_name_or_version(wanted: str) -> None:
    assert releases.select(UNFINISHED, wanted) == (NIGHT,)


def test_whatever_the_night_its_cell_has_one_name() -> None:
    (cell,) = releases.cells([NIGHT])
    assert cell.id == "tfnightly-py3.9"
    assert releases.cell_named(UNFINISHED, (BUNDLED,), "tfnightly-py3.9") == cell


def test_where_the_index_has_no_nightly_build_that_is_said() -> None:
    with pytest.raises(SelectionError, match="names no release: the index had no Linux wheel of tf-nightly-cpu"):
        releases.select(KNOWN, "nightly")


def test_where_the_runner_works_on_none_of_its_pythons_that_is_said() -> None:
    with pytest.raises(SelectionError, match=r"has wheels for Python 3\.14 only; the runner works on 3\.8 to 3\.13"):
        releases.cells([fakes.release("2.12.0.dev20260905", pythons=("3.14",))])


def test_several_globs_keep_what_one_of_them_matches() -> None:
    kept = releases.cells(KNOWN, only="tf2.5.*, tf2.6.5-py3.9")
    assert [cell.id for cell in kept] == ["tf2.5.0-py3.9", "tf2.5.3-py3.9", "tf2.6.5-py3.9"]
