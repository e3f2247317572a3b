"""The page of all rows in a real browser: ``tox run -e page`` runs these, with the Chromium that ``CHROMIUM`` names."""

from pathlib import Path
from typing import Any

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tests.conftest import ROOT
from tests.publish.site.conftest import PHONE, ROWS, Open
from tests.publish.site.made_site import RELEASES, answers
from tests.publish.site.reading import SAVED, bars, hash_of, headed, panel_of, searched, titles, until
from tfcompat.publish.site import rows as page
from tfcompat.select import releases

pytestmark = pytest.mark.browser
COUNT = len(answers(RELEASES[0]))
STALE = "Does predict() see a second adapt()?"


def counted(shown: Any) -> str:
    until(shown, "Boolean(document.getElementById('count').textContent)")
    return str(shown.inner_text("#count"))


def test_rows_that_vary_are_shown_at_first_and_all_on_demand(opened: Open) -> None:
    shown = opened()
    assert counted(shown).startswith(f"{COUNT} rows"), "the cell without an answer differs from its neighbours"
    shown = opened("#tf=>=2.15,<2.17")
    assert counted(shown).startswith(f"4 of {COUNT} rows do not do the same on every release")
    shown.click("#count button")
    until(shown, f"document.querySelectorAll('.group .row:not([hidden])').length === {COUNT}")
    assert counted(shown) == f"{COUNT} rows"


def test_search_as_one_types(opened: Open) -> None:
    shown = opened()
    assert searched(shown, "works again") == ["It works, fails, and works again"]
    assert counted(shown).startswith(f"1 of {COUNT} rows")
    until(shown, "decodeURIComponent(location.hash) === '#q=works again'")
    assert searched(shown, "statistics lost") == [SAVED], "what was observed is searched too"
    assert searched(shown, "zzz qqq") == []
    assert shown.locator("#none").is_visible()
    shown.click("#reset")
    until(shown, f"document.querySelectorAll('.group .row:not([hidden])').length === {COUNT}")


@pytest.mark.parametrize(
    "text",
    [
        "module 'keras.layers' has no attribute 'Normalization'",
        "AttributeError: module 'keras.layers' has no attribute 'Normalization'",
        "ModuleNotFoundError: No module named 'keras'",
    ],
)
def test_an_error_as_it_was_raised_finds_its_row(opened: Open, text: str) -> None:
    assert searched(opened(), text) == ["from keras.layers import Normalization"]


def test_what_has_most_of_the_words_is_found_and_that_is_said(opened: Open) -> None:
    shown = opened()
    assert SAVED in searched(shown, "model file predicted before yesterday")
    assert "have most of these words; none has all" in counted(shown)


def test_an_id_of_before_and_an_answer_find_their_row(opened: Open) -> None:
    shown = opened()
    assert searched(shown, "save::old_name") == [SAVED]
    assert searched(shown, "stale") == [STALE]


def test_rows_are_chosen_by_harm_and_by_what_happened(opened: Open) -> None:
    shown = opened()
    shown.click(".legend [data-harm=silent] button")
    until(
        shown, "location.hash === '#harm=silent' && document.querySelectorAll('.group .row:not([hidden])').length === 3"
    )
    assert titles(shown) == [STALE, SAVED, "A wrong shape is refused"]
    shown.click(".legend [data-status=answered] button")
    until(shown, "document.querySelectorAll('.group .row:not([hidden])').length === 1")
    assert titles(shown) == [STALE], "of one cell both have to be so"
    assert shown.get_attribute(".legend [data-harm=silent] button", "aria-pressed") == "true"


def test_groups_are_chosen_and_folded(opened: Open) -> None:
    shown = opened("#group=save,imports")
    until(shown, "document.querySelectorAll('.group .row:not([hidden])').length === 2")
    assert titles(shown) == ["from keras.layers import Normalization", SAVED]
    shown.click(".group[data-group=imports] button")
    assert titles(shown) == [SAVED]
    assert shown.get_attribute(".group[data-group=imports] button", "aria-expanded") == "false"


