"""Further pages: findings, claims, the grid of saving and loading, the inventory, and what cannot be tested."""

from collections.abc import Iterator

import pandas as pd

from tfcompat.publish.pages.layout import made
from tfcompat.publish.pages.page import Made, PageKind, SearchText
from tfcompat.publish.parts import grid as tables
from tfcompat.publish.parts.blocks import (
    Block,
    CodeBlock,
    Entries,
    Field,
    Fields,
    Folded,
    Heading,
    ListEntry,
    Manner,
    Paragraph,
)
from tfcompat.publish.parts.evidence import ShownFinding, SiteEvidence
from tfcompat.publish.parts.minors import minor_of
from tfcompat.publish.parts.prose import count, sentence
from tfcompat.questions.claims import Verdict, VerdictKind

#: What a verdict looks like.
TONES = {VerdictKind.HOLDS: "w", VerdictKind.PARTLY: "v", VerdictKind.FALSE: "o", VerdictKind.UNTESTABLE: "u"}
#: Where questions about saving and loading are answered by rows.
SAVING = "rows/#group=save"


def pages(evidence: SiteEvidence) -> Iterator[Made]:
    """The further pages for which there are data."""
    if evidence.findings:
        yield findings(evidence)
    if evidence.verdicts:
        yield claims(evidence)
    lines = tables.read(evidence.grid)
    if not lines.empty:
        yield grid(evidence, lines)
    if any(step.changes or step.unanswered for step in evidence.inventory):
        yield inventory(evidence)
    if evidence.untestable:
        yield untestable(evidence)


# Findings


def findings(evidence: SiteEvidence) -> Made:
    blocks: list[Block] = [
        Paragraph(
            text="None of these raises an error. Each script prints, on the release named, the text below it.",
            manner=Manner.LEAD,
        )
    ]
    for number, shown in enumerate(evidence.findings, 1):
        blocks += finding(evidence, number, shown)
    return made(
        evidence,
        path="findings/",
        kind=PageKind.FINDINGS,
        title="Findings: wrong results without a word",
        description=f"{count(len(evidence.findings), 'silent wrong result')} of TensorFlow's normalization layers.",
        blocks=blocks,
        found_by=SearchText(
            synonyms=("silent", "wrong results", "bugs"),
            body=" ".join(f"{shown.finding.title} {shown.finding.what}" for shown in evidence.findings),
        ),
    )


def finding(evidence: SiteEvidence, number: int, shown: ShownFinding) -> list[Block]:
    """A finding: what it is, where it is seen, why, and what to write instead."""
    one = shown.finding
    seen = [ListEntry(text=title, target=evidence.page_of(name), tag=where) for name, title, where in shown.seen]
    places = [f"{place.release}, `{place.path}:{place.line}`: `{place.text}`" for place in one.places]
    return [
        Heading(text=f"{number}. {one.title}", anchor=one.name),
        Paragraph(text=one.what),
        Paragraph(text=f"Instead: {one.instead}"),
        Entries(entries=seen, plain=True),
        CodeBlock(text=shown.script),
        Paragraph(text=f"On TensorFlow {one.release} it prints:", manner=Manner.SOFT),
        CodeBlock(text=one.prints, output=True),
        Folded(
            summary="Why",
            blocks=[Paragraph(text=one.cause), Entries(entries=[ListEntry(text=text) for text in places], plain=True)],
        ),
    ]


# Claims


def claims(evidence: SiteEvidence) -> Made:
    """Every claim, by its document, with the verdict and the rows that it rests on."""
    verdicts = evidence.verdicts
    numbers = [f"{kind} {sum(verdict.kind is kind for verdict in verdicts)}" for kind in VerdictKind]
    blocks: list[Block] = [
        Paragraph(
            text=f"{len(verdicts)} statements of widely read documents, in our own words, each checked against the table: "
            f"{', '.join(numbers)}.",
            manner=Manner.LEAD,
        )
    ]
    for title in dict.fromkeys(verdict.claim.title for verdict in verdicts):
        own = [verdict for verdict in verdicts if verdict.claim.title == title]
        blocks += [
            Heading(text=title[:1].upper() + title[1:]),
            Entries(entries=[claim(evidence, verdict) for verdict in own]),
        ]
    return made(
        evidence,
        path="claims/",
        kind=PageKind.CLAIMS,
        title="Claims of documents, judged",
        description="What widely read documents say of TensorFlow's normalization layers, and whether it is so.",
        blocks=blocks,
        crumb="method/",
        found_by=SearchText(synonyms=("documentation", "claims"), body=" ".join(v.claim.text for v in verdicts)),
    )


