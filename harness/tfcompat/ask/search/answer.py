"""The answers to a pasted text, the best first: import paths, rows of the table, and questions that people ask."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import quote

from tfcompat.ask.lookup import RELEASES, TRIED, filled, label_of, last, ranges, tried_paths
from tfcompat.ask.paths import chain as chains
from tfcompat.ask.paths import code
from tfcompat.ask.paths.chain import Chain, is_attributes
from tfcompat.ask.search import corpus, points
from tfcompat.ask.search.corpus import QUESTION
from tfcompat.ask.search.pasted import Pasted, Path
from tfcompat.ask.search.texts import Beside, Question
from tfcompat.ask.search.words import Text, ranked
from tfcompat.door.door import Door, Row
from tfcompat.outcomes import Harm, Status
from tfcompat.select import releases

#: The addresses of the page of a row, and of the answers to a question, in a checkout and where it is published.
PAGE, ANSWERS = "reports/site/index.html#scenario=", "docs/answers.md#question-"
#: How much better a row is that raised the very error, and on the release in question; and a text that has the very words.
#: The last is for an error that begins as one that the row raised.
SAME, THERE, PHRASE, BEGINNING = 40.0, 20.0, 6.0, 10.0
#: How well an answer has to fit, as a part of how well the best does.
RELEVANT = 0.5
#: What a row counts that is unknown on the releases in question, and how many are looked at so.
UNKNOWN, LOOKED_AT = 0.6, 20
#: How many of the texts with the best words are read for the very error.
LIKELY = 120
#: How many answers are given, and sentences of one.
MOST, SENTENCES = 5, 8
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


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What is asked: of a door, with what is beside it, on some of the measured releases; None are all."""

    door: Door
    beside: Beside
    on: str | None = None
    kept: dict[str, list[Row]] = field(default_factory=dict)

    @cached_property
    def versions(self) -> frozenset[str]:
        """The measured releases that are asked about. Raises SelectionError where none is named."""
        known = chains.measured(self.door)
        return frozenset(str(release.version) for release in releases.select(known, self.on or "all", patches=True))

    def rows(self, scenario: str) -> list[Row]:
        """What a scenario did on these releases, as pip installs them, and its kind."""
        if scenario not in self.kept:
            name = self.door.heir(scenario)
            kind = self.door.words[name]["kind"] if name in self.door.words else ""
            every = ({**row, "kind": kind} for row in filled(self.door.of_scenario(name)))
            self.kept[scenario] = [
                row for row in every if label_of(row) == RELEASES and row["tensorflow"] in self.versions
            ]
        return self.kept[scenario]


def answers(asking: Asking, pasted: Pasted) -> list[Answer]:
    """The answers to a pasted text, the best first; what is said of an import path comes before what only has its words."""
    of_paths = list(answers_of_paths(asking, pasted))
    known = {scenario for answer in of_paths for scenario in answer.scenarios}
    found = [key for key in best(asking, pasted) if key not in known]
    return list(with_code_once([*of_paths, *(answer_of(asking, key) for key in found[:MOST])][:MOST]))


def with_code_once(some: Iterable[Answer]) -> Iterator[Answer]:
    """Some answers; code that an earlier one has is not said again."""
    said = {""}
    for answer in some:
        yield replace(answer, instead="") if answer.instead in said else answer
        said.add(answer.instead)


# Import paths


def answers_of_paths(asking: Asking, pasted: Pasted) -> Iterator[Answer]:
    """What is known of each name that was ever tried, among those that an error says are not there, or of a text without an
    error; an error of something else only names paths that are in its code.
    """
    lacking = [path for path in pasted.paths if is_lacking(path, pasted)]
    of_attribute = any(ATTRIBUTE in error.message for error in pasted.errors)
    tried = set(map(last, tried_paths(asking.door)))
    by_name = {path.name: path for path in reversed(lacking if pasted.errors else pasted.paths) if path.name in tried}
    for path in reversed(by_name.values()):
        yield of_path(asking, path, attributes=of_attribute)


def is_lacking(path: Path, pasted: Pasted) -> bool:
    """Whether an error says that a path is not there, or the module that it begins with."""
    modules = [f"{other.attributes}." for other in pasted.paths if other.lacks]
    return path.lacks or path.attributes.startswith(tuple(modules))


def of_path(asking: Asking, path: Path, *, attributes: bool) -> Answer:
    """Where a name is, and how to import it, on the releases that are asked about."""
    chain = chains.chain(asking.door, path.name, asking.on or "all", attributes=attributes)
    row = asked_row(asking.door, path)
    return Answer(
        says=sentence(chain),
        where=there(chain),
        more=tuple(missing(asking, row)) if row else (),
        instead=code.text(chain) if chain.branches else "",
        scenarios=tuple(f"{TRIED}::{branch.path}" for branch in chain.branches) + ((row,) if row else ()),
        page=page(f"{TRIED}::{chain.branches[0].path}" if chain.branches else row),
    )


