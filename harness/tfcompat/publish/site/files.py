"""The site as files that a browser opens without a server."""

import gzip
import json
from collections.abc import Collection, Mapping, Sequence
from io import BytesIO
from pathlib import Path

import pandas as pd

from tfcompat.files import sweep, write_bytes
from tfcompat.publish.discovery import cards
from tfcompat.publish.discovery import files as discovery
from tfcompat.publish.discovery.head import head
from tfcompat.publish.pages import listing, upgrades
from tfcompat.publish.pages.page import Made
from tfcompat.publish.parts.evidence import SiteEvidence
from tfcompat.publish.site import assets, badge, data, feed, rows, schema
from tfcompat.publish.site import sheet as sheets
from tfcompat.publish.site.highlights import highlights
from tfcompat.questions.search.texts import Beside

#: The folders of a site that hold nothing but what was written last.
OUR_FOLDERS = ("api", "assets", "badges", "cards", "data", "q", "s", "upgrade")
#: The downloads: the name of each in the site, and of the report that it is. A text of many megabytes is compressed.
DOWNLOADS: Mapping[str, str] = {
    "outcomes.csv.gz": "outcomes.csv",
    "outcomes.parquet": "outcomes.parquet",
    "support.json.gz": "support.json",
}
#: Where exceptions were raised, by trial file and scenario; and the outcomes that do not repeat.
Frames = Mapping[str, Mapping[str, str]]
Flaky = Collection[tuple[str, str, str]]


def write(
    evidence: SiteEvidence,
    folder: Path,
    reports: Path,
    *,
    flaky: Flaky = frozenset(),
    frames: Frames | None = None,
    beside: Beside | None = None,
    site: str = "",
) -> list[Path]:
    """Write the site into a folder, whole files only; ``reports`` is where the downloads are. The paths, home's last.

    ``flaky`` are the outcomes (cell, scenario, when the trial started) that are known not to repeat, and ``frames`` by
    trial file and scenario where exceptions were raised. ``beside`` is what the search reads beside the table, and ``site``
    the address where the site is published, with a slash at its end; empty where nobody says so.
    """
    downloads = {
        name: content(name, reports / source) for name, source in DOWNLOADS.items() if (reports / source).exists()
    }
    texts_of = texts(
        evidence,
        flaky=flaky,
        frames=frames or {},
        downloads=[*downloads, "feed.xml"],
        beside=beside or Beside(),
        site=site,
    )
    files = downloads | cards.files() | {name: text.encode() for name, text in texts_of.items()}
    written = [write_bytes(folder / name, content) for name, content in files.items()]
    sweep([folder, *(path for path in folder.rglob("*") if path.is_dir())])
    for ours in OUR_FOLDERS:
        remove_others(folder / ours, set(written))
    return written


def content(name: str, report: Path) -> bytes:
    """The bytes of a download, the same for the same report."""
    whole = report.read_bytes()
    if not name.endswith(".gz"):
        return whole
    return gzip.compress(by_scenario(whole) if report.suffix == ".csv" else whole, mtime=0)


def by_scenario(whole: bytes) -> bytes:
    """The lines of ``outcomes.csv`` scenario by scenario: what most cells say alike stands together, and packs to a third."""
    frame = pd.read_csv(BytesIO(whole), dtype=str, keep_default_na=False, lineterminator="\n")
    places = {name: place for place, name in enumerate(frame["scenario"].unique())}
    ordered = frame.iloc[frame["scenario"].map(places).argsort(kind="stable")]
    return str(ordered.to_csv(index=False, lineterminator="\n")).encode()


def remove_others(folder: Path, written: set[Path]) -> None:
    """Remove what an earlier site left in a folder, and folders that are empty then."""
    paths = sorted(folder.rglob("*"), reverse=True) if folder.exists() else []
    for path in paths:
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in written:
            path.unlink()


def texts(
    evidence: SiteEvidence, *, flaky: Flaky, frames: Frames, downloads: Sequence[str], beside: Beside, site: str
) -> dict[str, str]:
    """The text of each file by its name; home is the last, so that what it names is there before it."""
    table = evidence.table
    sheet = sheets.make(table)
    facts = highlights(sheet)
    names = badge.file_names(row.scenario for row in sheet.rows)
    newest = table.current["started"].max()
    badges = {
        "tfcompat": badge.of_all(table.current["tensorflow"].nunique(), len(sheet.rows), newest),
        **{names[row.scenario]: badge.of_row(row.scenario, row.ranges) for row in sheet.rows},
    }
    steps = upgrades.steps(evidence)
    pages = [*listing.pages(evidence, downloads, steps), rows.page(evidence, sheet, facts)]
    pictures = {evidence.page_of(scenario): f"badges/{name}.svg" for scenario, name in names.items()}
    return {
        **assets.files(len(sheet.shown)),
        **data.files(
            sheet,
            evidence,
            badges=names,
            highlights=facts,
            flaky=flaky,
            frames=frames,
        ),
        **badge.files(badges),
        **discovery.files(evidence, [made.page for made in pages], steps, beside, site),
        "feed.xml": feed.atom(feed.entries(evidence), newest, site),
        "outcomes.schema.json": json.dumps(schema.outcomes(), indent=1) + "\n",
        "support.schema.json": json.dumps(schema.support(), indent=1) + "\n",
        **{f"{name}.schema.json": json.dumps(made, indent=1) + "\n" for name, made in schema.questions().items()},
        **documents(pages, pictures, site),
    }


def documents(pages: Sequence[Made], pictures: Mapping[str, str], site: str) -> dict[str, str]:
    """The HTML of each page by its file, home last; ``pictures`` are the badges by the paths of pages."""
    ordered = [*pages[1:], pages[0]]
    return {made.page.file: made.html(head(made.page, site, pictures.get(made.page.path, ""))) for made in ordered}
