"""One row of the table: the facts that a test's marker, docstring and parameters give."""

import inspect
import os
from typing import Any, Dict

import pytest

from scenarios.observe import plain
from scenarios.runner.versions import holds


class Scenario:
    """A test and its facts. ``imported`` are the versions in the cell, which decide what is documented.

    Raises UsageError where the test has no marker.
    """

    def __init__(self, item: Any, imported: Dict[str, Any]) -> None:
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
            if holds(requirement, imported):
                self.facts["documented"] = plain(observation)
        self.facts["source"] = "%s:%d" % (os.path.basename(item.fspath), item.obj.__code__.co_firstlineno)
