"""The picture of the table for a page of a code host: an SVG of some telling rows as bars, with words and a legend."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd
from packaging.version import InvalidVersion, Version

from tfcompat.outcomes import Harm, Status
from tfcompat.publish.headings import column_names
from tfcompat.publish.statuses import COLOURS, INKS, TONES, Tone, mark, said, tone
from tfcompat.record.words import word
from tfcompat.rendering import render
from tfcompat.table.columns import of_minors
from tfcompat.table.frame import Table, wide

#: The groups that a reader comes for, and how many rows of each there is room for.
THEMES: Mapping[str, int] = {"imports": 7, "adapt": 3, "readapt": 4, "map": 2, "save": 3}
#: How many rows there is room for, and characters of a label.
ROOM, LONGEST = 19, 41
#: Pixels: the picture, its labels, a row, a character of a bar, and what is above and below the rows.
WIDTH, LABEL, ROW, CHARACTER, ABOVE, BELOW = 850, 300, 20, 6.4, 58, 60
#: What is a path of the public API; of the other imports there are enough elsewhere.
PUBLIC = "imports::tf.keras.layers."


@dataclass(frozen=True, kw_only=True)
class Square:
    """What a cell looks like: its tone, the mark in it, and what it is called."""

    tone: Tone
    mark: str
    word: str


@dataclass(frozen=True, kw_only=True)
class Strip:
    """Neighbouring columns that look the same: where they are, what stands there, and what is told of them."""

    square: Square
    x: float
    width: float
    text: str
    told: str


def picture(table: Table, *, dark: bool = False) -> str:
    """The SVG of a table, on a light ground or on a dark one."""
    shown = pictured(squares(of_minors(table.frame)))
    columns = list(map(short, column_names(shown.columns)))
    titles = table.scenarios["title"]
    rows = [
        {"label": label(name, str(titles.get(name, ""))), "strips": list(strips(list(found), columns))}
        for name, found in zip(shown.index, shown.to_numpy(), strict=True)
    ]
    step = (WIDTH - LABEL) / max(1, len(columns))
    return render(
        "matrix.svg.jinja",
        columns=[(LABEL + step * (place + 0.5), name) for place, name in enumerate(columns)],
        rows=rows,
        width=WIDTH,
        height=ABOVE + len(rows) * ROW + BELOW,
        above=ABOVE,
        row=ROW,
        colours={one: pair[dark] for one, pair in COLOURS.items()},
        inks={one: pair[dark] for one, pair in INKS.items()},
        tones=TONES,
        statuses=Status,
        dark=dark,
    )


def short(release: str) -> str:
    """A release by its minor; any other name as it is."""
    try:
        return ".".join(map(str, Version(release).release[:2]))
    except InvalidVersion:
        return release


def label(scenario: str, title: str) -> str:
    text = (title or scenario.partition("::")[2]).replace("`", "")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


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


def strips(found: Sequence[Square], columns: Sequence[str]) -> Iterator[Strip]:
    """The strips of a row; what there is no room to write is a mark."""
    step = (WIDTH - LABEL) / max(1, len(columns))
    start = 0
    for end in range(1, len(found) + 1):
        if end == len(found) or found[end] != found[start]:
            width = step * (end - start) - 2
            span = columns[start] if end - start == 1 else f"{columns[start]} – {columns[end - 1]}"
            text = f"{found[start].word} {span}"
            texts = (text, found[start].word, found[start].mark)
            fitting = next((one for one in texts if len(one) * CHARACTER < width - 8), found[start].mark)
            yield Strip(
                square=found[start],
                x=LABEL + step * start,
                width=width,
                text=fitting,
                told=f"{span}: {found[start].word}",
            )
            start = end


def pictured(squares: pd.DataFrame) -> pd.DataFrame:
    """The rows that there is room for: of the themes the most telling that change, else others that change, else the first."""
    changes = squares[squares.nunique(axis=1) > 1]
    of_group = changes.index.str.split("::").str[0]
    themes = [telling(changes[of_group == group]).head(room) for group, room in THEMES.items()]
    chosen = pd.concat(themes) if any(len(rows) for rows in themes) else changes if len(changes) else squares
    return chosen.head(ROOM)


def telling(rows: pd.DataFrame) -> pd.DataFrame:
    """Some rows, the most telling first: public paths, what is silent somewhere, and what changes seldom."""
    keys = [
        (not str(name).startswith(PUBLIC), all(one.tone is not Tone.SILENT for one in found), turns(list(found)))
        for name, found in zip(rows.index, rows.to_numpy(), strict=True)
    ]
    return rows.iloc[sorted(range(len(keys)), key=keys.__getitem__)]


def turns(found: Sequence[Square]) -> int:
    """How often a row changes from one column to the next."""
    return sum(one != other for one, other in pairwise(found))