def test_releases_by_specifier(opened: Open) -> None:
    shown = opened("#tf=>=2.6,<2.16")
    heads = shown.locator("#heads .column")
    assert [text.split()[0] for text in heads.all_inner_texts()] == ["2.6", "2.15"]
    shown.fill(".specifier input", ">=nonsense")
    assert shown.get_attribute(".specifier input", "aria-invalid") == "true"
    assert heads.count() == 2, "what is half written changes nothing"


def test_only_rows_that_change_between_two(opened: Open) -> None:
    shown = opened("#changes=2.15.1..2.16.2")
    changed = {
        "It works, fails, and works again",
        "A wrong shape is refused",
        "from keras.layers import Normalization",
        "The version of TensorFlow",
    }
    assert set(titles(shown)) == changed
    assert set(titles(opened("#changes=2.15..2.16"))) == changed, "a minor is its last patch"


@pytest.mark.parametrize(
    ("view", "said"),
    [
        ("#scenario=no%3A%3Asuch", "No row has the id no::such, now or before."),
        ("#changes=2.15..9.9", "No column that is shown is 9.9."),
        ("#finding=constructor", "There is no list constructor."),
        ("#tf=%25", "% is no specifier of releases"),
        ("#cell=nowhere&columns=constructor", "No column is the cell nowhere."),
    ],
)
def test_what_an_address_names_and_is_not_there_is_said(opened: Open, view: str, said: str) -> None:
    shown = opened(view)
    assert said in counted(shown)
    assert not shown.locator("#panel").is_visible()


def test_further_columns_come_when_they_are_asked_for(opened: Open) -> None:
    shown = opened()
    counted(shown)
    assert shown.locator("script[src$='data/patches.js']").count() == 0
    shown.click("summary:has-text('Columns')")
    for label in ("Every other patch", "Other Pythons", "Pre-releases", "legacy"):
        shown.check(f"label:has-text('{label}') input")
    until(shown, "document.querySelectorAll('#heads .column').length === 10")
    covered = """all => all.map((row) => [...row.querySelectorAll(".bar")]
        .reduce((sum, bar) => sum + Number(bar.getAttribute("aria-colspan")), 0))"""
    assert set(shown.locator(".group .row:not([hidden])").evaluate_all(covered)) == {10}


#: Every set of columns, shown in a window that ends above the table: how many rows wait to be drawn as soon as they are shown.
WAITING = """async () => {
    const { sheet, view } = tfcompat;
    await view.show({ ...view.read("#q=e"), columns: Object.keys(sheet.sets) });
    return document.querySelectorAll(".chunk.late .row:not([hidden])").length;
}"""
#: Over how many columns the bars of each row go, of those that are shown and of the others.
COVERED = """() => [...document.querySelectorAll(".group .row")].map((row) => [...row.querySelectorAll(".bar")]
    .reduce((sum, bar) => sum + Number(bar.getAttribute("aria-colspan")), 0))"""
LOW = {"width": 1600, "height": 120}


@pytest.mark.parametrize("script", ["", "delete window.requestIdleCallback; delete window.cancelIdleCallback"])
def test_rows_below_the_window_are_drawn_once_nobody_waits(opened: Open, script: str) -> None:
    """In a browser that does not say when it is idle as well."""
    shown = opened(viewport=LOW)
    shown.context.add_init_script(script)
    shown.reload()
    shown.wait_for_selector("html.drawn")
    counted(shown)
    assert shown.evaluate(WAITING) > 0
    until(shown, "!document.querySelector('.late')")
    until(shown, f"[...new Set(({COVERED})())].join() === '10'")


def test_on_paper_no_row_waits(opened: Open) -> None:
    shown = opened(viewport=LOW)
    counted(shown)
    printed = f"async () => {{ await ({WAITING})(); dispatchEvent(new Event('beforeprint')); return ({COVERED})(); }}"
    assert set(shown.evaluate(printed)) == {10}
    assert shown.locator(".late").count() == 0


def test_what_was_typed_is_in_the_address_when_something_is_opened_or_left(opened: Open) -> None:
    shown = opened()
    counted(shown)
    typed = """() => { const field = document.querySelector("#tools input[type=search]"); field.value = "predict";
        field.dispatchEvent(new InputEvent("input")); const at = location.hash; %s; return [at, location.hash]; }"""
    assert shown.evaluate(typed % "dispatchEvent(new Event('pagehide'))") == ["", "#q=predict"]
    shown.goto(shown.url.partition("#")[0] + "#q=e")
    until(shown, "tfcompat.view.state?.q === 'e'")
    shown.evaluate(typed % "document.querySelector('#matrix .row:not([hidden]) .bar').click()")
    shown.wait_for_selector("#panel[open]")
    shown.go_back()
    until(shown, "!document.getElementById('panel').open && location.hash === '#q=predict'")


