"""A page of the site: its address, what it is called, and what it says, beside its HTML."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup


class PageKind(StrEnum):
    """What a page is."""

    HOME = "home"
    API = "api"
    QUESTION = "question"
    UPGRADE = "upgrade"
    SCENARIO = "scenario"
    ALIAS = "alias"
    ROWS = "rows"
    LIST = "list"
    FINDINGS = "findings"
    CLAIMS = "claims"
    GRID = "grid"
    INVENTORY = "inventory"
    METHOD = "method"
    NOT_FOUND = "not found"


@dataclass(frozen=True, kw_only=True)
class Turned:
    """What a page answers a reader who has one of some minors, such as ``2.4``: one plain sentence."""

    minors: tuple[str, ...]
    says: str


@dataclass(frozen=True, kw_only=True)
class SearchText:
    """By what a page is found, all of it plain text: other words for it, errors as they were raised, and the rest."""

    synonyms: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    body: str = ""


@dataclass(frozen=True, kw_only=True)
class SitePage:
    """A page. ``path`` is below the site: empty for home, else with a slash at its end, or the name of a file. Those of paths,
    questions, upgrades and scenarios are what ``questions.addresses`` gives, because ``tfcompat ask`` prints the same.

    ``summary`` answers in one sentence, for a result of a search, and ``turned`` is the answer by minor. ``markdown`` is all
    that the page says. ``found_by`` is None where a search shall not find it. ``lastmod`` is when the newest trial started
    that it rests on, as ISO 8601 in UTC. All texts are plain and untrusted, with no markup; ``markdown`` is escaped.
    """

    path: str
    title: str
    description: str
    kind: PageKind
    markdown: str
    lastmod: str
    summary: str = ""
    turned: tuple[Turned, ...] = ()
    found_by: SearchText | None = None

    @property
    def file(self) -> str:
        """The file of its HTML, below the site."""
        return f"{self.path}index.html" if not self.path or self.path.endswith("/") else self.path

    @property
    def root(self) -> str:
        """From the page to the site: empty for home, else ``../`` for each folder that it is in."""
        return "../" * self.file.count("/")


@dataclass(frozen=True, kw_only=True)
class Made:
    """A page and its HTML; ``html`` takes what stands in its head beside the title and the styles: canonical, OpenGraph …"""

    page: SitePage
    html: Callable[[Markup], str]
