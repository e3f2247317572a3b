"""Makes images/vulnerabilities.toml: the known vulnerabilities of each release, by what osv.dev says of it today."""

import argparse
import difflib
import json
import os
import sys
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any

from tfcompat.errors import ExitCode, TfcompatError
from tfcompat.select import releases

FOLDER = Path(__file__).parent
FILE = FOLDER / "vulnerabilities.toml"
API, PACKAGE = "https://api.osv.dev/v1/query", "tensorflow"
#: Seconds that one answer may take.
LIMIT = 60
HEADER = """\
# The vulnerabilities of each release of TensorFlow that osv.dev knew when it was asked last: the CVE of each, or, where it
# has none, the name that it has there. Written by `python images/vulnerabilities.py --force`.

"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="store_true", help="write the file")
    parser.add_argument(
        "--api", default=os.environ.get("TFCOMPAT_OSV", API), help="where to ask (default: %(default)s)"
    )
    parser.add_argument("--file", type=Path, default=FILE)
    options = parser.parse_args()
    try:
        versions = [str(release.version) for release in releases.stable(releases.load(FOLDER / "releases.toml"))]
        text = dump({version: names(list(advisories(version, options.api))) for version in versions})
    except (TfcompatError, OSError, HTTPException, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"vulnerabilities: {options.api} did not answer as expected ({error}): try again later", file=sys.stderr)
        return ExitCode.USAGE
    before = options.file.read_text() if options.file.exists() else ""
    sys.stdout.writelines(difflib.unified_diff(before.splitlines(True), text.splitlines(True), "committed", "osv.dev"))
    if options.force:
        options.file.write_text(text)
    elif text != before:
        print("vulnerabilities: nothing was written; --force writes it", file=sys.stderr)
    return ExitCode.COMPLETE


def advisories(version: str, api: str) -> Iterator[dict[str, Any]]:
    """What is known of a release, of all pages of the answer: ``{id, aliases, …}`` each."""
    question: dict[str, Any] = {"package": {"name": PACKAGE, "ecosystem": "PyPI"}, "version": version}
    while True:
        answer = ask(question, api)
        yield from answer.get("vulns", [])
        if not answer.get("next_page_token"):
            return
        question["page_token"] = answer["next_page_token"]


def ask(question: dict[str, Any], api: str) -> dict[str, Any]:
    if not api.startswith(("https://", "http://")):
        raise ValueError(f"{api} is not a URL")
    request = urllib.request.Request(api, json.dumps(question).encode(), {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=LIMIT) as answer:  # noqa: S310 -- the scheme was checked
        facts: dict[str, Any] = json.load(answer)
    return facts


def names(known: list[dict[str, Any]]) -> list[str]:
    """The name of each vulnerability, once: two databases may list it, each with the same CVE. One that was withdrawn is none."""
    return sorted({cve(advisory) or advisory["id"] for advisory in known if not advisory.get("withdrawn")})


def cve(advisory: dict[str, Any]) -> str:
    every = [advisory["id"], *advisory.get("aliases", [])]
    return next((name for name in every if name.startswith("CVE-")), "")


def dump(known: dict[str, list[str]]) -> str:
    """The file: a line a release, so that what is new of one is one line of a diff."""
    lines = [f'    {{ version = "{version}", known = {json.dumps(names)} }},\n' for version, names in known.items()]
    return HEADER + "vulnerabilities = [\n" + "".join(lines) + "]\n"


if __name__ == "__main__":
    sys.exit(main())
