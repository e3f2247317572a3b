"""The assets: the styles, with the colours that badges and pictures have too, and the scripts of pages."""

from collections.abc import Iterator
from pathlib import Path

from tfcompat.publish.statuses import COLOURS, INKS

FOLDER = Path(__file__).parents[2] / "templates" / "site"
#: What a browser loads, as it is, beside what the search needs.
STATIC = (
    "theme.js",
    "site.js",
    "versions.js",
    "sheet.js",
    "view.js",
    "panel.js",
    "rows.js",
    "upgrade.js",
    "rows.css",
    "icon.svg",
)


def files(columns: int) -> dict[str, str]:
    """The text of each asset, by its name in the site; ``columns`` is how many the page of all rows opens with."""
    texts = {f"assets/{name}": (FOLDER / name).read_text(encoding="utf-8") for name in STATIC}
    style = (FOLDER / "site.css").read_text(encoding="utf-8")
    rows = texts["assets/rows.css"]
    return {
        **texts,
        "assets/site.css": "\n".join([*colours(), style]),
        "assets/rows.css": "\n".join([*spans(columns), rows]),
    }


def spans(columns: int) -> Iterator[str]:
    """How many columns a bar is over: a page may have no styles of its own, so each number is a class."""
    yield f"body.rows {{ --columns: {max(columns, 1)}; }}"
    yield from (f".n{number} {{ --n: {number}; }}" for number in range(2, columns + 1))


def colours() -> Iterator[str]:
    """The colours of what was measured, as properties: ``--tw`` is the fill of what works, ``--tw-ink`` what is on it."""
    yield ":root {"
    for tone in COLOURS:
        fill, ink = COLOURS[tone], INKS[tone]
        yield f"  --t{tone}: light-dark({fill[0]}, {fill[1]});"
        yield f"  --t{tone}-ink: light-dark({ink[0]}, {ink[1]});"
    yield "}"
