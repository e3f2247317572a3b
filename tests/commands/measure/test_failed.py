"""What failed in a part of the suite: the cells, the message as it was raised, and the file of the evidence."""

from pathlib import Path

from tests.fakes import outcome, subject, trial
from tfcompat.commands.measure.failed import failed
from tfcompat.outcomes import Harm, Reason, Status, Trial
from tfcompat.trials.store import Store

OLD, NEW = "tf2.6.5-py3.9", "tf2.7.4-py3.9"


def stored(store: Store, *trials: Trial) -> list[Path]:
    """The files of some trials, with nothing in them that anybody reads here."""
    paths = [store.path(each.subject) for each in trials]
    for path in paths:
        path.parent.mkdir(parents=True)
        path.touch()
    return paths


def test_what_failed_has_its_message_and_the_file_of_the_evidence(tmp_path: Path) -> None:
    store = Store(tmp_path)
    raised = outcome("adapt::mean", Status.FAILS, type="ValueError", message="no \x1b[2Jaxis")
    some = [trial(OLD, raised, outcome("adapt::works")), trial(NEW, raised)]
    first, _ = stored(store, *some)
    assert failed(some, store) == [
        [
            f"✗ adapt::mean  on {OLD}, {NEW}",
            "    fails: ValueError: no �[2Jaxis",
            f"    evidence: {first} (and 1 more in {tmp_path})",
        ]
    ]


def test_silent_harm_comes_first_and_each_message_by_itself(tmp_path: Path) -> None:
    wrong = outcome("map::a", Status.WRONG, observed=[0.5], expected=[1.0])
    missing = outcome("adapt::gone", Status.MISSING, message="no such path")
    hole = outcome("adapt::hole", Status.UNKNOWN, reason=Reason.TIME_LIMIT)
    hangs = outcome("adapt::gone", Status.HANGS)
    blocks = failed([trial(OLD, missing, hole, wrong), trial(NEW, hangs)], Store(tmp_path))
    assert blocks == [
        [f"▲≠ map::a  on {OLD}", "    wrong: [0.5], expected [1.0]"],
        [f"◇∞ adapt::gone  on {NEW}", "    hangs"],
        [f"– adapt::gone  on {OLD}", "    missing: no such path"],
        [f"? adapt::hole  on {OLD}", "    no answer: time limit of the cell"],
    ]


def test_an_answer_that_does_harm_is_a_failure_and_one_that_does_not_is_none(tmp_path: Path) -> None:
    stale = outcome("readapt::a", Status.ANSWERED, observed="stale", seen=[0.0], harm=Harm.SILENT)
    fresh = outcome("readapt::a", Status.ANSWERED, observed="fresh")
    blocks = failed([trial(subject(OLD), stale), trial(subject(NEW), fresh)], Store(tmp_path))
    assert blocks == [[f"▲• readapt::a  on {OLD}", "    stale: [0.0]"]]
