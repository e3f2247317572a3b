"""The sandbox of the docker engine: what a container may and may not do, and how a run in it ends."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import pytest
from docker.errors import APIError
from docker.models.containers import Container
from docker.models.images import Image

from tests import fakes
from tests.environments.engines.docker.conftest import LOCKED, own_containers, until
from tests.stand_in_project import PYTHON, tfcompat
from tfcompat import process
from tfcompat.environments.engine import Exit
from tfcompat.environments.engines.docker import sandbox as module
from tfcompat.environments.engines.docker.containers import OWNER, Containers
from tfcompat.environments.engines.docker.engine import DockerEngine
from tfcompat.environments.engines.docker.images import CELL, STAND_IN
from tfcompat.environments.engines.docker.sandbox import DockerSandbox, hand_over
from tfcompat.suite.program import Program
from tfcompat.trials.store import Store

FACTS = '''
"""What the process of a scenario may do."""

import os
import socket

from scenarios.marks import data
from scenarios.observe import raised_by


def status(name):
    with open("/proc/self/status") as file:
        return next(line.split()[1] for line in file if line.startswith(name + ":"))


@data("sandbox::facts", reference="docs/design.md")
def test_facts():
    """What the process of a scenario may do"""
    return {
        "user": os.getuid(),
        "network": raised_by(socket.create_connection, ("1.1.1.1", 53), 2),
        "interfaces": sorted(name for _, name in socket.if_nameindex()),
        "root": raised_by(open, "/written", "w"),
        "suite": raised_by(open, os.path.join(os.path.dirname(os.path.abspath(__file__)), "written"), "w"),
        "environment": raised_by(open, "/opt/cell/written", "w"),
        "capabilities": [int(status(name), 16) for name in ("CapEff", "CapPrm", "CapBnd", "CapInh", "CapAmb")],
        "no_new_privileges": status("NoNewPrivs"),
        "filtered_system_calls": status("Seccomp"),
        "own_folder": raised_by(open, "written", "w"),
        "shares_python_path": "PYTHONPATH" in os.environ,
    }
'''


@pytest.mark.parametrize(
    ("labels", "said"),
    [({}, "sha256:0123"), ({STAND_IN: "python"}, "sha256:0123, on a stand-in for its base image")],
)
def test_the_record_says_what_an_image_stands_on(labels: dict[str, str], said: str) -> None:
    image = Image(attrs={"Id": "sha256:0123", "Config": {"Labels": labels}})
    sandbox = DockerSandbox(image=image, locked=LOCKED, containers=create_autospec(Containers))
    assert sandbox.environment == said


@pytest.mark.docker
@pytest.mark.usefixtures("staged_bundle")
def test_a_scenario_is_nobody_without_network_and_cannot_write(
    stand_in_project: Path, index: str, tmp_path: Path
) -> None:
    (stand_in_project / "scenarios" / "test_golden.py").write_text(FACTS)
    done = tfcompat(stand_in_project, index, "run", "--engine", "docker", "--tf", "9.0", home=tmp_path)
    assert done.returncode == 0, done.stderr
    (trial,) = Store(stand_in_project / "reports" / "trials").read()
    assert trial.subject.environment.startswith("sha256:")
    assert trial.outcomes[0].observed == {
        "user": 65534,
        "network": "OSError",
        "interfaces": ["lo"],
        "root": "OSError",
        "suite": "OSError",
        "environment": "OSError",
        "capabilities": [0, 0, 0, 0, 0],
        "no_new_privileges": "1",
        "filtered_system_calls": "2",
        "own_folder": None,
        "shares_python_path": False,
    }


# The options, as the engine reports them


@pytest.fixture
def sandbox(engine: DockerEngine, base: Image) -> DockerSandbox:
    """A sandbox on the base image alone, which has a Python but nothing of a cell and says nothing of a user."""
    return engine.sandbox(LOCKED, base)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    for name in ("suite", "bundle"):
        (tmp_path / name).mkdir()
    return replace(fakes.program(), suite=tmp_path / "suite", bundle=tmp_path / "bundle", cores=1.5)


HOST = {
    "NetworkMode": "none",
    "ReadonlyRootfs": True,
    "Tmpfs": {"/tmp": "size=1g,mode=1777"},  # noqa: S108 -- the container's own
    "CapDrop": ["ALL"],
    "CapAdd": None,
    "SecurityOpt": ["no-new-privileges"],
    "Privileged": False,
    "Memory": 4 << 30,
    "MemorySwap": 4 << 30,
    "PidsLimit": 512,
    "NanoCpus": 1_500_000_000,
    "Devices": None,
    "PidMode": "",
    "UsernsMode": "",
    "PortBindings": None,
    "PublishAllPorts": False,
}


def reported(sandbox: DockerSandbox, options: dict[str, Any]) -> dict[str, Any]:
    """What ``docker inspect`` says of a container with some options, each of which is seen in it; nothing where it is refused."""
    try:
        return inspected(sandbox, options)
    except APIError:
        return {}


def inspected(sandbox: DockerSandbox, options: dict[str, Any]) -> dict[str, Any]:
    with sandbox.containers.create(options) as container:
        container.reload()
        facts: dict[str, Any] = container.attrs
    host, config = facts["HostConfig"], facts["Config"]
    variables = dict(text.split("=", 1) for text in config["Env"])
    return {
        **{name: host.get(name) for name in HOST},
        "Log": host["LogConfig"]["Type"],
        "Name": facts["Name"].startswith("/tfcompat-"),
        "Image": facts["Image"],
        "Command": config["Cmd"],
        "User": config["User"],
        "Variables": {name: variables.get(name) for name in (*LOCKED.variables, "HOME")},
        "Labels": {name: config["Labels"].get(name) for name in (CELL, OWNER)},
        "Mounts": sorted((mount["Source"], mount["Destination"], mount["RW"]) for mount in facts["Mounts"]),
    }


@pytest.fixture
def meant(sandbox: DockerSandbox, program: Program) -> dict[str, Any]:
    """What is to be reported: nobody's, whatever the image says; two folders of the host, neither to be written to; no log."""
    return {
        **HOST,
        "Log": "none",
        "Name": True,
        "Image": sandbox.image.id,
        "Command": program.argv("/opt/cell/bin/python", "/opt/tfcompat/scenarios", "/opt/tfcompat-bundle", "/tmp"),  # noqa: S108
        "User": "65534:65534",
        "Variables": {**LOCKED.variables, "HOME": "/tmp"},  # noqa: S108 -- the container's own
        "Labels": {CELL: f"tf9.0.0-py{PYTHON}", OWNER: sandbox.containers.owner},
        "Mounts": [
            (str(program.bundle), "/opt/tfcompat-bundle", False),
            (str(program.suite), "/opt/tfcompat/scenarios", False),
        ],
    }


