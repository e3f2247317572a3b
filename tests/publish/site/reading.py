"""How the tests of the site read what a browser shows."""

from typing import Any

from tfcompat.publish.site import rows as page

#: The title of the row that loses something.
SAVED = "A model in a file predicts what it predicted before"


def titles(shown: Any) -> list[str]:
    """The titles of the rows that are shown."""
    found = shown.locator("#matrix .row[id]:visible > .name a")
    return [str(text) for text in found.all_inner_texts()]


def bars(shown: Any, scenario: str) -> Any:
    """The bars of a row, which comes into view first."""
    row = shown.locator(f'.row[id="{page.anchor(scenario)}"]')
    row.scroll_into_view_if_needed()
    return row.locator("> .bar")


def until(shown: Any, expression: str) -> None:
    """Wait until an expression holds; the page's policy forbids playwright's own way, which evaluates text in the page."""
    for _ in range(200):
        if shown.evaluate(expression):
            return
        shown.wait_for_timeout(50)
    raise AssertionError(f"never came: {expression}")


def searched(shown: Any, text: str) -> list[str]:
    """The titles of the rows that the search of all rows finds."""
    shown.fill("#tools input[type=search]", text)
    until(shown, f"tfcompat.view.state?.q === {text!r}")
    shown.wait_for_timeout(50)
    return titles(shown)


def panel_of(shown: Any) -> str:
    """What the panel says once it is open, white space aside."""
    shown.wait_for_selector("#panel[open] h2")
    return " ".join(str(shown.inner_text("#panel")).split())


def headed(shown: Any, title: str) -> None:
    """Wait for the panel's title: what it shows may have to be loaded first."""
    shown.wait_for_function("title => document.querySelector('#panel[open] h2')?.innerText === title", arg=title)


def hash_of(shown: Any) -> str:
    return str(shown.evaluate("decodeURIComponent(location.hash)"))
