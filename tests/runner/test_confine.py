"""Confinement: what a scenario's process may still do, and what it may not."""

import ctypes
import os
import platform
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scenarios.runner.confine import CALLS, children, confine, end_strays, guard, program

pytestmark = [
    pytest.mark.starts,
    pytest.mark.skipif(platform.machine() not in CALLS, reason="there is no filter of system calls for this machine"),
]


@pytest.fixture
def bystander() -> Iterator[int]:
    """A process that is nobody's scenario, in a group of its own; it stands for the recorder."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], process_group=0) as process:
        yield process.pid
        process.kill()


def confined(recorder: int, act: Callable[[], object]) -> str:
    """What a confined process says of its act: what it returns, or the error."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.setpgid(0, 0)
            confine(recorder, recorder)
            said = repr(act())
        except OSError as error:
            said = str(error.strerror)
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(pid, 0)
    return said


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM, 0])
@pytest.mark.parametrize("aim", [lambda recorder: recorder, lambda recorder: -recorder, lambda _: -1, lambda _: 0])
def test_the_recorder_cannot_be_signalled(aim: Callable[[int], int], number: int, bystander: int) -> None:
    assert confined(bystander, lambda: os.kill(aim(bystander), number)) == "Operation not permitted"
    assert Path(f"/proc/{bystander}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "TZX"


def test_a_process_can_be_signalled_that_is_not_the_recorder(bystander: int) -> None:
    assert confined(os.getpid(), lambda: os.kill(bystander, signal.SIGKILL)) == "None"


def test_it_can_signal_itself_and_what_it_started() -> None:
    def ends_its_own() -> int:
        child = os.fork()
        if not child:
            time.sleep(60)
        os.kill(child, signal.SIGTERM)
        return os.waitpid(child, 0)[1]

    assert confined(os.getpid(), ends_its_own) == str(int(signal.SIGTERM))


def test_no_process_can_be_debugged(bystander: int) -> None:
    def attach() -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.ptrace(16, bystander, 0, 0):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    assert confined(os.getpid(), attach) == "Operation not permitted"


def test_a_file_has_a_bound_and_a_crash_leaves_no_core() -> None:
    def limits() -> tuple[int, int]:
        return resource.getrlimit(resource.RLIMIT_CORE)[0], resource.getrlimit(resource.RLIMIT_FSIZE)[0]

    assert confined(os.getpid(), limits) == "(0, 536870912)"


def test_what_a_scenario_left_is_the_recorders_and_is_ended() -> None:
    """In a process of its own: who guards is the parent of all that is left under it."""
    pid = os.fork()
    if not pid:
        guard()
        if not os.fork():
            if not os.fork():
                os.setsid()
                time.sleep(60)
            os._exit(0)
        os.wait()
        known = os.fork()
        if not known:
            time.sleep(60)
        before = set(children())
        end_strays({known})
        os._exit(0 if len(before) == 2 and set(children()) == {known} else 1)
    assert os.waitpid(pid, 0)[1] == 0


def test_the_filter_refuses_and_allows_by_number() -> None:
    """Each instruction is run here as the kernel runs it: code, jump, jump, number."""
    machine, signals, reaching = CALLS["x86_64"]
    steps = program(machine, signals, reaching, (7, -7, -1, 0))

    def verdict(call: int, process: int, arch: int = machine) -> str:
        words, place, accumulator = {0: call, 4: arch, 16: process & 0xFFFFFFFF}, 0, 0
        while True:
            code, holds, fails, number = steps[place]
            place += 1
            if code == 0x06:
                return "allowed" if number == 0x7FFF0000 else "refused"
            if code == 0x20:
                accumulator = words[number]
            elif code == 0x15:
                place += holds if accumulator == number else fails
            else:
                place += holds if accumulator & number else fails

    assert {verdict(call, process) for call in signals for process in (7, -7, -1, 0)} == {"refused"}
    assert {verdict(call, 8) for call in signals} == {"allowed"}
    assert {verdict(call, 8) for call in reaching} == {"refused"}
    assert {verdict(call, 7) for call in (0, 1, 39, 57, 231)} == {"allowed"}
    assert verdict(62 | 0x40000000, 8) == "refused"
    assert verdict(62, 7, arch=3) == "allowed"
