"""The corpus: every row of the table and every question of people, as texts that can be found by their words."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from tfcompat.ask.search.pasted import Raised
from tfcompat.ask.search.texts import Beside, Question
from tfcompat.ask.search.words import Text
from tfcompat.door.door import Door

#: What a row counts for that is found by its title, its id, its documentation and the errors that it raised, or else.
TITLE, ID, DETAIL, ELSE = 3.0, 2.0, 1.0, 0.6
#: Characters of a message that are read, and messages of a row.
LONGEST, MOST = 300, 6
#: How the key of a question begins.
QUESTION = "question "
#: The exceptions that the current trials kept, by scenario.
RAISED = """
select distinct s.scenario as scenario, a.type as type, a.message as message
from trials t join runs r on r.sequence = t.sequence and r.first <= t.number
join scenarios s on s.number = r.scenario join answers a on a.number = r.answer
where t.current and s.place is not null and a.type != ''
"""
#: Characters of a message that say too little to know it by.
SHORT = 12
#: What differs between two prints of one error: numbers, addresses, quotes, and where a file is.
DIFFERS = re.compile(r"0x[0-9a-f]+|\d+|['\"`]|\(\S*\.py\)|\s+")


def raised(door: Door) -> dict[str, list[str]]:
    """The exceptions of each scenario, as they were raised."""
    by_scenario: dict[str, list[str]] = {}
    for row in door.rows(RAISED):
        by_scenario.setdefault(row["scenario"], []).append(row["message"])
    return by_scenario


def texts(door: Door, beside: Beside, errors: Mapping[str, Sequence[str]]) -> Iterator[Text]:
    """All that can be found: by the id of a scenario, or the number of a question."""
    before: dict[str, list[str]] = {}
    for was, names in door.heirs.items():
        for name in names:
            before.setdefault(name, []).append(was)
    for scenario in door.scenarios():
        words = door.words[scenario]
        detail = beside.detail(words["title"], words["source"])
        also = [*before.get(scenario, ()), words["reference"], *answers(words["answers"])]
        yield of_scenario(scenario, words["title"], detail, errors.get(scenario, ()), also)
    yield from map(of_question, beside.questions)


def of_scenario(scenario: str, title: str, detail: str, errors: Sequence[str], also: Sequence[str]) -> Text:
    parts = {
        title: TITLE,
        scenario: ID,
        " ".join([detail, *(message[:LONGEST] for message in errors[:MOST])]): DETAIL,
        " ".join(also): ELSE,
    }
    return Text(key=scenario, parts={part.casefold(): weight for part, weight in parts.items()})


def answers(text: str) -> list[str]:
    """The words with which a question of the suite is answered."""
    return list(json.loads(text)) if text else []


def of_question(question: Question) -> Text:
    said = " ".join(point.says for point in question.points)
    parts = {question.question: TITLE, said: DETAIL, " ".join(question.threads): ELSE}
    return Text(key=f"{QUESTION}{question.number}", parts={part.casefold(): weight for part, weight in parts.items()})


def is_same(error: Raised, message: str) -> bool:
    """Whether a row raised the error that was pasted: one of the texts is in the other, apart from what always differs."""
    kept = message.removesuffix("…")
    return quotes(kept, error.message) or quotes(str(error), kept)


def begins_alike(error: Raised, message: str) -> bool:
    """Whether an error begins as a row's does, such as by the same words before another name."""
    kept = message.partition(": ")[2] if message.startswith(f"{error.type}: ") else message
    return plain(error.message)[: SHORT + 1] == plain(kept)[: SHORT + 1] != plain(kept)[:SHORT]


def quotes(text: str, message: str) -> bool:
    """Whether a text has an error's message in it."""
    return len(plain(message)) > SHORT and plain(message) in plain(text)


def plain(text: str) -> str:
    return DIFFERS.sub("", text).casefold()
