"""Deciding: what becomes of a test by all of its marks, and what is noted."""

import pytest

from tests import fakes
from tfcompat.door.door import Door
from tfcompat.door.fill import in_memory
from tfcompat.outcomes import Harm, Status
from tfcompat.plugin import deciding
from tfcompat.plugin.deciding import Decider, decide_one
from tfcompat.plugin.installed import Installed
from tfcompat.plugin.marks import Unknown
from tfcompat.plugin.notes import FAILS

pytest_plugins = ["pytester"]

RIGHT, STALE, CRASH = "a::right", "a::stale", "a::crash"


@pytest.fixture
def door() -> Door:
    outcomes = (
        fakes.outcome(RIGHT),
        fakes.outcome(STALE, Status.ANSWERED, observed="stale", harm=Harm.SILENT),
        fakes.outcome(CRASH, Status.CRASHES),
    )
    return in_memory(fakes.table(fakes.trial("tf2.9.3-py3.10", *outcomes, versions={"keras": "2.9.0"})))


def decider(door: Door | None, otherwise: Unknown = Unknown.RUN, release: str = "2.9.3") -> Decider:
    here = Installed(tensorflow=release, keras="2.9.0", python="3.10")
    return Decider(door=door, why="nothing is there", here=here, exact=False, otherwise=otherwise)


def decided(pytester: pytest.Pytester, decider: Decider, *marks: str) -> tuple[pytest.Item, list[str]]:
    """A test with some marks, the last one its own, and why the evidence has no answer."""
    lines = [f"@pytest.mark.tfcompat({mark})" for mark in marks]
    item = pytester.getitem("\n".join(["import pytest", *lines, "def test_func(): pass"]))
    return item, decide_one(item, list(decider.reliances(item)), decider)


def added(item: pytest.Item) -> list[tuple[str, bool]]:
    """The marks that were added, and whether the test still runs."""
    return [
        (mark.name, bool(mark.kwargs.get("run", mark.name != "skip")))
        for mark in item.iter_markers()
        if mark.name in ("skip", "xfail")
    ]


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ((f"'{RIGHT}'",), []),
        ((f"'{STALE}'",), [("skip", False)]),
        ((f"'{STALE}', harm='silent'",), []),
        ((f"'{RIGHT}', '{STALE}'",), [("skip", False)]),
        (("'a::*', otherwise='xfail'",), [("xfail", True)]),
        ((f"'{STALE}', otherwise='xfail'",), [("xfail", True)]),
        ((f"'{CRASH}', otherwise='xfail'",), [("xfail", False)]),
        ((f"'{STALE}', otherwise='xfail'", f"'{CRASH}'"), [("skip", False)]),
        ((f"'{STALE}'", f"'{RIGHT}', otherwise='xfail'"), [("skip", False)]),
    ],
)
def test_all_that_a_test_relies_on_has_to_hold(
    marks: tuple[str, ...], expected: list[tuple[str, bool]], door: Door, pytester: pytest.Pytester
) -> None:
    item, why = decided(pytester, decider(door), *marks)
    assert (added(item), why) == (expected, [])


def test_what_is_denied_decides_before_what_is_not_known(pytester: pytest.Pytester) -> None:
    outcomes = fakes.outcome(STALE, Status.WRONG), fakes.outcome(RIGHT, Status.UNKNOWN)
    door = in_memory(fakes.table(fakes.trial("tf2.9.3-py3.10", *outcomes, versions={"keras": "2.9.0"})))
    item, why = decided(pytester, decider(door), f"'{RIGHT}', '{STALE}'")
    assert (added(item), why) == ([("skip", False)], [])


@pytest.mark.parametrize(
    ("otherwise", "expected", "ran", "fails"),
    [
        (Unknown.RUN, [], True, False),
        (Unknown.SKIP, [("skip", False)], False, False),
        (Unknown.FAIL, [], False, True),
    ],
)
def test_without_an_answer_the_configuration_decides(
    otherwise: Unknown, expected: list[tuple[str, bool]], ran: bool, fails: bool, door: Door, pytester: pytest.Pytester
) -> None:
    item, why = decided(pytester, decider(door, otherwise, "2.10.0"), f"'{RIGHT}'")
    assert added(item) == expected
    assert why == (["TensorFlow 2.10.0 with Keras 2.9.0 was not measured"] if ran else [])
    assert (FAILS in item.stash) is fails


def test_without_evidence_any_id_may_be_one(pytester: pytest.Pytester) -> None:
    assert decided(pytester, decider(None), "'no::such'")[1] == ["nothing is there"]


def test_what_is_said_is_bounded() -> None:
    assert deciding.bounded(["a", "b", "c"], 2) == ["a", "b", "and 1 more"]
    assert deciding.bounded(["a", "b"], 2) == ["a", "b"]


def test_where_the_packages_that_read_the_evidence_cannot_be_imported_there_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def door_of(project: object) -> Door:
        raise ImportError("pyarrow requires NumPy 2.0 or newer, found 1.26.4")

    monkeypatch.setattr(deciding, "door_of", door_of)
    door, why = deciding.evidence()
    assert door is None
    assert why.startswith(
        "the evidence cannot be read here (pyarrow requires NumPy 2.0 or newer, found 1.26.4): install"
    )
