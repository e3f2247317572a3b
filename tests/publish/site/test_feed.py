"""The feed: a new cell, a change, and nothing where nothing changed."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace

from tests.fakes import outcome, subject, trial
from tfcompat.outcomes import Reason, Status, Trial
from tfcompat.publish.site import feed
from tfcompat.table.frame import collect

ATOM = "{http://www.w3.org/2005/Atom}"


def at(started: str, status: Status = Status.WORKS, engine: str = "docker", **facts: str) -> Trial:
    return trial(subject("tf2.9.3-py3.9", started=started, engine=engine), outcome("a::one", status, **facts))


def entries(*trials: Trial) -> list[feed.Entry]:
    return feed.entries(collect(trials))


def test_a_new_cell_is_told_with_its_counts() -> None:
    (entry,) = entries(at("2026-01-01T00:00:00Z"))
    assert (entry.title, entry.lines) == ("tf2.9.3-py3.9 was measured", ("1 works",))
    assert entry.link == "index.html#cell=tf2.9.3-py3.9"


def test_a_change_is_told_and_what_stayed_is_not() -> None:
    found = entries(at("2026-01-01T00:00:00Z"), at("2026-01-02T00:00:00Z"), at("2026-01-03T00:00:00Z", Status.FAILS))
    assert [(entry.updated[:10], entry.title) for entry in found] == [
        ("2026-01-03", "tf2.9.3-py3.9: 1 regressed"),
        ("2026-01-01", "tf2.9.3-py3.9 was measured"),
    ]
    assert found[0].lines == ("regressed: a::one",)


def test_what_only_confirms_is_no_news_and_what_follows_is() -> None:
    """A confirmation is not compared, whatever it has."""
    first = at("2026-01-01T00:00:00Z")
    again = replace(at("2026-01-02T00:00:00Z", Status.MISSING), confirmed=True)
    assert [entry.updated[:10] for entry in entries(first, again)] == ["2026-01-01"]
    found = entries(first, again, at("2026-01-03T00:00:00Z", Status.FAILS))
    assert [(entry.updated[:10], entry.lines) for entry in found] == [
        ("2026-01-03", ("regressed: a::one",)),
        ("2026-01-01", ("1 works",)),
    ]


def test_an_engine_is_compared_with_itself() -> None:
    found = entries(at("2026-01-01T00:00:00Z"), at("2026-01-02T00:00:00Z", Status.FAILS, "local"))
    assert len(found) == 1


def test_a_cell_without_an_answer_says_why() -> None:
    nothing = trial(subject("tf2.9.3-py3.9"), reason=Reason.NO_LOCK, message="nothing resolves")
    assert entries(nothing)[0].lines == ("no answer: no lock", "nothing resolves")


def test_the_feed_is_sound_atom_whatever_a_cell_said() -> None:
    odd = trial(subject("tf2.9.3-py3.9"), reason=Reason.NO_LOCK, message="<b>&\x00\x1b[31m ]]>")
    root = ElementTree.fromstring(feed.atom(entries(odd), "2026-01-02T03:04:05Z"))  # noqa: S314 - our own text
    (entry,) = root.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}content") == "no answer: no lock\n<b>&[31m ]]>"
    assert root.findtext(f"{ATOM}updated") == "2026-01-02T03:04:05Z"
    for name in ("id", "title", "updated"):
        assert entry.findtext(f"{ATOM}{name}")


def test_the_feed_is_bounded() -> None:
    trials = [trial(f"tf2.{minor}.0-py3.9", outcome("a::one")) for minor in range(feed.ENTRIES + 5)]
    assert len(entries(*trials)) == feed.ENTRIES
    many = [outcome(f"a::{number}", Status.FAILS) for number in range(feed.NAMED + 5)]
    old = trial(
        subject("tf2.9.3-py3.9", started="2025-01-01T00:00:00Z"), *(outcome(answer.scenario) for answer in many)
    )
    new = trial(subject("tf2.9.3-py3.9"), *many)
    lines = entries(old, new)[0].lines
    assert len(lines) == feed.NAMED + 1
    assert lines[-1] == "and 5 more"
