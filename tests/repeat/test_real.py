"""Repeated runs of a real release: nothing differs but what is marked, in no setting."""

import json
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tfcompat.commands.measure.repeat.settings import Name

pytestmark = [pytest.mark.tensorflow, pytest.mark.minutes]
#: Rows of each kind (numbers, dtypes, imports, second adapts, layers) of two releases in every setting.
RELEASES = ("2.9", "latest")
ROWS = ("adapt::*", "imports::*", "dtypes::*", "readapt::*", "batchnorm::*", "numerics::*", "layernorm::*")


@pytest.mark.parametrize("release", RELEASES)
def test_nothing_differs_but_what_is_marked(release: str) -> None:
    rows = [text for name in ROWS for text in ("-k", name)]
    options = ("--engine", "local", "--tf", release, "--repeat", str(len(Name)), "--json", *rows)
    done = subprocess.run(
        [sys.executable, "-m", "tfcompat", "run", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
    )
    document = json.loads(done.stdout)
    assert [row for row in document["differences"] if row["marked"] is None] == [], done.stderr
    assert done.returncode == 0, document["lacking"]
