"""Pages in a real browser: "My release", the theme, any two releases, citing, and addresses of before."""

from pathlib import Path
from typing import Any

import pytest

from tests.publish.site.conftest import Open
from tests.publish.site.made_site import evidence_of, made_trials
from tests.publish.site.reading import until
from tfcompat.advise.upgrade import Upgrade
from tfcompat.publish.pages import upgrades
from tfcompat.table.frame import collect

pytestmark = pytest.mark.browser
HOME, API, QUESTION = (
    "index.html",
    "api/from-keras.layers-import-Normalization/index.html",
    "q/does-predict-see-it/index.html",
)


def test_my_release_is_kept_in_the_address_and_the_browser_and_turns_answers(opened: Open, made_page: Path) -> None:
    shown = opened(name=API)
    assert shown.locator(".mine:visible").count() == 0
    shown.select_option("#release", "2.5")
    assert shown.evaluate("location.hash") == "#on=2.5"
    mine = shown.locator("main > .mine:visible").inner_text()
    assert mine.startswith("On your 2.5: no.")
    assert "No module named" in mine
    assert shown.locator(".chart th.my").first.inner_text().split()[0] == "2.5"
    shown.goto((made_page / QUESTION).as_uri())
    shown.wait_for_selector("html.ready")
    assert shown.input_value("#release") == "2.5"
    assert "`" not in shown.locator("main > .mine:visible").inner_text()
    assert "predict() is fresh." in shown.locator("main > .mine:visible").inner_text()
    shown.goto(f"{(made_page / QUESTION).as_uri()}#on=2.6")
    until(shown, "document.getElementById('release').value === '2.6'")
    assert "predict() is stale." in shown.locator("main > .mine:visible").inner_text()


def test_the_band_of_my_release_stands_on_its_column(opened: Open) -> None:
    shown = opened("#on=2.16", name=API)
    band, head = (shown.locator(one).first.bounding_box() for one in (".band", ".chart th.my"))
    assert abs(band["x"] - head["x"]) < 1
    assert abs(band["width"] - head["width"]) < 1


def test_dark_by_system_and_by_choice(opened: Open) -> None:
    def paper(shown: Any) -> str:
        return str(shown.evaluate("getComputedStyle(document.documentElement).backgroundColor"))

    assert paper(opened(name=HOME, color_scheme="light")) == "rgb(255, 255, 255)"
    assert paper(opened(name=HOME, color_scheme="dark")) == "rgb(15, 18, 22)"
    shown = opened(name=HOME, color_scheme="light")
    shown.click("#theme")
    shown.click("#theme")
    shown.reload()
    assert paper(shown) == "rgb(15, 18, 22)", "the choice is kept"


def test_home_says_how_old_it_is_and_warns(opened: Open) -> None:
    shown = opened(name=HOME)
    assert shown.locator("#age").inner_text().startswith("Last run 1 February 2026, ")
    assert "old" in str(shown.get_attribute("#age", "class"))


def test_an_address_of_the_old_page_leads_to_all_rows(opened: Open) -> None:
    shown = opened("#scenario=save%3A%3Aold_name", name=HOME)
    shown.wait_for_url("**/rows/index.html#scenario=save%3A%3Aold_name")


def test_an_id_of_before_has_a_page_that_leads_on(opened: Open) -> None:
    shown = opened(name="s/save/old_name/index.html")
    shown.click("main .entries a")
    shown.wait_for_url("**/s/save/statistics/index.html")


def test_a_page_is_cited_as_markdown(opened: Open) -> None:
    shown = opened(name=API)
    shown.click("#cite")
    text = shown.locator("dialog pre").inner_text()
    assert "from keras.layers import Normalization](file:" in text
    assert "measured 2026-02-01" in text
    shown.keyboard.press("Escape")
    until(shown, "!document.querySelector('dialog')")


def steps() -> list[Upgrade]:
    return upgrades.steps(evidence_of(collect(made_trials())))


def test_any_two_releases_by_script_say_what_the_pages_of_the_steps_say(opened: Open) -> None:
    found = steps()
    assert found
    for step in found:
        old, new = (".".join(release.split(".")[:2]) for release in (step.old, step.new))
        shown = opened(f"#from={old}&to={new}", name="upgrade/index.html")
        until(shown, "Boolean(document.querySelector('#picked h2'))")
        by_script = sorted(shown.locator("#picked li a").evaluate_all("all => all.map(one => one.textContent)"))
        facts = [changed.title.replace("`", "") for changed in step.changes]
        assert by_script == sorted(facts), (old, new)


def test_a_pair_is_picked_and_kept_in_the_address(opened: Open) -> None:
    shown = opened(name="upgrade/index.html")
    shown.select_option("select[name=old]", "2.5")
    shown.select_option("select[name=new]", "2.15")
    shown.click("#picker button")
    until(shown, "document.querySelector('#picked h2')?.textContent === '2.5 → 2.15'")
    assert shown.evaluate("location.hash") == "#from=2.5&to=2.15"


@pytest.mark.parametrize("name", [HOME, API, QUESTION, "upgrade/2.15-2.16/index.html", "s/inputs/hostile/index.html"])
def test_nothing_overflows(opened: Open, name: str) -> None:
    for width in (360, 390, 768, 1280):
        shown = opened(name=name, viewport={"width": width, "height": 800})
        assert shown.evaluate("document.documentElement.scrollWidth") <= width, (name, width)


def test_a_traceback_is_unpacked_where_it_is_asked_for(opened: Open) -> None:
    scenario = "imports%3A%3Afrom%20keras.layers%20import%20Normalization"
    shown = opened(f"#scenario={scenario}&cell=tf2.5.3-py3.11")
    shown.click("#panel summary:has-text('Where it was raised')")
    until(shown, "document.querySelector('#panel .frames pre').textContent.startsWith('Traceback')")
