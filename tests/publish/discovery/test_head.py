"""The head of a page: what needs the address of the site is there only with it, and no text ends the place that it is in."""

import json
import re

import pytest

from tests.publish.site.made_site import HOSTILE
from tfcompat.publish.discovery import cards
from tfcompat.publish.discovery.head import head
from tfcompat.publish.pages.page import PageKind, SitePage

SITE = "https://example.org/x/"


def page(kind: PageKind = PageKind.API, path: str = "api/a/", title: str = "A", says: str = "It is there.") -> SitePage:
    return SitePage(
        path=path, title=title, description=says, kind=kind, markdown="# A\n", lastmod="2026-01-02T03:04:05Z"
    )


def linked(text: str) -> dict[str, object]:
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    made: dict[str, object] = json.loads(found)
    return made


def test_a_page_that_is_published_says_where() -> None:
    text = str(head(page(), SITE, "badges/a.svg"))
    assert f'<link rel="canonical" href="{SITE}api/a/">' in text
    assert f'<meta property="og:image" content="{SITE}cards/api.png">' in text
    assert f'<meta name="tfcompat:badge" content="{SITE}badges/a.svg">' in text
    assert '<link rel="alternate" type="text/markdown" href="index.md">' in text
    assert linked(text)["dateModified"] == "2026-01-02T03:04:05Z"


def test_without_an_address_nothing_names_one() -> None:
    text = str(head(page()))
    assert "http" not in text
    assert "canonical" not in text
    assert 'property="og:title" content="A"' in text


@pytest.mark.parametrize("kind", [PageKind.ALIAS, PageKind.NOT_FOUND])
def test_what_says_nothing_of_its_own_is_in_no_index(kind: PageKind) -> None:
    assert str(head(page(kind), SITE)) == '<meta name="robots" content="noindex">'


def test_hostile_text_stays_where_it_is() -> None:
    text = str(head(page(PageKind.QUESTION, "q/a/", HOSTILE, HOSTILE), SITE))
    assert linked(text)["name"] == HOSTILE
    assert text.count("</script>") == 1
    assert "<img" not in text
    for tag in re.findall(r"<(?:meta|link)[^>]*>", text):
        assert re.fullmatch(r'<(?:meta|link)( [a-z]+="[^"<>]*")+>', tag), tag


@pytest.mark.parametrize("kind", PageKind)
def test_the_card_of_each_kind_is_there(kind: PageKind) -> None:
    picture = cards.files()[cards.card(kind)]
    assert picture.startswith(b"\x89PNG")
    size = (int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big"))
    assert size == (cards.WIDTH, cards.HEIGHT)


def test_a_row_does_not_say_again_what_the_site_says() -> None:
    said = linked(str(head(page(PageKind.SCENARIO, "s/a/b/"), SITE)))
    assert set(said) == {"@context", "@type", "url", "name", "dateModified"}


def test_what_a_page_is() -> None:
    assert linked(str(head(page(PageKind.QUESTION), SITE)))["@type"] == "FAQPage"
    assert "isPartOf" not in linked(str(head(page(PageKind.HOME, ""), SITE)))
    assert "distribution" in linked(str(head(page(PageKind.METHOD, "method/"), SITE)))
