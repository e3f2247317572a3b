"""The session of pytest on the user's tests: a plugin that says through a pipe which test is there, begins and ends how."""

import json
import os
import sys
from typing import Any, Dict, List, Mapping, Sequence

import pytest

from tfcompat.foreign.inside.child import write_line

#: Characters of what a failure says.
MESSAGE = 4000
#: How bad it is that a phase of a test ended so: the worst one is the test's.
ORDER = ("passed", "xfailed", "skipped", "xpassed", "failed", "error")
#: Exit codes of pytest that say nothing of the tests: interrupted, internal error, wrong usage.
BROKEN = (2, 3, 4)


class Teller:
    """Says what happens to each test; ``ended`` are those that need not run again."""

    def __init__(self, channel: int, ended: Sequence[str]) -> None:
        self.channel = channel
        self.ended = set(ended)
        self.reports: Dict[str, List[Any]] = {}

    def tell(self, kind: str, **facts: Any) -> None:
        write_line(self.channel, kind=kind, **facts)

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "tfcompat(scenario, ...): what is measured here is what it asks about.")

    def pytest_collectstart(self, collector: pytest.Collector) -> None:
        self.tell("collecting", where=collector.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.tell("broken", where=report.nodeid, message=str(report.longrepr)[-MESSAGE:])

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: List[pytest.Item]) -> None:
        for item in items:
            self.tell("found", test=item.nodeid)
        items[:] = [item for item in items if item.nodeid not in self.ended]

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.reports[nodeid] = []
        self.tell("started", test=nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.reports.setdefault(report.nodeid, []).append(report)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        reports = self.reports.pop(nodeid, [])
        worst = max(reports, key=lambda report: ORDER.index(outcome_of(report)), default=None)
        self.tell(
            "test",
            test=nodeid,
            outcome="skipped" if worst is None else outcome_of(worst),
            seconds=round(sum(report.duration for report in reports), 4),
            message="" if worst is None else message_of(worst),
        )


def outcome_of(report: pytest.TestReport) -> str:
    """What a phase of a test came to, in pytest's own words."""
    if hasattr(report, "wasxfail"):
        return "xpassed" if report.passed else "xfailed"
    if report.failed:
        return "failed" if report.when == "call" else "error"
    return str(report.outcome)


def message_of(report: pytest.TestReport) -> str:
    """Why a phase was skipped or failed: the line of the exception first, then what pytest says of it."""
    if report.passed and not hasattr(report, "wasxfail"):
        return ""
    if report.skipped and isinstance(report.longrepr, tuple):
        return str(report.longrepr[2])[:MESSAGE]
    crash = getattr(report.longrepr, "reprcrash", None)
    first = str(crash.message) if crash is not None else str(getattr(report, "wasxfail", ""))
    whole = str(report.longrepr or "")
    return first if first == whole else (first[: MESSAGE // 2] + "\n\n" + whole[-MESSAGE // 2 :]).strip()


def run(settings: Mapping[str, Any], arguments: Sequence[str], name: str) -> int:
    """Run pytest in this process on the copy of the user's files; its exit code."""
    work = settings["work"]
    with open(os.path.join(settings["scratch"], name), encoding="utf-8") as file:
        ended = [json.loads(line) for line in file.read().splitlines()]
    sys.path[:] = [work, *filter(os.path.isdir, [os.path.join(work, "src")]), *sys.path[1:]]
    teller = Teller(settings["pipe"], ended)
    options = ["--rootdir", work, "-p", "no:cacheprovider", "--continue-on-collection-errors"]
    options += ["-o", "addopts=", "-o", "required_plugins="]
    code = int(pytest.main([*options, *arguments, settings["target"]], plugins=[teller]))
    if code not in BROKEN:
        teller.tell("finished")
    os._exit(code)  # what threads of TensorFlow do at the end of a process is no result of a test
