"""The query: the terms that a pasted text is looked for by, each with how much it counts."""

import re
from collections.abc import Iterator, Mapping

from tfcompat.questions.search import terms
from tfcompat.questions.search.definition import DEFINITION
from tfcompat.questions.search.pasted import Pasted

NAMED = (
    ("attribute_", re.compile(DEFINITION.lacking_attribute, re.ASCII)),
    ("argument_", re.compile(DEFINITION.lacking_argument, re.ASCII)),
    ("argument_", re.compile(DEFINITION.given_argument, re.ASCII)),
)
#: What Python says of a name that an import statement does not find.
CANNOT = "cannot import"


def query(pasted: Pasted) -> Mapping[str, float]:
    """The terms of a pasted text, the most telling first, and what each counts; then those that stand for them."""
    counts: dict[str, float] = {}
    for term, count in weighed(pasted):
        if len(counts) < DEFINITION.terms:
            counts.setdefault(term, count)
    others = list(terms.standing_for(list(counts)))
    return counts | dict.fromkeys(others, DEFINITION.stands_for)


def weighed(pasted: Pasted) -> Iterator[tuple[str, float]]:
    """All terms of a pasted text: of its paths, its errors and its words."""
    for path in pasted.asked():
        name = path.attributes.lower()
        if path.lacks and path.name.islower() and DEFINITION.no_module in pasted.says:
            yield terms.MODULE + name, DEFINITION.lacking
            continue
        count = DEFINITION.lacking if pasted.errors and "." in name else DEFINITION.known
        yield (name if "." in name else terms.WHOLE + name), count
        if path.lacks and path.module and CANNOT in pasted.says:
            yield f"{terms.STATEMENT}{path.module}.{path.name}".lower(), count
    for kind, pattern in NAMED:
        for found in pattern.finditer(pasted.says):
            yield f"{terms.WHOLE}{kind}{found[1]}".lower(), DEFINITION.known
    for term in terms.of_statements(pasted.says):
        yield term, DEFINITION.known
    for error in pasted.errors:
        yield from ((term, 1.0) for term in terms.of_message(error.message))
    for word in terms.dotted(pasted.says):
        yield word, 1.0
    yield from ((term, 1.0) for term in terms.terms(pasted.says))
    yield from ((term, DEFINITION.named) for term in terms.names(pasted.says))
