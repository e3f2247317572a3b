"""The answers to a pasted text, the best first: import paths, rows of the table, and questions that people ask."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Literal, assert_never

from msgspec import Struct

from tfcompat.door.door import Door, Row
from tfcompat.outcomes import Harm
from tfcompat.questions import addresses
from tfcompat.questions.lookup import RELEASES, TRIED, filled, label_of, last, ranges, shown
from tfcompat.questions.paths import chain as chains
from tfcompat.questions.paths import code
from tfcompat.questions.paths.chain import Chain, is_attributes
from tfcompat.questions.search import corpus, points
from tfcompat.questions.search.definition import FoundKind
from tfcompat.questions.search.index import SearchDocument, SearchIndex, index_of
from tfcompat.questions.search.pasted import Pasted, read
from tfcompat.questions.search.query import query
from tfcompat.questions.search.ranking import Ranked, ranked
from tfcompat.questions.search.texts import Beside
from tfcompat.select import releases

#: How many answers are given, and sentences of one.
MOST, SENTENCES = 5, 8
#: What is said where nothing that was measured is close to what was asked.
FAR_ERROR = "no row or import path is known by this very error: what follows is the nearest by its words"
FAR = "nothing that was measured has most of these words: what follows is the nearest"
#: What Python says of attributes that are not there.
ATTRIBUTE = "has no attribute"
#: From the worst on.
HARMS = (Harm.SILENT, Harm.VISIBLE, Harm.OBSCURE, Harm.LOUD, Harm.NONE)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer: a sentence, where it is so, more of it, what to write instead, what it rests on, and its page's address."""

    says: str
    where: str = ""
    more: tuple[str, ...] = ()
    instead: str = ""
    harm: str = ""
    scenarios: tuple[str, ...] = ()
    page: str = ""


