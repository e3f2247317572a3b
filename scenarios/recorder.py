"""The recorder: a pytest plugin that runs each scenario in a process of its own and writes the record, a line a scenario."""

import collections
import contextlib
import gc
import inspect
import json
import os
import platform
import resource
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from typing import Any, Dict, List, Optional

import pytest

from scenarios.observe import LARGEST, Missing, plain

SCHEMA = 1
#: The id of the question asked before all others: does this environment compute at all?
CANARY = "canary::tensorflow_adds"
CANARY_LIMIT = 120.0
#: Bounds on what one scenario may put into the record, in characters; of an observation each says its own (`largest`).
BOUNDS = {"message": 1500, "traceback": 1500}
#: The words for what may have happened, and the keys that say more of it: a child's answer has no other.
WORDS = ("returned", "raised", "missing", "memory")
KEYS = ("happened", "observed", "type", "message", "traceback")
#: Bytes that the parent reads of what a child sends, and of what it printed.
LARGEST_ANSWER = 256 * 1024
TAIL = 1500
#: Forking is safe where the system promises it; elsewhere every scenario gets a fresh interpreter.
FORKS = sys.platform.startswith("linux")


class Recorder:
    """The plugin. ``settings`` is the object that the harness passed: bundle, parallel, memory (bytes), scratch."""

    def __init__(self, channel: int, settings: Dict[str, Any]) -> None:
        self.channel = channel
        self.settings = dict(settings, channel=channel)
        self.alone = "only" in settings
        self.import_error: Optional[Dict[str, Any]] = None

    def pytest_configure(self, config: Any) -> None:
        config.addinivalue_line(
            "markers", "scenario(id, reference, limit, largest, fresh, promises): one row of the table"
        )

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        if self.alone and FORKS:
            limit_memory(self.settings["memory"])
        if not self.alone and not self.settings.get("collect"):
            self.import_error = failure_of(import_tensorflow)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collectreport(self, report: Any) -> None:
        if report.failed and not self.import_error:
            self.write({"kind": "broken", "message": bounded(str(report.longrepr), "message")})

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: Any) -> bool:
        names = inspect.signature(pyfuncitem.obj).parameters
        arguments = {name: pyfuncitem.funcargs[name] for name in names}
        pyfuncitem.observed = pyfuncitem.obj(**arguments)
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: Any) -> bool:
        if self.alone:
            self.send(encoded(answer_of(session.items[0])))
            return True
        started = time.monotonic()
        there = versions()
        scenarios = [Scenario(item, there) for item in session.items]
        self.write(header(scenarios, self.settings))
        if self.settings.get("collect"):
            return True
        canary = Attempt(None, self.settings, self.import_error)
        self.write(canary.finish())
        count = 0
        if canary.answer["happened"] == "returned":
            for outcome in attempts(scenarios, self.settings):
                self.write(outcome)
                count += 1
        self.write({"kind": "end", "outcomes": count, "seconds": round(time.monotonic() - started, 3)})
        return True

    def write(self, line: Dict[str, Any]) -> None:
        """Put one line on the channel, at once: what was recorded stays, whatever happens next."""
        self.send(encoded(line) + b"\n")

    def send(self, data: bytes) -> None:
        while data:
            data = data[os.write(self.channel, data) :]


class Scenario:
    """One row: the facts that its marker, its docstring and its parameters give."""

    def __init__(self, item: Any, there: Dict[str, Any]) -> None:
        marker = item.get_closest_marker("scenario")
        if marker is None:
            raise pytest.UsageError("%s has no scenario marker: see docs/add-a-scenario.md" % item.nodeid)
        facts = marker.kwargs
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        self.item = item
        self.id = facts["id"].format(**parameters)
        self.group = self.id.split("::")[0]
        documentation = (inspect.getdoc(item.obj) or "").format(**parameters)
        self.title = documentation.split("\n")[0]
        self.limit = float(facts["limit"])
        self.fresh = bool(facts["fresh"])
        self.facts = {"id": self.id, "title": self.title, "reference": facts["reference"].format(**parameters)}
        for requirement, observation in facts["promises"].items():
            if holds(requirement, there):
                self.facts["documented"] = plain(observation)
        self.facts["source"] = "%s:%d" % (os.path.basename(item.fspath), item.obj.__code__.co_firstlineno)


