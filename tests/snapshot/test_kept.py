"""The snapshots that are there: which one is used, and what is said of a damaged one."""

import shutil
from pathlib import Path

import pytest

from tests.snapshot.made import DAYS, carried, trial, write
from tfcompat.errors import DataError
from tfcompat.project import Project
from tfcompat.snapshot import kept
from tfcompat.snapshot.contents import FILES, MANIFEST


def fetched(project: Project, day: str) -> Path:
    """Put a snapshot into the cache as if it had been fetched."""
    scratch = project.cache / "scratch"
    folder = kept.cache_of(project) / kept.name_of(write(scratch, trial(day)))
    folder.parent.mkdir(parents=True, exist_ok=True)
    return scratch.rename(folder)


def used(project: Project) -> tuple[str, bool]:
    snapshot = kept.newest(project)
    assert snapshot is not None
    return snapshot.contents.day, snapshot.fetched


def test_the_newest_is_used(tmp_path: Path) -> None:
    project = carried(tmp_path, trial(DAYS[1]))
    assert used(project) == (DAYS[1], False)
    fetched(project, DAYS[0])
    assert used(project) == (DAYS[1], False)
    fetched(project, DAYS[2])
    assert used(project) == (DAYS[2], True)


def test_without_any_there_is_none(tmp_path: Path) -> None:
    assert kept.newest(Project(root=tmp_path / "carried", cache=tmp_path / "cache", output=tmp_path)) is None


def test_each_says_of_which_day_it_is_and_whence(tmp_path: Path) -> None:
    project = carried(tmp_path)
    sentences = [snapshot.sentence for snapshot in kept.known(project)]
    assert sentences == ["evidence of 2026-01-02, as tfcompat 0.1.0 carries it; tfcompat update fetches a newer one"]
    fetched(project, DAYS[2])
    assert [snapshot.sentence for snapshot in kept.known(project)][1:] == [
        "evidence of 2026-01-04, fetched by tfcompat update"
    ]


def test_one_of_another_format_is_left_aside(tmp_path: Path) -> None:
    project = carried(tmp_path)
    manifest = fetched(project, DAYS[2]) / MANIFEST
    manifest.write_text(manifest.read_text().replace('"format": 1', '"format": 99'))
    assert used(project) == (DAYS[0], False)


def test_a_damaged_manifest_is_left_aside_in_the_cache_and_said_of_the_package(tmp_path: Path) -> None:
    project = carried(tmp_path)
    (fetched(project, DAYS[2]) / MANIFEST).write_bytes(b"{")
    assert used(project) == (DAYS[0], False)
    (project.snapshot / MANIFEST).write_bytes(b"{")
    with pytest.raises(DataError, match="is not the manifest of a snapshot"):
        kept.newest(project)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", [b"", b"PAR1", None])
def test_a_file_that_is_not_what_the_manifest_says_is_said(name: str, damage: bytes | None, tmp_path: Path) -> None:
    project = carried(tmp_path)
    path = project.snapshot / name
    path.unlink() if damage is None else path.write_bytes(damage)
    snapshot = kept.newest(project)
    assert snapshot is not None
    with pytest.raises(DataError, match=rf"{name} (is damaged|cannot be read).*: install tfcompat again"):
        snapshot.files()


def test_old_ones_are_removed_and_the_one_before_stays(tmp_path: Path) -> None:
    project = carried(tmp_path)
    oldest, before, newest = (fetched(project, day) for day in DAYS)
    same = newest.with_name(f"{kept.moment_of(newest)}-{'0' * 16}")
    shutil.copytree(newest, same)
    kept.remove_old(project, newest)
    assert [folder.exists() for folder in (oldest, before, same, newest)] == [False, True, False, True]


def test_a_copy_is_the_same_to_the_byte(tmp_path: Path) -> None:
    write(tmp_path / "snapshot")
    copies = kept.copy(tmp_path / "snapshot", tmp_path / "site")
    assert [path.name for path in copies] == [*FILES, MANIFEST]
    assert all(path.read_bytes() == (tmp_path / "snapshot" / path.name).read_bytes() for path in copies)
    with pytest.raises(DataError, match="has no snapshot for this tfcompat: tfcompat report writes it"):
        kept.copy(tmp_path / "nothing", tmp_path / "site")
