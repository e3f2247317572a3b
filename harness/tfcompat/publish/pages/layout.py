"""The layout: blocks as a page, its HTML and its Markdown."""

from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from tfcompat.escape import shortened
from tfcompat.publish.pages.page import Made, PageKind, SearchText, SitePage, Turned
from tfcompat.publish.parts import prose
from tfcompat.publish.parts.blocks import Block, OnMine
from tfcompat.publish.parts.evidence import SiteEvidence
from tfcompat.rendering import render

ASSETS = Path(__file__).parents[2] / "templates" / "site"
#: The scripts that every page loads, those that there are.
SCRIPTS = ("site.js", "search.js")
#: What stands above every page: the sections of the site, by their paths.
SECTIONS: Mapping[str, str] = {
    "q/": "Questions",
    "api/": "APIs",
    "upgrade/": "Upgrade",
    "rows/": "All rows",
    "findings/": "Findings",
    "method/": "Method & data",
}
#: What code stands between in Markdown.
FENCE = "```"
#: Characters of a title, of a heading and of a description.
LONGEST_TITLE, LONGEST_HEADING, LONGEST_DESCRIPTION = 110, 200, 200


def link(root: str, path: str) -> str:
    """A path of the site as an address on a page, which opens from a disk as well; others stay as they are.

    ``root`` leads from the page to the site.
    """
    if path.startswith(("http:", "https:", "#")):
        return path
    bare, mark, rest = path.partition("#")
    return root + (f"{bare}index.html" if not bare or bare.endswith("/") else bare) + mark + rest


def name_of(block: Block) -> str:
    """By what the templates tell blocks apart."""
    return type(block).__name__


@cache
def scripts() -> tuple[str, ...]:
    return tuple(name for name in SCRIPTS if (ASSETS / name).exists())


def html(
    evidence: SiteEvidence,
    page: SitePage,
    blocks: Sequence[Block],
    head: Markup,
    *,
    heading: str,
    crumb: str = "",
    template: str = "",
    **more: Any,
) -> str:
    """The HTML of a page; ``crumb`` is the path of the section that it is in, and ``more`` what its template needs too."""
    # A server shows the page of an address that is nowhere at that address, wherever that is.
    root = evidence.base or page.root if page.kind is PageKind.NOT_FOUND else page.root
    return render(
        f"site/{template or 'page'}.html.jinja",
        page=page,
        blocks=blocks,
        heading=heading,
        head=head,
        crumb=crumb,
        root=root,
        link=partial(link, root),
        rich=prose.as_html,
        name_of=name_of,
        scripts=scripts(),
        sections=SECTIONS,
        minors=evidence.minors.names,
        newest=evidence.newest,
        rows=len(evidence.facts),
        kind=str(page.kind),
        **more,
    )


def markdown(title: str, blocks: Sequence[Block], newest: str) -> str:
    """All that a page says, as Markdown; its links are paths below the site."""
    return render(
        "site/page.md.jinja",
        title=title,
        blocks=blocks,
        newest=newest,
        rich=prose.as_markdown,
        name_of=name_of,
        fence=FENCE,
    )


def made(
    evidence: SiteEvidence,
    *,
    path: str,
    kind: PageKind,
    title: str,
    description: str,
    blocks: Sequence[Block],
    summary: str = "",
    heading: str = "",
    found_by: SearchText | None = None,
    turned: Sequence[OnMine] = (),
    crumb: str = "",
    lastmod: str = "",
    template: str = "",
) -> Made:
    """A page of some blocks; ``title`` is plain, and ``heading`` is the title with code where that differs."""
    page = SitePage(
        path=path,
        title=shortened(prose.plain(title), LONGEST_TITLE),
        description=shortened(prose.plain(description), LONGEST_DESCRIPTION),
        kind=kind,
        markdown=markdown(heading or title, blocks, evidence.newest),
        lastmod=lastmod or evidence.newest,
        summary=prose.plain(summary or description),
        turned=tuple(Turned(minors=tuple(mine.minors), says=prose.plain(mine.says)) for mine in turned),
        found_by=found_by,
    )

    def as_html(head: Markup) -> str:
        return html(
            evidence,
            page,
            blocks,
            head,
            heading=shortened(heading or title, LONGEST_HEADING),
            crumb=crumb,
            template=template,
        )

    return Made(page=page, html=as_html)
