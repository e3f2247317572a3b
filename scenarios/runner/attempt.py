"""One scenario in a child process of its own: its pipe, its limits, and at last its answer."""

import contextlib
import gc
import json
import os
import resource
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from typing import Any, Dict, List, Optional, Sequence

from scenarios.runner.answer import LARGEST_ANSWER, ask, checked, encoded
from scenarios.runner.scenario import Scenario

#: The id of the question that comes before all others: does this environment compute at all?
CANARY = "canary::tensorflow_adds"
CANARY_LIMIT = 120.0
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
    """One scenario in a child process: its process, its pipe, its time limit, and at last its answer.

    ``siblings`` are the pipes of the others that run: no child may read what another one says. It is ``starved`` where the
    system could not start its process.
    """

    def __init__(
        self,
        scenario: Optional[Scenario],
        settings: Dict[str, Any],
        import_error: Any = None,
        siblings: Sequence[int] = (),
    ) -> None:
        self.scenario = scenario
        self.siblings = siblings
        self.starved = False
        self.settings = settings
        self.started = time.monotonic()
        self.ticks = Ticks(self.started)
        self.limit = scenario.limit if scenario else CANARY_LIMIT
        self.received = b""
        self.killed = False
        self.folder = tempfile.mkdtemp(prefix="scenario-", dir=settings["scratch"])
        self.printed = os.path.join(self.folder, ".printed")
        self.answer: Dict[str, Any] = {}
        if import_error:
            self.answer = import_error
            self.pid, self.pipe = 0, -1
            return
        self.pipe, theirs = os.pipe()
        try:
            own_interpreter = scenario is not None and (scenario.fresh or not FORKS)
            self.pid = self.spawn(theirs) if own_interpreter else self.fork(theirs)
        except OSError as error:  # the system has no process left, or no memory for one
            self.pid, self.starved = 0, True
            self.answer = {"happened": "memory", "message": "no process could be started: %s" % error}
        finally:
            os.close(theirs)

    def fork(self, pipe: int) -> int:
        pid = os.fork()
        if pid:
            os.setpgid(pid, pid)  # parent and child both do this, so that the group exists whoever is first
            return pid
        try:
            self.enter()
            limit_memory(self.settings["memory"])
            answer = self.scenario.answer() if self.scenario else ask(tensorflow_adds)
            data = encoded(answer)
            while data:
                data = data[os.write(pipe, data) :]
        finally:
            os._exit(0)

    def spawn(self, pipe: int) -> int:
        assert self.scenario is not None
        runner = os.path.dirname(os.path.abspath(__file__))
        suite, program = os.path.dirname(runner), os.path.join(runner, "cell.py")
        settings = dict(
            self.settings, scenarios=None, channel=pipe, only=os.path.join(suite, self.scenario.item.nodeid)
        )
        with open(self.printed, "wb") as printed:
            process = subprocess.Popen(
                [sys.executable, "-I", "-B", program, json.dumps(settings), "--"],
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
                pass_fds=[pipe],
                cwd=self.folder,
                preexec_fn=os.setpgrp,
            )
        process.returncode = 0  # this class waits for it itself
        return process.pid

    def enter(self) -> None:
        """Make the child its own: process group, folder, output; neither the record nor its siblings are its business."""
        os.setpgid(0, 0)
        os.close(self.settings["channel"])
        for pipe in (*self.siblings, self.pipe):
            os.close(pipe)
        os.chdir(self.folder)
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
            if self.ticks.passed <= self.limit:
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
            return {"happened": "timeout", "message": "killed after %g s" % self.limit, "traceback": self.tail()}
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            tail = self.tail()
            memory = number == signal.SIGKILL or "bad_alloc" in tail or "out of memory" in tail.lower()
            happened = "memory" if memory else "signal"
            return {"happened": happened, "message": signal.Signals(number).name, "traceback": tail}
        answer = checked(self.received)
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
        """Wait for the end if need be, tidy up, and give the outcome's line."""
        while not self.answer:
            if not self.ended():
                time.sleep(0.005)
        if self.pipe >= 0:
            os.close(self.pipe)
        shutil.rmtree(self.folder, ignore_errors=True)
        seconds = round(time.monotonic() - self.started, 3)
        scenario = self.scenario.id if self.scenario else CANARY
        return dict({"kind": "outcome", "scenario": scenario, "seconds": seconds}, **self.answer)


def attempts(scenarios: List[Scenario], settings: Dict[str, Any]) -> Any:
    """Run the scenarios, ``settings['parallel']`` at once, and yield the line of each as it ends."""
    gc.freeze()
    waiting = list(reversed(scenarios))
    running: List[Attempt] = []
    parent = os.getppid()
    watch = selectors.DefaultSelector()
    while waiting or running:
        while waiting and len(running) < settings["parallel"]:
            attempt = Attempt(waiting[-1], settings, siblings=[other.pipe for other in running])
            if attempt.starved and running:  # another scenario takes all processes there are: try again when one ended
                attempt.finish()
                break
            waiting.pop()
            watch.register(attempt.pipe, selectors.EVENT_READ, attempt)
            running.append(attempt)
        for key, _ in watch.select(timeout=0.002 if len(watch.get_map()) < len(running) else 0.05):
            if not key.data.read():  # it has ended, or closed its pipe: nothing more will come
                watch.unregister(key.fileobj)
        if os.getppid() != parent:  # the harness was killed: nobody reads this record
            for attempt in running:
                kill_group(attempt.pid)
            os._exit(1)
        for attempt in [attempt for attempt in running if attempt.ended()]:
            running.remove(attempt)
            with contextlib.suppress(KeyError):
                watch.unregister(attempt.pipe)
            yield attempt.finish()


def tensorflow_adds() -> float:
    """The canary: an environment that cannot add is broken, and nothing that a scenario does in it means anything."""
    import tensorflow

    total = float(tensorflow.constant(1.0) + 1.0)
    if total != 2.0:
        raise ArithmeticError("1 + 1 gave %r" % total)
    return total


def limit_memory(allowance: int) -> None:
    """Let this process map ``allowance`` bytes more than it has now."""
    with open("/proc/self/statm") as statm:
        mapped = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (mapped + allowance, mapped + allowance))


def kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
