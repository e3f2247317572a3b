"""The report: which files are derived from the trials."""

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from tfcompat.files import write_bytes
from tfcompat.outcomes import Harm
from tfcompat.publish.engines import between_engines
from tfcompat.publish.formats import Form, content, csv
from tfcompat.publish.markdown import markdown
from tfcompat.publish.picture import picture
from tfcompat.publish.statuses import said
from tfcompat.questions import claims as claims_of
from tfcompat.questions.claims import Claim
from tfcompat.record.words import word
from tfcompat.rendering import render
from tfcompat.table import names
from tfcompat.table.frame import Table, wide
from tfcompat.table.inventory import Step, steps

#: How many changes of a release, and names that share one, the page of the inventory lists.
MOST_CHANGES, MOST_ALIASES = 60, 3


def write(table: Table, folder: Path, claims: Sequence[Claim] = (), site: str = "") -> list[Path]:
    """Write every report into a folder; the paths. Where there are ``claims``, the verdicts on them are a report too.

    ``site`` is the address of the site, to which they link where it is known.

    Raises TfcompatError where the folder cannot be written.
    """
    files = {
        "table.csv": csv(wide(table.frame.assign(said=in_words(table.frame)), "said").reset_index()).encode(),
        "outcomes.csv": content(Form.CSV, table),
        "outcomes.parquet": content(Form.PARQUET, table),
        "support.json": content(Form.JSON, table),
        "engines.csv": csv(between_engines(table)).encode(),
        "README.md": markdown(table, site).encode(),
        "matrix.svg": content(Form.SVG, table),
        "matrix-dark.svg": picture(table, dark=True).encode(),
        "inventory.csv": csv(names.published(table.names)).encode(),
        "inventory.md": inventory_page(steps(table)).encode(),
    }
    if claims:
        files["claims.json"] = verdicts(table, claims)
    return [write_bytes(folder / name, data) for name, data in files.items()]


def in_words(frame: pd.DataFrame) -> list[str]:
    """What each outcome is called, with its harm where that needs to be said."""
    texts = frame[["status", "observed", "reason", "whose", "harm"]].itertuples(index=False, name=None)
    return [said(word(*what), Harm(harm)) for *what, harm in texts]


def inventory_page(changes: Sequence[Step]) -> str:
    """What changed among the public names from each release to the next, bounded, for a code host."""
    return render("inventory.md.jinja", steps=changes, most=MOST_CHANGES, aliases=MOST_ALIASES)


def verdicts(table: Table, claims: Sequence[Claim]) -> bytes:
    document = claims_of.document(claims_of.judged(table, claims))
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()
