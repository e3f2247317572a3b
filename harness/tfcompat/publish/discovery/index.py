"""The search index of the site: the terms that the terminal uses too, and what a page that is found says."""

from collections.abc import Iterable, Mapping
from typing import Any

from tfcompat.escape import shortened, visible
from tfcompat.publish.pages.page import SitePage
from tfcompat.questions.search.definition import DEFINITION
from tfcompat.questions.search.index import SearchDocument, SearchIndex

#: Letters of a title and of a sentence that a result shows.
LONGEST_TITLE, LONGEST = 100, 200


def document(index: SearchIndex, pages: Iterable[SitePage]) -> dict[str, Any]:
    """The index with the definition of the search, and each page that it may find; all of these are among ``pages``."""
    by_path = {page.path: page for page in pages}
    return {
        "definition": DEFINITION.document(),
        "terms": index.minisearch(),
        "pages": [found(document, by_path) for document in index.documents],
    }


def found(document: SearchDocument, by_path: Mapping[str, SitePage]) -> dict[str, Any]:
    """What a result shows of a page: what it says on some minors is there where it says something else than on others."""
    path, _, anchor = document.page.partition("#")
    page = by_path[path]
    says = "" if anchor else shortened(page.summary or page.description, LONGEST)
    turned = [] if anchor else [[list(turned.minors), shortened(turned.says, LONGEST)] for turned in page.turned]
    facts = {
        "page": document.page,
        "title": visible(shortened(document.title.replace("`", ""), LONGEST_TITLE)),
        "kind": str(document.kind),
        "counts": document.counts,
        "says": says,
        "turned": turned,
    }
    return {name: fact for name, fact in facts.items() if fact not in ("", [])}
