"""The refresh of the releases: what it takes from an index's document, and that it writes only when told to."""

import json
import sys
import threading
import tomllib
import urllib.error
from collections.abc import Iterator
from http.client import IncompleteRead
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from images import refresh
from tests.conftest import ROOT

COMMITTED = ROOT / "images" / "releases.toml"


def wheel(
    version: str,
    python: str,
    *,
    day: str = "2024-01-02",
    size: int = 200_400_000,
    platform: str = "manylinux2014_x86_64",
    yanked: bool | str = False,
) -> dict[str, Any]:
    tag = "cp" + python.replace(".", "")
    return {
        "filename": f"tensorflow_cpu-{version}-{tag}-{tag}-{platform}.whl",
        "url": "https://example.org/a.whl",
        "hashes": {"sha256": "0" * 64},
        "requires-python": ">=3.8",
        "upload-time": f"{day}T03:04:05.678Z",
        "size": size,
        "yanked": yanked,
    }


def document(*files: dict[str, Any]) -> dict[str, Any]:
    """What an index answers of a package."""
    return {"meta": {"api-version": "1.1"}, "name": "tensorflow-cpu", "versions": ["2.9.2"], "files": list(files)}


FILES = [
    wheel("2.10.0", "3.9", size=100_000_000),
    wheel("2.10.0", "3.10", day="2024-01-03", size=214_600_000),
    wheel("2.10.0", "3.11", platform="win_amd64"),
    wheel("2.10.0", "3.12", platform="manylinux2014_aarch64"),
    wheel("2.10.0", "3.13", yanked=True),
    wheel("2.10.0", "3.14", yanked="it crashes"),
    wheel("2.9.0", "3.8"),
    wheel("2.1.4", "3.7"),
    wheel("2.9.1", "3.8", platform="macosx_11_0_x86_64"),
    wheel("2.10.0rc1", "3.9"),
    wheel("2.11.0rc0", "3.10", day="2025-05-06"),
    wheel("dreadful", "3.8"),
    {**wheel("2.9.2", "3.8"), "filename": "tensorflow-cpu-2.9.2.tar.gz"},
]
DOCUMENT = document(*FILES)
ROWS = [
    {"version": "2.9.0", "date": "2024-01-02", "pythons": ["3.8"], "megabytes": 200},
    {"version": "2.10.0", "date": "2024-01-02", "pythons": ["3.9", "3.10"], "megabytes": 215},
    {"version": "2.11.0rc0", "date": "2025-05-06", "pythons": ["3.10"], "megabytes": 200},
]


