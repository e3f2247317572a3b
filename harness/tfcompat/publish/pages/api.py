"""The pages of APIs: for each import path where it is there, what it raises elsewhere, and what to write there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tfcompat.escape import printable
from tfcompat.outcomes import Harm, Kind, Status
from tfcompat.publish.pages.layout import made
from tfcompat.publish.pages.page import Made, PageKind, SearchText
from tfcompat.publish.parts import chart, groups
from tfcompat.publish.parts.blocks import (
    Block,
    ChartRow,
    CodeBlock,
    Entries,
    Heading,
    ListEntry,
    Manner,
    OnMine,
    Paragraph,
)
from tfcompat.publish.parts.evidence import SiteEvidence
from tfcompat.publish.parts.minors import minor_of
from tfcompat.publish.parts.prose import count, quoted, sentence, thread
from tfcompat.publish.parts.spans import of_cells, short
from tfcompat.questions.lookup import TRIED, last, raised
from tfcompat.questions.paths import code
from tfcompat.questions.paths.chain import THERE, Chain, is_attributes
from tfcompat.table.ranges import Range

#: How many rows of behaviour, claims and errors a page has.
BEHAVIOURS, CLAIMS, ERRORS = 14, 12, 3
#: Characters of an error.
LONGEST = 220
Rows = Sequence[Mapping[str, Any]]


def pages(evidence: SiteEvidence) -> Iterator[Made]:
    """The list of the paths, and a page for each."""
    if evidence.tried:
        yield listing(evidence)
    for path in evidence.tried:
        yield page(evidence, path)


def is_there(part: Range) -> bool:
    return part.status in THERE


def is_missing(part: Range) -> bool:
    return part.status is not Status.UNKNOWN and part.status not in THERE


# The list


def listing(evidence: SiteEvidence) -> Made:
    """All paths that were tried, by the name that they end in."""
    names = list(dict.fromkeys(map(last, evidence.tried)))
    blocks: list[Block] = [
        Paragraph(text=f"{len(evidence.tried)} import paths of {len(names)} names, each tried in every cell.")
    ]
    for name in names:
        paths = [path for path in evidence.tried if last(path) == name]
        blocks += [Heading(text=f"`{name}`", anchor=name), chart.over_releases(rows(evidence, paths), evidence.minors)]
    return made(
        evidence,
        path="api/",
        kind=PageKind.LIST,
        title="Import paths of TensorFlow's normalization APIs",
        description="Which import path of each normalization layer works on which TensorFlow release.",
        blocks=blocks,
        found_by=SearchText(synonyms=("imports", "layers", "import paths", *names)),
    )


def rows(evidence: SiteEvidence, paths: Sequence[str]) -> list[ChartRow]:
    """A row of each path, which leads to its page."""
    return [
        chart.row(
            f"`{path}`",
            evidence.apis[path],
            evidence.ranges(f"{TRIED}::{path}"),
            evidence.minors.tensorflow,
            Kind.PRESENCE,
        )
        for path in paths
    ]


# A page


def page(evidence: SiteEvidence, path: str) -> Made:
    """The page of an import path."""
    scenario = f"{TRIED}::{path}"
    cells = evidence.rows(scenario)
    chain = evidence.chain(path, attributes=is_attributes(path))
    mine = turned(evidence, path, cells, chain)
    answer = " ".join([there(evidence, path), *missing(path, cells, chain)])
    return made(
        evidence,
        path=evidence.apis[path],
        kind=PageKind.API,
        title=path,
        heading=f"`{path}`",
        description=answer,
        summary=answer,
        turned=mine,
        crumb="api/",
        blocks=[
            Paragraph(text=answer, manner=Manner.LEAD),
            *mine,
            *of_imports(evidence, path),
            *recipe(chain),
            *behaviour(evidence, path),
            *claims(evidence, scenario),
            *elsewhere(evidence, scenario),
        ],
        found_by=found_by(evidence, path, cells),
    )


def found_by(evidence: SiteEvidence, path: str, cells: Rows) -> SearchText:
    name = last(path)
    forms = [path, path.replace("tf.", "tensorflow."), name, *spoken(name), evidence.title(f"{TRIED}::{path}")]
    return SearchText(
        synonyms=tuple(dict.fromkeys(forms)), errors=tuple(printable(text, 400) for text, _ in raised(cells))
    )


def spoken(name: str) -> list[str]:
    """What a class is called in speech: ``BatchNormalization`` is batch normalization, and batch norm."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).replace("_", " ").split()
    plain = " ".join(words)
    return [plain, plain.replace("normalization", "norm")] if len(words) > 1 else [plain]


def there(evidence: SiteEvidence, path: str) -> str:
    """Where a path is there."""
    ranges = evidence.ranges(f"{TRIED}::{path}")
    words = short(ranges, is_there)
    if not words:
        return f"No release that was tested has `{path}`."
    if all(is_there(part) for part in ranges):
        return f"On every release tested, {words}."
    return f"There with {words}." if words.startswith("Keras") else f"There on TensorFlow {words}."


def missing(path: str, cells: Rows, chain: Chain) -> Iterator[str]:
    """What it raises where it is not there, as it was raised, and what to write there."""
    absent = [row for row in cells if row["status"] not in (*THERE, Status.UNKNOWN)]
    served = list(instead(path, cells, chain, {row["cell"] for row in absent}))
    for text in list(dict.fromkeys(row["message"] for row in absent if row["type"]))[:ERRORS]:
        where = of_cells(cells, [row["cell"] for row in absent if row["message"] == text])
        use = next((f"; there, write `{other}`" for other, places in served if places == where), "")
        served = [pair for pair in served if pair[1] != where]
        yield f"On {where} it raises {quoted(printable(text, LONGEST))}{use}."
    yield from (f"On {places}, write `{other}`." for other, places in served)
    if absent and len(absent) < len(cells) and chain.nothing:
        yield f"No path that was tried works on {chain.nothing}."


