"""A tox plugin: adds an environment for each TensorFlow minor in images/releases.toml, so that a new one needs no edit.

``tox run -e tf2.16 -- -k imports`` runs the cells of that minor; the arguments after ``--`` go to ``tfcompat run``.
"""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

from packaging.version import Version
from tox.config.loader.memory import MemoryLoader
from tox.config.sets import EnvConfigSet
from tox.config.types import Command
from tox.plugin import impl
from tox.session.state import State

RELEASES = Path(__file__).parent / "images" / "releases.toml"
PREFIX = "tf"


@impl
def tox_extend_envs() -> Iterable[str]:
    """One environment for each minor: tf2.2, tf2.3, and so on."""
    rows = tomllib.loads(RELEASES.read_text(encoding="utf-8"))["releases"]
    versions = [Version(row["version"]) for row in rows]
    stable = [version for version in versions if not version.is_prerelease]
    return list(dict.fromkeys(f"{PREFIX}{version.major}.{version.minor}" for version in stable))


@impl
def tox_add_env_config(env_conf: EnvConfigSet, state: State) -> None:
    """Set what such an environment runs; everything else comes from ``[testenv]``."""
    if not re.fullmatch(PREFIX + r"\d+\.\d+", env_conf.name):
        return
    minor = env_conf.name.removeprefix(PREFIX)
    options = state.conf.pos_args(None) or ()
    command = Command(["tfcompat", "run", "--tf", minor, *options])
    description = f"Run the cells of TensorFlow {minor} and print the table"
    env_conf.loaders.insert(0, MemoryLoader(description=description, commands=[command], dependency_groups=set()))
