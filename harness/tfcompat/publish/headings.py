"""The headings of the table's columns."""

from collections.abc import Iterable


def column_names(cells: Iterable[str]) -> list[str]:
    """The release of each cell, or the whole cell where a release has several."""
    names = [cell.removeprefix("tf") for cell in cells]
    releases = [name.split("-")[0] for name in names]
    return releases if len(set(releases)) == len(releases) else names
