"""Whole files: what is written is there whole, and where that fails what was there stays, and nothing else."""

from pathlib import Path

import pytest

from harness.whole import write_whole


def test_a_file_and_its_folder_are_made(tmp_path: Path) -> None:
    place = tmp_path / "new" / "file"
    assert write_whole(place, lambda made: made.write_text("all of it")) == place
    assert place.read_text() == "all of it"
    assert [one.name for one in place.parent.iterdir()] == ["file"]


def test_what_was_there_stays_where_the_writing_fails(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("as it was")

    def fails(made: Path) -> None:
        made.write_text("half")
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        write_whole(place, fails)
    assert place.read_text() == "as it was"
    assert [one.name for one in tmp_path.iterdir()] == ["file"]
