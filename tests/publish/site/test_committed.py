"""The site of the committed trials in a real browser: light, without a complaint, and as it looks."""

import gzip
import os
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.publish.site.conftest import PHONE, ROWS, Open
from tfcompat import project
from tfcompat.commands.publish.site import evidence_of
from tfcompat.publish.site import files
from tfcompat.table.frame import collect
from tfcompat.trials.store import Store

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("TFCOMPAT_SHOTS")
#: A page of each kind, by the name of its screenshots.
PAGES = {
    "home": ("index.html", ""),
    "home-2.4": ("index.html", "#on=2.4"),
    "api": ("api/tf.keras.layers.Normalization/index.html", "#on=2.4"),
    "apis": ("api/index.html", ""),
    "question": ("q/no-attribute-normalization/index.html", ""),
    "questions": ("q/index.html", ""),
    "upgrade": ("upgrade/2.15-2.16/index.html", ""),
    "upgrades": ("upgrade/index.html", ""),
    "scenario": ("s/readapt/predict_without_compile/index.html", ""),
    "rows": (ROWS, ""),
    "panel": (ROWS, "#scenario=readapt%3A%3Apredict_without_compile"),
    "findings": ("findings/index.html", ""),
    "claims": ("claims/index.html", ""),
    "inventory": ("inventory/index.html", ""),
    "method": ("method/index.html", ""),
}
#: What a page has of its own, line by line.
LINES = ".fields tbody tr, .bars tbody tr, .entries li, .group .row"
LOOKS: dict[str, dict[str, Any]] = {
    "wide": {},
    "phone": {"viewport": PHONE},
    "dark": {"color_scheme": "dark"},
}


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the committed trials, or the one that ``TFCOMPAT_MADE_SITE`` names."""
    if named := os.environ.get("TFCOMPAT_MADE_SITE"):
        return Path(named)
    checkout = project.find(str(ROOT), None)
    reports = tmp_path_factory.mktemp("committed")
    table = collect(Store(checkout.trials).read())
    files.write(evidence_of(checkout, table, reports), reports / "site", reports)
    return reports / "site"


def packed(*paths: Path) -> int:
    """Bytes of some files as a server sends them."""
    return sum(len(gzip.compress(path.read_bytes(), mtime=0)) for path in paths)


def test_the_committed_site_is_light(committed: Path) -> None:
    assets = [committed / "assets" / name for name in ("site.css", "theme.js", "site.js", "search.js")]
    assert packed(committed / "index.html", *assets) < 60_000
    style = committed / "assets" / "site.css"
    heavy = [
        path
        for kind in ("api", "q")
        for path in committed.glob(f"{kind}/*/index.html")
        if packed(path, style) >= 30_000
    ]
    assert heavy == []
    assert sum(path.stat().st_size for path in committed.rglob("*") if path.is_file()) < 25_000_000


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("page", PAGES)
def test_the_committed_site_as_it_looks(opened: Open, committed: Path, page: str, look: str) -> None:
    """Opens without a complaint; the screenshots go to the folder that ``TFCOMPAT_SHOTS`` names."""
    name, view = PAGES[page]
    shown = opened(view, at=committed, name=name, **LOOKS[look])
    assert shown.locator("h1").count() == 1
    assert shown.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    picture(shown, f"{page}-{look}")


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_lost_in_print(opened: Open, committed: Path, page: str) -> None:
    """What can be scrolled to on a screen is all there on paper."""
    shown = opened(PAGES[page][1], at=committed, name=PAGES[page][0])
    rows = shown.locator(LINES).count()
    shown.emulate_media(media="print")
    shown.evaluate("dispatchEvent(new Event('beforeprint'))")
    hidden = "all => all.filter(one => !one.closest('dialog') && !one.checkVisibility()).map(one => one.textContent.slice(0, 80))"
    assert shown.locator(LINES).evaluate_all(hidden) == []
    assert rows
    assert shown.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    shown.set_viewport_size({"width": 1100, "height": 780})
    picture(shown, f"{page}-print")


def picture(shown: Any, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        shown.wait_for_timeout(300)
        shown.screenshot(path=Path(SHOTS) / f"{name}.png")