def test_a_cell_opens_its_panel_which_covers_no_column_and_back_closes_it(opened: Open) -> None:
    shown = opened("#q=predict")
    counted(shown)
    bars(shown, "readapt::predict").last.click()
    assert "stale, silent, documented on TensorFlow 2.21.0" in panel_of(shown)
    assert hash_of(shown) == "#q=predict&scenario=readapt::predict&cell=tf2.21.0-py3.11"
    row = bars(shown, "readapt::predict").last.bounding_box()
    assert row["y"] + row["height"] < shown.locator("#panel").bounding_box()["y"], "the row is seen above the panel"
    shown.keyboard.press("Escape")
    until(shown, "!document.getElementById('panel').open && location.hash === '#q=predict'")
    assert "stale" not in hash_of(shown)
    bars(shown, "readapt::predict").first.click()
    shown.wait_for_selector("#panel[open]")
    shown.go_back()
    until(shown, "!document.getElementById('panel').open && location.hash === '#q=predict'")


def test_an_id_of_before_opens_the_row(opened: Open) -> None:
    shown = opened("#scenario=save%3A%3Aold_name&cell=tf2.21.0-py3.11")
    headed(shown, SAVED)
    assert shown.locator(".row.current").get_attribute("id") == page.anchor("save::statistics")


def test_by_keyboard_alone(opened: Open) -> None:
    shown = opened()
    counted(shown)
    shown.keyboard.press("/")
    assert shown.evaluate("document.activeElement.type") == "search"
    shown.locator("#matrix .row[id] a").first.focus()
    shown.keyboard.press("ArrowRight")
    assert shown.evaluate("document.activeElement.getAttribute('aria-colindex')") == "2"
    shown.keyboard.press("ArrowDown")
    shown.keyboard.press("End")
    assert shown.evaluate("document.activeElement.getAttribute('aria-colindex')") == "7"
    shown.keyboard.press("Enter")
    assert "on TensorFlow 2.21.0" in panel_of(shown)
    shown.keyboard.press("ArrowLeft")
    until(shown, "document.querySelector('#panel .verdict').innerText.includes('2.20.0')")
    shown.keyboard.press("Escape")
    until(shown, "!document.getElementById('panel').open")


def test_on_a_phone_groups_are_closed_and_a_row_is_the_list_of_its_ranges(opened: Open) -> None:
    shown = opened(viewport=PHONE, has_touch=True)
    assert titles(shown) == []
    assert shown.evaluate("document.documentElement.scrollHeight") < 3 * PHONE["height"]
    shown.click(".group[data-group=adapt] button")
    texts = bars(shown, "adapt::comes_back").all_inner_texts()
    assert [" ".join(text.split()) for text in texts] == [
        "✓ A works 2.5",
        "✗ fails 2.6–2.15.1",
        "✓ B works 2.16",
        "? unknown: no wheel 2.20",
        "✓ B works 2.21",
    ]
    assert shown.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_without_javascript_every_row_reads(opened: Open) -> None:
    shown = opened(java_script_enabled=False)
    assert len(titles(shown)) == COUNT
    assert shown.locator("#tools").is_hidden()


def colour(shown: Any, scenario: str, bar: int) -> str:
    read = "one => getComputedStyle(one).backgroundImage + getComputedStyle(one).backgroundColor"
    return str(bars(shown, scenario).nth(bar).evaluate(read))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_silent_harm_looks_like_nothing_else(opened: Open, scheme: str) -> None:
    shown = opened(color_scheme=scheme, java_script_enabled=False)
    silent = {colour(shown, name, -1) for name in ("save::statistics", "inputs::refused", "readapt::predict")}
    assert len(silent) == 1
    (fill,) = silent
    assert "gradient" in fill, "hatched as well as coloured"
    others = [colour(shown, *bar) for bar in (("adapt::mean", 0), ("readapt::predict", 0), ("adapt::comes_back", 1))]
    others += [colour(shown, name, -1) for name in ("inputs::list", "dtypes::overflow")]
    assert len({fill, *others}) == 6


