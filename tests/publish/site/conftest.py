"""A browser for the tests of the site, and the pages of the made trials opened in it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.publish.site.made_site import write_site

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
WIDE, PHONE = {"width": 1600, "height": 1000}, {"width": 390, "height": 844}
ROWS = "rows/index.html"
#: What a test opens: the address after the page's name, and what the context is made with.
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def made_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_site(tmp_path_factory.mktemp("reports"), tmp_path_factory.mktemp("suite"))


@pytest.fixture
def opened(browser: Any, made_page: Path) -> Iterator[Open]:
    """Opens a page, by default that of all rows; whatever the browser complains of fails the test."""
    contexts, complaints = [], []

    def open_page(view: str = "", *, at: Path = made_page, name: str = ROWS, **options: Any) -> Any:
        context = browser.new_context(**{"viewport": WIDE, "reduced_motion": "reduce", **options})
        contexts.append(context)
        shown = context.new_page()
        shown.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
        shown.on("pageerror", lambda error: complaints.append(str(error)))
        shown.on(
            "request", lambda request: complaints.append(request.url) if not request.url.startswith("file:") else None
        )
        shown.goto(f"{(at / name).as_uri()}{view}")
        if options.get("java_script_enabled", True):
            shown.wait_for_selector("html.drawn" if name == ROWS else "html.ready")
        return shown

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
