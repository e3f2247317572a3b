"""JUnit XML of the user's tests: a suite a cell and a case a test, for tools that show the results of tests."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator, Mapping
from xml.etree.ElementTree import Element, SubElement

from tfcompat.escape import shortened, xml_text
from tfcompat.foreign.cases import Ended, tested
from tfcompat.foreign.lines import Became
from tfcompat.foreign.noise import first_line
from tfcompat.foreign.visits import Visit

#: Characters of one text.
LONGEST = 4000
#: The element of a case by what became of it; a test that passed has none.
ELEMENTS: Mapping[Became, str] = {
    Became.FAILED: "failure",
    Became.CRASHED: "failure",
    Became.HUNG: "failure",
    Became.ERROR: "error",
    Became.NOT_RUN: "error",
    Became.SKIPPED: "skipped",
    Became.XFAILED: "skipped",
}
#: The attributes of a suite that count its cases, and the element that each counts.
COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def document(visits: Iterable[Visit]) -> str:
    """The tests of some cells as JUnit XML. A cell without an answer, and a file that cannot be collected, is an error."""
    root = Element("testsuites", name="tfcompat")
    root.extend(map(suite, visits))
    for key in ("tests", *COUNTED):
        root.set(key, str(sum(int(element.get(key, "0")) for element in root)))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def suite(visit: Visit) -> Element:
    cases = list(cases_of(visit))
    counts = {key: str(sum(case.find(tag) is not None for case in cases)) for key, tag in COUNTED.items()}
    facts = {"name": visit.cell.id, "tests": str(len(cases)), "time": f"{visit.seconds:.3f}"}
    element = Element("testsuite", {**facts, **counts})
    properties = SubElement(element, "properties")
    for name, value in {"tensorflow": visit.cell.release.version, "python": visit.cell.python, **visit.pins}.items():
        SubElement(properties, "property", name=text_of(name), value=text_of(str(value)))
    element.extend(cases)
    return element


def cases_of(visit: Visit) -> Iterator[Element]:
    """The cases of a cell: its tests, what cannot be collected, or the one that says why there is nothing."""
    found = tested(visit)
    if found is None:
        why = f"{visit.error.reason}: {visit.error.message}" if visit.error else ""
        yield trouble(visit, "the cell has an answer", why)
        return
    for name, ended in found.tests.items():
        yield case(visit, name, ended)
    for file, message in found.broken.items():
        yield trouble(visit, f"{file or 'pytest'} is collected", message)


def case(visit: Visit, name: str, ended: Ended) -> Element:
    file, _, test = name.partition("::")
    element = Element("testcase", classname=text_of(f"{visit.cell.id}.{file}"), name=text_of(test or file))
    element.set("time", f"{ended.seconds:.3f}")
    if ended.outcome in ELEMENTS:
        first = first_line(ended.message)
        part = SubElement(element, ELEMENTS[ended.outcome], type=str(ended.outcome), message=text_of(first))
        part.text = text_of(ended.message)
    return element


def trouble(visit: Visit, name: str, message: str) -> Element:
    element = Element("testcase", classname=visit.cell.id, name=text_of(name), time="0.000")
    first = first_line(message)
    SubElement(element, "error", type="error", message=text_of(first)).text = text_of(message)
    return element


def text_of(text: str) -> str:
    """A text that XML can hold, bounded."""
    return shortened(xml_text(text), LONGEST)