def test_hostile_text_is_shown_and_never_run(opened: Open) -> None:
    shown = opened("#scenario=inputs%3A%3Ahostile&cell=tf2.21.0-py3.11")
    panel = panel_of(shown)
    assert '</script><img src=x onerror="window.harmed=1"><b>bold</b>' in panel
    assert shown.locator("#panel b:text('bold'), #panel img[src='x'], #panel a[href^='javascript']").count() == 0
    assert shown.evaluate("window.harmed") is None
    assert shown.evaluate("document.documentElement.scrollWidth") <= 1600


def test_the_policy_would_stop_markup_made_of_text(browser: Any, made_page: Path) -> None:
    shown = browser.new_page()
    shown.goto((made_page / ROWS).as_uri())
    refused = shown.evaluate(
        """() => { try { document.body.innerHTML += '<p>'; return 'written'; } catch (error) { return error.name; } }"""
    )
    shown.close()
    assert refused == "TypeError"


def test_specifiers_mean_what_they_mean_to_packaging(opened: Open) -> None:
    versions = [str(one.version) for one in releases.load(ROOT / "images" / "releases.toml")]
    versions += ["2.22.0rc1", "2.22.0.dev20260101", "2.22.0a1", "2.21.0.post1"]
    specifiers = [
        *(">=2.6,<2.16", "==2.6.*", "!=2.6.*,>=2.5", "~=2.15", "~=2.15.0", "==2.15.1"),
        *("<2.22", "<2.22.0rc2", ">2.21", ">2.20.0", "<=2.4.4"),
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("name", "view", "options"),
    [
        (ROWS, "", {}),
        (ROWS, "#scenario=save%3A%3Astatistics&cell=tf2.21.0-py3.11", {}),
        (ROWS, "#cell=tf2.21.0-py3.11", {}),
        (ROWS, "", {"viewport": PHONE}),
        ("index.html", "#on=2.5", {}),
        ("index.html", "", {"viewport": PHONE}),
        ("api/from-keras.layers-import-Normalization/index.html", "#on=2.5", {}),
        ("q/does-predict-see-it/index.html", "#on=2.6", {}),
        ("upgrade/2.15-2.16/index.html", "", {}),
        ("s/readapt/python/index.html", "", {}),
        ("s/inputs/hostile/index.html", "", {}),
        ("claims/index.html", "", {}),
        ("findings/index.html", "", {}),
        ("grid/index.html", "", {}),
        ("method/index.html", "", {}),
        ("404.html", "", {}),
    ],
)
def test_no_rule_of_accessibility_is_broken(
    opened: Open, name: str, view: str, options: dict[str, Any], scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    shown = opened(view, name=name, color_scheme=scheme, bypass_csp=True, **options)
    found = axe.run(shown, options={"preload": False}).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]][:3]) for one in found] == []


def test_names_heads_and_controls_stay_where_the_table_is_wider_than_the_window(opened: Open) -> None:
    shown = opened(viewport={"width": 700, "height": 300})
    shown.evaluate("document.body.style.setProperty('--column', '8rem')")  # as long names of variants make it
    shown.evaluate("window.scrollTo(10000, document.getElementById('matrix').offsetTop)")
    until(shown, "window.scrollX > 100 && window.scrollY > 100")
    read = """selector => { const { left, top, right, bottom } = document.querySelector(selector).getBoundingClientRect();
        return [left, top, right, bottom]; }"""
    tools, heads, name, bar = (
        shown.evaluate(read, selector)
        for selector in ("#tools", "#heads", ".row[id]:not([hidden]) > .name", ".row[id]:not([hidden]) > .bar")
    )
    assert (tools[0], tools[1]) == (0, 0), "the controls stay in the window"
    assert heads[1] == pytest.approx(tools[3]), "the heads are below them, on however many lines"
    assert heads[2] >= 700, "the heads' line goes to the window's edge"
    assert name[0] == 0
    assert name[3] - name[1] >= bar[3] - bar[1], "nothing of a bar shows above or below the name that covers it"