def claim(evidence: SiteEvidence, verdict: Verdict) -> ListEntry:
    """A claim; it leads to the first row that decides, and names the others."""
    names = [evidence.cells.now(name) for name in verdict.claim.scenarios]
    known = [name for name in names if name in evidence.facts]
    lines = [sentence(verdict.words)]
    if verdict.no_answer_on:
        lines.append(f"No answer on {verdict.no_answer_on}.")
    if verdict.claim.reading:
        lines.append(f"Read as: {verdict.claim.reading}")
    return ListEntry(
        text=verdict.claim.text,
        target=evidence.page_of(known[0]) if known else "",
        more=lines,
        tag=f"{verdict.claim.id} {verdict.kind}",
        tone=TONES[verdict.kind],
        anchor=verdict.claim.id,
    )


# The grid


def grid(evidence: SiteEvidence, lines: pd.DataFrame) -> Made:
    """Which release loads what another one saved, a table a form, with what was seen where that is not the same."""
    forms = list(dict.fromkeys(lines["form"]))
    readers = list(dict.fromkeys(lines["reader"]))
    blocks: list[Block] = [
        Paragraph(
            text="A model saved by the release of a row, in each form, and loaded by the release of a column. What does not work "
            "leads to what was seen.",
            manner=Manner.LEAD,
        ),
        Entries(
            entries=[ListEntry(text="What a release loads of its own files, row by row", target=SAVING)], plain=True
        ),
        *tables.errors_of(lines),
        *(block for form in forms for block in tables.of_form(lines[lines["form"] == form], str(form), readers)),
    ]
    return made(
        evidence,
        path="grid/",
        kind=PageKind.GRID,
        title="Saved by one release, loaded by another",
        description="Which TensorFlow release loads the models with normalization layers that another one saved.",
        blocks=blocks,
        crumb="method/",
        found_by=SearchText(synonyms=("save in one version load in another", "grid", *map(str, forms))),
    )


# The inventory, and what cannot be tested


def inventory(evidence: SiteEvidence) -> Made:
    """The public names that came, went or changed, release by release, the newest first."""
    blocks: list[Block] = [
        Paragraph(
            text="The public names with norm in them that came, went or changed from one release to the next.",
            manner=Manner.LEAD,
        )
    ]
    for step in reversed(evidence.inventory):
        releases = f"{step.before.tensorflow} → {step.after.tensorflow}"
        rows = [[Field(text=str(change.kind)), Field(text=change.sentence)] for change in step.changes]
        rows += [
            [Field(text="not compared"), Field(text=f"{root}: one of the two releases has no answer")]
            for root in step.unanswered
        ]
        if rows:
            blocks += [
                Heading(text=releases, anchor=f"{minor_of(step.after.tensorflow)}"),
                Fields(name=releases, head=("change", "name"), rows=rows),
            ]
    return made(
        evidence,
        path="inventory/",
        kind=PageKind.INVENTORY,
        title="Public names that came, went or changed",
        description="The public TensorFlow and Keras names with norm in them, from release to release.",
        blocks=blocks,
        crumb="method/",
        found_by=SearchText(synonyms=("inventory", "public names", "signatures", "api changes")),
    )


def untestable(evidence: SiteEvidence) -> Made:
    rows = [[Field(text=one.title), Field(text=one.reason), Field(text=one.reference)] for one in evidence.untestable]
    return made(
        evidence,
        path="untestable/",
        kind=PageKind.METHOD,
        title="What cannot be tested here",
        description=f"{count(len(rows), 'question')} that belong here and cannot be tested in any cell, with the reason.",
        blocks=[Fields(name="Not testable", head=("question", "reason", "reference"), rows=rows)],
        crumb="method/",
        found_by=SearchText(body=" ".join(one.title for one in evidence.untestable)),
    )
