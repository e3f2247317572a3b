"""JUnit XML: a suite a cell and a case a scenario, for whatever shows the results of tests."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from tfcompat.escape import shortened, xml_text
from tfcompat.outcomes import Reason, Status, Trial

#: Characters of one text.
LONGEST = 4000
#: Reasons for which a scenario was not asked, by choice; the others are trouble of a cell's environment.
NOT_ASKED = {Reason.UNANSWERABLE, Reason.NOT_RUN}
#: The attributes of a suite that count its cases, and the element that each counts.
COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}
#: What is told of a cell, as its trial has it.
SUBJECT = (
    "tensorflow",
    "python",
    "variant",
    "package",
    "engine",
    "environment",
    "lock",
    "suite",
    "started",
    "tfcompat",
)


def document(
    rows: Iterable[Mapping[Any, Any]], trials: Sequence[Trial], regressed: Collection[tuple[str, str]] = ()
) -> str:
    """The rows of the long frame as JUnit XML; ``regressed`` names the (cell, scenario) that are worse than a baseline.

    An incompatibility is data: such a case passes, with its status as a property and in its output. A failure is what
    regressed. Without an answer a case is skipped where it was not asked, and an error where the environment broke.
    """
    of_cells: dict[str, list[Mapping[Any, Any]]] = {}
    for row in rows:
        of_cells.setdefault(row["cell"], []).append(row)
    root = Element("testsuites", name="tfcompat")
    for trial in trials:
        cases = [case(row, regressed) for row in of_cells.get(trial.subject.cell, ())] or [hole(trial)]
        root.append(suite(trial, cases))
    for key in ("tests", *COUNTED):
        root.set(key, str(sum(int(one.get(key, "0")) for one in root)))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def suite(trial: Trial, cases: Sequence[Element]) -> Element:
    made = Element(
        "testsuite",
        {
            "name": written(trial.subject.cell),
            "tests": str(len(cases)),
            **{key: str(sum(one.find(tag) is not None for one in cases)) for key, tag in COUNTED.items()},
            "time": f"{trial.seconds:.3f}",
            "timestamp": written(trial.subject.started.removesuffix("Z")),
        },
    )
    properties = SubElement(made, "properties")
    imported = {f"{name} as imported": version for name, version in trial.versions.items() if version}
    for name, value in {**{key: getattr(trial.subject, key) for key in SUBJECT}, **imported}.items():
        SubElement(properties, "property", name=written(name), value=written(str(value)))
    made.extend(cases)
    return made


def case(row: Mapping[Any, Any], regressed: Collection[tuple[str, str]]) -> Element:
    status = Status(row["status"])
    made = Element(
        "testcase",
        classname=written(f"{row['cell']}.{row['group']}"),
        name=written(row["scenario"]),
        time=f"{row['seconds']:.3f}",
    )
    properties = SubElement(made, "properties")
    SubElement(properties, "property", name="status", value=str(status))
    says = "\n".join(text for text in (row["message"], row["observed"]) if text)
    if status is Status.UNKNOWN:
        made.append(no_answer(Reason(row["reason"]), row["message"]))
    elif (row["cell"], row["scenario"]) in regressed:
        SubElement(made, "failure", type=str(status), message=f"regressed: it now {status}").text = written(says)
    elif status is not Status.WORKS:
        SubElement(made, "system-out").text = written(f"{status}\n{says}")
    return made


def hole(trial: Trial) -> Element:
    """The one case of a cell of which no scenario is known."""
    made = Element("testcase", classname=written(trial.subject.cell), name="the cell has an answer", time="0.000")
    made.append(no_answer(trial.reason or Reason.NOT_RUN, trial.message))
    return made


def no_answer(reason: Reason, message: str) -> Element:
    tag = "skipped" if reason in NOT_ASKED else "error"
    return Element(tag, type=f"unknown: {reason}", message=written(f"{reason}: {message}"))


def written(text: str) -> str:
    """A text that XML can hold, bounded."""
    return shortened(xml_text(text), LONGEST)
