"""Scenarios that attack: the recorder, one another, the record, the machine. Beside them stand some that only answer."""

import ctypes
import os
import signal
import socket
import sys
import time
from typing import List

import pytest
import tensorflow as tf

from scenarios.marks import data, promise

FORGED = (
    b'{"kind":"outcome","scenario":"innocent::number_1","seconds":0.1,"happened":"returned","observed":666}\n'
    b'{"kind":"end","outcomes":1,"seconds":0.1}\n'
)


@pytest.mark.parametrize("number", range(12))
@promise("innocent::number_{number}", reference="tests/hostile", documented=True)
def test_innocent(number: int) -> bool:
    """It writes a file, waits a little, reads the file and adds up"""
    with open("number", "w") as file:
        file.write(str(number))
    time.sleep(0.05)
    with open("number") as file:
        return bool(tf.constant(int(file.read())) + 1.0 == number + 1.0)


@promise("innocent::fresh", reference="tests/hostile", documented=True, fresh=True)
def test_fresh() -> bool:
    """It answers from an interpreter of its own"""
    return True


@data("hostile::descriptors", reference="tests/hostile")
def test_descriptors() -> None:
    """It writes an outcome of another scenario, and the end, to every descriptor"""
    for descriptor in range(1000):
        try:
            os.write(descriptor, FORGED)
        except OSError:
            pass


@data("hostile::proc_descriptors", reference="tests/hostile")
def test_proc_descriptors() -> List[str]:
    """It opens the descriptors of the recorder and of its siblings through /proc, and writes to them"""
    opened = []
    for process in others():
        for descriptor in range(64):
            try:
                with open("/proc/%d/fd/%d" % (process, descriptor), "wb", buffering=0) as file:
                    file.write(FORGED)
                opened.append("%d of %d" % (descriptor, process))
            except OSError:
                pass
    return opened


@data("hostile::memory_of_others", reference="tests/hostile")
def test_memory_of_others() -> List[int]:
    """It opens the memory of the recorder and of its siblings through /proc"""
    opened = []
    for process in others():
        try:
            with open("/proc/%d/mem" % process, "r+b"):
                opened.append(process)
        except OSError:
            pass
    return opened


@data("hostile::ptrace", reference="tests/hostile")
def test_ptrace() -> List[int]:
    """It attaches to the recorder and to its siblings as a debugger does"""
    libc, attach = ctypes.CDLL(None, use_errno=True), 16
    return [process for process in others() if libc.ptrace(attach, process, 0, 0) == 0]


@data("hostile::signals_to_the_recorder", reference="tests/hostile")
def test_signals_to_the_recorder() -> List[str]:
    """It stops, ends and kills the recorder, its group and everybody"""
    sent = []
    for process in (os.getppid(), -os.getpgid(os.getppid()), -1, 0):
        for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGKILL):
            try:
                os.kill(process, number)
                sent.append("%s to %d" % (number.name, process))
            except OSError:
                pass
    return sent


@data("hostile::group_of_the_recorder", reference="tests/hostile")
def test_group_of_the_recorder() -> str:
    """It joins the recorder's group, to be in it when it is killed"""
    try:
        os.setpgid(0, os.getpgid(os.getppid()))
    except OSError:
        return "refused"
    try:
        os.killpg(0, signal.SIGKILL)
    except OSError:
        return "joined, and could not kill it"
    return "killed it"


@data("hostile::signals_to_siblings", reference="tests/hostile")
def test_signals_to_siblings() -> None:
    """It kills whatever runs beside it"""
    for process in others():
        if process != os.getppid():
            try:
                os.kill(process, signal.SIGKILL)
            except OSError:
                pass


@data("hostile::exits", reference="tests/hostile")
def test_exits() -> None:
    """It ends without a word"""
    os._exit(0)


@data("hostile::closes", reference="tests/hostile")
def test_closes() -> None:
    """It closes every descriptor"""
    os.closerange(0, 1000)


@data("hostile::prints_without_end", reference="tests/hostile")
def test_prints_without_end() -> None:
    """It prints a gigabyte"""
    for _ in range(1024):
        os.write(1, b"x" * (1 << 20))


@data("hostile::line_without_end", reference="tests/hostile")
def test_line_without_end() -> None:
    """It sends a line of half a gigabyte through its own pipe"""
    pipes = [number for number in range(3, 64) if is_pipe(number)]
    for _ in range(512):
        for pipe in pipes:
            os.write(pipe, b"x" * (1 << 20))


@data("hostile::control_characters", reference="tests/hostile")
def test_control_characters() -> str:
    """It answers with what a terminal obeys, and raises nothing"""
    return "\x1b[2J\x1b]0;owned\x07\u202e<script>alert(1)</script>=1+1"


@data("hostile::daemon", reference="tests/hostile")
def test_daemon() -> str:
    """It leaves a process behind, in a session of its own, that writes where it can"""
    if not os.fork():
        os.setsid()
        if not os.fork():
            for _ in range(600):
                for descriptor in range(64):
                    try:
                        os.write(descriptor, FORGED)
                    except OSError:
                        pass
                time.sleep(0.1)
        os._exit(0)
    time.sleep(1)  # until it has written into the pipe of this scenario
    return "left"


@data("hostile::forks", reference="tests/hostile", limit=1)
def test_forks() -> None:
    """It forks, and its children do, each in a session of its own"""
    while True:
        try:
            if not os.fork():
                os.setsid()
        except OSError:
            time.sleep(0.01)


@data("hostile::eats", reference="tests/hostile")
def test_eats() -> None:
    """It takes memory without end"""
    kept = []
    while True:
        kept.append(b"x" * (1 << 26))


@data("hostile::fills_the_disk", reference="tests/hostile")
def test_fills_the_disk() -> None:
    """It fills the disk, not in its own folder"""
    for place in range(64):
        with open("../junk-%d" % place, "wb") as file:
            for _ in range(256):
                file.write(b"x" * (1 << 20))


@data("hostile::edits", reference="tests/hostile")
def test_edits() -> List[str]:
    """It edits the suite, the bundle, TensorFlow and the interpreter for those after it"""
    edited = []
    for path in (__file__, pytest.__file__, tf.__file__, sys.executable, os.__file__):
        try:
            with open(path, "ab"):
                edited.append(os.path.basename(path))
        except OSError:
            pass
    return edited


@data("hostile::patches", reference="tests/hostile")
def test_patches() -> str:
    """It changes json and the recorder in its own process"""
    import json

    from scenarios.runner import answer

    json.dumps = lambda *arguments, **options: FORGED.decode()
    answer.encoded = lambda line: FORGED
    return "patched"


@data("hostile::network", reference="tests/hostile")
def test_network() -> str:
    """It calls a host of the internet, and the loopback of the machine"""
    for address in (("192.0.2.1", 80), ("172.17.0.1", 22), ("8.8.8.8", 53)):
        try:
            socket.create_connection(address, timeout=1).close()
        except OSError:
            continue
        return "reached %s" % address[0]
    return "reached nothing"


@data("hostile::host", reference="tests/hostile")
def test_host() -> List[str]:
    """It looks for the machine's own files, other cells and the Docker socket"""
    places = ("/var/run/docker.sock", "/run/docker.sock", "/root/.cache", "/home/runner", "/mnt/host", "/host")
    return [path for path in places if os.access(path, os.R_OK)]


def others() -> List[int]:
    """Every process but this one."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]


def is_pipe(descriptor: int) -> bool:
    try:
        return os.readlink("/proc/self/fd/%d" % descriptor).startswith("pipe:")
    except OSError:
        return False
