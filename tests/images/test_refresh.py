"""The refresh of the releases: what it takes from an index's document, and that it writes only when told to."""

import json
import sys
import tomllib
import urllib.error
from email.message import Message
from http.client import IncompleteRead
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
    yanked: bool = False,
) -> dict[str, Any]:
    tag = "cp" + python.replace(".", "")
    return {
        "filename": f"tensorflow_cpu-{version}-{tag}-{tag}-{platform}.whl",
        "upload_time_iso_8601": f"{day}T03:04:05.678Z",
        "size": size,
        "yanked": yanked,
    }


DOCUMENT: dict[str, Any] = {
    "info": {"name": "tensorflow-cpu"},
    "releases": {
        "2.10.0": [
            wheel("2.10.0", "3.9", size=100_000_000),
            wheel("2.10.0", "3.10", day="2024-01-03", size=214_600_000),
            wheel("2.10.0", "3.11", platform="win_amd64"),
            wheel("2.10.0", "3.12", platform="manylinux2014_aarch64"),
            wheel("2.10.0", "3.13", yanked=True),
        ],
        "2.9.0": [wheel("2.9.0", "3.8")],
        "2.1.4": [wheel("2.1.4", "3.7")],
        "2.9.1": [wheel("2.9.1", "3.8", platform="macosx_11_0_x86_64")],
        "2.9.2": [],
        "2.10.0rc1": [wheel("2.10.0rc1", "3.9")],
        "2.11.0rc0": [wheel("2.11.0rc0", "3.10", day="2025-05-06")],
        "dreadful": [wheel("2.9.0", "3.8")],
    },
}
ROWS = [
    {"version": "2.9.0", "date": "2024-01-02", "pythons": ["3.8"], "megabytes": 200},
    {"version": "2.10.0", "date": "2024-01-02", "pythons": ["3.9", "3.10"], "megabytes": 215},
    {"version": "2.11.0rc0", "date": "2025-05-06", "pythons": ["3.10"], "megabytes": 200},
]


def refreshed(folder: Path, monkeypatch: pytest.MonkeyPatch, document: object, *options: str) -> int:
    """Refresh ``releases.toml`` in a folder from a document that is served as a file."""
    place = folder / "index" / "tensorflow-cpu"
    place.mkdir(parents=True, exist_ok=True)
    (place / "json").write_text(document if isinstance(document, str) else json.dumps(document))
    index = (folder / "index").as_uri()
    monkeypatch.setattr(
        sys, "argv", ["refresh.py", "--index", index, "--file", str(folder / "releases.toml"), *options]
    )
    return refresh.main()


def test_a_row_is_of_the_linux_wheels_that_are_not_yanked_oldest_release_first() -> None:
    assert refresh.rows(DOCUMENT) == ROWS


def test_without_force_the_difference_is_printed_and_nothing_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = refresh.dump(ROWS[:1])
    (tmp_path / "releases.toml").write_text(before)
    assert refreshed(tmp_path, monkeypatch, DOCUMENT) == 0
    said = capsys.readouterr()
    changed = [line for line in said.out.splitlines() if line.startswith(("+  ", "-  "))]
    assert changed == ["+" + line for line in refresh.dump(ROWS).splitlines() if "2.10.0" in line or "2.11.0" in line]
    assert "--force writes it" in said.err
    assert (tmp_path / "releases.toml").read_text() == before


def test_with_force_the_difference_is_printed_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refreshed(tmp_path, monkeypatch, DOCUMENT, "--force") == 0
    said = capsys.readouterr()
    assert said.out.startswith("--- committed\n+++ index\n")
    assert said.err == ""
    assert (tmp_path / "releases.toml").read_text() == refresh.dump(ROWS)


