"""The highlights: each kind is found where it is in the data, and nowhere else."""

from collections.abc import Sequence
from dataclasses import replace

from tests.fakes import outcome, trial
from tfcompat.outcomes import Outcome, Status
from tfcompat.publish.site import sheet
from tfcompat.publish.site.highlights import Highlight, highlights
from tfcompat.table.frame import collect

CELLS = ("tf2.9.3-py3.9", "tf2.10.1-py3.9", "tf2.11.1-py3.9")
WORKS, FAILS, MISSING, DIFFERS = Status.WORKS, Status.FAILS, Status.MISSING, Status.WRONG


def highlights_of(**stories: Sequence[Outcome | Status]) -> dict[str, Highlight]:
    """The highlights of rows ``group__name``, each a status or an outcome on each of the three releases."""
    rows = {name.replace("__", "::", 1): answers for name, answers in stories.items()}
    trials = [
        trial(cell, *(made(name, answers[place]) for name, answers in rows.items())) for place, cell in enumerate(CELLS)
    ]
    return {highlight.kind: highlight for highlight in highlights(sheet.make(collect(trials)).rows)}


def made(name: str, answer: Outcome | Status) -> Outcome:
    return outcome(name, answer) if isinstance(answer, Status) else replace(answer, scenario=name)


def names(highlight: Highlight) -> list[str]:
    return [row.scenario for row in highlight.rows]


def observed(name: str, text: str, status: Status = WORKS) -> Outcome:
    return outcome(name, status, observed=text)


def test_there_is_nothing_to_say_where_all_is_well() -> None:
    assert highlights_of(a__one=[WORKS] * 3) == {}
    assert highlights(sheet.make(collect([])).rows) == []


def test_what_is_lost_on_some_releases_and_kept_on_others() -> None:
    kept, lost = observed("save::h5", "same predictions"), observed("save::h5", "statistics lost", DIFFERS)
    ever = observed("save::ever", "no statistics")
    highlight = highlights_of(save__h5=[kept, lost, lost], save__ever=[ever] * 3, a__ok=[WORKS] * 3)["silent-loss"]
    assert names(highlight) == ["save::h5"]
    assert highlight.headline.startswith("Statistics are lost without an error in 1 scenario on some releases")
    assert highlight.headline.endswith("in 1 of them on the newest release too")
    assert highlight.examples[0][1] == "lost 2.10.1 – 2.11.1"


def test_what_is_still_lost_on_the_newest_release_comes_first() -> None:
    kept, lost = observed("save::h5", "kept"), observed("save::h5", "statistics lost", DIFFERS)
    highlight = highlights_of(save__once=[lost, lost, kept], save__still=[kept, kept, lost])["silent-loss"]
    assert names(highlight) == ["save::still", "save::once"]


def test_what_raises_is_not_a_silent_loss() -> None:
    failed = outcome("save::h5", FAILS, observed="statistics lost")
    assert "silent-loss" not in highlights_of(save__h5=[observed("save::h5", "kept"), failed, failed])


def test_what_differs_on_the_newest_release() -> None:
    highlight = highlights_of(a__one=[WORKS, WORKS, DIFFERS], a__two=[DIFFERS, WORKS, WORKS])["documentation"]
    assert names(highlight) == ["a::one"]
    assert highlight.headline == "1 scenario behaves differently from the documentation on 2.11.1, the newest release"


def test_the_release_at_which_most_import_paths_go() -> None:
    highlight = highlights_of(
        imports__a=[WORKS, WORKS, MISSING],
        imports__b=[MISSING, WORKS, MISSING],
        imports__c=[WORKS, MISSING, MISSING],
        imports__e=[WORKS, WORKS, DIFFERS],
        other__d=[WORKS, WORKS, MISSING],
    )["moves"]
    assert names(highlight) == ["imports::a", "imports::b"], "what worked longest comes first"
    assert highlight.headline == "2 import paths that worked on 2.10.1 are gone on 2.11.1"


def test_the_two_neighbours_between_which_most_changes() -> None:
    highlight = highlights_of(a__one=[WORKS, FAILS, FAILS], a__two=[WORKS, MISSING, FAILS], a__three=[WORKS] * 3)[
        "turn"
    ]
    assert highlight.headline.startswith("2 of 3 scenarios change between 2.9.3 and 2.10.1")
    assert set(names(highlight)) == {"a::one", "a::two"}


def test_what_has_no_answer_changes_nothing_and_comes_back_from_nowhere() -> None:
    assert highlights_of(a__one=[WORKS, Status.UNKNOWN, WORKS]) == {}


def test_what_breaks_and_works_again() -> None:
    highlight = highlights_of(
        a__one=[WORKS, FAILS, WORKS], a__two=[FAILS, WORKS, WORKS], a__three=[WORKS, DIFFERS, WORKS]
    )["returns"]
    assert names(highlight) == ["a::one"]


def test_what_takes_the_process_or_its_time() -> None:
    highlight = highlights_of(a__one=[WORKS, WORKS, Status.HANGS], a__two=[Status.CRASHES] * 3, a__three=[FAILS] * 3)[
        "takes-down"
    ]
    assert names(highlight) == ["a::two", "a::one"]
    assert highlight.headline == "2 scenarios crash the process or never return on some release"
