"""An index that is away, refuses, breaks off or is forbidden: the reason is the network, and not the distributions."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tests import fakes
from tests.answering import answering
from tfcompat.environments import locks
from tfcompat.environments.uv import Uv
from tfcompat.outcomes import NoAnswerError, Reason

KEPT = "the answers of before stay in the table; the other cells go on"


class Trouble(BaseHTTPRequestHandler):
    """Answers each request with a status, or says half of what it promised."""

    status = 200

    def do_GET(self) -> None:  # the name that the standard library wants
        self.send_response(self.status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "10000")
        self.end_headers()
        if self.status == 200:
            self.wfile.write(b"<html>")

    def log_message(self, *arguments: object) -> None:
        return


@contextmanager
def index(status: int) -> Iterator[str]:
    """An index on this machine that is in trouble; its URL."""
    handler = type("OfStatus", (Trouble,), {"status": status})
    with answering(handler) as port:
        yield f"http://127.0.0.1:{port}/simple"


@pytest.mark.starts
@pytest.mark.parametrize(
    ("status", "variables"),
    [
        pytest.param(
            503,
            {},
            marks=pytest.mark.fault(
                "The index answers with 503",
                group="engine",
                reads="uv could not lock CELL: … HTTP status server error (503 Service Unavailable) …",
                code=3,
                reason="no network",
                kept=KEPT,
            ),
        ),
        pytest.param(
            401,
            {},
            marks=pytest.mark.fault(
                "The index wants a login (401)",
                group="engine",
                reads="uv could not lock CELL: … valid authentication credentials (401 Unauthorized)",
                code=3,
                reason="no network",
                kept=KEPT,
            ),
        ),
        pytest.param(
            403,
            {},
            marks=pytest.mark.fault(
                "The index refuses (403)",
                group="engine",
                reads="uv could not lock CELL: … returned a 403 Forbidden error …",
                code=3,
                reason="no network",
                kept=KEPT,
            ),
        ),
        pytest.param(
            429,
            {},
            marks=pytest.mark.fault(
                "The index is asked too often (429)",
                group="engine",
                reads="uv could not lock CELL: … HTTP status client error (429 Too Many Requests) …",
                code=3,
                reason="no network",
                kept=KEPT,
            ),
        ),
        pytest.param(
            200,
            {},
            marks=pytest.mark.fault(
                "The index breaks off in the middle of an answer",
                group="engine",
                reads="uv could not lock CELL: … error decoding response body …",
                code=3,
                reason="no network",
                kept=KEPT,
            ),
        ),
        pytest.param(
            200,
            {"UV_OFFLINE": "1"},
            marks=pytest.mark.fault(
                "UV_OFFLINE is set",
                group="engine",
                reads="uv could not lock CELL: … Packages were unavailable because the network was disabled …",
                code=3,
                reason="no network",
                kept=KEPT,
            ),
        ),
        pytest.param(
            0,
            {},
            marks=pytest.mark.fault(
                "The index is not there (connection refused)",
                group="engine",
                reads="uv could not lock CELL: … tcp connect error …",
                code=3,
                reason="no network",
                kept=KEPT,
            ),
        ),
    ],
)
def test_an_index_in_trouble_is_the_network(
    status: int, variables: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with index(status or 200) as url:
        address = url if status else "http://127.0.0.1:9/simple"
        settings: dict[str, Any] = {
            "UV_DEFAULT_INDEX": address,
            "UV_CACHE_DIR": str(tmp_path),
            "UV_HTTP_RETRIES": "0",
            "NO_PROXY": "127.0.0.1",
        }
        for name, value in {**settings, **variables}.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(NoAnswerError) as refused:
            locks.make(fakes.cell("2.16.2", "3.12"), "tensorflow-cpu", Uv())
    assert refused.value.reason is Reason.NO_NETWORK, refused.value.message
    assert refused.value.message.startswith("uv could not lock tf2.16.2-py3.12: ")