class Index(ThreadingHTTPServer):
    """A package index: the answers by package, texts or JSON values, or a status code to refuse with."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, object] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/simple"


class Handler(BaseHTTPRequestHandler):
    """Answers as the simple API of an index: in JSON to who asks for it, and in HTML otherwise."""

    def do_GET(self) -> None:
        assert isinstance(self.server, Index)
        packages = {f"/simple/{package}/": answer for package, answer in self.server.answers.items()}
        answer = packages.get(self.path, 404)
        if isinstance(answer, int):
            self.send_error(answer)
            return
        if self.headers["Accept"] != "application/vnd.pypi.simple.v1+json":
            answer = "<!DOCTYPE html>"
        body = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        return


@pytest.fixture
def index() -> Iterator[Index]:
    server = Index()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "releases.toml"


class Refresh:
    """The refresh of a file from an index, called as a person would."""

    def __init__(self, index: Index, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.index = index
        self.file = file
        self.monkeypatch = monkeypatch

    def __call__(self, answer: object, *options: str) -> int:
        self.index.answers.setdefault("tensorflow-cpu", answer)
        arguments = ["refresh.py", "--index", self.index.url, "--file", str(self.file), *options]
        self.monkeypatch.setattr(sys, "argv", arguments)
        return refresh.main()


@pytest.fixture
def refreshed(index: Index, file: Path, monkeypatch: pytest.MonkeyPatch) -> Refresh:
    return Refresh(index, file, monkeypatch)


def test_a_row_is_of_the_linux_wheels_that_are_not_yanked_oldest_release_first() -> None:
    assert refresh.rows(FILES) == ROWS


def test_the_order_of_an_answer_does_not_matter() -> None:
    assert refresh.rows(FILES[::-1]) == ROWS


def test_without_force_the_difference_is_printed_and_nothing_written(
    refreshed: Refresh, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = refresh.dump(ROWS[:1])
    file.write_text(before)
    assert refreshed(DOCUMENT) == 0
    printed = capsys.readouterr()
    changed = [line for line in printed.out.splitlines() if line.startswith(("+  ", "-  "))]
    assert changed == ["+" + line for line in refresh.dump(ROWS).splitlines() if "2.10.0" in line or "2.11.0" in line]
    assert "--force writes it" in printed.err
    assert file.read_text() == before


def test_with_force_the_difference_is_printed_and_written(
    refreshed: Refresh, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refreshed(DOCUMENT, "--force") == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("--- committed\n+++ index\n")
    assert printed.err == ""
    assert file.read_text() == refresh.dump(ROWS)


def test_where_nothing_is_new_nothing_is_printed(
    refreshed: Refresh, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(refresh.dump(ROWS))
    assert refreshed(DOCUMENT) == 0
    assert capsys.readouterr() == ("", "")


def without(key: str) -> dict[str, Any]:
    """A document whose one wheel is not described in full, as by an index that does not know PEP 700."""
    whole = wheel("2.9.0", "3.8")
    del whole[key]
    return document(whole)


@pytest.mark.parametrize(
    "answer",
    [
        "<html>try later</html>",
        {"message": "not found"},
        [],
        {"files": []},
        {"files": {}},
        {"files": {"2.9.0": [{}]}},
        document({}),
        without("size"),
        without("upload-time"),
        404,
        503,
    ],
    ids=[
        "not JSON",
        "no files",
        "a list",
        "none",
        "not a list of files",
        "an object of files",
        "no file names",
        "no sizes",
        "no upload times",
        "not found",
        "unavailable",
    ],
)
def test_an_index_that_answers_otherwise_is_told_and_nothing_written(
    refreshed: Refresh, file: Path, capsys: pytest.CaptureFixture[str], answer: object
) -> None:
    assert refreshed(answer, "--force") == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("refresh: the index did not answer as expected (")
    assert (printed.out, file.exists()) == ("", False)


def test_an_index_that_is_not_there_is_told(
    index: Index, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["refresh.py", "--index", "http://127.0.0.1:9/simple"])
    assert refresh.main() == 2
    assert "or name another with --index" in capsys.readouterr().err


def test_an_answer_that_is_cut_short_is_told_in_one_line(
    refreshed: Refresh, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def cut(index: str, package: str) -> list[dict[str, Any]]:
        raise IncompleteRead(b"{", 999)

    monkeypatch.setattr(refresh, "fetch", cut)
    assert refreshed(DOCUMENT, "--force") == 2
    message = capsys.readouterr().err
    assert message.startswith("refresh: the index did not answer as expected (IncompleteRead(")
    assert message.count("\n") == 1
    assert not file.exists()


@pytest.mark.parametrize("index", ["ftp://example.org", "file:///etc", "/etc/passwd", ""])
def test_only_urls_of_the_known_kinds_are_opened(index: str) -> None:
    with pytest.raises(ValueError, match="is not a URL"):
        refresh.fetch(index, "tensorflow-cpu")


def test_an_index_may_be_named_with_a_slash_at_its_end(index: Index) -> None:
    index.answers["tensorflow-cpu"] = DOCUMENT
    assert refresh.fetch(f"{index.url}/", "tensorflow-cpu") == FILES


def test_the_committed_file_is_what_its_own_rows_give() -> None:
    text = COMMITTED.read_text()
    assert refresh.dump(tomllib.loads(text)["releases"]) == text


def test_a_release_is_a_line() -> None:
    lines = refresh.dump(ROWS).splitlines()
    assert lines[-3] == ('    { version = "2.10.0", date = 2024-01-02, pythons = ["3.9", "3.10"], megabytes = 215 },')
    assert lines[-1] == "]"


NIGHTS = document(
    wheel("2.12.0.dev20250601", "3.11", day="2025-06-01"),
    wheel("2.12.0.dev20250603", "3.11", day="2025-06-03", platform="win_amd64"),
    wheel("2.12.0.dev20250602", "3.11", day="2025-06-02"),
    wheel("2.12.0.dev20250602", "3.14", day="2025-06-02"),
)
NIGHT = {"version": "2.12.0.dev20250602", "date": "2025-06-02", "pythons": ["3.11", "3.14"], "megabytes": 200}


def test_of_the_nightly_builds_the_newest_with_linux_wheels_is_kept(
    refreshed: Refresh, index: Index, file: Path
) -> None:
    index.answers["tf-nightly-cpu"] = NIGHTS
    assert refreshed(DOCUMENT, "--force") == 0
    assert file.read_text() == refresh.dump([*ROWS, NIGHT])


@pytest.mark.parametrize("answer", ["<html>try later</html>", 503])
def test_where_the_index_cannot_say_whether_there_is_a_nightly_build_nothing_is_written(
    refreshed: Refresh, index: Index, file: Path, capsys: pytest.CaptureFixture[str], answer: object
) -> None:
    index.answers["tf-nightly-cpu"] = answer
    assert refreshed(DOCUMENT, "--force") == 2
    assert "the index did not answer as expected" in capsys.readouterr().err
    assert not file.exists()


@pytest.mark.parametrize(("code", "known"), [(404, True), (503, False)])
def test_only_not_found_says_that_a_package_is_not_there(index: Index, code: int, known: bool) -> None:
    index.answers["tf-nightly-cpu"] = code
    if known:
        assert refresh.fetch_known(index.url, "tf-nightly-cpu") == []
    else:
        with pytest.raises(urllib.error.HTTPError) as raised:
            refresh.fetch_known(index.url, "tf-nightly-cpu")
        raised.value.close()
