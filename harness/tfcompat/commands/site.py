"""What tfcompat report --site does beside the reports: the page, from the same trials."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tfcompat.commands.claims import claims_of
from tfcompat.project import Project

if TYPE_CHECKING:
    from tfcompat.outcomes import Trial
    from tfcompat.publish.site.sections import Section

SITE = "site"


def write_site(project: Project, trials: "Sequence[Trial]", engine: str | None, reports: Path) -> list[Path]:
    """Write the page into ``site/`` of the folder of the reports, which are there already; the paths."""
    from tfcompat.compare import flaky
    from tfcompat.publish.site import document as page
    from tfcompat.select import variants
    from tfcompat.trials.store import newest, speaking

    chosen = list(newest(trials, engine).values()) if engine else speaking(trials)
    site = page.make(
        trials,
        chosen,
        suite=project.suite,
        sections=sections_of(project, chosen, reports),
        flaky=flaky.read_flaky(reports),
        titles={one.name: one.title for one in variants.load(project.variants)} if project.variants.exists() else None,
    )
    return page.write(site, reports / SITE, reports)


def sections_of(project: Project, trials: "Sequence[Trial]", reports: Path) -> "list[Section]":
    """The further tables of the page: those whose data are there."""
    from tfcompat.ask import claims
    from tfcompat.publish.site import sections
    from tfcompat.suite import untestable
    from tfcompat.table import columns, inventory
    from tfcompat.table import frame as table

    made = claims_of(project)
    verdicts = claims.judged(table.long(trials), made) if made else []
    minors = {column.release for column in columns.arrange(trials, trials) if column.set == "minors"}
    questions, grid = project.untestable, reports / "grid.csv"
    return sections.joined(
        sections.of_claims(verdicts),
        sections.of_inventory(inventory.steps(inventory.taken(trials), minors)),
        sections.of_grid(grid.read_text(encoding="utf-8") if grid.exists() else ""),
        sections.of_untestable(untestable.load(questions) if questions.exists() else ()),
    )
