"""JUnit XML: a suite a cell and a case a scenario, for tools that show the results of tests."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from tfcompat.escape import shortened, xml_text
from tfcompat.outcomes import Reason, Status, Subject
from tfcompat.record.words import word
from tfcompat.table.frame import Table

#: Characters of one text.
LONGEST = 4000
#: Reasons for which a scenario was not asked, by choice; the others are trouble of a cell's environment.
NOT_ASKED = {Reason.UNANSWERABLE, Reason.NOT_RUN}
#: The attributes of a suite that count its cases, and the element that each counts.
COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}
#: The properties of a case.
OF_CASE = ("kind", "oracle", "status", "harm", "raised")
#: The properties of a suite: what its cell was measured on.
SUBJECT = tuple(name for name in Subject.__dataclass_fields__ if name != "cell")


def document(table: Table, regressed: Collection[tuple[str, str]] = ()) -> str:
    """The current trials as JUnit XML; ``regressed`` names the (cell, scenario) that are worse than a baseline.

    An incompatibility is data: such a case passes, with its status and harm as properties and in its output. A failure is
    what regressed. Without an answer a case is skipped where it was not asked, and an error where the environment broke.
    """
    rows_of = dict(iter(table.frame.groupby("trial")))
    root = Element("testsuites", name="tfcompat")
    for number, trial in zip(table.current.index, table.current.to_dict("records"), strict=True):
        rows = rows_of[number].to_dict("records") if number in rows_of else []
        root.append(suite(trial, [case(row, regressed) for row in rows] or [hole(trial)]))
    for key in ("tests", *COUNTED):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def suite(trial: Mapping[Any, Any], cases: Sequence[Element]) -> Element:
    """The suite of a row of ``Table.trials``."""
    element = Element(
        "testsuite",
        {
            "name": text_of(trial["cell"]),
            "tests": str(len(cases)),
            **{key: str(sum(case.find(tag) is not None for case in cases)) for key, tag in COUNTED.items()},
            "time": f"{trial['seconds']:.3f}",
            "timestamp": text_of(trial["started"].removesuffix("Z")),
        },
    )
    properties = SubElement(element, "properties")
    imported = {f"{name} as imported": version for name, version in trial["versions"].items() if version}
    for name, value in {**{key: trial[key] for key in SUBJECT}, **imported}.items():
        SubElement(properties, "property", name=text_of(name), value=text_of(str(value)))
    element.extend(cases)
    return element


def case(row: Mapping[Any, Any], regressed: Collection[tuple[str, str]]) -> Element:
    """The case of a row of ``Table.frame``."""
    status = Status(row["status"])
    element = Element(
        "testcase",
        classname=text_of(f"{row['cell']}.{row['group']}"),
        name=text_of(row["scenario"]),
        time=f"{row['seconds']:.3f}",
    )
    properties = SubElement(element, "properties")
    for name in filter(row.get, OF_CASE):
        SubElement(properties, "property", name=name, value=text_of(row[name]))
    output = "\n".join(text for text in (row["message"], row["observed"]) if text)
    called = word(status, row["observed"], row["reason"], row["whose"])
    if status is Status.UNKNOWN:
        element.append(no_answer(Reason(row["reason"]), row["message"]))
    elif (row["cell"], row["scenario"]) in regressed:
        message = text_of(f"regressed: {called}, {row['harm']} harm")
        SubElement(element, "failure", type=str(status), message=message).text = text_of(output)
    elif status is not Status.WORKS:
        SubElement(element, "system-out").text = text_of(f"{called}\n{output}")
    return element


def hole(trial: Mapping[Any, Any]) -> Element:
    """The only case of a cell where no scenario is known."""
    element = Element("testcase", classname=text_of(trial["cell"]), name="the cell has an answer", time="0.000")
    element.append(no_answer(Reason(trial["reason"] or Reason.NOT_RUN), trial["message"]))
    return element


def no_answer(reason: Reason, message: str) -> Element:
    tag = "skipped" if reason in NOT_ASKED else "error"
    return Element(tag, type=f"unknown: {reason}", message=text_of(f"{reason}: {message}"))


def text_of(text: str) -> str:
    """A text that XML can hold, bounded."""
    return shortened(xml_text(text), LONGEST)
