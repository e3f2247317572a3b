"""Cards: the pictures that a link to a page shows elsewhere, one a kind of page, drawn beforehand by ``benchmarks/cards.py``."""

from collections.abc import Mapping
from pathlib import Path

from tfcompat.publish.pages.page import PageKind

FOLDER = Path(__file__).parents[2] / "templates" / "site" / "cards"
#: Pixels of a card.
WIDTH, HEIGHT = 1200, 630
#: What a card shows, to who does not see it.
ALT = "tfcompat: which TensorFlow normalization APIs and behaviours work on which release, measured"
#: What is written on the card of each kind that has one of its own; the others have that of home.
SAYS: Mapping[PageKind, str] = {
    PageKind.HOME: "What works on which release",
    PageKind.API: "Which release has it, and what to write elsewhere",
    PageKind.QUESTION: "A question, answered by measurements",
    PageKind.UPGRADE: "What an upgrade changes",
    PageKind.SCENARIO: "Measured on every release",
    PageKind.FINDINGS: "Silent wrong results",
}


def card(kind: PageKind) -> str:
    """The path of the card of a page's kind in the site."""
    return f"cards/{(kind if kind in SAYS else PageKind.HOME).value}.png"


def files() -> dict[str, bytes]:
    """The cards, by their paths in the site."""
    return {card(kind): (FOLDER / f"{kind.value}.png").read_bytes() for kind in SAYS}
