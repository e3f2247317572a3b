"""Makes images/releases.toml from the package index's own data: prints the difference, and writes it with --force."""

import argparse
import difflib
import json
import os
import sys
import urllib.error
import urllib.request
from collections import defaultdict
from http.client import HTTPException
from pathlib import Path
from typing import Any

from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import Version

PACKAGE, NIGHTLY = "tensorflow-cpu", "tf-nightly-cpu"
OLDEST = Version("2.2.0")
FILE = Path(__file__).parent / "releases.toml"
#: The simple API in JSON: PEP 691, with the sizes and upload times of PEP 700.
SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"
HEADER = f"""\
# Every TensorFlow release from {OLDEST} on: its upload date, the Pythons that it has Linux wheels for, and the size
# of the wheel for the newest of them in MB. Written by `python images/refresh.py --force` from the package index.
# Pre-releases are listed only if they are newer than the newest stable release; of {NIGHTLY} only the newest build.

"""

#: A file of a release, as the index describes it, and the files of a release.
File = dict[str, Any]
Wheels = list[File]


def main() -> int:
    options = parser().parse_args()
    try:
        releases = rows(fetch(options.index, options.package))
        text = dump(releases + newest_night(fetch_known(options.index, options.nightly)))
    except (OSError, HTTPException, ValueError, KeyError, TypeError, AttributeError) as error:
        print(
            f"refresh: the index did not answer as expected ({error}); try again, or name another with --index",
            file=sys.stderr,
        )
        return 2
    before = options.file.read_text() if options.file.exists() else ""
    sys.stdout.writelines(difflib.unified_diff(before.splitlines(True), text.splitlines(True), "committed", "index"))
    if options.force:
        options.file.write_text(text)
    elif text != before:
        print("refresh: nothing was written; --force writes it", file=sys.stderr)
    return 0


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--force", action="store_true", help="write the file")
    options.add_argument(
        "--index",
        default=os.environ.get("TFCOMPAT_INDEX", "https://pypi.org/simple"),
        help="the index's simple API, which must answer in JSON (default: %(default)s)",
    )
    options.add_argument("--package", default=PACKAGE)
    options.add_argument("--nightly", default=NIGHTLY, help="where the nightly builds are (default: %(default)s)")
    options.add_argument("--file", type=Path, default=FILE)
    return options


def fetch(index: str, package: str) -> list[File]:
    """The files of a package: ``{filename, size, upload-time, yanked}`` each, with more that is of no use here."""
    url = f"{index.rstrip('/')}/{package}/"
    if not url.startswith(("https://", "http://")):
        raise ValueError(f"{url} is not a URL of an index")
    request = urllib.request.Request(url, headers={"Accept": SIMPLE_JSON})  # noqa: S310 -- the scheme was checked
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 -- the same
        files: list[File] = json.load(answer)["files"]
    return files


def fetch_known(index: str, package: str) -> list[File]:
    """The files of a package that the index may not know; none where it does not."""
    try:
        return fetch(index, package)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return []
        raise


def rows(files: list[File]) -> list[dict[str, Any]]:
    """One row a release, oldest first; pre-releases only past the newest stable release."""
    releases = linux_wheels(files)
    newest = max(version for version in releases if not version.is_prerelease)
    return [
        row(version, wheels) for version, wheels in releases.items() if not version.is_prerelease or version > newest
    ]


def newest_night(files: list[File]) -> list[dict[str, Any]]:
    """The row of the newest nightly build, where there is one."""
    return [row(version, wheels) for version, wheels in list(linux_wheels(files).items())[-1:]]


def linux_wheels(files: list[File]) -> dict[Version, Wheels]:
    """The Linux wheels of each version that has some, oldest version first."""
    wheels: dict[Version, Wheels] = defaultdict(list)
    for file in files:
        version = version_of_linux_wheel(file)
        if version is not None and version >= OLDEST:
            wheels[version].append(file)
    return dict(sorted(wheels.items()))


def version_of_linux_wheel(file: File) -> Version | None:
    """The version of a wheel for Linux that was not withdrawn; None of any other file."""
    name: str = file["filename"]
    if not name.endswith("_x86_64.whl") or "manylinux" not in name or file.get("yanked"):
        return None
    try:
        _, version, *_ = parse_wheel_filename(name)
    except InvalidWheelFilename:
        return None
    return version


def row(version: Version, wheels: Wheels) -> dict[str, Any]:
    newest = max(wheels, key=python_of)
    return {
        "version": str(version),
        "date": min(wheel["upload-time"] for wheel in wheels)[:10],
        "pythons": [f"{major}.{minor}" for major, minor in sorted({python_of(wheel) for wheel in wheels})],
        "megabytes": round(newest["size"] / 1e6),
    }


def python_of(wheel: File) -> tuple[int, int]:
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