@pytest.mark.docker
def test_the_engine_reports_each_option_of_a_container(
    sandbox: DockerSandbox, program: Program, meant: dict[str, Any]
) -> None:
    assert reported(sandbox, sandbox.options(program)) == meant


@pytest.mark.docker
def test_an_option_that_is_taken_out_is_noticed(
    sandbox: DockerSandbox, program: Program, meant: dict[str, Any]
) -> None:
    """The test above would fail without any one of them. The image is the only one that the engine itself asks for."""
    options = sandbox.options(program)
    for left_out in options.keys() - {"image"}:
        rest = {name: value for name, value in options.items() if name != left_out}
        assert reported(sandbox, rest) != meant, left_out


@pytest.mark.docker
@pytest.mark.parametrize(
    "weaker",
    [
        {"security_opt": ["no-new-privileges", "seccomp=unconfined"]},
        {"cap_drop": ["NET_RAW"]},
        {"cap_add": ["SYS_PTRACE"]},
        {"tmpfs": {"/tmp": "mode=1777"}},  # noqa: S108 -- the container's own
        {"privileged": True},
        {"pid_mode": "host"},
        {"network_mode": "bridge"},
    ],
    ids=lambda weaker: next(iter(weaker)),
)
def test_a_weaker_option_is_noticed(
    sandbox: DockerSandbox, program: Program, meant: dict[str, Any], weaker: dict[str, Any]
) -> None:
    assert reported(sandbox, {**sandbox.options(program), **weaker}) != meant


@pytest.mark.docker
def test_a_folder_of_the_host_that_may_be_written_to_is_noticed(
    sandbox: DockerSandbox, program: Program, meant: dict[str, Any]
) -> None:
    options = sandbox.options(program)
    for source, mount in options["volumes"].items():
        writable = {**options["volumes"], source: {**mount, "mode": "rw"}}
        assert reported(sandbox, {**options, "volumes": writable}) != meant, source


