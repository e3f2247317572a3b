"""Badges: on which releases a scenario works, as an endpoint for shields.io and as a picture of our own."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tfcompat.escape import shortened
from tfcompat.outcomes import Status
from tfcompat.publish.statuses import COLOURS
from tfcompat.rendering import render
from tfcompat.table.ranges import Range, spans

#: Width of a character of the badge's font, in pixels, and the space around a text.
CHARACTER, PADDING = 6.4, 12
LONGEST_LABEL = 60
#: Where nothing was seen to work, but not every release has an answer.
GREY = "#6b7280"


@dataclass(frozen=True, kw_only=True)
class Badge:
    """Two texts and a colour."""

    label: str
    message: str
    colour: str

    def endpoint(self) -> dict[str, Any]:
        """What shields.io reads."""
        return {"schemaVersion": 1, "label": self.label, "message": self.message, "color": self.colour.lstrip("#")}

    def picture(self) -> str:
        """An SVG; its texts are squeezed to the width that was computed for them, whatever font there is."""
        return render("site/badge.svg.jinja", badge=self, left=width(self.label), right=width(self.message))


def width(text: str) -> int:
    return round(len(text) * CHARACTER) + PADDING


def files(badges: Mapping[str, Badge]) -> dict[str, str]:
    """The text of both files of each badge, by their names in the site."""
    return {f"badges/{name}.json": json.dumps(badge.endpoint()) + "\n" for name, badge in badges.items()} | {
        f"badges/{name}.svg": badge.picture() for name, badge in badges.items()
    }


def of_row(name: str, ranges: Sequence[Range]) -> Badge:
    """Where a scenario works. No data is not "does not work", and is said as what it is."""
    label = shortened(name, LONGEST_LABEL)
    where = spans(ranges)
    if works := where.get(Status.WORKS):
        newest = ranges[-1].status is Status.WORKS
        return Badge(label=label, message=minors(works), colour=colour(Status.WORKS if newest else Status.WRONG))
    if set(where) <= {Status.UNKNOWN}:
        return Badge(label=label, message="no data", colour=GREY)
    if Status.UNKNOWN in where:
        return Badge(label=label, message="not seen to work", colour=GREY)
    return Badge(label=label, message="on no tested release", colour=colour(Status.FAILS))


def of_all(releases: int, scenarios: int, newest: str) -> Badge:
    """How much was measured, and when last."""
    return Badge(
        label="tfcompat", message=f"{releases} releases · {scenarios} scenarios · {newest[:10]}", colour="#0f6b5c"
    )


def minors(span: str) -> str:
    """A span without its patches: ``2.6 – 2.21``."""
    text = re.sub(r"\b(\d+\.\d+)\.\d+\b", r"\1", span)
    return ", ".join(re.sub(r"^(\S+) – \1$", r"\1", part) for part in text.split(", "))


def colour(status: Status) -> str:
    return "#8a5a00" if status is Status.WRONG else COLOURS[status][0]


def file_names(scenarios: Iterable[str]) -> dict[str, str]:
    """A name for the files of each scenario that every file system accepts, no two alike."""
    names: dict[str, str] = {}
    for scenario in scenarios:
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", scenario.replace("::", "--")).strip(".-")[:100]
        if name.lower() in {other.lower() for other in names.values()} or not name:
            name = f"{name}-{hashlib.sha256(scenario.encode()).hexdigest()[:8]}"
        names[scenario] = name
    return names
