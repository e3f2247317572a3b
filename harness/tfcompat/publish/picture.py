"""The picture of the table: an SVG with a square for each cell."""

from dataclasses import dataclass
from itertools import groupby

import pandas as pd

from tfcompat.outcomes import Harm, Status
from tfcompat.publish.headings import column_names
from tfcompat.publish.statuses import COLOURS, TONES, Tone, mark, said, tone
from tfcompat.record.words import word
from tfcompat.rendering import render
from tfcompat.table.columns import of_minors
from tfcompat.table.frame import wide

#: The groups that the project is named for; the picture shows these.
THEMES = ("imports", "adapt", "readapt", "map")


@dataclass(frozen=True, kw_only=True)
class Square:
    """What a cell looks like: its tone, the mark in it, and what it is called."""

    tone: Tone
    mark: str
    word: str


def picture(frame: pd.DataFrame, *, dark: bool = False) -> str:
    """The SVG of the long frame of a table, on a light ground or on a dark one."""
    shown = pictured(squares(of_minors(frame)))
    rows = [
        {"group": group, "label": label, "squares": list(squares)}
        for (group, _, label), squares in zip(
            (name.partition("::") for name in shown.index), shown.to_numpy(), strict=True
        )
    ]
    return render(
        "matrix.svg.jinja",
        columns=column_names(shown.columns),
        groups=[(group, list(members)) for group, members in groupby(rows, key=lambda row: row["group"])],
        colours={tone: pair[dark] for tone, pair in COLOURS.items()},
        statuses=Status,
        tones=TONES,
        dark=dark,
    )


def squares(frame: pd.DataFrame) -> pd.DataFrame:
    """What each cell looks like: scenarios down and cells across."""
    texts = ["status", "harm", "observed", "reason", "whose"]
    kinds, looks = pd.factorize(pd.MultiIndex.from_frame(frame[texts].astype("str")))
    made = [square(*look) for look in looks]
    return wide(frame.assign(look=kinds), "look").map(lambda kind: made[int(kind)])


def square(status: str, harm: str, observed: str, reason: str, whose: str) -> Square:
    """What an outcome looks like."""
    shown, hurts = Status(status), Harm(harm)
    called = word(status, observed, reason, whose)
    return Square(tone=tone(shown, hurts), mark=mark(shown, hurts), word=said(called, hurts))


def pictured(squares: pd.DataFrame) -> pd.DataFrame:
    """The rows that there is room for: of the four themes those that change between releases, where there are any."""
    changes = squares.nunique(axis=1) > 1
    themes = squares.index.str.split("::").str[0].isin(THEMES)
    for chosen in (changes & themes, changes):
        if chosen.any():
            return squares[chosen]
    return squares
