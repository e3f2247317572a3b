"""Repeated runs of a real release: nothing differs but what is marked, in no setting."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tfcompat.commands.measure.repeat.settings import Name

pytestmark = pytest.mark.tensorflow
#: The job that repeats real releases (tox run -e repeat) asks rows of each kind (numbers, dtypes, imports, second adapts,
#: layers) of two in every setting, which takes many minutes; CI asks the imports, as always and with all changed at once.
EVERYTHING = os.environ.get("TFCOMPAT_FAULTS") == "all"
RELEASES = ("2.9", "latest") if EVERYTHING else ("latest",)
FEW = ("numerics::*", "layernorm::*")
ROWS = ("adapt::*", "imports::*", "dtypes::*", "readapt::*", "batchnorm::*", *FEW) if EVERYTHING else ("imports::*",)
SETTINGS = len(Name) if EVERYTHING else 2


@pytest.mark.parametrize("release", RELEASES)
def test_nothing_differs_but_what_is_marked(release: str) -> None:
    rows = [text for name in ROWS for text in ("-k", name)]
    options = ("--engine", "local", "--tf", release, "--repeat", str(SETTINGS), "--json", *rows)
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
