"""The vulnerabilities of the releases: what is taken of the answers of a fake of osv.dev, and when it is written."""

import json
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from images import vulnerabilities
from tests.answering import answering
from tfcompat.questions.vulnerabilities import load

LISTED = {"id": "GHSA-1", "aliases": ["CVE-2021-1"]}
AGAIN = {"id": "PYSEC-1", "aliases": ["CVE-2021-1", "GHSA-1"]}
UNNAMED = {"id": "GHSA-2"}
WITHDRAWN = {"id": "GHSA-3", "aliases": ["CVE-2021-3"], "withdrawn": "2024-01-01T00:00:00Z"}


class Osv(BaseHTTPRequestHandler):
    """Knows something of one release, on two pages, and nothing of the others."""

    broken = False

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert asked["package"] == {"name": "tensorflow", "ecosystem": "PyPI"}
        answer: Any = {}
        if asked["version"] == "2.4.0":
            further = {"vulns": [UNNAMED, WITHDRAWN]}
            answer = further if "page_token" in asked else {"vulns": [LISTED, AGAIN], "next_page_token": "more"}
        data = b"<html>" if self.broken else json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments: object) -> None:
        return


@pytest.fixture
def api() -> Iterator[str]:
    with answering(Osv) as port:
        yield f"http://127.0.0.1:{port}/v1/query"


def refresh(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(sys, "argv", ["vulnerabilities.py", *arguments])
    return vulnerabilities.main()


def test_each_vulnerability_is_named_once_and_by_its_cve(
    api: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "vulnerabilities.toml"
    assert refresh(monkeypatch, "--api", api, "--file", str(file), "--force") == 0
    known = load(file)
    assert known["2.4.0"] == ("CVE-2021-1", "GHSA-2")
    assert {version for version, names in known.items() if names} == {"2.4.0"}
    assert len(known) > 50, "every stable release has its line, those too of which nothing is known"


def test_without_force_the_difference_is_shown_and_nothing_is_written(
    api: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "vulnerabilities.toml"
    assert refresh(monkeypatch, "--api", api, "--file", str(file)) == 0
    assert not file.exists()
    said = capsys.readouterr()
    assert '+    { version = "2.4.0", known = ["CVE-2021-1", "GHSA-2"] },' in said.out
    assert "--force writes it" in said.err


def test_an_answer_that_is_none_is_one_sentence_and_the_file_stays(
    api: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Osv, "broken", True)
    file = tmp_path / "vulnerabilities.toml"
    file.write_text("as it was")
    assert refresh(monkeypatch, "--api", api, "--file", str(file), "--force") == 2
    assert file.read_text() == "as it was"
    assert "did not answer as expected" in capsys.readouterr().err
