"""Draws the cards, the pictures that a link to a page shows elsewhere: ``python -m benchmarks.cards``.

They are committed, because making a site needs no browser. Draw them again when what they say changes. CHROMIUM names another
browser than the system's.
"""

import os
import sys
from html import escape

from playwright.sync_api import sync_playwright

from tfcompat.publish.discovery.cards import FOLDER, HEIGHT, SAYS, WIDTH
from tfcompat.publish.statuses import COLOURS, Tone

#: The bars of the drawing: the tone of each, and from which minor to which of twenty.
BARS = (
    ((Tone.MISSING, 0, 4), (Tone.WORKS, 4, 20)),
    ((Tone.WORKS, 0, 14), (Tone.MISSING, 14, 20)),
    ((Tone.ANSWERED, 0, 4), (Tone.SILENT, 4, 20)),
    ((Tone.LOUD, 0, 1), (Tone.WORKS, 1, 14), (Tone.OBSCURE, 14, 20)),
    ((Tone.MISSING, 0, 9), (Tone.WORKS, 9, 17), (Tone.VISIBLE, 17, 20)),
)
LEFT, TOP, HIGH, STEP = 80, 360, 34, 46


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for kind, says in SAYS.items():
            page.set_content(document(says))
            page.screenshot(path=FOLDER / f"{kind.value}.png")
            print(FOLDER / f"{kind.value}.png")
        browser.close()
    return 0


def document(says: str) -> str:
    """A card as a document of one drawing."""
    bars = "".join(bar(line, *part) for line, parts in enumerate(BARS) for part in parts)
    return (
        f'<body style="margin:0"><svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="DejaVu Sans, sans-serif" fill="#f2f4f7"><rect width="100%" height="100%" fill="#14181d"/>'
        f'<text x="{LEFT}" y="120" font-size="34" fill="#aab4c0">tfcompat</text>'
        f'<text x="{LEFT}" y="200" font-size="52" font-weight="700">TensorFlow normalization</text>'
        f'<text x="{LEFT}" y="272" font-size="40">{escape(says)}</text>{bars}</svg>'
    )


def bar(line: int, tone: Tone, first: int, last: int) -> str:
    """A bar from one minor to another."""
    unit = (WIDTH - 2 * LEFT) / 20
    place = f'x="{LEFT + first * unit:.0f}" y="{TOP + line * STEP}" width="{(last - first) * unit - 4:.0f}"'
    return f'<rect {place} height="{HIGH}" rx="6" fill="{COLOURS[tone][0]}"/>'


if __name__ == "__main__":
    sys.exit(main())
