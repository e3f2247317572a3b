"""The public names that an inventory observed, as rows."""

import re
from collections.abc import Iterator

from tfcompat.files import hash_of
from tfcompat.outcomes import Outcome

#: The group of the scenarios that list names; what follows is the root that each walks.
GROUP = "inventory::"
#: Characters of a signature that are kept; it came out of a cell, and none of TensorFlow's is as long.
LONGEST = 4000


def listing_of(scenario: str, observed: str) -> str:
    """What a listing is known by: the scenario, and the text of its observation."""
    return hash_of(scenario, observed)


def listed(outcome: Outcome) -> tuple[tuple[str, str], ...]:
    """Name and signature of each name that an outcome lists, led by an empty pair; nothing where it is no listing."""
    root = outcome.scenario.removeprefix(GROUP)
    if root == outcome.scenario or not isinstance(outcome.observed, dict):
        return ()
    return (("", ""), *names_of(root, outcome.observed))


def names_of(root: str, observed: dict[str, object]) -> Iterator[tuple[str, str]]:
    """The names that were observed; they came out of a cell, so anything but a name with a text is left out."""
    for name, signature in observed.items():
        if re.fullmatch(re.escape(root) + r"(\.\w+)+", name) and isinstance(signature, str):
            yield name, re.sub(r"[\x00-\x1f\x7f]+", " ", signature)[:LONGEST]
