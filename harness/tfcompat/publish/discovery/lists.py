"""The lists of the pages: for search engines, for robots, and for language models."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from tfcompat.escape import shortened
from tfcompat.publish.discovery.head import UNLISTED, markdown_file
from tfcompat.publish.pages.page import PageKind, SitePage
from tfcompat.rendering import render

#: What the pages of a kind are called in the list for language models, in its order; other kinds are one section.
SECTIONS: Mapping[PageKind, str] = {
    PageKind.QUESTION: "Questions that people ask",
    PageKind.API: "Import paths",
    PageKind.UPGRADE: "Upgrades",
    PageKind.FINDINGS: "Silent wrong results",
    PageKind.SCENARIO: "Measured behaviours",
}
OTHERS = "Other pages"
#: Characters of a title and of a sentence in the list for language models.
LONGEST_TITLE, LONGEST = 110, 160
#: A link of a page's Markdown to a path of the site.
LINK = re.compile(r"\]\(/([^)\s]*)\)")


def files(pages: Sequence[SitePage], site: str) -> dict[str, str]:
    """The lists by their names, and the Markdown of each page beside its HTML; without ``site`` only what needs no address."""
    listed = [page for page in pages if page.kind not in UNLISTED]
    lists = {"llms.txt": llms(listed, site)}
    if site:
        lists |= {"sitemap.xml": sitemap(listed, site), "robots.txt": robots(site)}
    return lists | {markdown_file(page): linked(page, site) for page in listed}


def sitemap(pages: Iterable[SitePage], site: str) -> str:
    """The addresses of all pages, each with when the newest trial started that it rests on."""
    return render("site/sitemap.xml.jinja", pages=pages, site=site)


def robots(site: str) -> str:
    return f"User-agent: *\nAllow: /\n\nSitemap: {site}sitemap.xml\n"


def linked(page: SitePage, site: str) -> str:
    """The Markdown of a page; its links lead to the site where it is published, else from the page's own folder."""
    return LINK.sub(lambda found: f"]({site or page.root}{found[1]})", page.markdown)


def llms(pages: Iterable[SitePage], site: str) -> str:
    """What the site is and which pages it has, as Markdown (llmstxt.org): each links to the Markdown of a page."""
    order = [*SECTIONS, None]
    ordered = sorted(pages, key=lambda page: order.index(kind_of(page)))
    sections = [
        (SECTIONS[kind] if kind else OTHERS, [entry(page, site) for page in some])
        for kind, some in groupby(ordered, key=kind_of)
    ]
    return render("site/llms.txt.jinja", sections=sections, site=site)


def kind_of(page: SitePage) -> PageKind | None:
    return page.kind if page.kind in SECTIONS else None


def entry(page: SitePage, site: str) -> str:
    """A line of the list: text of cells has nothing in it that ends a link."""
    title = re.sub(r"[\[\]\\]", " ", shortened(page.title, LONGEST_TITLE))
    says = shortened(" ".join((page.summary or page.description).split()), LONGEST)
    return f"- [{title}]({site}{markdown_file(page)}): {says}"
