"""The search for a CPython of a version on this machine."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from tfcompat import process
from tfcompat.environments.uv import Uv, last_words
from tfcompat.outcomes import NoAnswerError, Reason

#: Seconds that an interpreter may take to say its version, and a download of one to end.
ASK_LIMIT, DOWNLOAD_LIMIT = 20.0, 600.0


def find(python: str, uv: Uv) -> str:
    """The path of a CPython ``X.Y`` that runs; where none is found, uv may fetch one.

    Raises NoAnswerError where none can be had.
    """
    if path := here(python, uv):
        return path
    fetched = uv(["python", "install", python], DOWNLOAD_LIMIT)
    path = managed(python, uv)
    if fetched.code == 0 and path and runs(path, python):
        return path
    raise NoAnswerError(
        Reason.NO_INTERPRETER,
        f"there is no Python {python} here and uv could not fetch one ({last_words(fetched.output, 160)}): "
        f"install it, with your system's packages or with pyenv install {python}",
    )


def here(python: str, uv: Uv) -> str | None:
    """The path of a CPython ``X.Y`` of this machine that runs, or None."""
    return next((path for path in candidates(python, uv) if runs(path, python)), None)


def candidates(python: str, uv: Uv) -> Iterator[str]:
    """Where a Python may be: what uv knows, PATH (a shim of pyenv that does not run is passed over), pyenv's folder."""
    if path := managed(python, uv):
        yield path
    if path := shutil.which(f"python{python}"):
        yield path
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    newest_first = sorted(versions.glob(f"{python}.*"), key=lambda folder: patch_of(folder.name), reverse=True)
    yield from (str(folder / "bin" / "python") for folder in newest_first)


def managed(python: str, uv: Uv) -> str | None:
    """The path that uv knows; it may warn beside it."""
    done = uv(["python", "find", "--no-project", "--system", python], ASK_LIMIT)
    paths = [line for line in done.output.splitlines() if Path(line).is_absolute()]
    return paths[-1] if done.code == 0 and paths else None


def patch_of(version: str) -> int:
    digits = version.rsplit(".", 1)[-1]
    return int(digits) if digits.isdigit() else -1


def runs(path: str, python: str) -> bool:
    """Whether the program is there, runs, and is a CPython of that version."""
    question = "import sys; print(sys.implementation.name, '%d.%d' % sys.version_info[:2])"
    try:
        done = process.run([path, "-I", "-c", question], limit=ASK_LIMIT)
    except OSError:
        return False
    return done.code == 0 and done.output.split() == ["cpython", python]
