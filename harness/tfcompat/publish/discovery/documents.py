"""The documents of the JSON API: what the site knows, as typed values that programs read, and the schemas of their files."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from tfcompat.ask import DIALECT
from tfcompat.outcomes import Harm
from tfcompat.table.support import KindOrNone, SupportHarm

#: The version of the API: the folder that its files are in. A change that a program could stumble over makes a new one.
VERSION = "v1"
FOLDER = f"api/{VERSION}/"
#: Where a page of the site is, below it.
PagePath = Annotated[str, Meta(description="The path of the page below the site; its Markdown is index.md there")]
#: Where something is so, as a reader writes it: exact over all cells that were measured.
Where = Annotated[str, Meta(description="Releases, and the Python or Keras that decides where one does")]


class Common(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What each file says first: the version of its form, where the site is (empty where nobody says), and how new it is."""

    schema: Literal[1] = 1
    site: str
    measured: Annotated[str, Meta(description="When the newest trial started, ISO 8601 in UTC")]


class Listed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of the API."""

    name: str
    path: str
    schema: str
    says: str


class Contents(Common, frozen=True, kw_only=True):
    """The files of the API."""

    files: list[Listed]


class Raised(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An exception as it was raised, bounded, and where."""

    text: str
    where: Where


class ImportPath(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An import path: where it works, what it raises elsewhere, and code that works on as many releases as any does."""

    path: str
    page: PagePath
    scenario: str
    works: Where
    minors: Annotated[
        dict[str, str], Meta(description="By minor what was seen on all its cells: works, missing, or differs")
    ]
    spans: dict[str, Where]
    raised: list[Raised]
    code: str


class Paths(Common, frozen=True, kw_only=True):
    """The import paths that were tried."""

    paths: list[ImportPath]


class ScenarioEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scenario: one behaviour, and where it does what, with which harm."""

    scenario: str
    page: PagePath
    title: str
    group: str
    kind: KindOrNone
    worst: Harm
    harms: list[SupportHarm]
    aliases: list[str]
    reference: str


class Scenarios(Common, frozen=True, kw_only=True):
    """All scenarios, in the order of the table."""

    scenarios: list[ScenarioEntry]


class ReleaseEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A release that was measured as pip installs it, by the Pythons and with the Keras that it was measured with."""

    release: str
    minor: str
    cells: list[str]
    pythons: list[str]
    keras: list[str]
    measured: str
    variants: Annotated[list[str], Meta(description="Other packages that it was measured with")]
    vulnerabilities: Annotated[
        list[str] | None, Meta(description="Known ones, by CVE where they have one; null where nobody has asked")
    ]


class Releases(Common, frozen=True, kw_only=True):
    """The releases that were measured, oldest first."""

    releases: list[ReleaseEntry]


class ChangedEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scenario that an upgrade changes."""

    scenario: str
    page: PagePath
    change: str
    before: str
    after: str
    harm: Harm


class UpgradeEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step from the last patch of a minor to that of the next."""

    old: str
    new: str
    page: PagePath
    counts: dict[str, int]
    changes: list[ChangedEntry]


class Upgrades(Common, frozen=True, kw_only=True):
    """What each step between the minors changes, the worst first."""

    upgrades: list[UpgradeEntry]


class FoundPage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a search can find; ``turned`` is the answer on some minors."""

    page: str
    title: str
    kind: str
    counts: float
    says: str = ""
    turned: list[tuple[list[str], str]] = []


class Search(Common, frozen=True, kw_only=True):
    """The search of the site: its definition, its index in the form of MiniSearch 7, and the pages that it finds."""

    definition: dict[str, Any]
    terms: dict[str, Any]
    pages: list[FoundPage]


#: The files, each with its type and what it says.
FILES: dict[str, tuple[type[Common], str]] = {
    "paths": (Paths, "import paths: where each works, what it raises elsewhere, and what to write"),
    "scenarios": (Scenarios, "behaviours: where each does what, with which harm"),
    "releases": (Releases, "the releases that were measured"),
    "upgrades": (Upgrades, "what each step between the minors changes"),
    "search": (Search, "the index of the search"),
}


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of each file, by its name."""
    types = {"index": Contents} | {name: kind for name, (kind, _) in FILES.items()}
    return {
        name: {"$schema": DIALECT, "title": f"{FOLDER}{name}.json of tfcompat", **msgspec.json.schema(kind)}
        for name, kind in types.items()
    }
