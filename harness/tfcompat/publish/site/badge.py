"""Badges: on which releases a scenario works, as an endpoint for shields.io and as a picture of our own."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from packaging.version import Version

from tfcompat.escape import shortened
from tfcompat.outcomes import Harm, Status
from tfcompat.publish.parts.spans import short
from tfcompat.publish.statuses import COLOURS, INKS, Tone, tone
from tfcompat.rendering import render
from tfcompat.table.ranges import Range

#: Width of a character of the badge's font, in pixels, and the space around a text.
CHARACTER, PADDING = 6.4, 12
#: Characters of a label and of a message.
LONGEST_LABEL, LONGEST_MESSAGE = 60, 80
#: The colour of what is not known, and of how much was measured.
GREY, TEAL = "#5b6470", "#0f6b5c"


@dataclass(frozen=True, kw_only=True)
class Badge:
    """Two texts, a colour, and what is written on it; shields.io chooses that itself."""

    label: str
    message: str
    colour: str
    ink: str = "#ffffff"

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
    """Where a scenario works, or gives its newest answer; the colour is of the worst that it does on the newest release.

    No data is not "does not work", and is said as what it is.
    """
    label = shortened(name, LONGEST_LABEL)
    known = [part for part in ranges if part.status is not Status.UNKNOWN]
    if not known:
        return Badge(label=label, message="no data", **coloured(Tone.UNKNOWN))
    told = [part for part in newest_first(known) if part.status in (Status.WORKS, Status.ANSWERED)]
    if told:
        words = "" if told[0].status is Status.WORKS else f"{told[0].word} "
        message = words + short(ranges, lambda part: part.word == told[0].word)
        return Badge(label=label, message=shortened(message, LONGEST_MESSAGE), **coloured(worst(known)))
    if len(known) < len(ranges):
        return Badge(label=label, message="not seen to work", **coloured(Tone.UNKNOWN))
    return Badge(label=label, message="on no tested release", **coloured(worst(known)))


def newest_first(ranges: Iterable[Range]) -> list[Range]:
    return sorted(ranges, key=lambda part: Version(part.last), reverse=True)


def coloured(tone: Tone) -> dict[str, str]:
    """The colour of a tone, as the page has it on a light ground; what is not known is grey."""
    if tone is Tone.UNKNOWN:
        return {"colour": GREY}
    return {"colour": COLOURS[tone][0], "ink": INKS[tone][0]}


def worst(known: Sequence[Range]) -> Tone:
    """The tone of the worst that was seen on the newest release that has an answer."""
    newest = newest_first(known)[0].last
    last = max((part for part in known if part.last == newest), key=lambda part: list(Harm).index(part.harm))
    return tone(last.status, last.harm)


def of_all(releases: int, scenarios: int, newest: str) -> Badge:
    """How much was measured, and when last."""
    return Badge(label="tfcompat", message=f"{releases} releases · {scenarios} scenarios · {newest[:10]}", colour=TEAL)


def file_names(scenarios: Iterable[str]) -> dict[str, str]:
    """A name for the files of each scenario that every file system accepts, no two alike."""
    names: dict[str, str] = {}
    for scenario in scenarios:
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", scenario.replace("::", "--")).strip(".-")[:100]
        if name.lower() in {other.lower() for other in names.values()} or not name:
            name = f"{name}-{hashlib.sha256(scenario.encode()).hexdigest()[:8]}"
        names[scenario] = name
    return names
