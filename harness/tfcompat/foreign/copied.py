"""What is copied of the user's files: the folder that a script or tests need, within bounds, and never more than is said."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from tfcompat.errors import SelectionError

#: The most that is copied: files, and bytes of all of them.
MOST_FILES, MOST_BYTES = 2000, 50_000_000
#: Folders that are never the user's own code or data, beside hidden ones and virtual environments.
LEFT_OUT = {"__pycache__", "node_modules", "site-packages", "build", "dist"}
#: What makes a folder the root of a project.
ROOTS = ("pyproject.toml", "setup.py", "setup.cfg", "pytest.ini", "tox.ini", ".git")


@dataclass(frozen=True, kw_only=True)
class Copied:
    """Some files below a folder (``root``), and which of its paths is run (``target``, relative to it)."""

    root: Path
    target: str
    files: Sequence[Path]
    size: int

    @property
    def words(self) -> str:
        """What is copied, in words."""
        count = len(self.files)
        return f"{count} file{'s' * (count != 1)}, {max(1, round(self.size / 1000))} kB of {self.root}"


def of_script(script: Path, include: Sequence[str] = (), *, alone: bool = False) -> Copied:
    """What goes along with a script: its folder, or what of it matches globs, or nothing where it is ``alone``.

    Raises SelectionError where the script is none, or its folder is more than the bounds.
    """
    if not script.is_file():
        raise SelectionError(f"{script} is not a file: name a Python script")
    script = script.absolute()
    root = script.parent
    files = [script] if alone else [path for path in files_of(root, include) if path != script]
    return copied(root, script.name, files if alone else [script, *files])


def of_tests(tests: Path, include: Sequence[str] = ()) -> Copied:
    """What goes along with tests: the project that they are in, from its root, which has one of ``ROOTS``; else their folder.

    Raises SelectionError where there is no such folder, or the project is more than the bounds.
    """
    if not tests.exists():
        raise SelectionError(f"{tests} is not there: name a folder with pytest files, or one such file")
    tests = tests.resolve()
    folder = tests if tests.is_dir() else tests.parent
    root = next(
        (above for above in (folder, *folder.parents) if any((above / name).exists() for name in ROOTS)), folder
    )
    own = list(files_of(folder, ())) if include else []
    files = dict.fromkeys([*own, *files_of(root, include)])
    return copied(root, tests.relative_to(root).as_posix(), list(files))


def copied(root: Path, target: str, files: Sequence[Path]) -> Copied:
    """Some files, within the bounds. Raises SelectionError where they are more."""
    size = 0
    for count, path in enumerate(files, 1):
        size += path.stat().st_size
        if count > MOST_FILES or size > MOST_BYTES:
            raise SelectionError(
                f"{root} has more than {MOST_FILES} files or {MOST_BYTES // 1_000_000} MB: say what is needed of it with "
                "--include GLOB, or move it to a folder of its own"
            )
    return Copied(root=root, target=target, files=tuple(files), size=size)


def files_of(root: Path, include: Sequence[str]) -> Iterator[Path]:
    """The files below a folder, sorted: no hidden ones, no links, nothing of a virtual environment; a glob more than bounds."""
    for folder, folders, names in os.walk(root):
        if "pyvenv.cfg" in names:
            folders[:] = []
            continue
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in LEFT_OUT)
        for name in sorted(names):
            path = Path(folder, name)
            if is_own(path) and is_included(path.relative_to(root).as_posix(), include):
                yield path


def is_own(path: Path) -> bool:
    """Whether a file is the user's own code or data: a regular file that is not hidden."""
    return not path.name.startswith(".") and path.suffix != ".pyc" and path.is_file() and not path.is_symlink()


def is_included(name: str, include: Sequence[str]) -> bool:
    return not include or any(fnmatchcase(name, glob) or name.startswith(f"{glob.rstrip('/')}/") for glob in include)
