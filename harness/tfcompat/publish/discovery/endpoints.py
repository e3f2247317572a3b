"""The endpoints of the JSON API: static files below ``api/v1/``, made from the same evidence as the pages."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from packaging.version import Version

from tfcompat.advise.upgrade import Upgrade
from tfcompat.escape import shortened
from tfcompat.outcomes import Harm, Status
from tfcompat.publish.discovery.documents import (
    FILES,
    FOLDER,
    ChangedEntry,
    Common,
    Contents,
    FoundPage,
    ImportPath,
    Listed,
    Paths,
    Raised,
    ReleaseEntry,
    Releases,
    ScenarioEntry,
    Scenarios,
    Search,
    UpgradeEntry,
    Upgrades,
    schemas,
)
from tfcompat.publish.parts.evidence import SiteEvidence
from tfcompat.publish.parts.minors import minor_of, of_release
from tfcompat.questions.lookup import TRIED, raised
from tfcompat.questions.paths import code
from tfcompat.questions.paths.chain import THERE, is_attributes
from tfcompat.select.places import BUNDLED
from tfcompat.table.ranges import Range, spans, where
from tfcompat.table.support import SupportHarm, said

#: Errors of a path, characters of one, and changes of an upgrade; characters of a title and of a reference.
ERRORS, LONGEST, CHANGES = 4, 300, 400
HARMS = list(Harm)
DIFFERS = "differs"


def files(evidence: SiteEvidence, upgrades: Sequence[Upgrade], search: dict[str, Any], site: str) -> dict[str, str]:
    """The text of each file by its path in the site, with its schema beside it."""
    common: dict[str, Any] = {"site": site, "measured": evidence.newest}
    contents: dict[str, Common] = {
        "index": Contents(files=list(listed()), **common),
        "paths": Paths(paths=list(paths(evidence)), **common),
        "scenarios": Scenarios(scenarios=list(scenarios(evidence)), **common),
        "releases": Releases(releases=list(releases(evidence)), **common),
        "upgrades": Upgrades(upgrades=[of_upgrade(evidence, step) for step in upgrades], **common),
        "search": Search(
            definition=search["definition"],
            terms=search["terms"],
            pages=msgspec.convert(search["pages"], list[FoundPage]),
            **common,
        ),
    }
    texts = {f"{FOLDER}{name}.json": msgspec.json.encode(content).decode() + "\n" for name, content in contents.items()}
    return texts | {
        f"{FOLDER}{name}.schema.json": json.dumps(made, indent=1) + "\n" for name, made in schemas().items()
    }


def listed() -> Iterator[Listed]:
    for name, (_, says) in FILES.items():
        yield Listed(name=name, path=f"{FOLDER}{name}.json", schema=f"{FOLDER}{name}.schema.json", says=says)


def paths(evidence: SiteEvidence) -> Iterator[ImportPath]:
    """Each import path that was tried, as pip installs the releases and with each Keras 3."""
    for path in evidence.tried:
        scenario = f"{TRIED}::{path}"
        ranges = evidence.ranges(scenario)
        chain = evidence.chain(path, attributes=is_attributes(path))
        errors = raised(evidence.rows(scenario))[:ERRORS]
        yield ImportPath(
            path=path,
            page=evidence.apis[path],
            scenario=scenario,
            works=where(ranges, is_there),
            minors=by_minor(ranges),
            spans=spans(ranges),
            raised=[Raised(text=shortened(text, LONGEST), where=span) for text, span in errors],
            code=code.text(chain) if chain.branches else "",
        )


def is_there(part: Range) -> bool:
    return part.status in THERE


def by_minor(ranges: Sequence[Range]) -> dict[str, str]:
    """What was seen on each minor as pip installs it; where its cells do not agree, that they differ."""
    seen: dict[str, set[str]] = {}
    for part in ranges:
        for spot in part.place.spots:
            if minor := of_release(spot):
                seen.setdefault(minor, set()).add(part.word)
    return {minor: next(iter(seen[minor])) if len(seen[minor]) == 1 else DIFFERS for minor in sorted(seen, key=Version)}


def scenarios(evidence: SiteEvidence) -> Iterator[ScenarioEntry]:
    for name, facts in evidence.facts.items():
        ranges = evidence.ranges(name)
        yield ScenarioEntry(
            scenario=name,
            page=evidence.page_of(name),
            title=facts["title"],
            group=facts["group"],
            kind=facts["kind"],
            worst=max((part.harm for part in ranges), key=HARMS.index, default=Harm.NONE),
            harms=[
                SupportHarm(word=part.word, status=Status(part.status), harm=Harm(part.harm), span=span)
                for part, span in said(ranges)
            ],
            aliases=facts["aliases"].splitlines(),
            reference=facts["reference"],
        )


def releases(evidence: SiteEvidence) -> Iterator[ReleaseEntry]:
    """Each stable release that was measured as pip installs it."""
    rows = evidence.table.current.astype(object).to_dict("records")
    for release in evidence.minors.releases:
        of_it = [row for row in rows if row["tensorflow"] == release]
        plain = [row for row in of_it if row["variant"] == BUNDLED]
        yield ReleaseEntry(
            release=release,
            minor=minor_of(release),
            cells=[str(row["cell"]) for row in plain],
            pythons=unique(row["python"] for row in plain),
            keras=unique(row["keras"] for row in plain),
            measured=max(str(row["started"]) for row in plain),
            variants=sorted({str(row["variant"]) for row in of_it} - {BUNDLED}),
            vulnerabilities=None if (known := evidence.vulnerabilities.get(release)) is None else list(known),
        )


def unique(texts: Iterable[Any]) -> list[str]:
    return list(dict.fromkeys(str(text) for text in texts if str(text)))


def of_upgrade(evidence: SiteEvidence, step: Upgrade) -> UpgradeEntry:
    """A step, with its worst changes."""
    changes = [
        ChangedEntry(
            scenario=change.scenario,
            page=evidence.page_of(change.scenario),
            change=str(change.change),
            before=change.before.word,
            after=change.after.word,
            harm=change.after.harm,
        )
        for change in step.changes[:CHANGES]
    ]
    return UpgradeEntry(
        old=step.old,
        new=step.new,
        page=f"upgrade/{minor_of(step.old)}-{minor_of(step.new)}/",
        counts={str(kind): count for kind, count in step.counts.items()},
        changes=changes,
    )