class Answers(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answers to a text, the best first; ``notes`` say how the releases in question were read."""

    schema: Literal[1]
    answers: list[Answer]
    notes: list[str]


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What is asked: of a door, with what is beside it, on some of the measured releases; None are all.

    The releases decide what is answered, and not which pages are found.
    """

    door: Door
    beside: Beside
    on: str | None = None
    kept: dict[str, list[Row]] = field(default_factory=dict)

    @cached_property
    def versions(self) -> frozenset[str]:
        """The measured releases that are asked about. Raises SelectionError where none is named."""
        known = chains.measured(self.door)
        return frozenset(str(release.version) for release in releases.select(known, self.on or "all", patches=True))

    @cached_property
    def index(self) -> SearchIndex:
        return index_of(corpus.documents(self.door, self.beside))

    def every(self, scenario: str) -> list[Row]:
        """What a scenario did on these releases, in each variant, and its kind."""
        if scenario not in self.kept:
            name = self.door.heir(scenario)
            kind = self.door.words[name]["kind"] if name in self.door.words else ""
            rows = filled(self.door.of_scenario(name))
            self.kept[scenario] = [{**row, "kind": kind} for row in rows if row["tensorflow"] in self.versions]
        return self.kept[scenario]

    def rows(self, scenario: str) -> list[Row]:
        """What a scenario did on these releases, as pip installs them, and its kind."""
        return [row for row in self.every(scenario) if label_of(row) == RELEASES]

    def shown(self, scenario: str) -> tuple[str, list[Row]]:
        """The rows that say most of a scenario on these releases, and what they are shown as (``lookup.shown``)."""
        return shown(self.every(scenario))


def answers_to(door: Door, beside: Beside, text: str, on: str | None = None, site: str | None = "") -> Answers:
    """The answers to a pasted text on some releases, or on all; ``site`` is where their pages are published: empty where they
    are files of a clone, None where there are none.

    Raises SelectionError where none is named.
    """
    known = chains.measured(door)
    notes = []
    if on is not None:
        releases.named(known, on)
        notes = [f"TensorFlow {sentence}" for sentence in releases.said(known, on, patches=True)]
    pasted = read(text)
    asking = Asking(door=door, beside=beside, on=on)
    hits = ranked(asking.index, query(pasted))
    if hits and not any(hit.is_close for hit in hits[:MOST]):
        notes.append(FAR_ERROR if pasted.errors else FAR)
    found = of_hits(asking, pasted, hits)
    if not found and hits and on is not None:
        found = of_hits(replace(asking, on=None, kept={}), pasted, hits)
        notes.append(f"nothing that was measured on {on} answers this: what follows is of all releases")
    paged = [replace(answer, page="" if site is None else addresses.whole(answer.page, site)) for answer in found]
    return Answers(schema=1, answers=paged, notes=notes)


def answers(asking: Asking, pasted: Pasted) -> list[Answer]:
    """The answers to a pasted text, the best first."""
    return of_hits(asking, pasted, ranked(asking.index, query(pasted)))


def of_hits(asking: Asking, pasted: Pasted, hits: Iterable[Ranked]) -> list[Answer]:
    """What the documents that were found answer, each sentence and code once."""
    found = (answer_of(asking, hit.document, pasted) for hit in hits)
    return list(with_code_once(islice(said_once(filter(None, found)), MOST)))


def said_once(some: Iterable[Answer]) -> Iterator[Answer]:
    """Some answers without those that say what an earlier one says, such as another path's on a release that has both."""
    said: set[str] = set()
    for answer in some:
        if answer.says not in said:
            yield answer
        said.add(answer.says)


def with_code_once(some: Iterable[Answer]) -> Iterator[Answer]:
    """Some answers; code that an earlier one has is not said again."""
    said = {""}
    for answer in some:
        yield replace(answer, instead="") if answer.instead in said else answer
        said.add(answer.instead)


def answer_of(asking: Asking, document: SearchDocument, pasted: Pasted) -> Answer | None:
    """What a document that was found answers; None where it is a question that says nothing of the releases asked about."""
    match document.kind:
        case FoundKind.API:
            of_attribute = any(ATTRIBUTE in error.message for error in pasted.errors)
            return of_path(asking, document, attributes=of_attribute)
        case FoundKind.QUESTION:
            answer = of_question(asking, document)
            return answer if answer.more or asking.on is None else None
        case FoundKind.FINDING:
            return of_finding(asking, document)
        case FoundKind.UPGRADE:
            before, _, after = document.key.partition("-")
            return Answer(
                says=document.title,
                more=(f"all that changes: tfcompat upgrade {before} {after}",),
                page=document.page,
            )
        case FoundKind.LOADING:
            return of_loading(asking, document)
        case FoundKind.ROW:
            return of_row(asking, document)
        case _ as never:
            assert_never(never)


# Import paths


def of_path(asking: Asking, document: SearchDocument, *, attributes: bool) -> Answer:
    """Where a name is, and how to import it, on the releases that are asked about."""
    chain = chains.chain(asking.door, last(document.key), asking.on or "all", attributes=attributes, like=document.key)
    row = f"{TRIED}::{document.key}"
    return Answer(
        says=sentence(chain),
        where=there(chain),
        more=tuple(missing(asking, row)),
        instead=code.text(chain) if chain.branches else "",
        scenarios=tuple(dict.fromkeys([*(f"{TRIED}::{branch.path}" for branch in chain.branches), row])),
        page=document.page,
    )


def sentence(chain: Chain) -> str:
    """Where a name is."""
    if not chain.branches:
        return f"No path to {chain.name} that was tried works on TensorFlow {chain.releases}."
    parts = [
        f"on {branch.where}, {f'{chain.name} is at {branch.path}' if is_attributes(branch.path) else f'{branch.path} works'}"
        for branch in chain.branches
    ]
    places = "; ".join(parts).removeprefix("on ")
    return f"On {places}." if places.startswith("Keras") else f"On TensorFlow {places}."


def there(chain: Chain) -> str:
    """Where any path works."""
    return ", ".join(branch.where for branch in chain.branches)


def missing(asking: Asking, row: str) -> Iterator[str]:
    """Where the very path does what, over all releases: a reader may have another one."""
    everywhere = Asking(door=asking.door, beside=asking.beside)
    spans = ranges(everywhere.rows(row)).spans
    yield f"{row.removeprefix(f'{TRIED}::')}: {'; '.join(f'{word} {span}' for word, span in spans.items())}"


# Rows, questions and findings


def of_row(asking: Asking, document: SearchDocument) -> Answer:
    """What a row of the table did on the releases that are asked about."""
    scenario = document.key
    label, rows = asking.shown(scenario)
    parts = ranges(rows)
    harms = [said.harm for said in parts.harms]
    places = "; ".join(f"{word} {span}" for word, span in parts.spans.items())
    questions = list(asking.beside.answering(scenario))
    return Answer(
        says=str(asking.door.words[scenario]["title"]) or scenario,
        where=places if label == RELEASES else f"in the variant {label}: {places}",
        more=(
            *(f"raised on {span}: {text}" for text, span in parts.raised[:SENTENCES]),
            *(f"see question {question.number}: {question.question}" for question in questions),
        ),
        instead=asking.beside.code(questions),
        harm=next((harm for harm in HARMS if harm in harms), Harm.NONE),
        scenarios=(scenario,),
        page=document.page,
    )


def of_question(asking: Asking, document: SearchDocument) -> Answer:
    """The sentences that answer a question, each with where it is true on the releases that are asked about."""
    question = next(one for one in asking.beside.questions if str(one.number) == document.key)
    said = [(point.says, *points.where(point, asking.rows)) for point in question.points if points.is_plain(point)]
    return Answer(
        says=question.question,
        more=tuple(f"on {words}: {says}" for says, words, cells in said if cells)[:SENTENCES],
        instead=asking.beside.code([question]),
        scenarios=question.scenarios,
        page=document.page,
    )


def of_loading(asking: Asking, document: SearchDocument) -> Answer:
    """Which release raised an error with what another one saved."""
    error = next(one for one in asking.beside.loading if one.anchor == document.key)
    return Answer(
        says=document.title,
        more=(*error.where[:SENTENCES], "what one release loads of another: tfcompat loads WRITER READER"),
        page=document.page,
    )


def of_finding(asking: Asking, document: SearchDocument) -> Answer:
    """What goes wrong without a word, and what to do instead."""
    finding = next(one for one in asking.beside.findings if one.name == document.key)
    return Answer(says=finding.title, more=(finding.what, finding.instead), harm=Harm.SILENT, page=document.page)
