"""The page in a real browser: ``tox run -e page`` runs these, with the Chromium that ``CHROMIUM`` names or the system has."""

from pathlib import Path
from typing import Any

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tests.conftest import ROOT
from tests.publish.site.conftest import PHONE, WIDE, Open
from tests.publish.site.made_site import RELEASES, answers
from tests.publish.site.reading import SAVED, hash_of, headed, panel_of, titles, until
from tfcompat.publish.site import document as page
from tfcompat.publish.site import files
from tfcompat.select import releases

pytestmark = pytest.mark.browser
ROWS = len(answers(RELEASES[0]))


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
