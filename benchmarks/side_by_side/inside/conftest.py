"""Runs scenarios as plain tests: what the release lacks is skipped, and how many tests there were is written to a file."""

import os
from pathlib import Path
from typing import Any

import pytest
from limit import OverTimeError, limited  # type: ignore[import-not-found]

from scenarios.observe import Missing


def pytest_configure(config: Any) -> None:
    config.addinivalue_line("markers", "scenario: a row of tfcompat's table")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: Any) -> bool:
    """Call the scenario, and drop the observation that it returns: pytest would warn about it."""
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    try:
        with limited(pyfuncitem.get_closest_marker("scenario").kwargs["limit"]):
            pyfuncitem.obj(**arguments)
    except Missing as error:
        pytest.skip(str(error))
    except OverTimeError as error:
        pytest.fail(str(error), pytrace=False)
    return True


def pytest_sessionfinish(session: Any) -> None:
    Path(os.environ["COUNT_FILE"]).write_text(str(session.testscollected))
