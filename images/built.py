"""Makes images/built.toml: the distributions of the locks that have no wheel for their Python, and are built from source."""

import argparse
import difflib
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tfcompat.environments import locks
from tfcompat.environments.locks import RunUv
from tfcompat.environments.uv import Uv, last_words
from tfcompat.errors import ExitCode, TfcompatError

FOLDER = Path(__file__).parent
FILE = FOLDER / "built.toml"
HEADER = """\
# The distributions of the locks that have no wheel for the Python of their cell. Each environment builds them from their
# source, whose hash the lock has, with the build tools of the day, which it does not have.
# Written by `python images/built.py --force` from what uv says of the package index.

"""
#: What uv says of a distribution that it may not build.
NO_WHEEL = re.compile(r"\b([A-Za-z0-9][\w.-]*)==([\w.+!]+) has no usable wheels")
#: The Python of a cell, by its id.
PYTHON = re.compile(r"-py(\d+\.\d+)")
#: Seconds that uv may take to look at one lock; a slow network needs most of it.
LIMIT = 600.0
#: The oldest C library of a base image.
PLATFORM = "x86_64-manylinux_2_36"

#: A Python, the name of a distribution, and its version.
Built = tuple[str, str, str]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="store_true", help="write the file")
    options = parser.parse_args()
    try:
        text = dump(of_locks(sorted((FOLDER / "locks").glob("*.txt")), Uv()))
    except (TfcompatError, ValueError) as error:
        print(f"built: {error}", file=sys.stderr)
        return ExitCode.USAGE
    before = FILE.read_text() if FILE.exists() else ""
    sys.stdout.writelines(difflib.unified_diff(before.splitlines(True), text.splitlines(True), "committed", "index"))
    if options.force:
        FILE.write_text(text)
    elif text != before:
        print("built: nothing was written; --force writes it", file=sys.stderr)
    return ExitCode.COMPLETE


def of_locks(paths: Iterable[Path], uv: RunUv) -> set[Built]:
    """What the environments of some locks build. Raises ValueError where uv says something else than that."""
    built: set[Built] = set()
    for path in paths:
        lock = locks.parse(path.read_text(), str(path))
        built.update(of_lock(lock, built, uv))
    return built


def of_lock(lock: locks.Lock, known: Iterable[Built], uv: RunUv) -> Iterator[Built]:
    """What an environment builds; what is known of other locks is not asked again."""
    python = PYTHON.findall(lock.cell)[-1]
    names = {name for of, name, version in known if of == python and lock.pins.get(name) == version}
    while refused := refusal(lock, python, names, uv):
        name, version = refused
        names.add(name)
        yield python, name, version


def refusal(lock: locks.Lock, python: str, built: Iterable[str], uv: RunUv) -> tuple[str, str] | None:
    """The first distribution of a lock that has no wheel, beside those that may be built; None where there is none."""
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder, "lock.txt")
        text.write_text(lock.text)
        arguments: list[str | Path] = ["pip", "install", "--dry-run", "--quiet", "--no-deps", "--target", folder]
        arguments += ["--python-version", python, "--python-platform", PLATFORM, "--only-binary", ":all:"]
        arguments += [word for name in sorted(built) for word in ("--no-binary", name)]
        done = uv([*arguments, "--requirement", text], LIMIT)
    if done.code == 0:
        return None
    match = NO_WHEEL.search(" ".join(done.output.split()))
    if match is None or match[1] in built:
        raise ValueError(f"uv could not look at the lock of {lock.cell}: {last_words(done.output)}")
    return match[1], match[2]


def dump(built: Iterable[Built]) -> str:
    """The file: a line a distribution, sorted."""
    lines = [
        f'    {{ python = "{python}", name = "{name}", version = "{version}" }},\n'
        for python, name, version in sorted(built, key=lambda row: (int(row[0].split(".")[1]), *row))
    ]
    return HEADER + "built = [\n" + "".join(lines) + "]\n"


if __name__ == "__main__":
    sys.exit(main())
