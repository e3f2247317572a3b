"""Fetching the snapshot of a site: what is kept, and one sentence for each thing that may go wrong on the way."""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.snapshot.made import DAYS, carried, serving, trial, write
from tests.standins import Quiet
from tfcompat.errors import DataError, SelectionError, ToolError
from tfcompat.project import Project
from tfcompat.snapshot import fetch, kept
from tfcompat.snapshot.contents import FILES, FOLDER, LARGEST_MANIFEST, MANIFEST

SETTING = '[tool.tfcompat]\nsite = "https://example.org/page/"\n'


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy of this machine has no part in this."""
    for name in (
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "no_proxy",
        "requests_ca_bundle",
        "curl_ca_bundle",
        "tfcompat_site",
    ):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """What a package carries of the second day."""
    return carried(tmp_path, trial(DAYS[1]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a site whose snapshot is of the third day."""
    write(tmp_path / "site" / FOLDER, trial(DAYS[2], observed=2.0))
    return tmp_path / "site"


@pytest.fixture
def site(folder: Path) -> Iterator[str]:
    with serving(folder) as address:
        yield address


def day(project: Project) -> str:
    snapshot = kept.newest(project)
    assert snapshot is not None
    return snapshot.contents.day


def test_a_newer_snapshot_is_kept_and_used(project: Project, site: str) -> None:
    fetched = fetch.update(project, site)
    assert fetched == kept.newest(project)
    assert (day(project), fetched is not None and fetched.fetched) == (DAYS[2], True)
    assert fetch.update(project, site) is None, "nothing is newer now"
    assert [path.name for path in kept.cache_of(project).iterdir()] == [fetched.folder.name if fetched else ""]


def test_an_older_one_is_not_fetched(project: Project, folder: Path, site: str) -> None:
    write(folder / FOLDER, trial(DAYS[0]))
    for name in FILES:
        (folder / FOLDER / name).unlink()
    assert fetch.update(project, site) is None
    assert day(project) == DAYS[1]


def test_one_of_the_same_moment_that_says_something_else_takes_its_place(
    project: Project, folder: Path, site: str
) -> None:
    fetch.update(project, site)
    write(folder / FOLDER, trial(DAYS[2], observed=3.0))
    fetched = fetch.update(project, site)
    assert fetched is not None
    assert kept.newest(project) == fetched
    assert len(kept.folders(project)) == 1


def test_a_damaged_one_is_fetched_again(project: Project, site: str) -> None:
    fetched = fetch.update(project, site)
    assert fetched is not None
    (fetched.folder / "outcomes.parquet").write_bytes(b"damaged")
    assert fetch.update(project, site) == fetched
    assert fetched.files()


def nothing_there(folder: Path) -> None:
    (folder / FOLDER / MANIFEST).unlink()


def without_a_file(folder: Path) -> None:
    (folder / FOLDER / "names.parquet").unlink()


def another_file(folder: Path) -> None:
    path = folder / FOLDER / "outcomes.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"\0")


def a_longer_file(folder: Path) -> None:
    with (folder / FOLDER / "outcomes.parquet").open("ab") as file:
        file.write(b"\0" * (1 << 20))


def a_page(folder: Path) -> None:
    (folder / FOLDER / MANIFEST).write_text("<html>log in</html>")


def a_huge_manifest(folder: Path) -> None:
    (folder / FOLDER / MANIFEST).write_bytes(b" " * (LARGEST_MANIFEST + 1))


def for_another_tfcompat(folder: Path) -> None:
    path = folder / FOLDER / MANIFEST
    path.write_text(path.read_text().replace('"format": 1', '"format": 2'))


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (nothing_there, r"manifest.json is not there \(404\): name the address of the published page with --site"),
        (without_a_file, r"names.parquet is not there \(404\)"),
        (another_file, r"outcomes.parquet is not what its manifest says \(SHA-256\).*try again"),
        (a_longer_file, r"outcomes.parquet has more than \d+ bytes"),
        (a_page, r"manifest.json is not the manifest of a snapshot"),
        (a_huge_manifest, rf"manifest.json has more than {LARGEST_MANIFEST} bytes"),
        (for_another_tfcompat, r"manifest.json is for tfcompat 0.1.0: pip install --upgrade tfcompat"),
    ],
)
def test_what_is_not_a_whole_snapshot_changes_nothing(
    damage: Callable[[Path], None], says: str, project: Project, folder: Path, site: str
) -> None:
    damage(folder)
    with pytest.raises((DataError, ToolError), match=says) as error:
        fetch.update(project, site)
    assert "\n" not in str(error.value)
    assert day(project) == DAYS[1]
    assert kept.folders(project) == []


