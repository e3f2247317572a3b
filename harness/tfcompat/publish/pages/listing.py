"""The list of all pages of a site, except that of all rows."""

from collections.abc import Sequence

from tfcompat.advise.upgrade import Upgrade
from tfcompat.publish.pages import api, further, home, method, questions, scenarios, upgrades
from tfcompat.publish.pages.page import Made
from tfcompat.publish.parts.evidence import SiteEvidence


def pages(evidence: SiteEvidence, downloads: Sequence[str] = (), steps: Sequence[Upgrade] | None = None) -> list[Made]:
    """Every page, home first; ``downloads`` are the names of the files that are offered, and ``steps`` those of the minors."""
    steps = upgrades.steps(evidence) if steps is None else steps
    others = list(further.pages(evidence))
    return [
        home.page(evidence, steps),
        *questions.pages(evidence),
        *api.pages(evidence),
        *upgrades.pages(evidence, steps),
        *others,
        method.page(evidence, others, downloads),
        *scenarios.pages(evidence),
        method.not_found(evidence),
    ]
