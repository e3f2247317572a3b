"""The made site as it is published: with an address, and with what the search reads beside the table."""

import os
from pathlib import Path

import pytest

from tests.publish.site.conftest import browser, opened  # noqa: F401 - fixtures
from tests.publish.site.made_site import evidence_of, made_trials
from tfcompat.publish import report
from tfcompat.publish.site import files
from tfcompat.table.frame import collect

#: Where the made site says that it is published.
SITE = "https://example.org/made/"


@pytest.fixture(scope="session")
def made_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the made site."""
    reports = tmp_path_factory.mktemp("published")
    table = collect(made_trials())
    report.write(table, reports)
    files.write(evidence_of(table), reports / "site", reports, site=SITE)
    return reports / "site"


@pytest.fixture(scope="session", params=["made", "committed"])
def site(request: pytest.FixtureRequest) -> Path:
    """The made site, and the one of the committed trials where ``TFCOMPAT_MADE_SITE`` names its folder."""
    if request.param == "made":
        made: Path = request.getfixturevalue("made_page")
        return made
    if named := os.environ.get("TFCOMPAT_MADE_SITE"):
        return Path(named)
    pytest.skip("the site of the committed trials is made by tox run -e page")
