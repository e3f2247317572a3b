"""The pages of scenarios: where each does what over all cells, what was observed, its source, and how to run it again."""

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tfcompat.escape import printable, shortened
from tfcompat.outcomes import Harm, Kind, Oracle
from tfcompat.publish.pages.layout import made
from tfcompat.publish.pages.page import Made, PageKind, SearchText
from tfcompat.publish.parts import chart, groups
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
from tfcompat.publish.parts.evidence import SiteEvidence
from tfcompat.publish.parts.prose import quoted, sentence
from tfcompat.publish.statuses import HARMS, KINDS, ORACLES, QUIET, TRUTH, css
from tfcompat.publish.statuses import said as in_words
from tfcompat.questions import addresses
from tfcompat.questions.lookup import documentation, raised
from tfcompat.table.ranges import Range, axes, observations
from tfcompat.table.support import said

#: Characters of an error and of an observation, and how many of each are shown.
LONGEST, LONGEST_SEEN, MOST = 400, 300, 12


def pages(evidence: SiteEvidence) -> Iterator[Made]:
    """A page of every scenario, and one at every address that one had before."""
    for scenario in evidence.facts:
        yield page(evidence, scenario)
    yield from aliases(evidence)


def page(evidence: SiteEvidence, scenario: str) -> Made:
    """The page of a scenario."""
    facts = evidence.facts[scenario]
    variant, ranges, rows = evidence.shown(scenario)
    line = chart.exact(ranges, facts["kind"])
    if variant:
        line = f"In the variant {variant}: {line}"
    errors = raised(rows)
    return made(
        evidence,
        path=evidence.paths[scenario],
        kind=PageKind.SCENARIO,
        title=evidence.title(scenario),
        description=line or "Not measured.",
        summary=line or "Not measured.",
        crumb=f"rows/#group={scenario.partition('::')[0]}",
        blocks=[
            *asks(facts),
            *over(evidence, scenario, variant, ranges),
            *words(evidence, scenario, variant, ranges),
            *observed(ranges),
            *of_errors(errors),
            *documented(rows),
            *named_by(evidence, scenario),
            *source(evidence, scenario),
            *again(evidence, scenario),
        ],
        found_by=SearchText(
            synonyms=(scenario, *facts["aliases"].splitlines()),
            errors=tuple(printable(text, LONGEST) for text, _ in errors[:MOST]),
            body=" ".join([facts["reference"], *answers(facts), *(part.word for part in ranges)]),
        ),
    )


def answers(facts: Mapping[str, Any]) -> Mapping[str, str]:
    """The answers that its question may have, each with its harm."""
    return dict(json.loads(facts["answers"] or "{}"))


def asks(facts: Mapping[str, Any]) -> Iterator[Block]:
    """What kind of question it is, and what it is held against."""
    if facts["kind"]:
        text = f"{facts['kind'].capitalize()}: {KINDS[Kind(facts['kind'])]}"
        held = f" Held against {ORACLES[Oracle(facts['oracle'])]}." if facts["oracle"] else ""
        yield Paragraph(text=text + ("" if text.endswith("?") else ".") + held, manner=Manner.SOFT)


def over(evidence: SiteEvidence, scenario: str, variant: str, ranges: Sequence[Range]) -> Iterator[Block]:
    """Its bars over the minors of TensorFlow, as pip installs it and in the ``variant``, if any; without one those over Keras 3."""
    kind, columns = evidence.facts[scenario]["kind"], evidence.minors.tensorflow
    rows = [chart.row("as pip installs it", "", evidence.ranges(scenario), columns, kind, note=" ")]
    if variant:
        rows.append(chart.row(f"in the variant {variant}", "", ranges, columns, kind, note=" "))
    yield chart.over_releases(rows, evidence.minors)
    if evidence.minors.keras and not variant:
        yield chart.over_keras(ranges, evidence.minors, kind)


def words(evidence: SiteEvidence, scenario: str, variant: str, ranges: Sequence[Range]) -> Iterator[Block]:
    """Where it does what, exact over every cell, and what each harm means."""
    kind = evidence.facts[scenario]["kind"]
    yield Heading(
        text=f"Over every cell {f'of the variant {variant}' if variant else 'that was measured'}", anchor="where"
    )
    parts = [(part, span, "" if part.harm in QUIET else HARMS[part.harm]) for part, span in said(ranges)]
    harmed = any(harm for _, _, harm in parts)
    rows = [
        [
            Field(text=in_words(chart.word_of(part, kind), part.harm), tone=css(part.status, part.harm)),
            Field(text=span),
            *([Field(text=harm)] if harmed else []),
        ]
        for part, span, harm in parts
    ]
    yield Fields(name="Where it does what", head=("what", "where", *([""] if harmed else [])), rows=rows)
    if named := [str(axis) for axis in axes(ranges)]:
        yield Paragraph(text=f"It differs by {' and '.join(named)} beside the release.", manner=Manner.SOFT)
    if known := answers(evidence.facts[scenario]):
        texts = [word if harm == Harm.NONE else f"{word} ({harm} harm)" for word, harm in known.items()]
        yield Paragraph(text=f"Possible answers: {', '.join(texts)}.", manner=Manner.SOFT)