@pytest.mark.docker
def test_a_shell_has_the_limits_of_a_cell(
    sandbox: DockerSandbox, engine: DockerEngine, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The container is looked at in the place of the terminal."""
    seen: list[Container] = []

    def look(argv: Sequence[str]) -> int:
        seen.append(engine.client.containers.get(argv[-1]))
        return 7

    monkeypatch.setattr(process, "interactive", look)
    assert sandbox.shell(program) == 7
    (container,) = seen
    host = container.attrs["HostConfig"]
    assert {name: host[name] for name in HOST} == HOST
    assert container.attrs["Config"]["User"] == "65534:65534"
    assert container.attrs["Config"]["Tty"]
    assert container.attrs["Config"]["OpenStdin"]
    assert (container.labels[CELL], container.labels[OWNER]) == (f"tf9.0.0-py{PYTHON}", engine.containers.owner)
    assert own_containers(engine) == []


# How a run ends


@pytest.fixture
def runs(sandbox: DockerSandbox, leaving_sockets: None, monkeypatch: pytest.MonkeyPatch) -> DockerSandbox:
    """A sandbox whose Python is that of the base image."""
    monkeypatch.setattr(module, "PYTHON", "/usr/local/bin/python3")
    return sandbox


def with_code(program: Program, code: str, *, limit: float = 60.0) -> Program:
    (program.suite / "runner").mkdir()
    (program.suite / "runner" / "cell.py").write_text(code)
    return replace(program, limit=limit)


@pytest.mark.docker
def test_a_run_hands_over_lines_and_keeps_standard_error(
    runs: DockerSandbox, engine: DockerEngine, program: Program
) -> None:
    heard: list[str] = []
    code = "import sys; print('a\\nb'); print('why', file=sys.stderr); sys.exit(4)"
    assert runs.run(with_code(program, code), heard.append) == Exit(code=4, output="why\n")
    assert heard == ["a", "b"]
    assert own_containers(engine) == []


@pytest.mark.fault(
    "A cell in a container outruns its limit",
    group="engine",
    reads="the cell outran its time limit",
    code=3,
    reason="time limit of the cell",
    kept="the outcomes that were there; no container is left",
)
@pytest.mark.docker
def test_a_run_is_ended_at_its_limit(runs: DockerSandbox, engine: DockerEngine, program: Program) -> None:
    ending = runs.run(with_code(program, "import time; time.sleep(60)", limit=1.0), print)
    assert (ending.timed_out, ending.lost) == (True, False)
    until(lambda: not own_containers(engine))  # the engine removes it at the limit, and needs a moment


@pytest.mark.fault(
    "A container runs out of memory",
    group="engine",
    reads="the system killed the cell for lack of memory",
    code=3,
    reason="out of memory",
    kept="the outcomes that were there",
)
@pytest.mark.docker
def test_a_run_without_memory_is_out_of_memory(
    runs: DockerSandbox, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MEMORY", 64 << 20)
    ending = runs.run(with_code(program, "kept = [bytes([1]) * (1 << 24) for _ in range(64)]"), print)
    assert (ending.code, ending.out_of_memory) == (137, True)


@pytest.mark.fault(
    "Somebody removes the container of a cell that runs",
    group="engine",
    reads="the container was removed by somebody else",
    code=3,
    reason="engine lost",
    kept="earlier trials and the outcomes that were there; the other cells go on",
)
@pytest.mark.docker
def test_a_run_whose_container_somebody_removes_is_lost(
    runs: DockerSandbox, engine: DockerEngine, program: Program
) -> None:
    def remove(line: str) -> None:
        for name in own_containers(engine):
            engine.client.containers.get(name).remove(force=True)

    ending = runs.run(with_code(program, "import time; print('there', flush=True); time.sleep(60)"), remove)
    assert ending == Exit(code=-1, output="the container was removed by somebody else", lost=True)


@pytest.mark.docker
def test_a_cancelled_run_is_lost(runs: DockerSandbox, engine: DockerEngine, program: Program) -> None:
    with ThreadPoolExecutor(1) as executor:
        code = "import time; print('there', flush=True); time.sleep(60)"
        running = executor.submit(runs.run, with_code(program, code), lambda line: engine.cancel())
        ending = running.result(30)
    assert (ending.lost, ending.timed_out) == (True, False)
    assert own_containers(engine) == []


@pytest.mark.docker
def test_after_a_cancel_nothing_starts(runs: DockerSandbox, engine: DockerEngine, program: Program) -> None:
    heard: list[str] = []
    engine.cancel()
    ending = runs.run(with_code(program, "print('there')"), heard.append)
    assert (ending.lost, ending.code, heard) == (True, -9, [])
    assert own_containers(engine) == []


@pytest.mark.fault(
    "A container cannot be started",
    group="engine",
    reads="the Docker engine did not finish: …",
    code=3,
    reason="engine lost",
    kept="earlier trials; the other cells go on",
)
@pytest.mark.docker
@pytest.mark.usefixtures("leaving_sockets")
def test_a_container_that_cannot_be_started_is_lost_with_the_engines_words(
    sandbox: DockerSandbox, engine: DockerEngine, program: Program
) -> None:
    """The base image has no environment of a cell."""
    ending = sandbox.run(program, print)
    assert ending.lost
    assert ending.output.startswith("the Docker engine did not finish: ")
    assert "/opt/cell/bin/python" in ending.output
    assert own_containers(engine) == []


def test_lines_may_come_in_pieces_and_the_last_needs_an_end() -> None:
    heard: list[str] = []
    output = [(b"on", None), (b"e\ntwo\nth", b"not "), (None, b"well"), (b"r\xffee\nrest", None)]
    assert hand_over(output, heard.append) == "not well"
    assert heard == ["one", "two", "thr\ufffdee"]


@pytest.mark.fault(
    "A cell prints a line without end",
    group="cell",
    reads="the cell wrote what is not a record: …",
    code=3,
    reason="suite broken",
    kept="the outcomes before; memory stays bounded",
)
def test_of_a_line_without_end_and_of_complaints_a_bounded_part_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LONGEST_LINE", 10)
    heard: list[str] = []
    assert hand_over([(b"x" * 1000, b"y" * 5000), (b"end\n", b"z")], heard.append) == "y" * 3999 + "z"
    assert heard == ["x" * 10 + "end"]
