"""The page in a real browser: ``tox run -e page`` runs these, with the Chromium that ``CHROMIUM`` names or the system has."""

import re
from pathlib import Path
from typing import Any

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tests.conftest import ROOT
from tests.publish.site.conftest import PHONE, WIDE, Open
from tests.publish.site.made_site import RELEASES, answers
from tfcompat.publish.site import document as page
from tfcompat.publish.site import files
from tfcompat.select import releases

pytestmark = pytest.mark.browser
ROWS = len(answers(RELEASES[0]))


#: The title of the row that loses something.
SAVED = "A model in a file predicts what it predicted before"


def titles(shown: Any) -> list[str]:
    """The titles of the rows that are shown."""
    found = shown.locator("#matrix tbody tr[id]:visible > th a")
    return [str(text) for text in found.all_inner_texts()]


def cell(shown: Any, scenario: str, column: int) -> Any:
    """A cell; rows far from what is seen have none, so its row comes into view first."""
    row = shown.locator(f'tr[id="{page.anchor(scenario)}"]')
    row.scroll_into_view_if_needed()
    return row.locator("> td").nth(column)


def until(shown: Any, expression: str) -> None:
    """Wait until an expression holds; the page's policy forbids playwright's own way, which evaluates text in the page."""
    for _ in range(100):
        if shown.evaluate(expression):
            return
        shown.wait_for_timeout(50)
    raise AssertionError(f"never came: {expression}")


def panel_of(shown: Any) -> str:
    """What the panel says once it is open, white space aside."""
    shown.wait_for_selector("#panel[open] h2")
    return " ".join(str(shown.inner_text("#panel")).split())


def headed(shown: Any, title: str) -> None:
    """Wait for the panel's title: what it shows may have to be loaded first."""
    shown.wait_for_function("title => document.querySelector('#panel[open] h2')?.innerText === title", arg=title)


def hash_of(shown: Any) -> str:
    return str(shown.evaluate("decodeURIComponent(location.hash)"))


def test_the_table_stands_as_it_was_written(opened: Open) -> None:
    shown = opened()
    assert len(titles(shown)) == ROWS
    assert shown.inner_text("#count") == f"{ROWS} scenarios, 6 columns"
    assert hash_of(shown) == ""


def test_search_as_one_types(opened: Open) -> None:
    shown = opened()
    shown.fill("input[type=search]", "works again")
    assert titles(shown) == ["It works, fails, and works again"]
    assert shown.inner_text("#count").startswith(f"1 of {ROWS} scenarios")
    assert hash_of(shown) == "#q=works again"
    shown.fill("input[type=search]", "statistics lost")
    assert titles(shown) == [SAVED], "what was observed is searched too"
    shown.fill("input[type=search]", "nothing has these words")
    assert shown.locator("#none").is_visible()
    shown.click("#reset")
    assert len(titles(shown)) == ROWS


@pytest.mark.parametrize(
    "text",
    [
        "module 'keras.layers' has no attribute 'Normalization'",
        "AttributeError: module 'keras.layers' has no attribute 'Normalization'",
        "ModuleNotFoundError: No module named 'keras'",
    ],
)
def test_an_error_as_it_was_raised_finds_its_row(opened: Open, text: str) -> None:
    shown = opened()
    shown.fill("input[type=search]", text)
    assert titles(shown) == ["from keras.layers import Normalization"]


def test_an_id_of_before_and_an_answer_find_their_row(opened: Open) -> None:
    shown = opened()
    shown.fill("input[type=search]", "save::old_name")
    assert titles(shown) == [SAVED]
    shown.fill("input[type=search]", "stale")
    assert titles(shown) == ["Does predict() see a second adapt()?"]


def test_rows_are_chosen_by_harm_and_by_what_happened(opened: Open) -> None:
    shown = opened()
    shown.click(".legend [data-harm=silent] button")
    assert titles(shown) == [SAVED, "A wrong shape is refused", "Does predict() see a second adapt()?"]
    assert hash_of(shown) == "#harm=silent"
    shown.click(".legend [data-status=answered] button")
    assert titles(shown) == ["Does predict() see a second adapt()?"], "of one cell both have to be so"
    shown.click(".legend [data-harm=silent] button")
    shown.click(".legend [data-harm=visible] button")
    assert titles(shown) == []
    shown.click(".legend [data-status=answered] button")
    assert titles(shown) == ["Large values stay finite in float16"]
    assert shown.get_attribute(".legend [data-harm=visible] button", "aria-pressed") == "true"