class Broken(Quiet):
    """A server that is not well."""

    def do_GET(self) -> None:  # noqa: N802 -- the name of http.server
        self.send_error(503)


class Elsewhere(Quiet):
    """A server that sends its visitors round in circles."""

    def do_GET(self) -> None:  # noqa: N802 -- the name of http.server
        self.send_response(302)
        self.send_header("Location", self.path)
        self.end_headers()


@pytest.mark.parametrize(("handler", "says"), [(Broken, "answers 503: try again later"), (Elsewhere, "redirects")])
def test_a_server_that_is_not_well_is_one_sentence(
    handler: type[Quiet], says: str, project: Project, folder: Path
) -> None:
    with serving(folder, handler) as address, pytest.raises(ToolError, match=says):
        fetch.update(project, address)


def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_no_network_is_one_sentence(project: Project) -> None:
    with pytest.raises(
        ToolError, match=r"cannot be reached \(.*refused\): check the network or the proxy .*--site"
    ) as error:
        fetch.update(project, f"http://127.0.0.1:{closed_port()}")
    assert "\n" not in str(error.value)


def test_the_proxy_of_the_environment_is_asked(project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of the site has no address: only the proxy, which serves whatever is asked for by its path, can answer."""

    class Proxy(Quiet):
        def translate_path(self, path: str) -> str:
            return super().translate_path(path.removeprefix("http://site.invalid"))

    with serving(folder, Proxy) as address:
        monkeypatch.setenv("HTTP_PROXY", address)
        assert fetch.update(project, "http://site.invalid") is not None


def test_certificates_that_are_not_there_are_one_sentence(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/bundle.pem")
    with pytest.raises(ToolError, match=r"cannot be reached \(.*/nowhere/bundle.pem.*SSL_CERT_FILE"):
        fetch.update(project, f"https://127.0.0.1:{closed_port()}")


def test_an_answer_that_never_ends_is_given_up(project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    class Endless(Quiet):
        def do_GET(self) -> None:  # noqa: N802 -- the name of http.server
            self.send_response(200)
            self.end_headers()
            while not over.wait(0.05):
                self.wfile.write(b" ")

    monkeypatch.setattr(fetch, "WHOLE", 0.2)
    monkeypatch.setattr(fetch, "PIECE", 1)
    with serving(folder, Endless) as address, pytest.raises(ToolError, match="takes longer than 0 s"):
        fetch.update(project, address)
    over.set()


def test_a_cache_that_cannot_be_written_is_one_sentence(
    project: Project, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(
        ToolError, match=r"cannot be written \(No space left on device\): free some space, or .*--cache"
    ):
        fetch.update(project, site)
    assert day(project) == DAYS[1]
    assert list(kept.cache_of(project).iterdir()) == []


def test_the_address_is_what_is_given_else_that_of_the_settings(project: Project) -> None:
    with pytest.raises(
        SelectionError, match="no published page is known: name its address with --site or TFCOMPAT_SITE"
    ):
        fetch.address(project, None)
    project.settings.write_text(SETTING)
    assert fetch.address(project, None) == "https://example.org/page"
    assert fetch.address(project, "http://127.0.0.1/") == "http://127.0.0.1"
    project.settings.write_text("damaged = [")
    with pytest.raises(SelectionError, match="no published page is known"):
        fetch.address(project, None)


@pytest.mark.parametrize(
    "text", ["example.org", "ftp://example.org", "file:///etc/passwd", "https://", "https://a b/\x1b[2J"]
)
def test_what_is_no_address_of_a_page_is_said(text: str, project: Project) -> None:
    with pytest.raises(SelectionError, match="is not the address of a page: write https://") as error:
        fetch.address(project, text)
    assert "\x1b" not in str(error.value)
