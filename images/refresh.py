"""Makes images/releases.toml from the package index's own data: prints the difference, and writes it with --force."""

import argparse
import difflib
import json
import os
import sys
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any

from packaging.utils import parse_wheel_filename
from packaging.version import InvalidVersion, Version

PACKAGE, NIGHTLY = "tensorflow-cpu", "tf-nightly-cpu"
OLDEST = Version("2.2.0")
FILE = Path(__file__).parent / "releases.toml"
HEADER = f"""\
# Every TensorFlow release from {OLDEST} on: the day of its upload, the Pythons that it has Linux wheels for, and the
# size of the newest of these wheels in MB. Made by `python images/refresh.py --force` from the index's own data.
# Of pre-releases only those newer than the newest stable release are kept, of {NIGHTLY} its newest build.

"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="store_true", help="write the file")
    parser.add_argument(
        "--index",
        default=os.environ.get("TFCOMPAT_INDEX_JSON", "https://pypi.org/pypi"),
        help="where the index's JSON is served (default: %(default)s)",
    )
    parser.add_argument("--package", default=PACKAGE)
    parser.add_argument("--nightly", default=NIGHTLY, help="where the nightly builds are (default: %(default)s)")
    parser.add_argument("--file", type=Path, default=FILE)
    options = parser.parse_args()
    try:
        finished = rows(fetch(f"{options.index}/{options.package}/json"))
        made = dump(finished + newest_night(fetch_known(f"{options.index}/{options.nightly}/json")))
    except (OSError, HTTPException, ValueError, KeyError, TypeError, AttributeError) as error:
        print(
            f"refresh: the index did not answer as expected ({error}); try again, or name another with --index",
            file=sys.stderr,
        )
        return 2
    before = options.file.read_text() if options.file.exists() else ""
    sys.stdout.writelines(difflib.unified_diff(before.splitlines(True), made.splitlines(True), "committed", "index"))
    if options.force:
        options.file.write_text(made)
    elif made != before:
        print("refresh: nothing was written; --force writes it", file=sys.stderr)
    return 0


def fetch(url: str) -> dict[str, Any]:
    """The index's JSON of one package: ``{"releases": {version: [{filename, upload_time_iso_8601, size, yanked}]}}``."""
    if not url.startswith(("https://", "http://", "file://")):
        raise ValueError(f"{url} is not a URL")
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 -- the scheme was checked
        document: dict[str, Any] = json.load(answer)
    return document


def fetch_known(url: str) -> dict[str, Any]:
    """The index's JSON of a package that it may not know; without releases where it does not."""
    try:
        return fetch(url)
    except urllib.error.URLError as error:
        if getattr(error, "code", None) == 404 or isinstance(error.reason, FileNotFoundError):
            return {"releases": {}}
        raise


def rows(document: dict[str, Any]) -> list[dict[str, Any]]:
    """One row a release, oldest first; pre-releases only past the newest stable release."""
    found = with_wheels(document)
    newest = max(version for version, _ in found if not version.is_prerelease)
    return [row(*one) for one in found if not one[0].is_prerelease or one[0] > newest]


def newest_night(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The row of the newest nightly build, where there is one."""
    return [row(*one) for one in with_wheels(document)[-1:]]


def with_wheels(document: dict[str, Any]) -> list[tuple[Version, list[dict[str, Any]]]]:
    """The versions that have Linux wheels, and these, oldest first."""
    found = []
    for text, files in document["releases"].items():
        try:
            version = Version(text)
        except InvalidVersion:
            continue
        wheels = [file for file in files if is_linux_wheel(file)]
        if version >= OLDEST and wheels:
            found.append((version, wheels))
    return sorted(found, key=lambda pair: pair[0])


def is_linux_wheel(file: dict[str, Any]) -> bool:
    name: str = file["filename"]
    return name.endswith("_x86_64.whl") and "manylinux" in name and not file.get("yanked")


def row(version: Version, wheels: list[dict[str, Any]]) -> dict[str, Any]:
    newest = max(wheels, key=python_of)
    return {
        "version": str(version),
        "date": min(file["upload_time_iso_8601"] for file in wheels)[:10],
        "pythons": [f"{major}.{minor}" for major, minor in sorted({python_of(file) for file in wheels})],
        "megabytes": round(newest["size"] / 1e6),
    }


def python_of(wheel: dict[str, Any]) -> tuple[int, int]:
    """The CPython that a wheel is for, from its tag: ``cp313`` is (3, 13)."""
    *_, tags = parse_wheel_filename(wheel["filename"])
    digits = next(iter(tags)).interpreter.removeprefix("cp")
    return int(digits[0]), int(digits[1:])


def dump(releases: list[dict[str, Any]]) -> str:
    """The file: a line a release, so that a new one is one line of a diff."""
    lines = [
        f'{{ version = "{facts["version"]}", date = {facts["date"]}, '
        f"pythons = [{', '.join(chr(34) + python + chr(34) for python in facts['pythons'])}], "
        f"megabytes = {facts['megabytes']} }},\n"
        for facts in releases
    ]
    return HEADER + "releases = [\n" + "".join("    " + line for line in lines) + "]\n"


if __name__ == "__main__":
    sys.exit(main())
