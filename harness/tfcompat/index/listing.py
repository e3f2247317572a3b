"""The listing: the files of a folder of trials and the hash of each one's content, remembered so that only new ones are read."""

import hashlib
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
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


DECODER = msgspec.json.Decoder(dict[str, Remembered])


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

    @cached_property
    def key(self) -> str:
        """A hash over all of it, and over the rules by which it is read: what is derived from equal keys is equal."""
        return hash_of(rules(), *(part for item in sorted(self.files.items()) for part in item))


def key(project: Project) -> str:
    """The key of a project's trials; nothing is read of a file that looks as it did when it was read last."""
    return listing(project).key


def listing(project: Project) -> Listing:
    """The listing of a project's trials. What it remembers is kept in ``index/`` of the cache, where that can be written."""
    memory = project.cache / "index" / f"files-{hash_of(str(project.trials))}.json"
    known = remembered(memory)
    seen = dict(looked_at(project.trials, known))
    settled = {name: facts for name, facts in seen.items() if facts.changed < time.time_ns() - SETTLED}
    if settled != known:
        with suppress(OSError):
            write_whole(memory, lambda path: path.write_bytes(msgspec.json.encode(settled)))
    return Listing(files={name: facts.digest for name, facts in seen.items()})


def remembered(memory: Path) -> Mapping[str, Remembered]:
    """What is known of the files; nothing where that is lost or damaged."""
    try:
        return DECODER.decode(memory.read_bytes())
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return {}


def looked_at(trials: Path, known: Mapping[str, Remembered]) -> Iterator[tuple[str, Remembered]]:
    """Each file by its path in the folder of trials; only those are read that look other than what is known."""
    for name, entry in entries(trials):
        stat = entry.stat()
        before = known.get(name)
        if before and (before.size, before.changed) == (stat.st_size, stat.st_mtime_ns):
            yield name, before
        else:
            yield name, Remembered(stat.st_size, stat.st_mtime_ns, digest(Path(entry.path).read_bytes()))


def entries(trials: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """The files of trials and of confirmations in the folders of the cells, and those of suites, with their paths there."""
    if not trials.is_dir():
        return
    with os.scandir(trials) as folders:
        cells = [folder for folder in folders if folder.is_dir()]
    for cell in cells:
        with os.scandir(cell) as files:
            wanted = [file for file in files if is_wanted(cell.name, file.name)]
        yield from ((f"{cell.name}/{file.name}", file) for file in wanted)


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
