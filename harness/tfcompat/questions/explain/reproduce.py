"""Reproducing: the command that measures a cell, or one scenario in it, again."""

import shlex
from collections.abc import Mapping
from typing import Any

from tfcompat.select.places import BUNDLED

#: The distribution that is installed where none is named.
USUAL_PACKAGE = "tensorflow-cpu"


def command(trial: Mapping[Any, Any], scenario: str = "", engine: str = "") -> str:
    """What measures the cell of a trial again, in an engine where one is named; with a scenario only this one."""
    options = ["--engine", engine] if engine else []
    options += ["--tf", trial["tensorflow"], "--python", trial["python"]]
    if trial["variant"] != BUNDLED:
        options += ["--variant", trial["variant"]]
    if trial["package"] != USUAL_PACKAGE:
        options += ["--package", trial["package"]]
    if scenario:
        options += ["-k", scenario]
    return shlex.join(["tfcompat", "run", "--fresh", *options])
