"""Tests of the releases: the committed list, every form of a selection, and every way in which one is wrong."""

from datetime import date
from pathlib import Path

import pytest
from packaging.version import Version

from tests import fakes
from tests.conftest import ROOT
from tfcompat.errors import DataError, SelectionError
from tfcompat.select import releases
from tfcompat.select.releases import Measured, Release

COMMITTED = releases.load(ROOT / "images" / "releases.toml")
#: Two minors with patches, one with a single release, and a pre-release; oldest first, as a load gives them.
KNOWN = tuple(
    fakes.release(version, pythons=("3.7", "3.8", "3.9"))
    for version in ("2.5.0", "2.5.3", "2.6.0", "2.6.4", "2.6.5", "2.10.0", "2.11.0rc0")
)


def versions(chosen: tuple[Release, ...]) -> list[str]:
    return [str(release.version) for release in chosen]


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "releases.toml"
    path.write_text(text)
    return path


ROW = '{ version = "2.6.5", date = 2022-05-23, pythons = ["3.7", "3.10"], megabytes = 178 }'


def test_the_committed_list_has_every_stable_release() -> None:
    stable = releases.stable(COMMITTED)
    assert len(stable) >= 61
    assert (str(stable[0].version), len({release.version for release in COMMITTED})) == ("2.2.0", len(COMMITTED))


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
        f"colour = 'red'\nreleases = [{ROW}]",
    ],
    ids=[
        "cut",
        "no list",
        "no rows",
        "a number",
        "lacking",
        "no version",
        "another key",
        "a key too many",
        "beside it",
    ],
)
def test_a_file_that_is_not_a_list_of_releases_is_refused_with_advice(tmp_path: Path, text: str) -> None:
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
        ("2.5..2.6", ["2.5.3", "2.6.5"]),
        ("2.5.3..2.6.4", ["2.5.3", "2.6.4"]),
        ("2.6..", ["2.6.5", "2.10.0"]),
        ("..2.6.0", ["2.5.3", "2.6.0"]),
        ("2.5 .. 2.5", ["2.5.3"]),
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
        ("2.6..2.5", r"'2\.6\.\.2\.5' names no release: it goes from the newer to the older: write 2\.5\.\.2\.6"),
        ("2.5..x", r"'x' is neither a version"),
        ("..", r"'\.\.' is neither a version"),
        (">=2.11", r"'>=2\.11' names no release"),
        ("newest", r"'newest' is neither a version, a specifier, nor one of latest, all, pre"),
        (">=two", r"'>=two' is not a PEP 440 specifier: write for example '>=2\.6,<2\.16'"),
        ("=2.6", r"'=2\.6' is not a PEP 440 specifier"),
        *(
            (f"{operator}2.{'9' * 5000}", "is not a PEP 440 specifier")
            for operator in (">=", "==", "~=", "!=", ">=2.2,<")
        ),
        (f"==2.{'9' * 5000}.*", "is not a PEP 440 specifier"),
        ("", r"'' has an empty part"),
        ("2.5,,2.6", r"'2\.5,,2\.6' has an empty part"),
        ("2.5,", r"'2\.5,' has an empty part"),
    ],
)
def test_a_selection_that_names_nothing_or_is_malformed_says_so(wanted: str, advice: str) -> None:
    with pytest.raises(SelectionError, match=advice):
        releases.select(KNOWN, wanted)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (">=2.6,<2.10", ["2.6.0", "2.6.4", "2.6.5"]),
        ("2.5.3..2.6", ["2.5.3", "2.6.0", "2.6.4", "2.6.5"]),
        ("2.6", ["2.6.5"]),
    ],
)
def test_with_patches_a_range_has_every_one(wanted: str, expected: list[str]) -> None:
    assert versions(releases.select(KNOWN, wanted, patches=True)) == expected
    measured = [Measured(version=release.version) for release in KNOWN]
    assert [str(one.version) for one in releases.select(measured, wanted, patches=True)] == expected


def test_which_patch_a_minor_is_and_what_a_range_leaves_out_is_said() -> None:
    assert list(releases.said(KNOWN, "2.6,2.5.0,2.5..2.6,>=2.6,latest,2.6")) == [
        "2.6 is 2.6.5, its last patch",
        "2.5..2.6 is 2.5.3, 2.6.5: the last patch of each minor",
    ]
    assert list(releases.said(KNOWN, "2.6,2.5..2.6", patches=True)) == ["2.6 is 2.6.5, its last patch"]
    assert list(releases.said(KNOWN, None)) == []


def test_a_selection_among_no_releases_says_that_none_are_known() -> None:
    with pytest.raises(SelectionError, match="the known ones are none"):
        releases.select((), "latest")


def test_the_default_python_is_the_newest_by_number_that_the_runner_supports() -> None:
    assert fakes.release(pythons=("3.8", "3.10", "3.9", "3.14")).default_python == "3.10"


def test_a_release_for_old_pythons_only_has_no_default_python() -> None:
    with pytest.raises(SelectionError, match=r"2\.16\.2 has wheels for Python 3\.5, 3\.6 only; .* 3\.8 to 3\.13"):
        _ = fakes.release(pythons=("3.5", "3.6")).default_python


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


def test_where_the_index_has_no_nightly_build_that_is_said() -> None:
    with pytest.raises(SelectionError, match="names no release: the index had no Linux wheel of tf-nightly-cpu"):
        releases.select(KNOWN, "nightly")
