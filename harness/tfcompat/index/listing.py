"""The listing: the files of a folder of trials and the hash of each one's content, remembered so that only new ones are read."""

import hashlib
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from tfcompat.files import hash_of, hash_of_source, write_whole
from tfcompat.project import Project
from tfcompat.record import suites
from tfcompat.trials import confirmed
from tfcompat.trials.file import SUFFIX

#: What of the package decides how the rows of the index are made from the lines of the trials.
RULES = ("outcomes.py", "record/*.py", "trials/file.py", "trials/store.py", "trials/confirmed.py", "index/*.py")
#: Hexadecimal digits of a SHA-256 that stand for a file's content.
DIGITS = 32
#: A file that changed so recently, in nanoseconds, may change again without its time saying so: it is not remembered.
SETTLED = 2_000_000_000


class Remembered(msgspec.Struct, frozen=True, array_like=True):
    """What a file looked like when its content was hashed: bytes, and the time of its last change in nanoseconds."""

    size: int
    changed: int
    digest: str


class Memory(msgspec.Struct, frozen=True):
    """What is remembered of a folder: how all of it looked, the hash over its files, and each of these by its path.

    ``look`` is empty where a file had just changed, for it may change again and look the same. ``files`` is unpacked only
    where the folder looks otherwise.
    """

    look: str
    content: str
    files: msgspec.Raw


#: A file of a folder as the system shows it: its path there, bytes, and the time of its last change in nanoseconds.
Look = tuple[str, int, int]
DECODER = msgspec.json.Decoder(Memory)
FILES = msgspec.json.Decoder(dict[str, Remembered])


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The files of a folder of trials: the hash of each one's content by its path in that folder, ``<cell>/<name>``.

    Those of the suites, ``suites/<suite>.jsonl``, are among them: they say what each scenario asks, and how it is judged.
    """

    files: Mapping[str, str]

    @cached_property
    def suites(self) -> Mapping[str, str]:
        """The hash of each suite's file, by suite."""
        named = {Path(name): digest for name, digest in self.files.items() if name.startswith(f"{suites.FOLDER}/")}
        return {path.name.removesuffix(suites.SUFFIX): digest for path, digest in named.items()}


def key(project: Project) -> str | None:
    """The key of a project's trials, None where there are none: what is derived from equal keys is equal.

    It is a hash over their content and over the rules by which they are read. Nothing is read of a folder that looks as it
    did when it was read last.
    """
    looks = looks_of(project.trials)
    memory = memory_of(project)
    remembered = recall(memory)
    if not looks:
        return None
    if remembered and remembered.look == hash_of_looks(looks):
        return hash_of(rules(), remembered.content)
    return hash_of(rules(), content_of(read(project, looks, remembered)))


def listing(project: Project) -> Listing:
    """The listing of a project's trials. What it remembers is kept in ``index/`` of the cache, where that can be written."""
    files = read(project, looks_of(project.trials), recall(memory_of(project)))
    return Listing(files={name: facts.digest for name, facts in files.items()})


def memory_of(project: Project) -> Path:
    return project.cache / "index" / f"listing-{hash_of(str(project.trials))}.json"


def recall(memory: Path) -> Memory | None:
    """What is remembered of a folder; None where that is lost or damaged."""
    try:
        return DECODER.decode(memory.read_bytes())
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def looks_of(trials: Path) -> list[Look]:
    """Each file of a folder of trials as it looks, in the order of their paths: of trials and of confirmations in the folders
    of the cells, and those of suites.
    """
    if not trials.is_dir():
        return []
    with os.scandir(trials) as folders:
        cells = [folder.name for folder in folders if folder.is_dir()]
    return sorted(look for cell in cells for look in looks_in(trials / cell))


def looks_in(folder: Path) -> Iterator[Look]:
    """The files of a folder as they look; one that is removed meanwhile is none."""
    cell = folder.name
    with opened(folder) as place, os.scandir(place) as files:
        for file in files:
            if is_wanted(cell, file.name):
                try:
                    stat = file.stat()
                except FileNotFoundError:
                    continue
                yield f"{cell}/{file.name}", stat.st_size, stat.st_mtime_ns


@contextmanager
def opened(folder: Path) -> Iterator[int | Path]:
    """A folder as it is listed: where the system can, opened, for then no path is followed for each of its files."""
    if os.scandir not in os.supports_fd:
        yield folder
        return
    place = os.open(folder, os.O_RDONLY)
    try:
        yield place
    finally:
        os.close(place)


def hash_of_looks(looks: list[Look]) -> str:
    return hash_of("\n".join(f"{name} {size} {changed}" for name, size, changed in looks))


def content_of(files: Mapping[str, Remembered]) -> str:
    """A hash over the content of all files."""
    return hash_of(*(part for name, facts in sorted(files.items()) for part in (name, facts.digest)))


def read(project: Project, looks: list[Look], remembered: Memory | None) -> dict[str, Remembered]:
    """Each file by its path in the folder; only those are read that look other than what is remembered, which is kept."""
    known = unpacked(remembered)
    files = {look[0]: known_as(look, known) or hashed(project.trials, look) for look in looks}
    settled = {name: facts for name, facts in files.items() if facts.changed < time.time_ns() - SETTLED}
    look = hash_of_looks(looks) if files and len(settled) == len(files) else ""
    if settled != known or look != (remembered.look if remembered else ""):
        keep(memory_of(project), look, content_of(files), settled)
    return files


def unpacked(remembered: Memory | None) -> dict[str, Remembered]:
    """The files that are remembered; none where they are damaged."""
    try:
        return FILES.decode(remembered.files) if remembered else {}
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return {}


def known_as(look: Look, known: Mapping[str, Remembered]) -> Remembered | None:
    """What is known of a file that looks as it did."""
    name, size, changed = look
    facts = known.get(name)
    return facts if facts and (facts.size, facts.changed) == (size, changed) else None


def hashed(trials: Path, look: Look) -> Remembered:
    name, size, changed = look
    return Remembered(size, changed, digest((trials / name).read_bytes()))


def keep(memory: Path, look: str, content: str, files: Mapping[str, Remembered]) -> None:
    """Remember a folder, where the cache can be written."""
    whole = msgspec.json.encode(Memory(look=look, content=content, files=msgspec.Raw(msgspec.json.encode(files))))
    with suppress(OSError):
        write_whole(memory, lambda path: path.write_bytes(whole))


def is_wanted(folder: str, name: str) -> bool:
    if folder == suites.FOLDER:
        return name.endswith(suites.SUFFIX)
    return name.endswith(SUFFIX) or name == confirmed.NAME


def digest(content: bytes) -> str:
    """What stands for the content of a file."""
    return hashlib.sha256(content).hexdigest()[:DIGITS]


def rules() -> str:
    """A hash over the source of all that makes rows from lines: where it changes, the index is made again."""
    return hash_of_source(*RULES)