def observed(ranges: Sequence[Any]) -> Iterator[Block]:
    """What was observed where, side by side."""
    seen = observations(ranges) or [(part.observed, part.span) for part in ranges[:1] if part.observed]
    words = {part.word for part in ranges}
    told = [(text, span) for text, span in seen if text.strip('"') not in words]
    if told:
        yield Heading(text="Observed", anchor="observed")
        rows = [[Field(text=shortened(text, LONGEST_SEEN), code=True), Field(text=span)] for text, span in told[:MOST]]
        yield Fields(name="Observed", head=("what", "where"), rows=rows)


def of_errors(errors: Sequence[tuple[str, str]]) -> Iterator[Block]:
    """The errors as they were raised, each with where."""
    if errors:
        yield Heading(text="Raised", anchor="raised")
        rows = [[Field(text=printable(text, LONGEST), code=True), Field(text=span)] for text, span in errors[:MOST]]
        yield Fields(name="Raised", head=("error", "where"), rows=rows)


def documented(rows: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    """What is documented, and whether it is so."""
    said = documentation(rows)
    if said:
        yield Heading(text="The documentation says", anchor="documentation")
        entries = [
            ListEntry(text=f"{quoted(shortened(text, LONGEST_SEEN))}, {TRUTH[agrees]}", tag=f"On {span}")
            for text, agrees, span in said[:MOST]
        ]
        yield Entries(entries=entries, plain=True)


def named_by(evidence: SiteEvidence, scenario: str) -> Iterator[Block]:
    """The statements that rest on it."""
    asked = evidence.asked_of.get(scenario, ())
    claimed = [verdict.claim for verdict in evidence.claimed_of.get(scenario, ())]
    found = [shown.finding for shown in evidence.findings if scenario in {name for name, _, _ in shown.seen}]
    entries = [
        *(
            ListEntry(text=question.question, target=evidence.asked[question.number], tag="question")
            for question in asked
        ),
        *(ListEntry(text=finding.title, target=f"findings/#{finding.name}", tag="finding") for finding in found),
        *(ListEntry(text=claim.text, target=f"claims/#{claim.id}", tag="claim") for claim in claimed),
    ]
    if entries:
        yield Heading(text="What rests on it", anchor="rests")
        yield Entries(entries=entries, plain=True)


def source(evidence: SiteEvidence, scenario: str) -> Iterator[Block]:
    """Its reference, and its function in the suite."""
    facts, function = evidence.facts[scenario], evidence.functions.get(scenario)
    yield Heading(text="Source", anchor="source")
    if facts["reference"]:
        yield Paragraph(text=sentence(f"Reference: {facts['reference']}"))
    if facts["aliases"]:
        before = ", ".join(map(quoted, facts["aliases"].splitlines()))
        yield Paragraph(text=f"Before, its id was {before}.", manner=Manner.SOFT)
    if function:
        yield Folded(
            summary=f"{function.file}:{function.first}, {function.name}", blocks=[CodeBlock(text=function.text)]
        )


def again(evidence: SiteEvidence, scenario: str) -> Iterator[Block]:
    """The command that measures it again."""
    newest = evidence.minors.releases[-1:] or evidence.table.current["tensorflow"].iloc[-1:].to_list()
    command = ["tfcompat", "run", "--fresh", "--tf", *newest, "-k", scenario]
    yield Heading(text="Measure it again", anchor="again")
    yield CodeBlock(text=shlex.join(command))
    entries = [
        ListEntry(text="Each cell: versions, traceback, earlier runs", target=addresses.of_row(scenario)),
        ListEntry(
            text=f"All of {groups.name_of(scenario.partition('::')[0])}",
            target=f"rows/#group={scenario.partition('::')[0]}",
        ),
    ]
    yield Entries(entries=entries, plain=True)


def aliases(evidence: SiteEvidence) -> Iterator[Made]:
    """A page at the address of every id that a row had before, unless a row has it now."""
    heirs: dict[str, list[str]] = {}
    for scenario, facts in evidence.facts.items():
        for before in facts["aliases"].splitlines():
            heirs.setdefault(before, []).append(scenario)
    taken = {path.casefold() for path in evidence.paths.values()}
    for before, names in heirs.items():
        path = addresses.of_scenario(before)
        if before not in evidence.facts and path.casefold() not in taken:
            taken.add(path.casefold())
            yield alias(evidence, before, path, names)


def alias(evidence: SiteEvidence, before: str, path: str, names: Sequence[str]) -> Made:
    """The page of an id that rows had before."""
    many = "These rows ask" if len(names) > 1 else "This row asks"
    return made(
        evidence,
        path=path,
        kind=PageKind.ALIAS,
        title=f"{before} has another id now",
        heading=f"{quoted(before)} has another id now",
        description=f"The row {before} was renamed.",
        blocks=[
            Paragraph(text=f"{many} its question now:", manner=Manner.LEAD),
            Entries(
                entries=[
                    ListEntry(
                        text=evidence.title(name),
                        target=evidence.paths[name],
                        more=[chart.exact(evidence.ranges(name))],
                    )
                    for name in names
                ]
            ),
        ],
    )