def colour(shown: Any, scenario: str, column: int) -> tuple[str, str]:
    """The fill of a cell, its hatching included, and what stands in it."""
    read = "one => (style => [style.backgroundImage + style.backgroundColor, style.content])(getComputedStyle(one, '::before'))"
    fill, content = cell(shown, scenario, column).evaluate(read)
    return str(fill), str(content)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_silent_harm_looks_like_nothing_else_and_nothing_that_harms_is_green(opened: Open, scheme: str) -> None:
    shown = opened(color_scheme=scheme)
    works, none, loud, obscure, visible, missing = (
        colour(shown, name, column)
        for name, column in (
            ("adapt::mean", 0),
            ("readapt::predict", 0),
            ("adapt::comes_back", 1),
            ("inputs::list", 5),
            ("dtypes::overflow", 5),
            ("imports::from keras.layers import Normalization", 5),
        )
    )
    silent = {colour(shown, name, 5)[0] for name in ("save::statistics", "inputs::refused", "readapt::predict")}
    assert len(silent) == 1
    (fill,) = silent
    assert "gradient" in fill, "hatched as well as coloured"
    others = [one[0] for one in (works, none, loud, obscure, visible, missing)]
    assert len({fill, *others}) == 7
    assert "▲" in colour(shown, "save::statistics", 5)[1]
    assert "△" in visible[1]
    assert "◇" in obscure[1]


def test_a_question_shows_its_word_over_its_whole_bar(opened: Open) -> None:
    shown = opened()
    bar = cell(shown, "readapt::predict", 2)
    assert bar.locator("span").inner_text() == "stale"
    width = bar.evaluate(
        "one => one.firstElementChild.getBoundingClientRect().width / one.getBoundingClientRect().width"
    )
    assert 1.5 < width < 2, "two columns"
    assert "✓" not in colour(shown, "readapt::predict", 2)[1]


def test_groups_and_statuses(opened: Open) -> None:
    shown = opened()
    shown.click("summary:has-text('Groups')")
    shown.check("label:has-text('save') input")
    assert titles(shown) == [SAVED]
    shown.check("label:has-text('imports') input")
    assert len(titles(shown)) == 2
    shown.keyboard.press("Escape")
    shown.click(".legend button:has-text('missing')")
    assert titles(shown) == ["from keras.layers import Normalization"]
    assert hash_of(shown) == "#group=save,imports&status=missing"
    shown.click("#tools button:has-text('Clear')")
    assert len(titles(shown)) == ROWS


def test_releases_by_specifier_and_by_handles(opened: Open) -> None:
    shown = opened()
    heads = shown.locator("#matrix thead .release")
    shown.fill(".specifier input", ">=2.6,<2.16")
    assert heads.all_inner_texts() == ["2.6.5", "2.15.1"]
    shown.fill(".specifier input", ">=nonsense")
    assert shown.get_attribute(".specifier input", "aria-invalid") == "true"
    assert heads.all_inner_texts() == ["2.6.5", "2.15.1"], "what is half written changes nothing"
    shown.fill(".specifier input", "")
    shown.locator("input[aria-label='Oldest release']").press("ArrowRight")
    assert shown.input_value(".specifier input") == ">=2.6.5"
    shown.locator("input[aria-label='Newest release']").press("ArrowLeft")
    assert heads.all_inner_texts() == ["2.6.5", "2.15.1", "2.16.2", "2.20.0"]
    assert hash_of(shown) == "#tf=>=2.6.5,<=2.20.0"


def test_only_rows_that_change(opened: Open) -> None:
    shown = opened()
    shown.select_option(".changing label select", "any")
    assert len(titles(shown)) == ROWS, "the cell without an answer differs from its neighbours, and is seen"
    shown.select_option(".changing label select", "pair")
    shown.select_option("select[aria-label='Changes from']", label="2.15.1")
    shown.select_option("select[aria-label='Changes to']", label="2.16.2")
    assert titles(shown) == [
        "It works, fails, and works again",
        "A wrong shape is refused",
        "from keras.layers import Normalization",
        "The version of TensorFlow",
    ]
    assert hash_of(shown) == "#changes=tf2.15.1-py3.11..tf2.16.2-py3.11"


