"""One row of the table: the facts that a test's marker, docstring and parameters give."""

import inspect
import os
import re
from typing import Any, Dict

import pytest

from scenarios.observe import plain
from scenarios.runner.answer import answer_of, needs_setup, parameters_of


class Scenario:
    """A test and its facts. Raises UsageError where the test has no mark."""

    def __init__(self, item: Any) -> None:
        marker = item.get_closest_marker("scenario")
        if marker is None:
            raise pytest.UsageError("%s has no mark of a scenario: see docs/add-a-scenario.md" % item.nodeid)
        facts = marker.kwargs
        parameters = parameters_of(item)
        self.item = item
        self.setup = needs_setup(item)
        self.parameters = parameters
        self.marked = facts
        self.id = facts["id"].format(**parameters)
        self.group = self.id.split("::")[0]
        documentation = (inspect.getdoc(item.obj) or "").format(**parameters)
        self.title = documentation.split("\n")[0]
        self.limit = float(facts["limit"])
        self.fresh = bool(facts["fresh"])
        self.reference = facts["reference"].format(**parameters)
        self.source = "%s:%d" % (os.path.basename(item.fspath), item.obj.__code__.co_firstlineno)

    def answer(self) -> Dict[str, Any]:
        """Run the test here, in this process, and say what happened."""
        return answer_of(self.item, self.setup)

    def described(self) -> Dict[str, Any]:
        """All that the test says of itself: what the catalogue of the suite has of a scenario."""
        return {
            "id": self.id,
            "title": self.title,
            "reference": self.reference,
            "source": self.source,
            "kind": self.marked["kind"],
            "oracle": self.marked["oracle"] or None,
            "promises": {requirement: plain(value) for requirement, value in self.marked["promises"].items()},
            "refused_by": self.marked["refused_by"],
            "answers": self.marked["answers"],
            "aliases": [alias.format(**self.parameters) for alias in self.marked["aliases"]],
            "file": self.item.nodeid.split("::")[0],
            "function": self.item.function.__name__,
            "parameters": {name: stable(value) for name, value in self.parameters.items()},
            "limit": self.limit,
            "largest": self.marked["largest"],
            "fresh": self.fresh,
        }


def stable(value: Any) -> str:
    """A text of a parameter's value that is the same in every process: no address of an object is in it."""
    if isinstance(value, (list, tuple)):
        return "%s(%s)" % (type(value).__name__, ", ".join(map(stable, value)))
    if isinstance(value, (set, frozenset)):
        return "%s(%s)" % (type(value).__name__, ", ".join(sorted(map(stable, value))))
    if isinstance(value, dict):
        return "dict(%s)" % ", ".join("%s: %s" % (stable(key), stable(item)) for key, item in value.items())
    name = getattr(value, "__qualname__", None)
    if isinstance(name, str):
        return "%s.%s" % (getattr(value, "__module__", ""), name)
    return re.sub(r" at 0x[0-9a-f]+| id='[0-9]+'", "", repr(value))
