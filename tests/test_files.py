"""Whole files: what is written is there whole, and where that fails what was there stays, and nothing else.

And the hash of the source: any change of what makes a thing makes it anew, and nothing is left out.
"""

import errno
import hashlib
import os
import stat
import threading
from collections.abc import Collection
from pathlib import Path

import pytest

from tests.repository.test_architecture import HARNESS, PACKAGE, of_harness
from tfcompat import files
from tfcompat.door import answers, kept
from tfcompat.errors import TfcompatError
from tfcompat.files import hash_of, hash_of_source, write_bytes, write_file, write_text, write_whole
from tfcompat.index import listing
from tfcompat.plan import digested

#: Modules that change nothing of what is made: sentences of errors, how files are written, paths, locks, escapes for a terminal.
WITHOUT_EFFECT = {"errors", "files", "project", "locking", "escape"}


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
    (folder / "again").symlink_to(folder, target_is_directory=True)
    (folder / "gone").symlink_to(folder / "nowhere")
    assert files.fingerprint(folder) == changed, "a link to a folder has no end"
    (folder / "c.py").symlink_to(source)
    assert files.fingerprint(folder) != changed


def needed(module: str) -> set[str]:
    """A module with all of the package that it imports, directly or not."""
    known: set[str] = set()
    new = {module}
    while new:
        known |= new
        new = set().union(*map(of_harness, new)) - known
    return known


def named(patterns: Collection[str]) -> set[Path]:
    return {path for pattern in patterns for path in PACKAGE.glob(pattern)}


@pytest.mark.parametrize(
    ("maker", "rules"),
    [
        ("index.reader", listing.RULES),
        ("index.refresh", listing.RULES),
        ("door.fill", (*listing.RULES, *kept.RULES)),
    ],
)
def test_all_that_makes_it_is_in_the_rules(maker: str, rules: Collection[str]) -> None:
    assert {HARNESS[module] for module in needed(maker) - WITHOUT_EFFECT} - named(rules) == set()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(files, "PACKAGE", tmp_path)
    for name in ("a.py", "folder/b.py", "folder/below/c.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("before")
    return tmp_path


@pytest.mark.parametrize("name", ["a.py", "folder/b.py", "folder/below/c.py"])
def test_another_source_is_another_hash(name: str, package: Path) -> None:
    before = hash_of_source("**/*.py")
    (package / name).write_text("after")
    assert hash_of_source("**/*.py") != before


def test_what_is_not_named_does_not_count_and_what_is_named_twice_counts_once(package: Path) -> None:
    before = hash_of_source("folder/*.py")
    (package / "a.py").write_text("after")
    assert hash_of_source("folder/*.py") == before == hash_of_source("folder/*.py", "folder/b.py")


def test_a_pattern_that_names_nothing_is_refused(package: Path) -> None:
    with pytest.raises(FileNotFoundError, match="is called fodler"):
        hash_of_source("folder/*.py", "fodler/*.py")


def test_all_that_is_kept_has_rules_of_its_own() -> None:
    """Each reads the modules that it names: one that is not there would be an error here."""
    assert len({rules() for rules in (listing.rules, kept.rules, answers.rules, digested.rules)}) == 4
