"""Spans: by minors only where that is exact over every cell."""

from tests.fakes import outcome, trial
from tfcompat.outcomes import Outcome, Status
from tfcompat.publish.parts.spans import by_minors, of_cells, short
from tfcompat.select.places import Spot
from tfcompat.table.frame import collect
from tfcompat.table.ranges import Range

WORKS, FAILS = outcome(), outcome(status=Status.FAILS)


def said(*told: tuple[str, Outcome]) -> str:
    ranges = collect(trial(f"tf{cell}", one) for cell, one in told).ranges["adapt::mean"]
    return short(ranges, works)


def works(part: Range) -> bool:
    return part.status is Status.WORKS


def test_whole_minors_are_named_by_themselves() -> None:
    assert said(("2.5.3-py3.9", FAILS), ("2.6.5-py3.9", WORKS), ("2.7.4-py3.9", WORKS)) == "2.6 – 2.7"


def test_a_minor_that_does_not_agree_with_itself_is_named_exactly() -> None:
    assert said(("2.18.0-py3.9", FAILS), ("2.18.1-py3.9", WORKS), ("2.19.0-py3.9", WORKS)) == "2.18.1 – 2.19.0"
    assert said(("2.18.1-py3.9", WORKS), ("2.18.1-py3.12", FAILS)) == "2.18.1 on Python ≤ 3.9"


def test_nothing_is_said_of_what_is_so_nowhere() -> None:
    assert said(("2.5.3-py3.9", FAILS)) == ""
    assert by_minors([]) == ""


def spot(cell: str) -> Spot:
    release, _, python = cell.removeprefix("tf").partition("-py")
    return Spot(cell=cell, tensorflow=release, python=python, keras="", variant="bundled")


def test_what_is_not_known_is_no_minor_of_either() -> None:
    assert by_minors([(spot("tf2.5.3-py3.9"), None), (spot("tf2.6.5-py3.9"), True)]) == "2.6"


def test_cells_among_the_rows_of_a_scenario() -> None:
    rows = [
        {
            "cell": f"tf{release}-py3.9",
            "tensorflow": release,
            "python": "3.9",
            "keras": "",
            "variant": "bundled",
            "status": "works",
        }
        for release in ("2.18.0", "2.18.1", "2.19.0")
    ]
    assert of_cells(rows, {"tf2.19.0-py3.9"}) == "2.19"
    assert of_cells(rows, {"tf2.18.1-py3.9", "tf2.19.0-py3.9"}) == "2.18.1 – 2.19.0"
