"""A machine without memory: the system ends what takes most of it, which is the scenario and not the run."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.stand_in_project import start, tfcompat

#: Where the groups of processes are that share a limit of memory: in the first version of control groups, and in the second.
GROUPS = (
    (Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"),
    (Path("/sys/fs/cgroup"), "memory.max"),
)
#: Bytes that the run and its cell have: four times what they take, and a fifth of what a scenario may take.
MEMORY = 400_000_000
SUITE = '''"""A scenario that takes memory, and one after it."""

from scenarios.marks import data, promise


@data("memory::eats", reference="tests/faults")
def test_eats() -> int:
    """It takes 2 GB and uses them"""
    return sum(len(part) for part in [bytearray(b"x" * (1 << 24)) for _ in range(125)])


@promise("memory::answers", reference="tests/faults", documented=True)
def test_answers() -> bool:
    """It answers"""
    return True
'''


@contextmanager
def limited(process: "subprocess.Popen[str]") -> Iterator[None]:
    """Let a process and all that it starts have no more than the memory, as if the machine had no more."""
    for folder, limit in GROUPS:
        group = folder / f"tfcompat-{process.pid}"
        try:
            group.mkdir()
            (group / limit).write_text(str(MEMORY))
        except OSError:
            continue
        (group / "cgroup.procs").write_text(str(process.pid))
        yield
        group.rmdir()
        return
    process.kill()
    pytest.skip("this machine has no control groups to write to")


@pytest.mark.local
@pytest.mark.usefixtures("staged_bundle")
@pytest.mark.skipif(os.geteuid() != 0, reason="only the administrator can limit the memory of processes")
@pytest.mark.fault(
    "The machine has no memory left while a scenario takes it",
    group="machine",
    reads="nothing: the system ends the scenario, which is unknown",
    code=0,
    reason="out of memory",
    kept="all other outcomes",
)
def test_what_the_system_ends_for_memory_is_unknown_and_nothing_else_is(
    stand_in_project: Path, index: str, tmp_path: Path, fault: dict[str, Any]
) -> None:
    (stand_in_project / "scenarios" / "test_golden.py").write_text(SUITE)
    command = ("run", "--engine", "local", "--tf", "9.0")
    with start(stand_in_project, index, *command, home=tmp_path) as process, limited(process):
        said, complained = process.communicate(timeout=240)
    assert process.returncode == fault["code"], said + complained
    assert tfcompat(stand_in_project, index, "report", home=tmp_path).returncode == 0
    frame = pd.read_csv(stand_in_project / "reports" / "outcomes.csv", keep_default_na=False).set_index("scenario")
    assert dict(frame["status"]) == {"memory::eats": "unknown", "memory::answers": "works"}
    assert frame["reason"]["memory::eats"] == fault["reason"]
    assert "SIGKILL" in frame["message"]["memory::eats"], "by the system, and not at its own limit"
