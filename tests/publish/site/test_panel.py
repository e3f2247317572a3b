"""The panel in a real browser: all that is known of a cell, a row or a column, and nothing in it that runs."""

import re

import pytest

from tests.publish.site.conftest import Open
from tests.publish.site.reading import SAVED, cell, hash_of, headed, panel_of, until
from tfcompat.publish.site import document as page

pytestmark = pytest.mark.browser


def test_a_cell_tells_all_that_is_known(opened: Open) -> None:
    shown = opened()
    cell(shown, "save::statistics", 5).click()
    panel = panel_of(shown)
    for told in (
        "Promise: does what users rely on hold? Held against another way to the same result.",
        "wrong, silent on TensorFlow 2.21.0, Python 3.11",
        "Silent harm: wrong, stale, lost or ignored, without a word.",
        "Observed B statistics lost: outputs equal inputs Expected same predictions",
        "before: save::old_name",
        "tfcompat run --fresh --tf 2.21.0 --python 3.11",
        "2.15.0",  # Keras
        "1.26.4",  # NumPy
        "3.11.7",  # Python
        "local:0123456789abcdef",
        "sha256:aaaa",
        "docker",
        "2026-01-02 00:00:00 UTC",
        "0.25 s; 70 s for the whole cell",
        "2025-12-01 00:00:00 UTC",
        "tested on",
    ):
        assert told in panel, told
    assert "reused since" not in panel
    assert hash_of(shown) == "#scenario=save::statistics&cell=tf2.21.0-py3.11"
    shown.keyboard.press("ArrowLeft")
    until(shown, "document.querySelector('#panel .verdict').innerText.includes('2.20.0')")
    assert "no wheel" in panel_of(shown)
    shown.go_back()
    until(shown, "!document.querySelector('#panel').open")


def test_an_id_of_before_opens_the_row(opened: Open) -> None:
    shown = opened("#scenario=save%3A%3Aold_name&cell=tf2.21.0-py3.11")
    headed(shown, SAVED)
    assert shown.locator("tr.current").get_attribute("id") == page.anchor("save::statistics")


def test_the_panel_of_a_question_has_its_answers_and_what_the_documentation_says(opened: Open) -> None:
    shown = opened("#scenario=readapt%3A%3Apredict&cell=tf2.21.0-py3.11")
    panel = panel_of(shown)
    for told in (
        "Question: which of several behaviours is it?",
        "stale, silent, documented on TensorFlow 2.21.0",
        "Silent harm: wrong, stale, lost or ignored, without a word. The documentation says so.",
        "Possible answers fresh stale silent harm",
        "What shows it [0.0, 1.0]",
        "The documentation says stale It is so.",
    ):
        assert told in panel, told
    assert shown.locator("#panel .answers li[aria-current]").inner_text() == "stale silent harm"
    shown.goto(re.sub("#.*", "#scenario=adapt%3A%3Amean&cell=tf2.21.0-py3.11", shown.url))
    headed(shown, "The mean of a column")
    assert "The documentation says [0.0, 2.0] It is not so." in panel_of(shown)


def test_the_panel_has_the_error_as_it_was_raised_whose_doing_it_is_and_its_frames(opened: Open) -> None:
    address = "#scenario=imports%3A%3Afrom%20keras.layers%20import%20Normalization&cell="
    shown = opened(f"{address}tf2.5.3-py3.11")
    panel = panel_of(shown)
    assert "ModuleNotFoundError: No module named 'keras'" in panel
    assert "keras.layers.Normalization: its package is not installed in this environment." in panel
    assert shown.locator("script[src*='frames']").count() == 0, "they come when they are asked for"
    shown.click("#panel .frames summary")
    until(shown, "document.querySelector('#panel .frames pre').textContent.includes('made.py, line 3')")
    shown.goto(re.sub("#.*", f"{address}tf2.21.0-py3.11", shown.url))
    until(shown, "document.querySelector('#panel .verdict').innerText.includes('2.21.0')")
    assert "keras.layers.Normalization: this release does not have it." in panel_of(shown)


def test_a_row_that_python_decides_says_so_and_where(opened: Open) -> None:
    panel = panel_of(opened("#scenario=readapt%3A%3Apython"))
    assert "Over every cell: it differs by Python" in panel
    assert "refused 2.15.1 on Python ≤ 3.10" in panel


def test_the_panel_has_the_source_and_says_what_does_not_repeat(opened: Open) -> None:
    shown = opened("#scenario=adapt%3A%3Amean&cell=tf2.21.0-py3.11")
    shown.click("#panel summary:has-text('Its source')")
    until(shown, "document.querySelector('#panel details pre').textContent.includes('def test_made')")
    assert "tfcompat run --fresh --tf 2.21.0 --python 3.11 -k 'adapt::mean'" in shown.inner_text("#panel .command")
    assert "missing" in shown.inner_text("#panel .history")
    assert "2025-11-30 00:00:00 UTC; reused since" in panel_of(shown)
    shown.goto(re.sub("#.*", "#scenario=adapt%3A%3Acomes_back&cell=tf2.5.3-py3.11", shown.url))
    until(shown, "document.querySelector('#panel').innerText.includes('did not repeat')")


def test_the_command_is_copied(opened: Open) -> None:
    shown = opened("#cell=tf2.16.2-py3.11%2Blegacy", permissions=["clipboard-read", "clipboard-write"])
    shown.click("#panel .command button")
    shown.wait_for_selector("#panel .command button:has-text('Copied')")
    copied = shown.evaluate("navigator.clipboard.readText()")
    assert copied == "tfcompat run --fresh --tf 2.16.2 --python 3.11 --variant legacy"


def test_a_link_to_a_row_and_a_link_to_a_cell_open_them(opened: Open) -> None:
    shown = opened(f"#{page.anchor('imports::from keras.layers import Normalization')}")
    headed(shown, "from keras.layers import Normalization")
    assert shown.locator("tr.current").is_visible()
    other = opened("#scenario=adapt%3A%3Acomes_back&cell=tf2.15.1-py3.10")
    assert "fails on TensorFlow 2.15.1, Python 3.10" in panel_of(other)
    assert "ValueError: a shape that does not fit" in panel_of(other)


def test_a_panel_that_was_closed_does_not_call_the_reader_back(opened: Open) -> None:
    shown = opened("#scenario=adapt%3A%3Amean&cell=tf2.21.0-py3.11")
    stays = shown.evaluate("""async () => {
        const elsewhere = document.querySelector("input[type=search]");
        document.querySelector("#panel .close").click();
        elsewhere.focus();
        await new Promise((soon) => setTimeout(soon, 200));
        return document.activeElement === elsewhere;
    }""")
    assert stays


def test_hostile_text_is_shown_and_never_run(opened: Open) -> None:
    shown = opened("#scenario=inputs%3A%3Ahostile&cell=tf2.21.0-py3.11")
    panel = panel_of(shown)
    assert '</script><img src=x onerror="window.harmed=1"><b>bold</b>' in panel
    assert "Evil<script>" in panel
    assert shown.locator("#panel b:text('bold'), #panel img[src='x'], #panel a[href^='javascript']").count() == 0
    cell(shown, "inputs::hostile", 0).evaluate(
        "one => one.dispatchEvent(new PointerEvent('pointerover', {bubbles: true}))"
    )
    shown.goto(re.sub("#.*", "#cell=tf2.20.0-py3.11", shown.url))
    until(shown, "document.querySelector('#panel').innerText.includes('Why there is no answer')")
    assert shown.evaluate("window.harmed") is None
