"""The page of the committed trials in a real browser: light, without a complaint, and as it looks."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.publish.site.conftest import PHONE, Open
from tfcompat import project
from tfcompat.publish.site import files
from tfcompat.table.frame import collect
from tfcompat.trials.store import Store

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("TFCOMPAT_SHOTS")


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the committed trials, or the one that ``TFCOMPAT_SITE`` names."""
    if named := os.environ.get("TFCOMPAT_SITE"):
        return Path(named)
    checkout = project.find(str(ROOT), None)
    reports = tmp_path_factory.mktemp("committed")
    files.write(collect(Store(checkout.trials).read()), reports / "site", checkout.reports, suite=checkout.suite)
    return reports / "site"


def test_the_committed_site_is_light(committed: Path) -> None:
    """The document, the styles, the scripts and the cells that it opens with: 100 KB, and 2.6 KB a scenario."""
    wanted = [*committed.glob("*.css"), *committed.glob("*.js"), committed / "index.html"]
    wanted += [committed / "data" / f"{name}.js" for name in ("index", "minors", "sources")]
    scenarios = (committed / "index.html").read_text(encoding="utf-8").count('<tr id="scenario=')
    assert sum(path.stat().st_size for path in wanted) < 100_000 + 2_600 * scenarios


@pytest.mark.parametrize(
    ("name", "view", "options", "below"),
    [
        ("wide", "", {}, 0),
        ("table", "", {}, 1),
        ("laptop", "", {"viewport": {"width": 1280, "height": 800}}, 1),
        ("dark", "", {"color_scheme": "dark"}, 1),
        ("panel", "#scenario=map%3A%3Adocumented_integer_range&cell=tf2.5.3-py3.9", {}, 0),
        ("panel-dark", "#scenario=readapt%3A%3Apredict_without_compile", {"color_scheme": "dark"}, 0),
        ("phone", "", {"viewport": PHONE}, 0),
        ("phone-table", "", {"viewport": PHONE}, 1),
        ("phone-panel", "#scenario=map%3A%3Adocumented_integer_range", {"viewport": PHONE}, 0),
        ("no-script", "", {"java_script_enabled": False}, 1),
        ("forced-colours", "", {"forced_colors": "active"}, 1),
    ],
)
def test_the_committed_site_as_it_looks(
    opened: Open, committed: Path, name: str, view: str, options: dict[str, Any], below: int
) -> None:
    """Opens without a complaint; the screenshots go to the folder that ``TFCOMPAT_SHOTS`` names."""
    shown = opened(view, at=committed, **options)
    assert shown.locator("#matrix tbody tr[id]").count() > 100
    if below:
        shown.locator("#legend").scroll_into_view_if_needed()
        shown.locator("#matrix tbody tr[id]").nth(12).scroll_into_view_if_needed()
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        shown.wait_for_timeout(300)
        shown.screenshot(path=Path(SHOTS) / f"{name}.png")


def test_it_prints(opened: Open, committed: Path) -> None:
    shown = opened(at=committed)
    pdf = shown.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    shown.emulate_media(media="print")
    shown.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert shown.locator("#tools").is_hidden()
    assert shown.locator("#matrix tbody tr[id]").last.locator("td").first.is_visible()
    if SHOTS:
        shown.set_viewport_size({"width": 1100, "height": 780})
        shown.screenshot(path=Path(SHOTS) / "print.png")
