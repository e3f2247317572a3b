"""Method and data: how it was measured, what the marks mean, the downloads; and the page of an address that is nowhere."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from tfcompat.ask import RESULTS, RUNS
from tfcompat.outcomes import Harm, Status
from tfcompat.publish.pages.layout import made
from tfcompat.publish.pages.page import Made, PageKind, SearchText
from tfcompat.publish.parts.blocks import Block, Entries, Field, Fields, Heading, ListEntry, Manner, Paragraph
from tfcompat.publish.parts.evidence import SiteEvidence
from tfcompat.publish.parts.prose import count
from tfcompat.publish.statuses import HARMS, KINDS, MEANINGS, OF_HARM, ORACLES, css
from tfcompat.record.words import USUAL

#: The files that are offered, by their names, and what each has.
DOWNLOADS: Mapping[str, str] = {
    "outcomes.parquet": "one row for each scenario and cell",
    "outcomes.csv.gz": "the same as text, compressed",
    "support.json.gz": "the ranges of each scenario and what they were tested on",
    "feed.xml": "an Atom feed of what changed",
}
#: The schemas of files and of what commands print.
SCHEMAS = ("outcomes", "support", *RESULTS, *RUNS)
#: Further pages, by their paths.
FURTHER: Mapping[str, str] = {
    "claims/": "Claims of documents, judged",
    "grid/": "Saved by one release, loaded by another",
    "inventory/": "Public names that came, went or changed",
    "untestable/": "What cannot be tested here",
}


def page(evidence: SiteEvidence, others: Sequence[Made], downloads: Sequence[str]) -> Made:
    """How it was measured, and what there is beside; ``others`` are the further pages that there are."""
    return made(
        evidence,
        path="method/",
        kind=PageKind.METHOD,
        title="Method and data",
        description="How it was measured on which TensorFlow releases, what the marks mean, and the data to download.",
        blocks=[
            *measured(evidence),
            *marks(),
            *elsewhere({other.page.path for other in others}),
            *files(downloads),
            *cells(evidence),
        ],
        found_by=SearchText(synonyms=("method", "data", "download", "legend", "status", "harm", "schema")),
    )


def measured(evidence: SiteEvidence) -> Iterator[Block]:
    current = evidence.table.current
    yield Paragraph(
        text=f"{count(len(evidence.facts), 'scenario')}, each run in every one of {count(len(current), 'cell')}: a release, "
        "a Python and a lock of exact packages. A scenario runs in a process of its own, without a network. What happened is "
        "recorded; all that stands here is computed from these records.",
        manner=Manner.LEAD,
    )
    yield Paragraph(
        text="A range names the releases that were tested; nothing in between is assumed. What was not measured is shown as "
        "unknown, with a reason, and never as something that does not work. A tick means that something was checked."
    )


def marks() -> Iterator[Block]:
    """What happened, what that does to a user, what a row asks, and what a promise is held against."""
    yield Heading(text="What happened", anchor="statuses")
    statuses = [
        [
            Field(text=f"{status.symbol} {status}", tone=css(status, USUAL.get(status, Harm.NONE))),
            Field(text=MEANINGS[status]),
        ]
        for status in Status
    ]
    yield Fields(name="Statuses", head=("status", "means"), rows=statuses)
    yield Heading(text="What it does to you", anchor="harms")
    harms = [
        [Field(text=str(harm), tone=str(OF_HARM.get(harm, "w"))), Field(text=HARMS[harm])] for harm in reversed(Harm)
    ]
    yield Fields(name="Harms", head=("harm", "means"), rows=harms)
    yield Heading(text="What a row asks", anchor="kinds")
    kinds = [[Field(text=str(kind)), Field(text=text)] for kind, text in KINDS.items()]
    yield Fields(name="Kinds", head=("kind", "asks"), rows=kinds)
    oracles = [[Field(text=str(oracle)), Field(text=text)] for oracle, text in ORACLES.items()]
    yield Fields(name="Oracles", head=("oracle of a promise", "it is held against"), rows=oracles)


def elsewhere(there: Collection[str]) -> Iterator[Block]:
    """The further pages that there are."""
    further = [ListEntry(text=title, target=path) for path, title in FURTHER.items() if path in there]
    if further:
        yield Heading(text="Further pages", anchor="further")
        yield Entries(entries=further, plain=True)


def files(downloads: Sequence[str]) -> Iterator[Block]:
    """What can be downloaded."""
    yield Heading(text="Data", anchor="data")
    entries = [ListEntry(text=name, target=name, more=[text]) for name, text in DOWNLOADS.items() if name in downloads]
    yield Entries(entries=entries)
    schemas = [ListEntry(text=f"{name}.schema.json", target=f"{name}.schema.json") for name in SCHEMAS]
    yield Paragraph(
        text="JSON Schemas of these files, and of what the commands print with `--json`:", manner=Manner.SOFT
    )
    yield Entries(entries=schemas, plain=True)


def cells(evidence: SiteEvidence) -> Iterator[Block]:
    """What it was measured on."""
    yield Heading(text="What it was measured on", anchor="cells")
    rows = [
        [
            Field(text=trial["cell"], target=f"rows/#cell={trial['cell']}"),
            Field(text=trial["versions"].get("python") or trial["python"]),
            Field(text=trial["keras"] or trial["reason"]),
            Field(text=trial["versions"].get("numpy") or ""),
            Field(text=trial["engine"]),
            Field(text=trial["started"].replace("T", " ").removesuffix("Z")),
        ]
        for trial in evidence.table.current.to_dict("records")
    ]
    yield Fields(name="Cells", head=("cell", "Python", "Keras", "NumPy", "engine", "measured (UTC)"), rows=rows)


def not_found(evidence: SiteEvidence) -> Made:
    """The page of an address that is nowhere."""
    return made(
        evidence,
        path="404.html",
        kind=PageKind.NOT_FOUND,
        title="There is no such page",
        description="This address leads nowhere.",
        template="nowhere",
        blocks=[
            Paragraph(
                text="No page, and no row by this id or by one that a row had before, is at this address.",
                manner=Manner.LEAD,
            ),
            Entries(
                entries=[
                    ListEntry(text="Ask above", more=["An error, an import or a question."]),
                    ListEntry(text="All rows", target="rows/"),
                    ListEntry(text="Home", target=""),
                ]
            ),
        ],
    )