class Attempt:
    """One scenario in a child process: its process, its pipe, its time limit, and at last its answer."""

    def __init__(self, scenario: Optional[Scenario], settings: Dict[str, Any], import_error: Any = None) -> None:
        self.scenario = scenario
        self.settings = settings
        self.started = time.monotonic()
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
        if scenario is not None and (scenario.fresh or not FORKS):
            self.pid = self.spawn(theirs)
        else:
            self.pid = self.fork(theirs)
        os.close(theirs)

    def fork(self, pipe: int) -> int:
        pid = os.fork()
        if pid:
            os.setpgid(pid, pid)  # both sides do, so that whoever comes first, the group is there
            return pid
        try:
            self.enter()
            limit_memory(self.settings["memory"])
            answer = answer_of(self.scenario.item) if self.scenario else ask(tensorflow_adds)
            data = encoded(answer)
            while data:
                data = data[os.write(pipe, data) :]
        finally:
            os._exit(0)

    def spawn(self, pipe: int) -> int:
        assert self.scenario is not None
        suite = os.path.dirname(os.path.abspath(__file__))
        program = os.path.join(suite, "cell.py")
        settings = dict(self.settings, channel=pipe, only=os.path.join(suite, self.scenario.item.nodeid))
        with open(self.printed, "wb") as printed:
            process = subprocess.Popen(
                [sys.executable, "-I", "-B", program, json.dumps(settings)],
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
        """Make the child its own: process group, folder, output; the record's channel is not its business."""
        os.setpgid(0, 0)
        os.close(self.settings["channel"])
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
        """Whether the child is gone; past its limit it is killed, with all that it started."""
        if time.monotonic() - self.started > self.limit:
            self.killed = True
            kill_group(self.pid)
        pid, status = os.waitpid(self.pid, 0 if self.killed else os.WNOHANG)
        if pid == 0:
            return False
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
            attempt = Attempt(waiting.pop(), settings)
            watch.register(attempt.pipe, selectors.EVENT_READ, attempt)
            running.append(attempt)
        for key, _ in watch.select(timeout=0.002 if len(watch.get_map()) < len(running) else 0.05):
            if not key.data.read():  # it ends now, or closed its pipe: either way there is no more to hear
                watch.unregister(key.fileobj)
        if os.getppid() != parent:  # the harness was killed: nobody hears this record
            for attempt in running:
                kill_group(attempt.pid)
            os._exit(1)
        for attempt in [one for one in running if one.ended()]:
            running.remove(attempt)
            with contextlib.suppress(KeyError):
                watch.unregister(attempt.pipe)
            yield attempt.finish()


def answer_of(item: Any) -> Dict[str, Any]:
    """Set one pytest item up and run it here, in this process, and say what happened.

    The hooks are called without pytest's report of them, which reads the source of every frame (300 ms on TensorFlow's).
    """
    try:
        item.ihook.pytest_runtest_setup(item=item)
        item.ihook.pytest_runtest_call(item=item)
    except BaseException as error:
        return described_failure(error)
    return returned(item.observed, item.get_closest_marker("scenario").kwargs["largest"])


def ask(question: Any) -> Dict[str, Any]:
    """Call a function and say what happened."""
    try:
        return returned(question())
    except BaseException as error:
        return described_failure(error)


def failure_of(action: Any) -> Optional[Dict[str, Any]]:
    """What happened where an action raised; None where it did not."""
    answer = ask(action)
    return None if answer["happened"] == "returned" else answer


def returned(value: Any, largest: int = LARGEST) -> Dict[str, Any]:
    observed = plain(value)
    text = json.dumps(observed)
    return {"happened": "returned", "observed": observed if len(text) <= largest else shortened(text, largest)}


def described_failure(error: BaseException) -> Dict[str, Any]:
    missing = isinstance(error, Missing)
    return {
        "happened": "missing" if missing else "memory" if isinstance(error, MemoryError) else "raised",
        "type": type(error).__name__,
        "message": bounded(str(error), "message"),
        "traceback": "" if missing else bounded(described_frames(error), "traceback"),
    }


def described_frames(error: BaseException) -> str:
    return "".join(traceback.format_exception(type(error), error, own_frames(error.__traceback__)))


def own_frames(frames: Any) -> Any:
    """A traceback from the scenario's own frame on: how pytest came to call it is of no interest."""
    start = frames
    while start is not None and not os.path.basename(start.tb_frame.f_code.co_filename).startswith("test_"):
        start = start.tb_next
    return start or frames


def bounded(text: str, what: str) -> str:
    """The text, or its beginning and end where it is longer than its bound: errors say most there."""
    return text if len(text) <= BOUNDS[what] else shortened(text, BOUNDS[what])


def shortened(text: str, bound: int) -> str:
    return text[: bound // 3] + " [...] " + text[-(bound - bound // 3) :]


def encoded(line: Dict[str, Any]) -> bytes:
    return json.dumps(line, separators=(",", ":")).encode("ascii")


def checked(data: bytes) -> Optional[Dict[str, Any]]:
    """A child's answer, if it is one: a bounded JSON object with the keys that an answer has and no other."""
    try:
        answer = json.loads(data.decode("ascii"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict) or answer.get("happened") not in WORDS or not set(answer) <= set(KEYS):
        return None
    told = all(isinstance(answer.get(key, ""), str) for key in KEYS if key != "observed")
    return answer if told and len(data) <= LARGEST_ANSWER else None


def header(scenarios: List[Scenario], settings: Dict[str, Any]) -> Dict[str, Any]:
    """The record's first line: what is asked, and of which versions, as imported."""
    repeated = [name for name, count in collections.Counter(one.id for one in scenarios).items() if count > 1]
    if repeated:
        raise pytest.UsageError("two scenarios share the id %s" % ", ".join(sorted(repeated)))
    return {
        "kind": "header",
        "schema": SCHEMA,
        "suite": settings["suite"],
        "versions": versions(),
        "scenarios": [one.facts for one in scenarios],
    }


def versions() -> Dict[str, Any]:
    """The versions as imported; None where something is not there."""
    tensorflow = sys.modules.get("tensorflow")
    return {
        "python": platform.python_version(),
        "tensorflow": getattr(tensorflow, "__version__", None),
        "keras": keras_version(tensorflow),
        "numpy": getattr(sys.modules.get("numpy"), "__version__", None),
        "machine": platform.machine(),
    }


def holds(requirement: str, there: Dict[str, Any]) -> bool:
    """Whether what is there, as imported, fulfils a requirement: ``keras>=3``, or ``>=2.6`` of TensorFlow; the empty one holds."""
    from packaging.requirements import Requirement

    if not requirement:
        return True
    wanted = Requirement(requirement if requirement[0].isalpha() else "tensorflow" + requirement)
    version = there[wanted.name]
    return version is not None and wanted.specifier.contains(version.split("-")[0], prereleases=True)


def keras_version(tensorflow: Any) -> Optional[str]:
    """The version of the Keras behind ``tf.keras``; tf_keras keeps its own off that path, so the package is asked."""
    homes = (getattr(tensorflow, "keras", None), sys.modules.get("tf_keras"), sys.modules.get("keras"))
    found = (getattr(home, "__version__", None) for home in homes)
    return next((version for version in found if isinstance(version, str)), None)


def import_tensorflow() -> None:
    """Import what the scenarios use, before the forks, so that it is paid for once. Runs no operation.

    What an import makes stays: looking for garbage in it takes a fifth of the time and finds next to nothing.
    """
    gc.disable()
    try:
        import tensorflow

        keras = getattr(tensorflow, "keras", None)
        getattr(keras, "layers", None)
    finally:
        gc.enable()


def tensorflow_adds() -> float:
    """The canary: an environment that cannot add is broken, and no scenario in it says anything."""
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