def instead(path: str, cells: Rows, chain: Chain, absent: set[str]) -> Iterator[tuple[str, str]]:
    """What to write where it is not there, and where that is."""
    for branch in chain.branches:
        served = absent & set(branch.cells)
        if branch.path != path and served:
            yield branch.path, of_cells(cells, served)


def turned(evidence: SiteEvidence, path: str, cells: Rows, chain: Chain) -> list[OnMine]:
    """The answer for each minor; neighbours with the same answer together."""
    said = {
        name: on_minor(path, [row for row in cells if minor_of(row["tensorflow"]) == name], chain)
        for name in evidence.minors.names
    }
    answers = dict.fromkeys(filter(None, said.values()))
    return [OnMine(minors=[name for name in said if said[name] == text], says=text) for text in answers]


def on_minor(path: str, cells: Rows, chain: Chain) -> str:
    """Whether a path is there on a minor, and what to write where it is not."""
    own = [row for row in cells if row["variant"] == "bundled" and row["status"] != Status.UNKNOWN]
    if not own:
        return "not measured."
    absent = [row for row in own if row["status"] not in THERE]
    if not absent:
        return "yes."
    served = [branch for branch in chain.branches if {row["cell"] for row in absent} & set(branch.cells)]
    use = f" Use `{served[0].path}`." if served and served[0].path != path else ""
    if len(absent) < len(own):
        return sentence(f"partly: not on {', '.join(dict.fromkeys(row['tensorflow'] for row in absent))}") + use
    error = f" It raises {quoted(printable(absent[-1]['message'], LONGEST))}." if absent[-1]["type"] else ""
    return f"no.{use}{error}"


def of_imports(evidence: SiteEvidence, path: str) -> Iterator[Block]:
    """All paths that end in the same name, this one first."""
    others = [other for other in evidence.tried if last(other) == last(path) and other != path]
    first = sorted(
        others, key=lambda other: (is_attributes(other) is not is_attributes(path), evidence.tried.index(other))
    )
    yield chart.over_releases(rows(evidence, [path, *first]), evidence.minors)


def recipe(chain: Chain) -> Iterator[Block]:
    """The import that works on as many releases as any does."""
    if chain.branches:
        everywhere = not chain.nothing and not chain.unknown
        text = (
            "An import that works on every release tested" if everywhere else "An import for all releases that have it"
        )
        yield Heading(text=text, anchor="import")
        yield CodeBlock(text=code.text(chain))


def behaviour(evidence: SiteEvidence, path: str) -> Iterator[Block]:
    """How the class behaves: the rows of its groups that statements rest on and that are not the same everywhere."""
    if is_function(path):
        return
    members = [name for name in evidence.facts if groups.layer_of(name.partition("::")[0]) == last(path)]
    shown = sorted(filter(lambda name: varies(evidence, name), members), key=lambda name: -evidence.used.get(name, 0))
    if shown:
        yield Heading(text="How it behaves", anchor="behaviour")
        top = shown[:BEHAVIOURS]
        yield chart.over_releases(
            [behaving(evidence, name) for name in sorted(top, key=members.index)], evidence.minors
        )
        if len(members) > len(top):
            named = ",".join(dict.fromkeys(name.partition("::")[0] for name in members))
            more = f"All {count(len(members), 'row')} about {last(path)}"
            yield Entries(entries=[ListEntry(text=more, target=f"rows/#group={named}")], plain=True)


def is_function(path: str) -> bool:
    return not last(path)[:1].isupper()


def varies(evidence: SiteEvidence, scenario: str) -> bool:
    """Whether a row does not do the same everywhere, or does harm that no error tells of, and is no data."""
    parts = evidence.ranges(scenario)
    known = {(part.word, part.harm) for part in parts if part.status is not Status.UNKNOWN}
    hidden = any(part.harm in (Harm.SILENT, Harm.VISIBLE, Harm.OBSCURE) for part in parts)
    return evidence.facts[scenario]["kind"] != Kind.DATA and (len(known) > 1 or hidden)


def behaving(evidence: SiteEvidence, scenario: str) -> ChartRow:
    kind = evidence.facts[scenario]["kind"]
    return chart.row(
        evidence.title(scenario), evidence.paths[scenario], evidence.ranges(scenario), evidence.minors.tensorflow, kind
    )


def claims(evidence: SiteEvidence, scenario: str) -> Iterator[Block]:
    """What documents claim of it."""
    about = evidence.claimed_of.get(scenario, ())
    if about:
        yield Heading(text="What documents claim", anchor="claims")
        yield Entries(
            entries=[
                ListEntry(text=verdict.claim.text, target=f"claims/#{verdict.claim.id}", more=[sentence(verdict.words)])
                for verdict in about[:CLAIMS]
            ]
        )


def elsewhere(evidence: SiteEvidence, scenario: str) -> Iterator[Block]:
    """The questions that rest on it, the threads where they were asked, and its own page."""
    asked = evidence.asked_of.get(scenario, ())
    entries = [ListEntry(text=question.question, target=evidence.asked[question.number]) for question in asked]
    if entries:
        yield Heading(text="Questions that people ask", anchor="questions")
        yield Entries(entries=entries)
    threads = dict.fromkeys(cited for question in asked for cited in question.threads)
    yield Heading(text="More", anchor="more")
    yield Entries(
        entries=[
            ListEntry(text="How this was tested, and each observation", target=evidence.paths[scenario]),
            *(ListEntry(text=cited, target=thread(cited)) for cited in threads),
        ],
        plain=True,
    )
