"""The page as files that a browser opens without a server."""

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from tfcompat.files import write_bytes
from tfcompat.publish.site import badge, data, feed, schema
from tfcompat.publish.site import sheet as sheets
from tfcompat.publish.site.document import document, section
from tfcompat.publish.site.highlights import highlights
from tfcompat.publish.site.sections import Section
from tfcompat.publish.site.sheet import Row
from tfcompat.suite import sources
from tfcompat.suite.sources import Definition
from tfcompat.table.frame import Table

STATIC_FILES = Path(__file__).parents[2] / "templates" / "site"
STATIC = ("page.css", "theme.js", "versions.js", "sheet.js", "view.js", "panel.js", "page.js")
#: The folders of a site that hold nothing but what was written last.
OUR_FOLDERS = ("data", "badges")
DOWNLOADS = ("outcomes.csv", "outcomes.parquet", "support.json")


def write(
    table: Table,
    folder: Path,
    reports: Path,
    *,
    suite: Path | None = None,
    sections: Sequence[Section] = (),
    flaky: Collection[tuple[str, str, str]] = frozenset(),
    titles: Mapping[str, str] | None = None,
    frames: Mapping[str, Mapping[str, str]] | None = None,
) -> list[Path]:
    """Write the page into a folder, whole files only; ``reports`` is where the downloads are. The paths.

    ``suite`` is where the functions of the scenarios are read, ``flaky`` are the outcomes (cell, scenario, when the
    trial started) that are known not to repeat, ``titles`` say what the variants are, and ``frames`` by trial file and
    scenario where exceptions were raised.
    """
    downloads = {name: (reports / name).read_bytes() for name in DOWNLOADS if (reports / name).exists()}
    pages = texts(table, suite=suite, sections=sections, flaky=flaky, titles=titles or {}, frames=frames or {})
    files = downloads | {name: text.encode() for name, text in pages.items()}
    written = [write_bytes(folder / name, content) for name, content in files.items()]
    for ours in OUR_FOLDERS:
        for stale in set((folder / ours).iterdir()) - set(written):
            stale.unlink()
    return written


def texts(
    table: Table,
    *,
    suite: Path | None,
    sections: Sequence[Section],
    flaky: Collection[tuple[str, str, str]],
    titles: Mapping[str, str],
    frames: Mapping[str, Mapping[str, str]],
) -> dict[str, str]:
    """The text of each file by its name; the page itself is the last, so that what it names is there before it."""
    sheet = sheets.make(table)
    facts = highlights(sheet)
    names = badge.file_names(row.scenario for row in sheet.rows)
    newest = table.current["started"].max()
    badges = {
        "tfcompat": badge.of_all(table.current["tensorflow"].nunique(), len(sheet.rows), newest),
        **{names[row.scenario]: badge.of_row(row.scenario, row.ranges) for row in sheet.rows},
    }
    return {
        **{name: (STATIC_FILES / name).read_text(encoding="utf-8") for name in STATIC},
        **data.files(
            sheet,
            functions=functions(sheet.rows, sources.read(suite) if suite else ()),
            badges=names,
            highlights=facts,
            flaky=flaky,
            titles=titles,
            frames=frames,
        ),
        **badge.files(badges),
        **{f"{further.name}.html": section(further, sections) for further in sections},
        "feed.xml": feed.atom(feed.entries(table), newest),
        "outcomes.schema.json": json.dumps(schema.outcomes(), indent=1) + "\n",
        "support.schema.json": json.dumps(schema.support(), indent=1) + "\n",
        **{f"{name}.schema.json": json.dumps(made, indent=1) + "\n" for name, made in schema.advice().items()},
        "index.html": document(sheet, facts, sections),
    }


def functions(rows: Sequence[Row], definitions: Sequence[Definition]) -> dict[str, Definition]:
    """The function that each scenario comes from, where the suite still has it."""
    by_scenario = {row.scenario: sources.defining(row.title, row.source, definitions) for row in rows}
    return {scenario: definition for scenario, definition in by_scenario.items() if definition}
