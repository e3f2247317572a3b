"""The pytest plugin that runs each scenario in a process of its own and writes the record, a line a scenario."""

import collections
import inspect
import os
import time
from typing import Any, Dict, List, Optional

import pytest

from scenarios.runner.answer import answer_of, bounded, encoded, failure_of, needs_setup
from scenarios.runner.attempt import FORKS, limit_memory
from scenarios.runner.canaries import Canary, canaries
from scenarios.runner.confine import confine, guard
from scenarios.runner.environment import import_tensorflow, versions
from scenarios.runner.rounds import record
from scenarios.runner.scenario import Scenario

SCHEMA = 2


class Recorder:
    """The plugin. ``settings`` is the object that the harness passed: bundle, parallel, memory (bytes), scratch.

    Where it runs ``only`` one scenario, a recorder in another process has started it.
    """

    def __init__(self, channel: int, settings: Dict[str, Any]) -> None:
        self.channel = channel
        self.settings = dict(settings, channel=channel)
        self.alone = "only" in settings
        self.import_error: Optional[Dict[str, Any]] = None

    def pytest_configure(self, config: Any) -> None:
        config.addinivalue_line(
            "markers", "scenario(kind, id, reference, ...): one row of the table, see scenarios.marks"
        )

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        if self.alone:
            if FORKS:
                limit_memory(self.settings["memory"])
            confine(*self.settings["recorder"])
        elif not self.settings.get("collect"):
            guard()
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
            (item,) = session.items
            self.send(encoded(dict(answer_of(item, needs_setup(item)), token=self.settings["token"])))
            return True
        scenarios = [Scenario(item) for item in session.items]
        self.write(header(scenarios, versions(), self.settings["suite"]))
        if self.settings.get("collect"):
            self.write({"kind": "catalogue", "scenarios": [scenario.described() for scenario in scenarios]})
        else:
            self.record(self.selected(scenarios))
        return True

    def selected(self, scenarios: List[Scenario]) -> List[Scenario]:
        """The scenarios that run: those whose ids the settings list, or all where they list none."""
        if self.settings.get("scenarios") is None:
            return scenarios
        ids = set(self.settings["scenarios"])
        return [scenario for scenario in scenarios if scenario.id in ids]

    def record(self, scenarios: List[Scenario]) -> None:
        """Write what becomes of the canaries and the scenarios, as they end, and how many scenarios they are."""
        started = time.monotonic()
        count = 0
        if self.import_error:
            self.write(Canary("import", "returned", import_tensorflow).line("before", self.import_error))
        else:
            for line in record(scenarios, canaries(self.settings), self.settings):
                self.write(line)
                count += line["kind"] == "outcome"
        self.write({"kind": "end", "outcomes": count, "seconds": round(time.monotonic() - started, 3)})

    def write(self, line: Dict[str, Any]) -> None:
        """Put one line on the channel, at once: what was recorded stays, whatever happens next."""
        self.send(encoded(line) + b"\n")

    def send(self, data: bytes) -> None:
        while data:
            data = data[os.write(self.channel, data) :]


def header(scenarios: List[Scenario], imported: Dict[str, Any], suite: str) -> Dict[str, Any]:
    """The record's first line: what is asked, and of which versions. Raises UsageError where two scenarios have one id."""
    ids = collections.Counter(scenario.id for scenario in scenarios)
    repeated = [name for name, count in ids.items() if count > 1]
    if repeated:
        raise pytest.UsageError("two scenarios share the id %s" % ", ".join(sorted(repeated)))
    return {
        "kind": "header",
        "schema": SCHEMA,
        "suite": suite,
        "versions": imported,
        "scenarios": [scenario.id for scenario in scenarios],
    }
