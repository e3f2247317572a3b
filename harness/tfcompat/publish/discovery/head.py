"""The head: what stands in the head of a page for who links to it: its address, what a link to it shows, and what it is."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from tfcompat.escape import script_json
from tfcompat.publish.discovery.cards import ALT, HEIGHT, WIDTH, card
from tfcompat.publish.pages.page import PageKind, SitePage

#: The name of the site, and its licence.
NAME, LICENCE = "tfcompat", "https://www.apache.org/licenses/LICENSE-2.0"
#: What a page is in the words of schema.org; a page that is not named here is a WebPage.
TYPES: Mapping[PageKind, str] = {
    PageKind.HOME: "WebSite",
    PageKind.API: "TechArticle",
    PageKind.QUESTION: "FAQPage",
    PageKind.UPGRADE: "TechArticle",
    PageKind.FINDINGS: "TechArticle",
    PageKind.METHOD: "Dataset",
}
#: What a thousand pages of rows leave out, to be light: home and the page of the data say it for all, and the head has the
#: description already.
OF_THE_SITE = ("description", "inLanguage", "license", "isPartOf")
#: The kinds that no list names: they say nothing of their own.
UNLISTED = (PageKind.ALIAS, PageKind.NOT_FOUND)


def head(page: SitePage, site: str = "", badge: str = "") -> Markup:
    """What stands in the head of a page beside its title and description, which a link shows too; ``badge`` is the path of
    its badge.

    Without ``site``, the address where the site is published, only what needs no whole address is there.
    """
    lines = [
        tag("link", rel="alternate", type="text/markdown", href=markdown_file(page).rpartition("/")[2]),
        *(of_the_site(page) if page.kind is not PageKind.SCENARIO else ()),
        meta("og:title", page.title),
        *(whole(page, site, badge) if site and page.kind not in UNLISTED else ()),
    ]
    if page.kind in UNLISTED:
        lines = [tag("meta", name="robots", content="noindex")]
    return Markup("\n").join(lines)


def of_the_site(page: SitePage) -> list[Markup]:
    """What says no more of a page than its kind; a thousand pages of rows, whose foot links to the feed, do without."""
    return [
        meta("og:type", "website" if page.kind is PageKind.HOME else "article"),
        tag("link", rel="alternate", type="application/atom+xml", title="What changed", href=f"{page.root}feed.xml"),
        meta("og:site_name", NAME),
    ]


def whole(page: SitePage, site: str, badge: str) -> list[Markup]:
    """What needs the address of the site."""
    lines = [
        tag("link", rel="canonical", href=site + page.path),
        meta("og:url", site + page.path),
        meta("og:image", site + card(page.kind)),
        *(picture() if page.kind is not PageKind.SCENARIO else ()),
        linked_data(page, site),
    ]
    return lines + ([tag("meta", name="tfcompat:badge", content=site + badge)] if badge else [])


def picture() -> list[Markup]:
    """What a link may say of the picture before it is loaded; a thousand pages of rows do without, to be light."""
    return [
        tag("meta", name="twitter:card", content="summary_large_image"),
        meta("og:image:width", str(WIDTH)),
        meta("og:image:height", str(HEIGHT)),
        meta("og:image:alt", ALT),
    ]


def markdown_file(page: SitePage) -> str:
    """The file of a page's Markdown, beside that of its HTML."""
    return f"{page.file.removesuffix('.html')}.md"


def linked_data(page: SitePage, site: str) -> Markup:
    """What the page is, as JSON-LD: no text of it can end the element that it is in."""
    text = Markup(script_json(facts(page, site)))  # noqa: S704 - JSON in which nothing means anything to HTML
    return Markup('<script type="application/ld+json">{}</script>').format(text)


def facts(page: SitePage, site: str) -> dict[str, Any]:
    """What the page is, in the words of schema.org."""
    said = {
        "@context": "https://schema.org",
        "@type": TYPES.get(page.kind, "WebPage"),
        "url": site + page.path,
        "name": page.title,
        "description": page.description,
        "dateModified": page.lastmod,
        "inLanguage": "en",
        "license": LICENCE,
        "isPartOf": {"@type": "WebSite", "name": NAME, "url": site},
    }
    match page.kind:
        case PageKind.SCENARIO:
            return {name: fact for name, fact in said.items() if name not in OF_THE_SITE}
        case PageKind.HOME:
            del said["isPartOf"]
            action = {"@type": "SearchAction", "target": f"{site}?q={{query}}", "query-input": "required name=query"}
            return said | {"potentialAction": action}
        case PageKind.QUESTION:
            answer = {"@type": "Answer", "text": page.summary or page.description}
            return said | {"mainEntity": [{"@type": "Question", "name": page.title, "acceptedAnswer": answer}]}
        case PageKind.METHOD:
            return said | {"creator": {"@type": "Organization", "name": NAME}, "distribution": downloads(site)}
        case _:
            return said


def downloads(site: str) -> list[dict[str, str]]:
    forms = {"outcomes.csv.gz": "application/gzip", "outcomes.parquet": "application/vnd.apache.parquet"}
    forms |= {"support.json.gz": "application/gzip", "api/v1/index.json": "application/json"}
    return [
        {"@type": "DataDownload", "contentUrl": site + name, "encodingFormat": form} for name, form in forms.items()
    ]


def meta(name: str, content: str) -> Markup:
    return tag("meta", property=name, content=content)


def tag(element: str, **attributes: str) -> Markup:
    """An element without content; its attributes are escaped."""
    said = Markup("").join(Markup(' {}="{}"').format(name, text) for name, text in attributes.items())
    return Markup("<{}{}>").format(element, said)
