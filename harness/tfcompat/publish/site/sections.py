"""Sections: further tables of the page, each a document of its own and there only where its data are."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tfcompat.ask.claims import Verdict
from tfcompat.suite.untestable import Untestable
from tfcompat.table.inventory import Step

#: What the file of the writer × reader grid needs to be shown.
GRID = ("form", "writer", "reader", "status")


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading, a sentence, and a table of texts."""

    name: str
    title: str
    lead: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def of_claims(verdicts: Sequence[Verdict]) -> list[Section]:
    """What widely read documents say, and whether it holds."""
    section = Section(
        name="claims",
        title="Claims, judged",
        lead=f"{len(verdicts)} statements of widely read documents, in our own words, each held against the table.",
        head=("claim", "verdict", "false on", "no answer on", "document"),
        rows=[(one.claim.text, one.words, one.false_on, one.no_answer_on, one.claim.title) for one in verdicts],
    )
    return [section] if verdicts else []


def of_inventory(steps: Sequence[Step]) -> list[Section]:
    """The public names that came, went or changed."""
    rows = [
        (f"{step.before.tensorflow} → {step.after.tensorflow}", str(change.kind), change.sentence)
        for step in steps
        for change in step.changes
    ]
    untold = [
        (f"{step.before.tensorflow} → {step.after.tensorflow}", "not compared", f"{root}: one of them has no answer")
        for step in steps
        for root in step.untold
    ]
    section = Section(
        name="inventory",
        title="Public names",
        lead="What came, went or changed among the public names with norm in them, from one release to the next.",
        head=("releases", "change", "name"),
        rows=rows + untold,
    )
    return [section] if section.rows else []


def of_untestable(questions: Sequence[Untestable]) -> list[Section]:
    """What no cell can be asked."""
    section = Section(
        name="untestable",
        title="Not testable here",
        lead=f"{len(questions)} questions that belong here and that no cell can be asked, with the reason.",
        head=("question", "reason", "reference", "id"),
        rows=[(one.title, one.reason, one.reference, one.id) for one in questions],
    )
    return [section] if questions else []


def of_grid(text: str) -> list[Section]:
    """What one release saved and another loaded, from the text of ``grid.csv``: one row a form and writer."""
    lines = list(csv.DictReader(io.StringIO(text)))
    if not lines or not set(GRID) <= set(lines[0]):
        return []
    readers = list(dict.fromkeys(line["reader"] for line in lines))
    found: dict[tuple[str, str], dict[str, str]] = {}
    for line in lines:
        found.setdefault((line["form"], line["writer"]), {})[line["reader"]] = line["status"]
    section = Section(
        name="grid",
        title="Saved and loaded",
        lead="A model saved by the release of a row, in each form, and loaded by the release of a column.",
        head=("form", "written by", *map(short, readers)),
        rows=[
            (form, short(writer), *(statuses.get(reader, "unknown") for reader in readers))
            for (form, writer), statuses in found.items()
        ],
    )
    return [section]


def short(cell: str) -> str:
    """A cell without what is alike in all: ``2.16.2``, and its variant."""
    release, _, rest = cell.removeprefix("tf").partition("-py")
    _, plus, variant = rest.partition("+")
    return release + plus + variant


def joined(*sections: Iterable[Section]) -> list[Section]:
    return [one for some in sections for one in some]
