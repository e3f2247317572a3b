"""The lists of pages: without an address only what needs none, in the order of readers, and no line of a cell breaks one."""

from tests.publish.discovery.test_head import SITE, page
from tfcompat.publish.discovery import lists
from tfcompat.publish.pages.page import PageKind


def test_without_an_address_there_is_neither_sitemap_nor_robots() -> None:
    made = lists.files([page()], "")
    assert set(made) == {"llms.txt", "api/a/index.md"}
    assert "- [A](api/a/index.md): It is there." in made["llms.txt"]


def test_what_is_in_no_index_is_in_no_list() -> None:
    made = lists.files([page(), page(PageKind.NOT_FOUND, "404.html")], SITE)
    assert set(made) == {"llms.txt", "sitemap.xml", "robots.txt", "api/a/index.md"}
    assert "404" not in "".join(made.values())


def test_questions_come_before_paths_and_paths_before_rows() -> None:
    some = [page(PageKind.SCENARIO, "s/a/b/"), page(PageKind.GRID, "grid/"), page(), page(PageKind.QUESTION, "q/a/")]
    text = lists.llms(some, SITE)
    places = [text.index(f"{SITE}{path}index.md") for path in ("q/a/", "api/a/", "s/a/b/", "grid/")]
    assert places == sorted(places)


def test_text_of_a_cell_stays_on_its_line() -> None:
    text = lists.llms([page(title="a](http://evil) [b", says="one\ntwo " + "x" * 500)], SITE)
    (line,) = [line for line in text.splitlines() if "evil" in line]
    assert line.startswith(f"- [a (http://evil)  b]({SITE}api/a/index.md): one two ")
    assert len(line) < 400


def test_the_links_of_markdown_lead_to_the_site_or_from_the_folder() -> None:
    made = page()
    text = "[x](/q/a/) [y](https://elsewhere/) [z](#here)"
    linked = type(made)(**{**vars(made), "markdown": text})
    assert lists.linked(linked, SITE) == f"[x]({SITE}q/a/) [y](https://elsewhere/) [z](#here)"
    assert lists.linked(linked, "") == "[x](../../q/a/) [y](https://elsewhere/) [z](#here)"
