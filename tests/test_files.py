"""Whole files: what is written is there whole, and where that fails what was there stays, and nothing else."""

import errno
import hashlib
import os
import stat
import threading
from pathlib import Path

import pytest

from tfcompat import files
from tfcompat.errors import TfcompatError
from tfcompat.files import hash_of, write_bytes, write_file, write_text, write_whole


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


def test_a_refusal_that_names_no_file_gets_the_name_of_the_file(tmp_path: Path) -> None:
    """Of a write the system says no more than that the disk is full."""

    def full(made: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left on device") as raised:
        write_whole(tmp_path / "file", full)
    assert raised.value.filename == str(tmp_path / "file")


def test_a_refusal_that_names_a_file_keeps_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as raised:
        write_whole(tmp_path / "file", lambda made: (tmp_path / "other").read_bytes())
    assert raised.value.filename == str(tmp_path / "other")


def test_a_file_is_made_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("old")

    def half(made: Path) -> None:
        made.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(TfcompatError, match=r"table\.csv cannot be written \(No space left on device\)"):
        write_file(path, half)
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["table.csv"]


def test_bytes_are_written_as_they_are_or_one_sentence_says_why_not(tmp_path: Path) -> None:
    assert write_bytes(tmp_path / "new" / "file", b"\x00\r\n\xff").read_bytes() == b"\x00\r\n\xff"
    with pytest.raises(TfcompatError, match="below cannot be written"):
        write_bytes(tmp_path / "new" / "file" / "below", b"")


def test_a_symlink_stays_and_its_target_is_written(tmp_path: Path) -> None:
    target, link = tmp_path / "elsewhere" / "target", tmp_path / "link"
    target.parent.mkdir()
    target.write_text("old")
    link.symlink_to(target)
    assert write_text(link, "new") == link
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_symlink_to_nothing_yet_leads_to_where_the_file_is_made(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "target")
    write_text(link, "new")
    assert link.is_symlink()
    assert (tmp_path / "target").read_text() == "new"


def test_a_fifo_stays_and_who_reads_it_gets_the_content(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    heard: list[str] = []
    reader = threading.Thread(target=lambda: heard.append(fifo.read_text()))
    reader.start()
    write_text(fifo, "all of it")
    reader.join(10)
    assert heard == ["all of it"]
    assert stat.S_ISFIFO(fifo.stat().st_mode)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_device_is_never_replaced() -> None:
    with pytest.raises(TfcompatError, match=r"/dev/full cannot be written \(No space left on device\)"):
        write_text(Path("/dev/full"), "x")
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)


def test_a_hash_is_of_the_parts_and_of_where_each_ends() -> None:
    whole = (2).to_bytes(8, "big") + b"ab" + (1).to_bytes(8, "big") + b"c"
    assert hash_of("ab", b"c") == hashlib.sha256(whole).hexdigest()[:16]
    assert len({hash_of("ab", "c"), hash_of("a", "bc"), hash_of("abc"), hash_of("c", "ab")}) == 4


def test_a_fingerprint_shows_that_a_file_was_changed_added_or_removed(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "inside").mkdir(parents=True)
    source = folder / "inside" / "a.py"
    source.write_text("a")
    made = files.fingerprint(folder)
    assert files.fingerprint(folder) == made
    (folder / "inside" / "a.pyc").write_bytes(b"code")
    assert files.fingerprint(folder) == made, "byte-code is no change"
    source.write_text("b")
    os.utime(source, ns=(0, 0))
    changed = files.fingerprint(folder)
    (folder / "b.py").touch()
    assert len({made, changed, files.fingerprint(folder)}) == 3
    (folder / "b.py").unlink()
    assert files.fingerprint(folder) == changed
