"""Fetching: the snapshot that the page publishes, checked to the byte, and kept in the cache whole or not at all."""

import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import requests

from tfcompat import __version__
from tfcompat.errors import DataError, SelectionError, ToolError
from tfcompat.escape import printable
from tfcompat.project import ADDRESS, Project
from tfcompat.snapshot import kept
from tfcompat.snapshot.contents import FILES, FOLDER, LARGEST_MANIFEST, MANIFEST, Contents, dump, facts_of, parse
from tfcompat.snapshot.kept import Snapshot
from tfcompat.snapshot.tables import columns_of

#: Seconds until a connection is there, between two pieces of an answer, and for all of it; bytes of a piece.
CONNECT, PAUSE, WHOLE, PIECE = 10.0, 30.0, 300.0, 1 << 16
#: Characters of an error of the network in a sentence.
LONGEST = 200
NETWORK = "check the network or the proxy (HTTPS_PROXY, SSL_CERT_FILE), or name another page with --site"


def address(project: Project, given: str | None) -> str:
    """The address of the published page: the one that is given, else that of the settings.

    Raises SelectionError where there is none.
    """
    site = given or project.site
    if not site:
        raise SelectionError("no published page is known: name its address with --site or TFCOMPAT_SITE")
    if not ADDRESS.fullmatch(site):
        raise SelectionError(f"{printable(site, LONGEST)!r} is not the address of a page: write https://…")
    return site.rstrip("/")


def update(project: Project, site: str) -> Snapshot | None:
    """Fetch the snapshot of a site into the cache; None where it is no newer than what is there, which is whole.

    Raises ToolError where the network or the site does not answer; DataError where what it answers is not a snapshot for
    this tfcompat, to the byte.
    """
    source = f"{site}/{FOLDER}"
    with requests.Session() as session:
        contents = parse(get(session, f"{source}/{MANIFEST}", LARGEST_MANIFEST), f"{source}/{MANIFEST}")
        before = whole_one(project)
        if before and (contents == before.contents or contents.measured < before.contents.measured):
            return None
        files = {name: of_manifest(session, f"{source}/{name}", contents, name) for name in FILES}
    columns_of(files, source)
    return keep(project, contents, files)


def whole_one(project: Project) -> Snapshot | None:
    """The newest snapshot that is there, where it is whole; a damaged one of the cache is removed."""
    while before := kept.newest(project):
        try:
            before.files()
        except DataError:
            if not before.fetched:
                return None
            shutil.rmtree(before.folder)
        else:
            return before
    return None


def of_manifest(session: requests.Session, url: str, contents: Contents, name: str) -> bytes:
    """A file of a snapshot. Raises DataError where it is not what the manifest says."""
    content = get(session, url, contents.files[name].size)
    if facts_of(content) != contents.files[name]:
        raise DataError(
            f"{url} is not what its manifest says (SHA-256): it may have been published just now, try again"
        )
    return content


def get(session: requests.Session, url: str, limit: int) -> bytes:
    """What an address answers. Raises ToolError where it does not, or not in time; DataError where that is over the limit."""
    headers = {"User-Agent": f"tfcompat/{__version__}", "Accept-Encoding": "identity"}
    try:
        with session.get(url, headers=headers, timeout=(CONNECT, PAUSE), stream=True, verify=certificates()) as answer:
            check(answer, url)
            return body(answer, url, limit)
    except OSError as error:  # those of requests are of this kind, and those of a file of certificates
        raise ToolError(f"{url} cannot be reached ({reason(error)}): {NETWORK}") from error


def check(answer: requests.Response, url: str) -> None:
    """Raise ToolError where an address does not have what is asked for."""
    if answer.url.startswith("http:") and url.startswith("https:"):
        raise ToolError(f"{url} leads to {printable(answer.url, LONGEST)}, which is not encrypted: name another --site")
    if answer.status_code == requests.codes.not_found:
        raise ToolError(f"{url} is not there (404): name the address of the published page with --site")
    if answer.status_code != requests.codes.ok:
        raise ToolError(f"{url} answers {answer.status_code}: try again later, or name another page with --site")


def body(answer: requests.Response, url: str, limit: int) -> bytes:
    """The body of an answer, within a limit of bytes and of time."""
    content, end = bytearray(), time.monotonic() + WHOLE
    for piece in answer.iter_content(PIECE):
        content += piece
        if len(content) > limit:
            raise DataError(f"{url} has more than {limit} bytes: it is not what it should be, name another --site")
        if time.monotonic() > end:
            raise ToolError(f"{url} takes longer than {WHOLE:.0f} s: {NETWORK}")
    return bytes(content)


def certificates() -> str | bool:
    """The certificates that are trusted: those that the environment names, by either name, else the usual ones."""
    named = (os.environ.get(name) for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"))
    return next(filter(None, named), True)


def reason(error: BaseException) -> str:
    """What is at the bottom of an error of the network, in a line."""
    while below := error.__cause__ or error.__context__:
        error = below
    return printable(str(error) or type(error).__name__, LONGEST)


def keep(project: Project, contents: Contents, files: Mapping[str, bytes]) -> Snapshot:
    """Put a snapshot into the cache, whole, and remove old ones. Raises ToolError where the cache cannot be written."""
    folder = kept.cache_of(project)
    target = folder / kept.name_of(contents)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".") as scratch:
            fresh = Path(scratch, target.name)
            fresh.mkdir()
            for name, content in {**files, MANIFEST: dump(contents)}.items():
                (fresh / name).write_bytes(content)
            fresh.rename(target)
    except OSError as error:
        raise ToolError(
            f"{folder} cannot be written ({error.strerror}): free some space, or name another --cache"
        ) from error
    kept.remove_old(project, target)
    return Snapshot(folder=target, contents=contents, fetched=True)
