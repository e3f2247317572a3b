"""The picture of the table: an SVG with a square for each cell."""

from itertools import groupby

import pandas as pd

from tfcompat.outcomes import Status
from tfcompat.publish.headings import column_names
from tfcompat.publish.statuses import COLOURS
from tfcompat.rendering import render
from tfcompat.table.columns import of_minors
from tfcompat.table.frame import wide

#: The groups that the project is named for; the picture shows these.
THEMES = ("imports", "adapt", "readapt", "map")


def picture(frame: pd.DataFrame, *, dark: bool = False) -> str:
    """The SVG of the long frame of a table, on a light ground or on a dark one."""
    minors = of_minors(frame)
    shown = minors.assign(shown=[(Status(status), Harm(harm)) for status, harm in zip(minors["status"], minors["harm"], strict=True)])
    rows = [
        {"group": group, "label": label, "outcomes": outcomes}
        for (group, _, label), outcomes in zip(
            (name.partition("::") for name in statuses.index), statuses.to_numpy(), strict=True
        )
    ]
    return render(
        "matrix.svg.jinja",
        columns=column_names(statuses.columns),
        groups=[(group, list(members)) for group, members in groupby(rows, key=lambda row: row["group"])],
        colours={status: pair[dark] for status, pair in COLOURS.items()},
        dark=dark,
    )


def pictured(statuses: pd.DataFrame) -> pd.DataFrame:
    """The rows that there is room for: of the four themes those that change between releases, where there are any."""
    changes = statuses.nunique(axis=1) > 1
    themes = statuses.index.str.split("::").str[0].isin(THEMES)
    for chosen in (changes & themes, changes):
        if chosen.any():
            return statuses[chosen]
    return statuses
