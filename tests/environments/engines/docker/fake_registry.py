"""A registry of images on the loopback address: the part of the OCI distribution API that a push and a pull use."""

import hashlib
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from tests.answering import answering


class Contents:
    """What a registry has: blobs by digest, manifests with their types by digest, and digests by tag."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}
        self.manifests: dict[str, tuple[str, bytes]] = {}
        self.tags: dict[str, str] = {}
        self.uploads: dict[str, bytes] = {}
        self.login = False


class Handler(BaseHTTPRequestHandler):
    """Answers with what ``contents`` has."""

    protocol_version = "HTTP/1.1"
    contents: Contents

    def log_message(self, *arguments: object) -> None:
        return

    def answer(self, code: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(code)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if self.contents.login:
            self.answer(401, b'{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}')
        elif path == "/v2/":
            self.answer(200, b"{}")
        elif (blob := re.search(r"/blobs/(sha256:\w+)$", path)) and blob[1] in self.contents.blobs:
            self.answer(200, self.contents.blobs[blob[1]], Docker_Content_Digest=blob[1])
        elif (name := re.search(r"/manifests/(.+)$", path)) and self.digest(name[1]) in self.contents.manifests:
            kind, manifest = self.contents.manifests[self.digest(name[1])]
            self.answer(200, manifest, Content_Type=kind, Docker_Content_Digest=self.digest(name[1]))
        else:
            self.answer(404, b'{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}')

    do_HEAD = do_GET  # noqa: N815

    def digest(self, reference: str) -> str:
        return self.contents.tags.get(reference, reference)

    def do_POST(self) -> None:
        upload = uuid.uuid4().hex
        self.body()
        self.contents.uploads[upload] = b""
        place = f"{urlsplit(self.path).path.rstrip('/')}/{upload}"
        self.answer(202, Location=place, Docker_Upload_UUID=upload, Range="0-0")

    def do_PATCH(self) -> None:
        path = urlsplit(self.path).path
        upload = path.rsplit("/", 1)[1]
        self.contents.uploads[upload] += self.body()
        self.answer(202, Location=path, Docker_Upload_UUID=upload, Range=f"0-{len(self.contents.uploads[upload]) - 1}")

    def do_PUT(self) -> None:
        parts = urlsplit(self.path)
        last, body = parts.path.rsplit("/", 1)[1], self.body()
        if "/uploads/" in parts.path:
            (digest,) = parse_qs(parts.query)["digest"]
            self.contents.blobs[digest] = self.contents.uploads.pop(last) + body
        else:
            digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
            self.contents.manifests[digest] = (self.headers["Content-Type"], body)
            self.contents.tags[last] = digest
        self.answer(201, Docker_Content_Digest=digest, Location=self.path)


@contextmanager
def serving() -> Iterator[tuple[str, Contents]]:
    """The address of a registry, such as ``127.0.0.1:43210``, and what it has."""
    contents = Contents()
    handler = type("OneRegistry", (Handler,), {"contents": contents})
    with answering(handler) as port:
        yield f"127.0.0.1:{port}", contents
