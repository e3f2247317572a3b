"""Tests of the variants: the committed list, what a row may say, and how a selection names them."""

from pathlib import Path

import pytest
from packaging.version import Version

from tests.conftest import ROOT
from tfcompat.errors import DataError, SelectionError
from tfcompat.select import variants
from tfcompat.select.variants import BUNDLED

COMMITTED = variants.load(ROOT / "images" / "variants.toml")
BY_NAME = {variant.name: variant for variant in COMMITTED}
ROW = 'name = "legacy", title = "tf_keras", releases = ">=2.16"'


def written(folder: Path, *rows: str) -> Path:
    path = folder / "variants.toml"
    path.write_text("variants = [" + ", ".join(f"{{ {row} }}" for row in rows) + "]\n")
    return path


def test_the_bundled_one_comes_first_and_admits_every_release() -> None:
    assert COMMITTED[0] == BUNDLED
    assert BUNDLED.admits(Version("2.2.0"))
    assert BUNDLED.admits(Version("2.22.0rc0"))


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("legacy", "2.16.0", "2.21.0"),
        ("standalone", "2.2.0", "2.5.3"),
        ("addons", "2.2.0", "2.15.1"),
        ("keras-latest", "2.16.0", "2.21.0"),
        ("keras3.0", "2.19.0", "2.19.1"),
        ("keras3.15", "2.19.0", "2.19.1"),
    ],
)
def test_a_committed_variant_is_for_the_releases_of_the_design(name: str, first: str, last: str) -> None:
    releases = ["2.2.0", "2.5.3", "2.6.0", "2.15.1", "2.16.0", "2.18.1", "2.19.0", "2.19.1", "2.20.0", "2.21.0"]
    admitted = [release for release in releases if BY_NAME[name].admits(Version(release))]
    assert (admitted[0], admitted[-1]) == (first, last)


def test_every_minor_of_keras_3_is_there_once() -> None:
    minors = [int(name.removeprefix("keras3.")) for name in BY_NAME if name.startswith("keras3.")]
    assert minors == list(range(len(minors)))
    assert len(minors) >= 16


def test_what_is_required_is_of_the_releases_minor() -> None:
    assert BY_NAME["legacy"].requirements(Version("2.16.2")) == ["tf-keras==2.16.*"]
    assert BY_NAME["legacy"].variables == (("TF_USE_LEGACY_KERAS", "1"),)


def test_what_is_overridden_is_of_the_releases_minor(tmp_path: Path) -> None:
    (_, variant) = variants.load(written(tmp_path, ROW + ', overrides = ["keras=={minor}.*"]'))
    assert variant.overriding(Version("2.9.3")) == ["keras==2.9.*"]


def test_what_a_row_leaves_out_is_off(tmp_path: Path) -> None:
    (_, variant) = variants.load(written(tmp_path, ROW))
    assert (variant.requires, variant.overrides, variant.variables) == ((), (), ())
    assert not variant.of_today
    assert not variant.pinned


@pytest.mark.parametrize(
    "row",
    [
        'title = "no name", releases = ""',
        'name = "a", title = "t"',
        'name = "A b", title = "t", releases = ""',
        'name = "../a", title = "t", releases = ""',
        'name = "a", title = "t", releases = "2.16"',
        'name = "a", title = "t", releases = "", requires = ["=="]',
        'name = "a", title = "t", releases = "", overrides = ["keras=={major}"]',
        'name = "a", title = "t", releases = "", colour = "red"',
        'name = "a", title = "t", releases = "", variables = "A=1"',
        'name = 1, title = "t", releases = ""',
        'name = "a", title = 1, releases = ""',
        'name = "a\\n", title = "t", releases = ""',
        'name = "a", title = "t", releases = 2',
        'name = "a", title = "t", releases = "", requires = "keras"',
        'name = "a", title = "t", releases = "", variables = { A = 1 }',
        'name = "a", title = "t", releases = "", of_today = "yes"',
        'name = "a", title = "t", releases = "", pinned = 1',
    ],
)
def test_a_wrong_row_is_one_sentence(row: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"variants\.toml is not a list of variants \(.*\): restore it"):
        variants.load(written(tmp_path, row))


@pytest.mark.parametrize("text", ["", "variants = 1", "variants = [", "variants = [1]", "variants = []\ncolours = []"])
def test_a_file_that_is_not_a_list_of_variants_is_one_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / "variants.toml"
    path.write_text(text)
    with pytest.raises(DataError, match="is not a list of variants"):
        variants.load(path)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is not a list of variants"):
        variants.load(tmp_path / "nothing.toml")


def test_two_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has two variants legacy"):
        variants.load(written(tmp_path, ROW, ROW))


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (None, ["bundled"]),
        ("legacy", ["legacy"]),
        ("keras3.1,legacy", ["legacy", "keras3.1"]),
        ("keras3.1*", ["keras3.1", *(f"keras3.{minor}" for minor in range(10, 16))]),
        ("bundled, legacy", ["bundled", "legacy"]),
        ("all", list(BY_NAME)),
    ],
)
def test_a_selection_names_variants_in_their_order(wanted: str | None, names: list[str]) -> None:
    assert [variant.name for variant in variants.select(COMMITTED, wanted)] == names


@pytest.mark.parametrize("wanted", ["keras2", "", "legacy,", "LEGACY"])
def test_a_selection_that_names_none_says_which_there_are(wanted: str) -> None:
    with pytest.raises(SelectionError, match=r"names no variant: there are bundled, legacy, .*, and all"):
        variants.select(COMMITTED, wanted)
