"""What tfcompat report --site does beside the reports: the site, from the same trials."""

from pathlib import Path
from urllib.parse import urlsplit

from tfcompat.advise import instead
from tfcompat.commands.evidence import claims_of
from tfcompat.compare import flaky
from tfcompat.exchange import errors
from tfcompat.project import Project
from tfcompat.publish.parts.evidence import ShownFinding, SiteEvidence
from tfcompat.publish.site import files
from tfcompat.questions import answers, claims, findings, vulnerabilities
from tfcompat.questions.evidence import heirs
from tfcompat.questions.search import texts
from tfcompat.select import variants
from tfcompat.snapshot import kept
from tfcompat.snapshot.contents import FOLDER as SNAPSHOT
from tfcompat.suite import recipes, sources, untestable
from tfcompat.table import inventory
from tfcompat.table.columns import CellSet
from tfcompat.table.frame import Table
from tfcompat.trials import frames
from tfcompat.trials.store import Store

SITE = "site"


def write_site(project: Project, table: Table, reports: Path) -> list[Path]:
    """Write the site into ``site/`` of the folder of the reports, which are there already; the paths."""
    snapshot = reports / SNAPSHOT  # tfcompat update fetches what is copied from it
    copies = kept.copy(snapshot, reports / SITE / SNAPSHOT) if snapshot.is_dir() else []
    return copies + files.write(
        evidence_of(project, table, reports),
        reports / SITE,
        reports,
        flaky=flaky.read_flaky(reports),
        frames=frames.of_files(Store(project.trials), filter(None, table.current["file"])),
        beside=texts.read(project.questions, project.suite, project.findings, errors.read(reports / "grid.csv")),
        site=project.site,
    )


def evidence_of(project: Project, table: Table, reports: Path) -> SiteEvidence:
    """The table, and what the project has beside it, each where it is there."""
    known = variants.load(project.variants) if project.variants.exists() else ()
    minors = table.current.loc[table.current["set"] == str(CellSet.MINORS), "tensorflow"]
    programs, grid = project.suite / "test_recipes.py", reports / "grid.csv"
    now = heirs(table.scenarios["aliases"].items())
    folder = project.root / "docs" / "findings"
    return SiteEvidence(
        table=table,
        questions=answers.load(project.questions) if project.questions.exists() else (),
        recipes=recipes.load(programs) if programs.exists() else {},
        verdicts=claims.judged(table, claims_of(project)),
        findings=findings_of(table, folder),
        advice=instead.read(
            folder / "findings.toml",
            project.questions,
            programs,
            list(table.scenarios.index),
            lambda name: now.get(name, name),
        ),
        inventory=inventory.steps(table, set(minors)),
        untestable=untestable.load(project.untestable) if project.untestable.exists() else (),
        functions=sources.of_scenarios(table.scenarios, sources.read(project.suite)),
        grid=grid.read_text(encoding="utf-8") if grid.exists() else "",
        base=urlsplit(project.site).path if project.site else "",
        titles={variant.name: variant.title for variant in known},
        vulnerabilities=vulnerabilities.load(project.vulnerabilities),
    )


def findings_of(table: Table, folder: Path) -> list[ShownFinding]:
    """The findings of a project that the table shows, with where; a project need not have any."""
    if not (folder / "findings.toml").exists():
        return []
    titles = table.scenarios["title"].to_dict()
    return [
        ShownFinding(finding=found, script=findings.script(found, folder).rstrip(), seen=seen)
        for found in findings.findings(folder)
        if (seen := findings.sightings(found, table, titles))
    ]