def test_the_state_in_an_address_is_the_state_of_the_page(opened: Open) -> None:
    shown = opened("#changes=2.15.1..2.16.2&q=from%20keras&columns=minors%2Clegacy&tf=%3E%3D2.15")
    assert titles(shown) == ["from keras.layers import Normalization"]
    assert shown.locator("#matrix thead .variant").all_inner_texts() == ["legacy"]
    assert shown.input_value("input[type=search]") == "from keras"
    shown.reload()
    shown.wait_for_selector("html.ready")
    assert titles(shown) == ["from keras.layers import Normalization"]


def test_further_columns_come_when_they_are_asked_for(opened: Open) -> None:
    shown = opened()
    assert shown.locator("script[src='data/patches.js']").count() == 0
    shown.click("summary:has-text('Columns')")
    for label in ("Every other patch", "Other Pythons", "Pre-releases", "legacy"):
        shown.check(f"label:has-text('{label}') input")
    until(shown, "document.querySelectorAll('#matrix thead .release').length === 10")
    assert shown.locator("#matrix thead [data-cell]").evaluate_all("all => all.map(one => one.dataset.cell)") == [
        "tf2.5.3-py3.11",
        "tf2.6.5-py3.11",
        "tf2.15.0-py3.11",
        "tf2.15.1-py3.10",
        "tf2.15.1-py3.11",
        "tf2.16.2-py3.11",
        "tf2.16.2-py3.11+legacy",
        "tf2.20.0-py3.11",
        "tf2.21.0-py3.11",
        "tf2.22.0rc1-py3.11",
    ]
    assert {len(row.query_selector_all("td")) for row in shown.query_selector_all("#matrix tbody tr.near")} == {10}


def test_a_finding_leads_to_its_rows(opened: Open) -> None:
    shown = opened()
    shown.goto(shown.url + "#finding=visible")
    until(shown, "document.querySelectorAll('#matrix tbody tr[id]:not([hidden])').length === 1")
    assert titles(shown) == ["Large values stay finite in float16"]
    shown.click("#count button")
    assert len(titles(shown)) == ROWS


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
    assert "tfcompat run --fresh --tf 2.21.0 --python 3.11 -k test_made" in shown.inner_text("#panel .command")
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


def test_an_address_that_names_nothing_shows_the_table(opened: Open) -> None:
    shown = opened("#scenario=no%3A%3Asuch&cell=%E0%A4%A&status=nonsense&columns=none&changes=..&tf=%25")
    assert not shown.locator("#panel").is_visible()
    assert shown.inner_text("#count").startswith(f"0 of {ROWS}")


def test_by_keyboard_alone(opened: Open) -> None:
    shown = opened()
    shown.keyboard.press("/")
    assert shown.evaluate("document.activeElement.type") == "search"
    for _ in range(30):
        shown.keyboard.press("Tab")
        if shown.evaluate("Boolean(document.activeElement.closest('#matrix'))"):
            break
    shown.keyboard.press("ArrowRight")
    shown.keyboard.press("ArrowDown")
    assert shown.evaluate("document.activeElement.cellIndex") == 1
    shown.keyboard.press("End")
    assert shown.evaluate("document.activeElement.cellIndex") == 6
    shown.keyboard.press("Enter")
    assert "on TensorFlow 2.21.0" in panel_of(shown)
    for _ in range(40):
        shown.keyboard.press("Tab")
        inside = shown.evaluate(
            "document.activeElement === document.body || Boolean(document.activeElement.closest('#panel'))"
        )
        assert inside, "the focus stays in the panel"
    shown.keyboard.press("Escape")
    assert not shown.locator("#panel").is_visible()
    assert shown.evaluate("document.activeElement.cellIndex") == 6
    assert shown.evaluate("document.activeElement.parentElement.id") == page.anchor("adapt::comes_back")
    shown.keyboard.press("Control+Home")
    shown.keyboard.press("ArrowUp")
    shown.keyboard.press("ArrowRight")
    shown.keyboard.press("Enter")
    headed(shown, "TensorFlow 2.5.3, Python 3.11")
    shown.keyboard.press("Escape")
    assert shown.evaluate("document.activeElement.dataset.cell") == "tf2.5.3-py3.11"


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


def test_dark_by_system_and_by_choice(opened: Open) -> None:
    def paper(shown: Any) -> str:
        return str(shown.evaluate("getComputedStyle(document.body.parentElement).backgroundColor"))

    assert paper(opened(color_scheme="light")) == "rgb(255, 255, 255)"
    assert paper(opened(color_scheme="dark")) == "rgb(16, 19, 23)"
    shown = opened(color_scheme="light")
    shown.click("#theme")
    shown.click("#theme")
    assert paper(shown) == "rgb(16, 19, 23)"
    shown.reload()
    assert paper(shown) == "rgb(16, 19, 23)", "the choice is kept"


