"""One question in a child process of its own: its pipe, its limits, and at last its answer."""

import contextlib
import json
import os
import resource
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from typing import Any, Dict, Sequence, Union

from scenarios.runner.answer import LARGEST_ANSWER, checked, encoded
from scenarios.runner.canaries import Canary
from scenarios.runner.confine import confine
from scenarios.runner.scenario import Scenario

Asked = Union[Scenario, Canary]
TAIL = 1500
#: Forking is safe where the system promises it; elsewhere every scenario gets a fresh interpreter.
FORKS = sys.platform.startswith("linux")


class Ticks:
    """A clock that stands still while this process does: a step of more than a second counts as one second.

    A container that was paused, or a machine that slept, makes no scenario hang.
    """

    STEP = 1.0

    def __init__(self, now: float) -> None:
        self.now = now
        self.passed = 0.0

    def pass_to(self, now: float) -> None:
        self.passed += min(now - self.now, self.STEP)
        self.now = now


class Attempt:
    """A scenario or canary in a child process: its process, its pipe, its time limit, and at last its answer.

    ``siblings`` are the pipes of the others that run: no child may read what another one says. An answer counts that has
    the child's own ``token``. It is ``starved`` where the system could not start its process.
    """

    def __init__(self, asked: Asked, settings: Dict[str, Any], siblings: Sequence[int] = ()) -> None:
        self.asked = asked
        self.siblings = siblings
        self.starved = False
        self.settings = settings
        self.token = secrets.token_hex(8)
        self.started = time.monotonic()
        self.ticks = Ticks(self.started)
        self.received = b""
        self.killed = False
        self.folder = tempfile.mkdtemp(prefix="scenario-", dir=settings["scratch"])
        self.printed = os.path.join(self.folder, ".printed")
        self.answer: Dict[str, Any] = {}
        self.pipe, theirs = os.pipe()
        try:
            self.pid = self.start(theirs)
        except OSError as error:  # the system has no process left, or no memory for one
            self.pid, self.starved = 0, True
            self.answer = {"happened": "memory", "message": "no process could be started: %s" % error}
        finally:
            os.close(theirs)

    def start(self, pipe: int) -> int:
        if isinstance(self.asked, Canary) or (FORKS and not self.asked.fresh):
            return self.fork(pipe)
        return self.spawn(pipe, self.asked)

    def fork(self, pipe: int) -> int:
        recorder, group = os.getpid(), os.getpgrp()
        pid = os.fork()
        if pid:
            os.setpgid(pid, pid)  # parent and child both do this, so that the group exists whoever is first
            return pid
        try:
            self.enter()
            if FORKS:
                limit_memory(self.settings["memory"])
            confine(recorder, group)
            data = encoded(dict(self.asked.answer(), token=self.token))
            while data:
                data = data[os.write(pipe, data) :]
        finally:
            os._exit(0)

    def spawn(self, pipe: int, scenario: Scenario) -> int:
        runner = os.path.dirname(os.path.abspath(__file__))
        suite, program = os.path.dirname(runner), os.path.join(runner, "cell.py")
        settings = dict(
            self.settings,
            scenarios=None,
            channel=pipe,
            only=os.path.join(suite, scenario.item.nodeid),
            token=self.token,
            recorder=[os.getpid(), os.getpgrp()],
        )
        with open(self.printed, "wb") as printed:
            process = subprocess.Popen(
                [sys.executable, "-I", "-B", program, json.dumps(settings), "--"],
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
                pass_fds=[pipe],
                cwd=self.folder,
                env=dict(os.environ, **self.places),
                preexec_fn=os.setpgrp,
            )
        process.returncode = 0  # this class waits for it itself
        return process.pid

    @property
    def places(self) -> Dict[str, str]:
        """Where the child finds its home and writes what is temporary: in its folder, which goes with it."""
        return {"HOME": self.folder, "TMPDIR": self.folder}

    def enter(self) -> None:
        """Make the child its own: process group, folder, output; neither the record nor its siblings are its business."""
        os.setpgid(0, 0)
        os.close(self.settings["channel"])
        for pipe in (*self.siblings, self.pipe):
            os.close(pipe)
        os.chdir(self.folder)
        os.environ.update(self.places)
        tempfile.tempdir = None
        null = os.open(os.devnull, os.O_RDONLY)
        printed = os.open(self.printed, os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(null, 0)
        os.dup2(printed, 1)
        os.dup2(printed, 2)

    def read(self) -> bool:
        """Take what the child sends; False where it will send no more."""
        data = os.read(self.pipe, LARGEST_ANSWER)
        self.received = (self.received + data)[: LARGEST_ANSWER + 1]
        return bool(data)

    def ended(self) -> bool:
        """Whether the child is gone; past its limit it is killed, with all that it started.

        A child that has ended did so in time, however late it is asked for: this process may have been stopped meanwhile.
        """
        if self.pid == 0:
            return True
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if pid == 0:
            self.ticks.pass_to(time.monotonic())
            if self.ticks.passed <= self.asked.limit:
                return False
            self.killed = True
            kill_group(self.pid)
            _, status = os.waitpid(self.pid, 0)
        self.drain()
        kill_group(self.pid)
        self.answer = self.judge_exit(status)
        return True

    def drain(self) -> None:
        os.set_blocking(self.pipe, False)
        try:
            while len(self.received) <= LARGEST_ANSWER:
                data = os.read(self.pipe, LARGEST_ANSWER)
                if not data:
                    return
                self.received += data
        except BlockingIOError:
            return

    def judge_exit(self, status: int) -> Dict[str, Any]:
        """What happened, from the exit status and what came through the pipe."""
        if self.killed:
            return {"happened": "timeout", "message": "killed after %g s" % self.asked.limit, "traceback": self.tail()}
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            tail = self.tail()
            memory = number == signal.SIGKILL or "bad_alloc" in tail or "out of memory" in tail.lower()
            happened = "memory" if memory else "signal"
            return {"happened": happened, "message": signal.Signals(number).name, "traceback": tail}
        answer = checked(self.received, self.token)
        if answer is None:
            return {"happened": "silent", "message": "the process ended without an answer", "traceback": self.tail()}
        return answer

    def tail(self) -> str:
        try:
            with open(self.printed, "rb") as printed:
                printed.seek(max(0, os.path.getsize(self.printed) - TAIL))
                return printed.read().decode("utf-8", "replace")
        except OSError:
            return ""

    def finish(self) -> Dict[str, Any]:
        """Wait for the end if need be, tidy up, and give what happened, with the seconds that it took."""
        while not self.answer:
            if not self.ended():
                time.sleep(0.005)
        os.close(self.pipe)
        shutil.rmtree(self.folder, ignore_errors=True)
        return dict({"seconds": round(time.monotonic() - self.started, 3)}, **self.answer)


def limit_memory(allowance: int) -> None:
    """Let this process map ``allowance`` bytes more than it has now."""
    with open("/proc/self/statm") as statm:
        mapped = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (mapped + allowance, mapped + allowance))


def kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
