"""Tests of the listing: what is known of a file that looks the same is not read again, and nothing else is believed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.trial_files import keep
from tfcompat.files import hash_of_source
from tfcompat.index import listing
from tfcompat.project import Project

#: A time long enough ago that a file of it is settled, in nanoseconds.
LONG_AGO = 1_600_000_000_000_000_000


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(root=tmp_path / "project", cache=tmp_path / "cache")
    keep(made.trials, "tf2.9.3-py3.10", {"adapt::mean": 1.0})
    keep(made.trials, "tf2.10.1-py3.10", {"adapt::mean": 2.0})
    settle(made.trials)
    return made


def settle(folder: Path) -> None:
    for path in folder.rglob("*.*"):
        os.utime(path, ns=(LONG_AGO, LONG_AGO))


def test_a_file_is_known_by_its_path_and_content(project: Project) -> None:
    listed = listing.listing(project)
    (suite,) = listed.suites
    files = {name: digest for name, digest in listed.files.items() if name != f"suites/{suite}.jsonl"}
    assert sorted(files) == [
        "tf2.10.1-py3.10/20260102T030405Z-local.jsonl.gz",
        "tf2.9.3-py3.10/20260102T030405Z-local.jsonl.gz",
    ]
    for name, digest in files.items():
        assert digest == listing.digest((project.trials / name).read_bytes())
    assert len(set(files.values())) == 2


def test_a_project_without_trials_has_none(tmp_path: Path) -> None:
    nothing = Project(root=tmp_path, cache=tmp_path)
    assert listing.listing(nothing).files == {}
    assert listing.key(nothing) is None
    assert list(tmp_path.iterdir()) == []


def test_it_looks_the_same_where_no_folder_can_be_opened(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = listing.looks_of(project.trials)
    assert [name for name, _, _ in looks] == sorted(listing.listing(project).files)
    monkeypatch.setattr(os, "supports_fd", set())
    assert listing.looks_of(project.trials) == looks


def test_what_looks_the_same_is_not_read_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    key = listing.key(project)

    def forbidden(content: bytes) -> str:
        raise AssertionError("it was read again")

    monkeypatch.setattr(listing, "digest", forbidden)
    assert listing.key(project) == key


def test_only_what_looks_different_is_read(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    listing.key(project)
    keep(project.trials, "tf2.11.1-py3.10", {"adapt::mean": 3.0})
    read: list[bytes] = []
    real = listing.digest

    def kept(content: bytes) -> str:
        read.append(content)
        return real(content)

    monkeypatch.setattr(listing, "digest", kept)
    listing.key(project)
    (path,) = (project.trials / "tf2.11.1-py3.10").iterdir()
    assert read == [path.read_bytes()]


def test_the_key_changes_with_every_file(project: Project) -> None:
    keys = [listing.key(project)]
    first, second = sorted(project.trials.glob("*/*.gz"))
    content = first.read_bytes()
    first.write_bytes(content + b"\0")
    keys.append(listing.key(project))
    first.write_bytes(content)
    second.rename(second.with_name("20260102T030406Z-local.jsonl.gz"))
    keys.append(listing.key(project))
    (second.parent / "confirmed.jsonl").write_text("{}\n")
    keys.append(listing.key(project))
    first.unlink()
    keys.append(listing.key(project))
    (suite,) = (project.trials / "suites").iterdir()
    suite.write_bytes(suite.read_bytes() + b"\n")
    keys.append(listing.key(project))
    assert len(set(keys)) == len(keys)


def test_a_file_that_is_being_written_is_none_yet(project: Project) -> None:
    key = listing.key(project)
    (project.trials / "tf2.9.3-py3.10" / "20260103T000000Z-local.jsonl.gz.partial").write_bytes(b"")
    (project.trials / "notes.jsonl.gz").write_bytes(b"")
    assert listing.key(project) == key


def test_a_file_that_has_just_changed_is_not_remembered(project: Project) -> None:
    """Its size and its time may stay the same when it changes again."""
    path = next(project.trials.glob("*/*.gz"))
    path.write_bytes(b"one")
    stat = path.stat()
    key = listing.key(project)
    path.write_bytes(b"two")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert listing.key(project) != key


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b'{"a": 1}',
        b'{"look":"","content":"","files":[1,2]}',
        b'{"look":"x","content":"","files":{"a":1}}',
    ],
)
def test_a_damaged_memory_is_forgotten(project: Project, content: bytes) -> None:
    key = listing.key(project)
    memory = memory_of(project)
    memory.write_bytes(content)
    assert listing.key(project) == key
    assert memory.read_bytes() != content


def memory_of(project: Project) -> Path:
    (memory,) = (project.cache / "index").glob("listing-*.json")
    return memory


def test_of_a_folder_that_looks_the_same_only_the_hash_is_unpacked(project: Project) -> None:
    key = listing.key(project)
    memory = memory_of(project)
    damaged = memory.read_bytes().replace(b'"files":{', b'"files":{"damaged":1,')
    memory.write_bytes(damaged)
    assert listing.key(project) == key
    assert memory.read_bytes() == damaged
    assert len(listing.listing(project).files) == 3


def test_what_is_remembered_of_a_folder_is_not_believed_of_another_look(project: Project) -> None:
    """Nor where the memory is one of a time when a file had just changed."""
    path = next(project.trials.glob("*/*.gz"))
    path.write_bytes(b"one")
    keys = {listing.key(project)}
    settle(project.trials)
    keys.add(listing.key(project))
    path.write_bytes(b"two")
    settle(project.trials)
    os.utime(path, ns=(LONG_AGO, LONG_AGO + 1))
    keys.add(listing.key(project))
    assert len(keys) == 2


def test_without_a_cache_everything_is_read(project: Project, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    nowhere = Project(root=project.root, cache=tmp_path / "file")
    assert listing.key(nowhere) == listing.key(project)


def test_other_rules_are_another_key(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    key = listing.key(project)
    monkeypatch.setattr(listing, "rules", lambda: "others")
    assert listing.key(project) != key


def test_the_rules_are_the_source_of_what_makes_the_rows() -> None:
    assert listing.rules() == hash_of_source(*listing.RULES)


@pytest.mark.starts
def test_it_needs_neither_pandas_nor_pyarrow() -> None:
    code = "import sys; import tfcompat.index.listing; print(sorted({'pandas', 'pyarrow', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
