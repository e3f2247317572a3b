"""The files by which the site is found and read by machines, beside its pages."""

from collections.abc import Sequence
from pathlib import Path

from tfcompat.advise.upgrade import Upgrade
from tfcompat.escape import script
from tfcompat.publish.discovery import endpoints, index, lists
from tfcompat.publish.pages.page import SitePage
from tfcompat.publish.parts.evidence import SiteEvidence
from tfcompat.questions.search import corpus
from tfcompat.questions.search.index import SearchIndex, index_of
from tfcompat.questions.search.texts import Beside

ASSETS = Path(__file__).parents[2] / "templates" / "site"
#: What a search needs in a browser, as it is; MiniSearch with its licence and where it comes from.
STATIC = ("search.js", "query.js", "minisearch.js", "minisearch.LICENSE.txt")


def files(
    evidence: SiteEvidence, pages: Sequence[SitePage], upgrades: Sequence[Upgrade], beside: Beside, site: str = ""
) -> dict[str, str]:
    """The text of each file by its path in the site; ``site`` is its address where it is published."""
    search = index.document(searched(evidence, beside, pages), pages)
    return {
        **{f"assets/{name}": (ASSETS / name).read_text(encoding="utf-8") for name in STATIC},
        "assets/search-index.js": script("tfcompat.searchIndex", search),
        **endpoints.files(evidence, upgrades, search, site),
        **lists.files(pages, site),
    }


def searched(evidence: SiteEvidence, beside: Beside, pages: Sequence[SitePage]) -> SearchIndex:
    """The index of the pages that there are: the one that the terminal makes of the same evidence."""
    known = {page.path for page in pages}
    documents = corpus.documents(evidence.door, beside)
    return index_of(document for document in documents if document.page.partition("#")[0] in known)