def sentence(chain: Chain) -> str:
    """Where a name is."""
    if not chain.branches:
        return f"No path to {chain.name} that was tried works on TensorFlow {chain.releases}."
    parts = [
        f"on {branch.where}, {f'{chain.name} is at {branch.path}' if is_attributes(branch.path) else f'{branch.path} works'}"
        for branch in chain.branches
    ]
    return f"On TensorFlow {'; '.join(parts).removeprefix('on ')}."


def there(chain: Chain) -> str:
    """Where any path works."""
    return ", ".join(branch.where for branch in chain.branches)


def asked_row(door: Door, path: Path) -> str:
    """The row that tried the very path; empty where there is none."""
    public = path.attributes.rpartition(".")[0]
    forms = (path.attributes, *(f"from {module} import {path.name}" for module in (path.module, public)))
    known = tried_paths(door)
    return next((f"{TRIED}::{form}" for form in forms if form in known), "")


def missing(asking: Asking, row: str) -> Iterator[str]:
    """Where the very path does what, over all releases: a reader may have another one."""
    everywhere = Asking(door=asking.door, beside=asking.beside)
    spans = ranges(everywhere.rows(row))["spans"]
    yield f"{row.removeprefix(f'{TRIED}::')}: {'; '.join(f'{word} {span}' for word, span in spans.items())}"


# Rows and questions


def best(asking: Asking, pasted: Pasted) -> list[str]:
    """The keys of the rows and questions that a pasted text is about, the best first, and none that fits much worse."""
    errors = corpus.raised(asking.door)
    texts = list(corpus.texts(asking.door, asking.beside, errors))
    scores = [
        (score + more(asking, text, pasted, errors), text.key) for score, text in ranked(texts, pasted.words)[:LIKELY]
    ]
    first = sorted(scores, key=lambda pair: -pair[0])[:LOOKED_AT]
    ordered = sorted(((score * known(asking, key), key) for score, key in first), key=lambda pair: -pair[0])
    return [key for score, key in ordered if score >= ordered[0][0] * RELEVANT]


def known(asking: Asking, key: str) -> float:
    """How much less a row counts that has no answer on the releases in question."""
    if asking.on is None or key.startswith(QUESTION):
        return 1.0
    return 1.0 if any(row["status"] != Status.UNKNOWN for row in asking.rows(key)) else UNKNOWN


def more(asking: Asking, text: Text, pasted: Pasted, errors: Mapping[str, Sequence[str]]) -> float:
    """How much better a text is than its words say: it raised the very error, or has the very words."""
    if text.key.startswith(QUESTION):
        asked = any(corpus.quotes(part, error.message) for part in text.parts for error in pasted.errors)
        return SAME + THERE if asked else 0.0
    if not pasted.errors:
        return PHRASE if pasted.phrase and any(pasted.phrase in part for part in text.parts) else 0.0
    messages = errors.get(text.key, ())
    if not any(corpus.is_same(pasted.errors[0], message) for message in messages):
        return BEGINNING if any(corpus.begins_alike(pasted.errors[0], message) for message in messages) else 0.0
    here = asking.on is not None and any(
        corpus.is_same(pasted.errors[0], str(row["message"])) for row in asking.rows(text.key) if row["type"]
    )
    return SAME + (THERE if here else 0.0)


def answer_of(asking: Asking, key: str) -> Answer:
    if key.startswith(QUESTION):
        number = int(key.removeprefix(QUESTION))
        return of_question(asking, next(one for one in asking.beside.questions if one.number == number))
    return of_row(asking, key)


def of_row(asking: Asking, scenario: str) -> Answer:
    """What a row of the table did on the releases that are asked about."""
    parts = ranges(asking.rows(scenario))
    harms = [harm for _, harm, _ in parts["harms"]]
    questions = list(asking.beside.answering(scenario))
    return Answer(
        says=str(asking.door.words[scenario]["title"]) or scenario,
        where="; ".join(f"{word} {span}" for word, span in parts["spans"].items()),
        more=(
            *(f"raised on {span}: {text}" for text, span in parts["raised"][:SENTENCES]),
            *(f"see question {question.number}: {question.question}" for question in questions),
        ),
        instead=asking.beside.code(questions),
        harm=next((harm for harm in HARMS if harm in harms), Harm.NONE),
        scenarios=(scenario,),
        page=page(scenario),
    )


def of_question(asking: Asking, question: Question) -> Answer:
    """The sentences that answer a question, each with where it is true on the releases that are asked about."""
    said = [(point.says, *points.where(point, asking.rows)) for point in question.points if points.is_plain(point)]
    return Answer(
        says=question.question,
        more=tuple(f"on {words}: {says}" for says, words, cells in said if cells)[:SENTENCES],
        instead=asking.beside.code([question]),
        scenarios=question.scenarios,
        page=f"{ANSWERS}{question.number}",
    )


def page(scenario: str) -> str:
    """The address of the page of a row; empty where there is no row."""
    return PAGE + quote(scenario, safe="") if scenario else ""
