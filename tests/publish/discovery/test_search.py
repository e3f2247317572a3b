"""The search in a real browser: the pages under the field, by keyboard and by mouse, and on the reader's release."""

import csv
import os
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.publish.site.conftest import Open

pytestmark = pytest.mark.browser
FIELD, HITS = "#question", "#results [role=option]"
PATH = "from keras.layers import Normalization"
#: How far down a page of the table may be.
FIRST = 3
COMMITTED = os.environ.get("TFCOMPAT_MADE_SITE", "")


def asked(shown: Any, text: str) -> list[str]:
    """The titles of what is found."""
    shown.fill(FIELD, text)
    shown.wait_for_selector(HITS)
    return [str(title) for title in shown.locator(f"{HITS} b").all_inner_texts()]


def test_nothing_is_loaded_before_the_field_is_used(opened: Open) -> None:
    shown = opened(name="index.html")
    loaded = "[...document.scripts].map(one => one.src.split('/').pop())"
    assert "minisearch.js" not in shown.evaluate(loaded)
    shown.focus(FIELD)
    asked(shown, PATH)
    assert {"minisearch.js", "query.js", "search-index.js"} <= set(shown.evaluate(loaded))


def test_a_path_leads_to_its_page_by_keyboard(opened: Open) -> None:
    shown = opened(name="index.html")
    shown.keyboard.press("/")
    assert shown.evaluate("document.activeElement.id") == "question"
    assert asked(shown, PATH)[0] == PATH
    assert shown.get_attribute(FIELD, "aria-expanded") == "true"
    shown.keyboard.press("ArrowDown")
    active = shown.get_attribute(FIELD, "aria-activedescendant")
    assert shown.get_attribute(f"#{active}", "aria-selected") == "true"
    shown.keyboard.press("ArrowUp")
    assert shown.locator(f"{HITS}[aria-selected=true]").count() == 1
    shown.keyboard.press("Escape")
    assert shown.locator("#results").is_hidden()
    shown.fill(FIELD, PATH)
    shown.wait_for_selector(HITS)
    shown.keyboard.press("Enter")
    shown.wait_for_url("**/api/from-keras.layers-import-Normalization/index.html")


def test_what_is_found_does_not_depend_on_the_page_or_on_what_was_asked(opened: Open) -> None:
    home, row = opened(name="index.html"), opened(name="s/inputs/list/index.html")
    asked(home, "list")
    assert asked(home, "second adapt predict") == asked(row, "second adapt predict")


def test_an_error_with_its_lines_is_read_as_it_was_pasted(opened: Open) -> None:
    shown = opened(name="index.html")
    text = "Traceback (most recent call last):\n  File 'x.py', line 1\nModuleNotFoundError: No module named 'keras'"
    shown.focus(FIELD)
    shown.evaluate(
        """text => {
          const data = new DataTransfer();
          data.setData('text', text);
          document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, cancelable: true}));
        }""",
        text,
    )
    shown.wait_for_selector(HITS)
    assert PATH in shown.locator(f"{HITS} b").all_inner_texts()


def test_an_answer_is_of_my_release(opened: Open) -> None:
    shown = opened("#on=2.5", name="index.html")
    asked(shown, PATH)
    assert shown.locator(f"{HITS} p").first.inner_text().startswith("On your 2.5: no.")


def test_nothing_found_is_said(opened: Open) -> None:
    shown = opened(name="index.html")
    shown.fill(FIELD, "zzzz qqqq")
    # The same place says before it that the index is being loaded.
    status = shown.locator("[role=status]", has_text="Nothing that was measured has any of these words.")
    status.wait_for(state="attached")
    assert shown.locator("#results .hit-none").inner_text() == status.inner_text()


def test_hostile_text_is_text(opened: Open) -> None:
    shown = opened(name="index.html")
    asked(shown, "hostile title script")
    assert shown.evaluate("window.harmed") is None
    assert shown.locator("#results img").count() == 0


def test_the_list_is_accessible(opened: Open) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    for scheme in ("light", "dark"):
        shown = opened(name="index.html", color_scheme=scheme, bypass_csp=True)
        asked(shown, PATH)
        shown.keyboard.press("ArrowDown")
        found = axe.Axe().run(shown, options={"preload": False})
        assert found.response["violations"] == [], found.generate_report()


@pytest.mark.skipif(not COMMITTED, reason="the site of the committed trials is made by tox run -e page")
def test_each_query_of_the_table_finds_its_page(opened: Open) -> None:
    """The same table as the terminal's."""
    shown = opened(name="index.html", at=Path(COMMITTED))
    asked(shown, "normalization")
    with (ROOT / "tests" / "questions" / "search" / "queries.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = [row["query"] for row in rows]
    found = shown.evaluate("texts => texts.map(text => tfcompat.find(text).map(hit => hit.page))", texts)
    late = [row["query"] for row, pages in zip(rows, found, strict=True) if row["page"] not in pages[:FIRST]]
    assert late == []


@pytest.mark.skipif(not COMMITTED, reason="the site of the committed trials is made by tox run -e page")
def test_the_error_of_the_project_is_answered_on_my_release(opened: Open) -> None:
    shown = opened("#on=2.4", name="index.html", at=Path(COMMITTED))
    asked(shown, "AttributeError: module 'tensorflow.keras.layers' has no attribute 'Normalization'")
    says = shown.locator(f"{HITS} p").first.inner_text()
    assert says.startswith("On your 2.4: no.")
    assert "tf.keras.layers.experimental.preprocessing.Normalization" in says
