"""What tfcompat report --site does beside the reports: the page, from the same trials."""

from pathlib import Path

from tfcompat.ask import claims
from tfcompat.commands.evidence import claims_of
from tfcompat.compare import flaky
from tfcompat.project import Project
from tfcompat.publish.site import files, sections
from tfcompat.publish.site.sections import Section
from tfcompat.select import variants
from tfcompat.suite import untestable
from tfcompat.table import inventory
from tfcompat.table.columns import CellSet
from tfcompat.table.frame import Table
from tfcompat.trials import frames
from tfcompat.trials.store import Store

SITE = "site"


def write_site(project: Project, table: Table, reports: Path) -> list[Path]:
    """Write the page into ``site/`` of the folder of the reports, which are there already; the paths."""
    known = variants.load(project.variants) if project.variants.exists() else ()
    return files.write(
        table,
        reports / SITE,
        reports,
        suite=project.suite,
        sections=sections_of(project, table, reports),
        flaky=flaky.read_flaky(reports),
        titles={variant.name: variant.title for variant in known} or None,
        frames=frames.of_files(Store(project.trials), filter(None, table.current["file"])),
    )


def sections_of(project: Project, table: Table, reports: Path) -> list[Section]:
    """The further tables of the page: those whose data are there."""
    verdicts = claims.judged(table, claims_of(project))
    minors = table.current.loc[table.current["set"] == str(CellSet.MINORS), "tensorflow"]
    grid = reports / "grid.csv"
    return sections.joined(
        sections.of_claims(verdicts),
        sections.of_inventory(inventory.steps(table, set(minors))),
        sections.of_grid(grid.read_text(encoding="utf-8") if grid.exists() else ""),
        sections.of_untestable(untestable.load(project.untestable) if project.untestable.exists() else ()),
    )
