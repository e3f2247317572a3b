"""Sections: further tables of the page, each a document of its own, and there only where there are data for it."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from tfcompat.ask.claims import Verdict
from tfcompat.suite.untestable import Untestable
from tfcompat.table.inventory import Step

#: The columns of the writer × reader grid that are needed to show it.
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
    """What widely read documents say, and whether it is true."""
    section = Section(
        name="claims",
        title="Claims, judged",
        lead=f"{len(verdicts)} statements of widely read documents, in our own words, each checked against the table.",
        head=("claim", "verdict", "false on", "no answer on", "document"),
        rows=[
            (verdict.claim.text, verdict.words, verdict.false_on, verdict.no_answer_on, verdict.claim.title)
            for verdict in verdicts
        ],
    )
    return [section] if verdicts else []


def of_inventory(steps: Sequence[Step]) -> list[Section]:
    """The public names that came, went or changed."""
    named = [(f"{step.before.tensorflow} → {step.after.tensorflow}", step) for step in steps]
    changes = [(releases, str(change.kind), change.sentence) for releases, step in named for change in step.changes]
    unanswered = [
        (releases, "not compared", f"{root}: one of the two releases has no answer")
        for releases, step in named
        for root in step.unanswered
    ]
    section = Section(
        name="inventory",
        title="Public names",
        lead="The public names with norm in them that came, went or changed from one release to the next.",
        head=("releases", "change", "name"),
        rows=changes + unanswered,
    )
    return [section] if section.rows else []


def of_untestable(questions: Sequence[Untestable]) -> list[Section]:
    """What cannot be tested in any cell."""
    section = Section(
        name="untestable",
        title="Not testable here",
        lead=f"{len(questions)} questions that belong here and cannot be tested in any cell, with the reason.",
        head=("question", "reason", "reference", "id"),
        rows=[(question.title, question.reason, question.reference, question.id) for question in questions],
    )
    return [section] if questions else []


def of_grid(text: str) -> list[Section]:
    """What one release saved and another loaded, from the text of ``grid.csv``: one row a form and writer."""
    lines = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False) if text else pd.DataFrame()
    if lines.empty or not set(GRID) <= set(lines.columns):
        return []
    last = lines.drop_duplicates(["form", "writer", "reader"], keep="last")
    statuses = last.pivot(index=["form", "writer"], columns="reader", values="status").fillna("unknown")
    statuses = statuses.reindex(
        index=pd.MultiIndex.from_frame(lines[["form", "writer"]].drop_duplicates()), columns=lines["reader"].unique()
    )
    section = Section(
        name="grid",
        title="Saved and loaded",
        lead="A model saved by the release of a row, in each form, and loaded by the release of a column.",
        head=("form", "written by", *map(short, statuses.columns)),
        rows=[(form, short(writer), *cells) for (form, writer), *cells in statuses.itertuples()],
    )
    return [section]


def short(cell: str) -> str:
    """A cell without what is the same in all: ``2.16.2``, and its variant."""
    release, _, rest = cell.removeprefix("tf").partition("-py")
    _, plus, variant = rest.partition("+")
    return release + plus + variant


def joined(*sections: Iterable[Section]) -> list[Section]:
    return [section for some in sections for section in some]
