"""Home: what was measured, which release has which layer, the questions that people ask, and upgrades."""

import re
from collections.abc import Sequence

from tfcompat.advise.upgrade import Upgrade
from tfcompat.outcomes import Kind, Status
from tfcompat.publish.pages import questions, upgrades
from tfcompat.publish.pages.layout import made
from tfcompat.publish.pages.page import Made, PageKind
from tfcompat.publish.parts import chart
from tfcompat.publish.parts.blocks import Block, ChartRow, Entries, Heading, ListEntry, SideBySide
from tfcompat.publish.parts.evidence import SiteEvidence
from tfcompat.publish.parts.minors import minor_of
from tfcompat.publish.parts.prose import count
from tfcompat.questions.lookup import TRIED

TITLE = "TensorFlow normalization layers: what works on which release"
#: The paths that home shows: the layers of ``tf.keras``, by what stands before their names.
LAYER = re.compile(r"tf\.keras\.layers\.(experimental\.(preprocessing\.)?)?\w+")
#: The layer that most people come for.
FIRST = "Normalization"
#: How many questions and upgrades home has.
QUESTIONS, UPGRADES = 8, 5


def page(evidence: SiteEvidence, steps: Sequence[Upgrade]) -> Made:
    """The first page."""
    releases = evidence.minors.releases
    measured = f"{count(len(releases), 'release')}, {releases[0]} – {releases[-1]}" if releases else "nothing yet"
    return made(
        evidence,
        path="",
        kind=PageKind.HOME,
        title=TITLE,
        description=f"Which TensorFlow normalization APIs and behaviours work on which release, measured: {measured}.",
        summary=measured,
        template="home",
        blocks=[*layers(evidence), SideBySide(first=asked(evidence), second=upgrading(evidence, steps))],
    )


def layers(evidence: SiteEvidence) -> list[Block]:
    """Which release has which layer."""
    paths = [path for path in evidence.tried if LAYER.fullmatch(path) and is_anywhere(evidence, path)]
    rows = [layer(evidence, path) for path in sorted(paths, key=lambda path: order(evidence, path))]
    if not rows:
        return []
    return [
        Heading(text="Which release has which layer", anchor="layers"),
        chart.over_releases(rows, evidence.minors),
        Entries(entries=[ListEntry(text=f"All {len(evidence.tried)} import paths", target="api/")], plain=True),
    ]


def is_anywhere(evidence: SiteEvidence, path: str) -> bool:
    return any(part.status is Status.WORKS for part in evidence.ranges(f"{TRIED}::{path}"))


def order(evidence: SiteEvidence, path: str) -> tuple[bool, int]:
    """Normalization first, the others by when they came."""
    parts = [part for part in evidence.ranges(f"{TRIED}::{path}") if part.status is Status.WORKS]
    first = min(
        evidence.minors.releases.index(part.first) if part.first in evidence.minors.releases else 0 for part in parts
    )
    is_first = path.endswith(f".{FIRST}")
    return not is_first, 0 if is_first else first


def layer(evidence: SiteEvidence, path: str) -> ChartRow:
    return chart.row(
        f"`{path.removeprefix('tf.keras.')}`",
        evidence.apis[path],
        evidence.ranges(f"{TRIED}::{path}"),
        evidence.minors.tensorflow,
        Kind.PRESENCE,
    )


def asked(evidence: SiteEvidence) -> list[Block]:
    """The first questions, each with its answer in a line."""
    if not evidence.questions:
        return []
    entries = [questions.entry(evidence, question) for question in evidence.questions[:QUESTIONS]]
    more = ListEntry(text=f"All {count(len(evidence.questions), 'question')}", target="q/")
    return [
        Heading(text="Questions people ask", anchor="questions"),
        Entries(entries=entries),
        Entries(entries=[more], plain=True),
    ]


def upgrading(evidence: SiteEvidence, steps: Sequence[Upgrade]) -> list[Block]:
    """The steps that break most, and the way to any pair; then what was found."""
    ordered = sorted(steps, key=lambda step: -sum(number for change, number in step.counts.items()))
    behind = {column.name: column.below for column in evidence.minors.tensorflow}
    entries = [
        entry(step, behind.get(minor_of(step.old), ""), behind.get(minor_of(step.new), ""))
        for step in ordered[:UPGRADES]
    ]
    blocks: list[Block] = []
    if steps:
        blocks += [
            Heading(text="Upgrading", anchor="upgrading"),
            Entries(entries=entries),
            Entries(entries=[ListEntry(text="Any two releases …", target="upgrade/")], plain=True),
        ]
    if evidence.findings:
        silent = [
            ListEntry(text=shown.finding.title, target=f"findings/#{shown.finding.name}")
            for shown in evidence.findings[:4]
        ]
        blocks += [
            Heading(text="Wrong without a word", anchor="findings"),
            Entries(entries=silent),
            Entries(entries=[ListEntry(text="All findings", target="findings/")], plain=True),
        ]
    return blocks


def entry(step: Upgrade, before: str, after: str) -> ListEntry:
    """A step, and the major version of Keras where that changes."""
    found = upgrades.entry(step)
    majors = before.partition(".")[0], after.partition(".")[0]
    turn = f" (Keras {majors[1]})" if all(majors) and majors[0] != majors[1] else ""
    return ListEntry(text=found.text + turn, target=found.target, more=found.more)