def test_on_a_phone_a_row_is_the_list_of_its_ranges(opened: Open) -> None:
    shown = opened(viewport=PHONE, has_touch=True)
    row = shown.locator(f'tr[id="{page.anchor("adapt::comes_back")}"]')
    assert row.locator("td").first.is_hidden()
    assert [" ".join(text.split()) for text in row.locator("li").all_inner_texts()] == [
        "works 2.5.3 A",
        "fails 2.6.5 – 2.15.1",
        "works 2.16.2 B",
        "unknown: no wheel 2.20.0",
        "works 2.21.0 B",
    ]
    assert shown.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    row.locator("li a").nth(1).click()
    assert "fails on TensorFlow 2.6.5" in panel_of(shown)


def test_without_javascript_the_table_reads(opened: Open) -> None:
    shown = opened(f"#{page.anchor('save::statistics')}", java_script_enabled=False)
    row = shown.locator(f'tr[id="{page.anchor("save::statistics")}"]')
    assert row.is_visible()
    assert row.locator("td").all_inner_texts()[-1] == "wrong, silent B"
    assert shown.locator("#tools").is_hidden()
    assert shown.locator("tbody td").count() == ROWS * 6


def test_without_its_data_the_table_still_reads(browser: Any, made_page: Path, tmp_path: Path) -> None:
    for name in ("index.html", "page.css", *files.STATIC):
        (tmp_path / name).write_bytes((made_page / name).read_bytes())
    shown = browser.new_context(viewport=WIDE).new_page()
    shown.goto((tmp_path / "index.html").as_uri())
    shown.wait_for_selector("html:not(.js)")
    assert shown.locator("tbody td").first.is_visible()
    shown.context.close()


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


def test_the_policy_would_stop_markup_made_of_text(browser: Any, made_page: Path) -> None:
    shown = browser.new_page()
    shown.goto((made_page / "index.html").as_uri())
    refused = shown.evaluate(
        """() => { try { document.body.innerHTML += '<p>'; return 'written'; } catch (error) { return error.name; } }"""
    )
    shown.close()
    assert refused == "TypeError"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("view", "options"),
    [
        ("", {}),
        ("#scenario=save%3A%3Astatistics&cell=tf2.21.0-py3.11", {}),
        ("#scenario=adapt%3A%3Acomes_back", {}),
        ("#cell=tf2.21.0-py3.11", {}),
        ("#changes=2.15.1..2.16.2&columns=minors,legacy", {}),
        ("", {"viewport": PHONE}),
        ("", {"forced_colors": "active"}),
    ],
)
def test_no_rule_of_accessibility_is_broken(opened: Open, view: str, options: dict[str, Any], scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    shown = opened(view, color_scheme=scheme, bypass_csp=True, **options)
    found = axe.run(shown, options={"preload": False}).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]][:3]) for one in found] == []


def test_sections_break_no_rule_either(opened: Open) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(opened(name="claims.html", bypass_csp=True), options={"preload": False}).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]][:3]) for one in found] == []


def test_specifiers_mean_what_they_mean_to_packaging(opened: Open) -> None:
    versions = [str(one.version) for one in releases.load(ROOT / "images" / "releases.toml")]
    versions += ["2.22.0rc1", "2.22.0.dev20260101", "2.22.0a1", "2.21.0.post1"]
    specifiers = [
        ">=2.6,<2.16",
        "==2.6.*",
        "!=2.6.*,>=2.5",
        "~=2.15",
        "~=2.15.0",
        "==2.15.1",
        "<2.22",
        "<2.22.0rc2",
        ">2.21",
        ">2.20.0",
        "<=2.4.4",
    ]
    shown = opened()
    told = shown.evaluate(
        """([versions, specifiers]) => specifiers.map(one => {
          const fits = tfcompat.versions.specifier(one);
          return versions.filter(version => fits(tfcompat.versions.parse(version)));
        })""",
        [versions, specifiers],
    )
    for text, found in zip(specifiers, told, strict=True):
        assert found == [one for one in versions if SpecifierSet(text).contains(Version(one), prereleases=True)], text
    assert (
        shown.evaluate("['', 'x', '>=', '=2', '===2.6', '~=2', '>=2.6.*'].map(tfcompat.versions.specifier)")
        == [None] * 7
    )
