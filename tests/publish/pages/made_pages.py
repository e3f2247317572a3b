"""The pages of the made trials, by their paths."""

from functools import cache

from markupsafe import Markup

from tests.publish.site.made_site import evidence_of, made_trials
from tfcompat.publish.pages import listing
from tfcompat.publish.pages.page import Made
from tfcompat.publish.parts.evidence import SiteEvidence
from tfcompat.table.frame import collect


@cache
def evidence() -> SiteEvidence:
    return evidence_of(collect(made_trials()))


@cache
def pages() -> dict[str, Made]:
    return {made.page.path: made for made in listing.pages(evidence(), ["feed.xml"])}


def html(path: str) -> str:
    return pages()[path].html(Markup('<meta name="head">'))
