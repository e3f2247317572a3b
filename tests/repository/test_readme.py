"""The README's commands, in a bare Debian: no Python packages, no uv, no Docker, an empty cache."""

import os
import re
import subprocess
from pathlib import Path

import docker
import pytest
from docker.errors import ContainerError

from tests.conftest import ROOT

#: A Debian 12 as debootstrap makes it, with this machine's certificates (images/offline_base.py).
DEBIAN = "tfcompat-offline-base:bookworm"
#: What a person has installed on such a machine before: the README asks for Python with venv, and a clone needs git.
PACKAGES = ("git", "python3", "python3-venv", "ca-certificates")
#: What is passed to the container, so that it reaches the index as this machine does.
SETTINGS = ("SSL_CERT_FILE", "PIP_CERT", "PIP_INDEX_URL", "UV_DEFAULT_INDEX", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


def blocks() -> list[str]:
    """The blocks of commands in the README."""
    return re.findall(r"^```\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_the_commands_are_the_ones_that_are_tried() -> None:
    matrix, tests = blocks()
    setup, run = matrix.splitlines()
    assert setup == "python3 -m venv .venv && .venv/bin/pip install tox"
    assert run.startswith(".venv/bin/tox run -e matrix -- ")
    assert tests.splitlines() == [".venv/bin/tox"]


def test_ci_runs_the_tests_by_the_command_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    matrix, tests = blocks()
    assert matrix.splitlines()[0] in script
    assert re.search(rf"^(?:[A-Z_]+=\S+ )*{re.escape(tests.strip())}$", script, re.MULTILINE)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of this commit, with what is not committed yet."""
    folder = tmp_path / "tfcompat"
    subprocess.run(["git", "clone", "--quiet", "--depth=1", f"file://{ROOT}", folder], check=True, timeout=120)
    changed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "--modified", "--others", "--exclude-standard", "-z"],
        check=True,
        capture_output=True,
        timeout=60,
    ).stdout.decode()
    for name in filter(None, changed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
    return folder


def in_debian(clone: Path, *lines: str) -> str:
    """What some lines print in a fresh Debian that has a copy of the clone; fails with it where a line does."""
    script = "\n".join(
        [
            "set -e",
            "apt-get update -qq >/dev/null",
            f"apt-get install -y -qq --no-install-recommends {' '.join(PACKAGES)} >/dev/null 2>&1",
            "cp -r /clone /home/tfcompat && cd /home/tfcompat",
            *lines,
        ]
    )
    try:
        output = docker.from_env(timeout=1800).containers.run(
            DEBIAN,
            ["bash", "-c", script],
            remove=True,
            network_mode="host",
            stderr=True,
            environment={name: os.environ[name] for name in SETTINGS if name in os.environ},
            volumes={str(clone): {"bind": "/clone", "mode": "ro"}},
        )
    except ContainerError as error:
        pytest.fail(str(error)[-3000:])
    return str(output, "utf-8", "replace")


@pytest.mark.docker(alone=False)
@pytest.mark.tensorflow
@pytest.mark.starts
def test_the_commands_work_in_a_bare_debian(clone: Path) -> None:
    """The release is one for Debian's own Python, and of the tests those that need no network are taken."""
    setup = blocks()[0].splitlines()[0]
    printed = in_debian(
        clone,
        setup,
        '.venv/bin/tox run -e matrix -- --tf 2.15 --python 3.11 -k "imports::*"',
        ".venv/bin/tox -- tests/select",
    )
    assert "using local environments: no Docker engine answers" in printed
    assert "tf2.15.1-py3.11  " in printed, "how the cell ended"
    assert re.search(r"\d+ passed", printed)
