"""The pages of the questions that people ask: the statements that answer each, with where they are true, and recipes."""

from collections.abc import Iterator, Sequence

from tfcompat.publish.pages.layout import made
from tfcompat.publish.pages.page import Made, PageKind, SearchText
from tfcompat.publish.parts import chart
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
from tfcompat.publish.parts.minors import of_release
from tfcompat.publish.parts.prose import count, sentence, thread
from tfcompat.publish.parts.spans import by_minors
from tfcompat.questions import answers
from tfcompat.questions.answers import EVERYWHERE, Point, Question
from tfcompat.questions.evidence import RuleResult, Truth, judge
from tfcompat.questions.rules import BUNDLED_ONLY
from tfcompat.select.places import BUNDLED

#: How many statements answer a reader of one minor.
SAID = 3
#: A point and what the cells say to it.
Judged = tuple[Point, RuleResult]


def pages(evidence: SiteEvidence) -> Iterator[Made]:
    """The list of the questions, and a page for each."""
    if evidence.questions:
        yield listing(evidence)
    for question in evidence.questions:
        yield page(evidence, question)


def listing(evidence: SiteEvidence) -> Made:
    return made(
        evidence,
        path="q/",
        kind=PageKind.LIST,
        title="Questions people ask",
        description=f"{count(len(evidence.questions), 'question')} about TensorFlow's normalization layers, and answers.",
        blocks=[Entries(entries=[entry(evidence, question) for question in evidence.questions])],
        found_by=SearchText(synonyms=("questions", "answers", "faq")),
    )


def entry(evidence: SiteEvidence, question: Question) -> ListEntry:
    """A question with its answer in a line, and the answers for readers of one minor."""
    judged = judge_all(evidence, question)
    return ListEntry(
        text=question.question,
        target=evidence.asked[question.number],
        more=[in_a_line(judged)],
        mine=turned(evidence, judged),
    )


def judge_all(evidence: SiteEvidence, question: Question) -> list[Judged]:
    if question.number not in evidence.judged:
        evidence.judged[question.number] = [(point, judge(point, evidence.cells)) for point in question.points]
    return evidence.judged[question.number]


def page(evidence: SiteEvidence, question: Question) -> Made:
    """The page of a question."""
    judged = judge_all(evidence, question)
    mine = turned(evidence, judged)
    line = in_a_line(judged)
    return made(
        evidence,
        path=evidence.asked[question.number],
        kind=PageKind.QUESTION,
        title=question.question,
        description=line,
        summary=line,
        turned=mine,
        crumb="q/",
        blocks=[
            Paragraph(text=line, manner=Manner.LEAD),
            *mine,
            *statements(evidence, judged),
            *([Paragraph(text=question.remark, manner=Manner.SOFT)] if question.remark else []),
            *recipes(evidence, question),
            *rests_on(evidence, question),
            *threads(question),
        ],
        found_by=found_by(evidence, question),
    )


def found_by(evidence: SiteEvidence, question: Question) -> SearchText:
    errors = [check.message for point in question.points for check in point.checks if check.message]
    titles = [evidence.title(evidence.cells.now(name)) for name in question.scenarios]
    return SearchText(
        synonyms=question.threads,
        errors=tuple(dict.fromkeys(errors)),
        body=" ".join([*(point.says for point in question.points), *titles]),
    )


def where(point: Point, result: RuleResult) -> str:
    """Where a statement is true, as briefly as that is exact; empty where it is true nowhere."""
    if not result.has(Truth.HOLDS):
        return ""
    exact = answers.where(result, point.variants)
    if exact == EVERYWHERE:
        return exact
    known = {Truth.HOLDS: True, Truth.FALSE: False}
    brief = by_minors((spot, known.get(truth)) for spot, truth in result.truths)
    return f"On {brief}" if brief and point.variants == BUNDLED_ONLY else exact


def in_a_line(judged: Sequence[Judged]) -> str:
    """The first statements that are true anywhere, in a line."""
    said = [f"{words}: {point.says}" for point, result in judged if (words := where(point, result))]
    return " ".join(map(sentence, said[:2])) or "No release that was tested does any of it."


def statements(evidence: SiteEvidence, judged: Sequence[Judged]) -> Iterator[Block]:
    """Every statement with where it is true, those that are true nowhere last."""
    yield Heading(text="What was measured", anchor="answer")
    entries = []
    for point, result in sorted(judged, key=lambda pair: not pair[1].has(Truth.HOLDS)):
        words = where(point, result) or answers.where(result, point.variants)
        scenario = evidence.cells.now(point.scenarios[0])
        entries.append(ListEntry(text=sentence(point.says), target=evidence.page_of(scenario), tag=words))
    yield Entries(entries=entries, plain=True)


def recipes(evidence: SiteEvidence, question: Question) -> Iterator[Block]:
    """The programs that answer it, each with where it works."""
    for name in question.recipes:
        if name in evidence.recipes:
            proof = answers.proof(evidence.recipes[name], evidence.cells)
            yield Heading(text=proof.title or f"Recipe `{name}`", anchor=name)
            yield CodeBlock(text=proof.code)
            yield Entries(entries=[ListEntry(text=works) for works in proof.works], plain=True)


def rests_on(evidence: SiteEvidence, question: Question) -> Iterator[Block]:
    """The rows that it rests on, over the minors."""
    names = dict.fromkeys(map(evidence.cells.now, question.scenarios))
    rows = [row(evidence, name) for name in names if name in evidence.facts]
    if rows:
        yield Heading(text="The rows that this is based on", anchor="rows")
        yield chart.over_releases(rows, evidence.minors)


def row(evidence: SiteEvidence, scenario: str) -> ChartRow:
    """The bars of a row; of one that needs a package those of the variant that has it."""
    variant, ranges, _ = evidence.shown(scenario)
    return chart.row(
        evidence.title(scenario) + (f" ({variant})" if variant else ""),
        evidence.page_of(scenario),
        ranges,
        evidence.minors.tensorflow,
        evidence.facts[scenario]["kind"],
    )


def threads(question: Question) -> Iterator[Block]:
    if question.threads:
        yield Heading(text="Asked in", anchor="threads")
        yield Entries(entries=[ListEntry(text=cited, target=thread(cited)) for cited in question.threads], plain=True)


def turned(evidence: SiteEvidence, judged: Sequence[Judged]) -> list[OnMine]:
    """What is true on each minor, as pip installs it: neighbours with the same statements together."""
    said = {name: on_minor(name, judged) for name in evidence.minors.names}
    texts = dict.fromkeys(filter(None, said.values()))
    return [OnMine(minors=[name for name in said if said[name] == text], says=text) for text in texts]


def on_minor(minor: str, judged: Sequence[Judged]) -> str:
    """The statements that every cell of a minor says; those that only some of its cells say where there is no other."""
    whole: list[str] = []
    part: list[str] = []
    for point, result in judged:
        cells = [truth for spot, truth in result.truths if of_release(spot) == minor and spot.variant == BUNDLED]
        if Truth.HOLDS in cells:
            (part if Truth.FALSE in cells else whole).append(sentence(point.says))
    return " ".join(whole[:SAID]) or " ".join(f"On a part of its releases: {text}" for text in part[:1])
