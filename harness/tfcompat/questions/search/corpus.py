"""The corpus: every page that a search can find, as documents, made from the table and what is beside it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from tfcompat.door.door import Door
from tfcompat.escape import shortened
from tfcompat.outcomes import Harm, Status
from tfcompat.questions import addresses
from tfcompat.questions.lookup import TRIED, tried_paths
from tfcompat.questions.paths.chain import FOR_A_TIME, OTHER, PRIVATE, is_attributes
from tfcompat.questions.search import terms
from tfcompat.questions.search.definition import FoundKind
from tfcompat.questions.search.index import SearchDocument
from tfcompat.questions.search.pasted import read
from tfcompat.questions.search.texts import Beside, KnownFinding, LoadError, Question

#: Characters of a message whose words are read, and messages of a row; characters of a docstring.
LONGEST, MOST, DETAIL = 160, 4, 600
#: What a path counts that is written as a statement, and one that is private, of another package, or there for a time only.
STATEMENT = 0.9
TIERS = ((PRIVATE, 0.7), (OTHER, 0.8), (FOR_A_TIME, 0.95))
#: What a row of an import path counts, which stands on the page of the path too, and a row about an argument's presence.
ON_A_PAGE = {TRIED: 0.6, "arguments": 0.8, "inventory": 0.6, "environment": 0.8}
#: What the current trials of a scenario raised and showed.
SEEN = """
with given as (
    select distinct r.scenario, r.answer from trials t
    join runs r on r.sequence = t.sequence and r.first <= t.number where t.current
)
select distinct s.scenario as scenario, a.type as type, a.message as message, a.status as status, a.harm as harm
from given g join scenarios s on s.number = g.scenario join answers a on a.number = g.answer
where s.place is not null and a.status != 'unknown' and (a.status != 'works' or a.type != '')
"""
#: Exceptions of the suite itself, whose messages no user sees.
OWN = ("Missing", "Unanswerable")
#: What a status or harm is called where somebody looks for it.
TELLING = {Status.HANGS: "hangs", Status.CRASHES: "crashes", Status.WRONG: "wrong", Harm.SILENT: "silent"}


def documents(door: Door, beside: Beside) -> Iterator[SearchDocument]:
    """All that can be found, answers and paths before rows."""
    yield from map(of_question, beside.questions)
    yield from of_paths(door)
    yield from map(of_finding, beside.findings)
    yield from of_upgrades(door)
    yield from map(of_loading, beside.loading)
    yield from of_rows(door, beside)


def of_question(question: Question) -> SearchDocument:
    said = " ".join(point.says for point in question.points)
    found = read(question.question)
    observed = [word for point in question.points for check in point.checks for word in check.observed]
    quoted = [term for error in found.errors for term in terms.of_message(error.message)]
    quoted += of_messages(question.errors)
    return SearchDocument(
        key=str(question.number),
        kind=FoundKind.QUESTION,
        page=addresses.of_question(question.address or question.question),
        title=question.question,
        terms={
            "error": quoted,
            "title": list(terms.terms(question.question)),
            "id": list(terms.terms(" ".join(words_in(observed)))),
            "also": [
                *(path.attributes.lower() for path in found.paths),
                *terms.terms(" ".join([*question.threads, *question.recipes])),
            ],
            "detail": list(terms.terms(said)),
        },
    )


def words_in(values: Iterable[object]) -> Iterator[str]:
    """The values that are words, each once."""
    return iter(dict.fromkeys(value for value in values if isinstance(value, str)))


def of_finding(finding: KnownFinding) -> SearchDocument:
    return SearchDocument(
        key=finding.name,
        kind=FoundKind.FINDING,
        page=addresses.of_finding(finding.name),
        title=finding.title,
        terms={
            "title": list(terms.terms(finding.title)),
            "id": list(terms.terms(finding.name)),
            "detail": list(terms.terms(f"{finding.what} {finding.instead}")),
        },
    )


def of_paths(door: Door) -> Iterator[SearchDocument]:
    """A document for each import path that was tried, as it was written."""
    for path in sorted(tried_paths(door), key=lambda path: (-tier(path), path.count("."), path)):
        name = addresses.attributes(path)
        yield SearchDocument(
            key=path,
            kind=FoundKind.API,
            page=addresses.of_api(path),
            title=path,
            weight=tier(path),
            terms={
                "path": [*terms.of_path(name), *terms.of_statements(path), *terms.of_modules(path)],
                "title": list(terms.terms(name.rpartition(".")[2])),
                "id": list(terms.terms(f"{name.rpartition('.')[0]} import")),
            },
        )


def tier(path: str) -> float:
    """What a path counts among the others: one written as attributes the most."""
    bare = path if is_attributes(path) else path.partition(" ")[2]
    full = f"tensorflow{bare[2:]}" if bare.startswith("tf.") else bare
    public = next((counts for pattern, counts in TIERS if pattern.match(full) or pattern.match(bare)), 1.0)
    return public * (1.0 if is_attributes(path) else STATEMENT)


def of_upgrades(door: Door) -> Iterator[SearchDocument]:
    """A document for each step between the minors that were measured."""
    current = [trial for trial in door.current() if trial["stands_for_minor"]]
    minors = dict.fromkeys(".".join(trial["tensorflow"].split(".")[:2]) for trial in current)
    for before, after in pairwise(sorted(minors, key=lambda minor: tuple(map(int, minor.split("."))))):
        yield SearchDocument(
            key=f"{before}-{after}",
            kind=FoundKind.UPGRADE,
            page=addresses.of_step(before, after),
            title=f"Upgrading from {before} to {after}",
            terms={
                "title": [*terms.terms(f"upgrading from {before} to {after}"), "migrat"],
                "also": [*terms.terms("breaking changes between releases"), *(["keras"] if after == "2.16" else [])],
            },
        )


def of_loading(error: LoadError) -> SearchDocument:
    return SearchDocument(
        key=error.anchor,
        kind=FoundKind.LOADING,
        page=addresses.of_loading(error.anchor),
        title=f"A saved model raises {shortened(error.message, LONGEST)}",
        terms={
            "error": list(of_messages([error.message])),
            "title": list(terms.terms("loading a saved model")),
            "id": list(terms.terms(error.message[:LONGEST])),
            "detail": list(terms.terms(" ".join(error.where))),
        },
    )


def of_rows(door: Door, beside: Beside) -> Iterator[SearchDocument]:
    """A document for each scenario of the table."""
    names = door.scenarios()
    pages = addresses.of_scenarios(names)
    before = aliases(door.heirs)
    seen = seen_of(door)
    for scenario in names:
        yield of_row(scenario, pages[scenario], door, beside, before.get(scenario, ()), seen.get(scenario, ()))


def of_row(
    scenario: str, page: str, door: Door, beside: Beside, before: Sequence[str], seen: Sequence[Mapping[str, str]]
) -> SearchDocument:
    words = door.words[scenario]
    raised = [row for row in seen if row["type"] and row["type"] not in OWN]
    # A refusal that is right comes behind what goes wrong.
    messages = [row["message"] for row in sorted(raised, key=lambda row: row["status"] == Status.WORKS)]
    shown = {TELLING[word] for row in seen for word in (Status(row["status"]), Harm(row["harm"])) if word in TELLING}
    answers = list(json.loads(words["answers"])) if words["answers"] else []
    also = " ".join([*before, words["reference"], *answers, *sorted(shown)])
    detail = " ".join(
        [beside.detail(words["title"], words["source"])[:DETAIL], *(m[:LONGEST] for m in messages[:MOST])]
    )
    return SearchDocument(
        key=scenario,
        kind=FoundKind.ROW,
        page=page,
        title=words["title"] or scenario,
        weight=ON_A_PAGE.get(scenario.partition("::")[0], 1.0),
        terms={
            "error": list(of_messages(messages)),
            "title": list(terms.terms(words["title"])),
            "id": [*terms.terms(scenario.replace("::", " ")), *of_argument(scenario)],
            "also": list(terms.terms(also)),
            "detail": list(terms.terms(detail)),
        },
    )


def of_argument(scenario: str) -> Iterator[str]:
    """What a row about an argument is known by, as rows about attributes are: ``arguments::Normalization(mean)``."""
    group, _, rest = scenario.partition("::")
    if group == "arguments" and rest.endswith(")"):
        yield f"{terms.WHOLE}argument_{rest.removesuffix(')').rpartition('(')[2]}".lower()


def of_messages(messages: Iterable[str]) -> Iterable[str]:
    """What some errors are known by, each once."""
    return dict.fromkeys(term for message in messages for term in terms.of_message(bare(message)))


def seen_of(door: Door) -> dict[str, list[Mapping[str, str]]]:
    """What the current trials of each scenario raised and showed, in an order that does not change."""
    by_scenario: dict[str, list[Mapping[str, str]]] = {}
    for row in sorted(door.rows(SEEN), key=lambda row: tuple(map(str, row.values()))):
        by_scenario.setdefault(row["scenario"], []).append(row)
    return by_scenario


def aliases(heirs: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """The ids that each scenario had before."""
    before: dict[str, list[str]] = {}
    for was, names in heirs.items():
        for name in names:
            before.setdefault(name, []).append(was)
    return before


def bare(message: str) -> str:
    """A message without the class of its error, and without what shows that it was cut."""
    kind, found, rest = message.removesuffix("…").partition(": ")
    return rest if found and kind.replace(".", "").isidentifier() else message.removesuffix("…")