def test_where_nothing_is_new_nothing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "releases.toml").write_text(refresh.dump(ROWS))
    assert refreshed(tmp_path, monkeypatch, DOCUMENT) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "document",
    [
        "<html>try later</html>",
        {"message": "not found"},
        [],
        {"releases": {}},
        {"releases": []},
        {"releases": {"2.9.0": [{}]}},
    ],
    ids=["no JSON", "no releases", "a list", "none", "a list of none", "no file names"],
)
def test_an_index_that_answers_otherwise_is_told_and_nothing_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], document: object
) -> None:
    assert refreshed(tmp_path, monkeypatch, document, "--force") == 2
    said = capsys.readouterr()
    assert said.err.startswith("refresh: the index did not answer as expected (")
    assert (said.out, (tmp_path / "releases.toml").exists()) == ("", False)


def test_an_index_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["refresh.py", "--index", (tmp_path / "nowhere").as_uri()])
    assert refresh.main() == 2
    assert "or name another with --index" in capsys.readouterr().err


def test_an_answer_that_is_cut_short_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def cut(url: str) -> dict[str, Any]:
        raise IncompleteRead(b"{", 999)

    monkeypatch.setattr(refresh, "fetch", cut)
    assert refreshed(tmp_path, monkeypatch, DOCUMENT, "--force") == 2
    said = capsys.readouterr().err
    assert said.startswith("refresh: the index did not answer as expected (IncompleteRead(")
    assert said.count("\n") == 1
    assert not (tmp_path / "releases.toml").exists()


@pytest.mark.parametrize("url", ["ftp://example.org/json", "/etc/passwd", ""])
def test_only_urls_of_the_known_kinds_are_opened(url: str) -> None:
    with pytest.raises(ValueError, match="is not a URL"):
        refresh.fetch(url)


def test_the_committed_file_is_what_its_own_rows_give() -> None:
    text = COMMITTED.read_text()
    assert refresh.dump(tomllib.loads(text)["releases"]) == text


def test_a_release_is_a_line() -> None:
    lines = refresh.dump(ROWS).splitlines()
    assert lines[-3] == ('    { version = "2.10.0", date = 2024-01-02, pythons = ["3.9", "3.10"], megabytes = 215 },')
    assert lines[-1] == "]"


NIGHTS: dict[str, Any] = {
    "releases": {
        "2.12.0.dev20250601": [wheel("2.12.0.dev20250601", "3.11", day="2025-06-01")],
        "2.12.0.dev20250603": [wheel("2.12.0.dev20250603", "3.11", day="2025-06-03", platform="win_amd64")],
        "2.12.0.dev20250602": [
            wheel("2.12.0.dev20250602", "3.11", day="2025-06-02"),
            wheel("2.12.0.dev20250602", "3.14", day="2025-06-02"),
        ],
    }
}
NIGHT = {"version": "2.12.0.dev20250602", "date": "2025-06-02", "pythons": ["3.11", "3.14"], "megabytes": 200}


def test_of_the_nightly_builds_the_newest_with_linux_wheels_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "index" / "tf-nightly-cpu"
    place.mkdir(parents=True)
    (place / "json").write_text(json.dumps(NIGHTS))
    assert refreshed(tmp_path, monkeypatch, DOCUMENT, "--force") == 0
    assert (tmp_path / "releases.toml").read_text() == refresh.dump([*ROWS, NIGHT])


def test_where_the_index_cannot_say_whether_there_is_a_nightly_build_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "index" / "tf-nightly-cpu"
    place.mkdir(parents=True)
    (place / "json").write_text("<html>try later</html>")
    assert refreshed(tmp_path, monkeypatch, DOCUMENT, "--force") == 2
    assert "the index did not answer as expected" in capsys.readouterr().err
    assert not (tmp_path / "releases.toml").exists()


@pytest.mark.parametrize(("code", "known"), [(404, True), (503, False)])
def test_only_not_found_says_that_a_package_is_not_there(
    monkeypatch: pytest.MonkeyPatch, code: int, known: bool
) -> None:
    def refuse(url: str) -> dict[str, Any]:
        raise urllib.error.HTTPError(url, code, "no", Message(), None)

    monkeypatch.setattr(refresh, "fetch", refuse)
    if known:
        assert refresh.fetch_known("https://example.org/json") == {"releases": {}}
    else:
        with pytest.raises(urllib.error.HTTPError):
            refresh.fetch_known("https://example.org/json")
