"""The feed: what changed, from trial to trial and from release to release, and nothing where nothing did."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace

from tests.fakes import outcome, subject, trial
from tfcompat.compare.diff import Collected
from tfcompat.outcomes import Status, Trial
from tfcompat.publish.site import feed
from tfcompat.table.frame import collect

ATOM = "{http://www.w3.org/2005/Atom}"


def at(started: str, status: Status = Status.WORKS, engine: str = "docker", **facts: str) -> Trial:
    return trial(subject("tf2.9.3-py3.9", started=started, engine=engine), outcome("a::one", status, **facts))


def entries(*trials: Trial) -> list[feed.Entry]:
    return feed.entries(Collected(table=collect(trials)))


def of_release(version: str, started: str, *statuses: Status) -> Trial:
    made = subject(f"tf{version}-py3.9", started=started, engine="docker")
    return trial(made, *(outcome(f"a::{number}", status) for number, status in enumerate(statuses)))


def test_that_something_was_measured_is_no_news() -> None:
    assert entries(at("2026-01-01T00:00:00Z")) == []


def test_a_new_release_is_told_by_what_changes_from_the_one_before_it() -> None:
    old = of_release("2.9.3", "2026-01-01T00:00:00Z", Status.WORKS, Status.WORKS, Status.FAILS)
    new = of_release("2.10.0", "2026-01-05T00:00:00Z", Status.WORKS, Status.MISSING, Status.WORKS, Status.WORKS)
    patch = of_release("2.10.1", "2026-01-04T00:00:00Z", Status.WORKS, Status.WORKS, Status.WORKS)
    (first, second) = entries(old, new, patch)
    assert (first.title, first.page) == ("TensorFlow 2.10.0 after 2.9.3: 1 regressed, 1 improved", "upgrade/2.9-2.10/")
    assert first.lines == ("regressed: a::1", "improved: a::2"), "what the older one was not asked is no change"
    assert (second.title, second.page) == ("TensorFlow 2.10.1 after 2.10.0: 1 improved", "rows/#cell=tf2.10.1-py3.9")


def test_a_release_that_does_the_same_is_no_news() -> None:
    assert entries(*(of_release(name, "2026-01-01T00:00:00Z", Status.WORKS) for name in ("2.9.3", "2.10.0"))) == []


def test_a_change_is_told_and_what_stayed_is_not() -> None:
    (found,) = entries(at("2026-01-01T00:00:00Z"), at("2026-01-02T00:00:00Z"), at("2026-01-03T00:00:00Z", Status.FAILS))
    assert (found.updated[:10], found.title) == ("2026-01-03", "tf2.9.3-py3.9: 1 regressed")
    assert (found.lines, found.page) == (("regressed: a::one",), "rows/#cell=tf2.9.3-py3.9")


def test_what_only_confirms_is_no_news_and_what_follows_is() -> None:
    """A confirmation is not compared, whatever it has."""
    first = at("2026-01-01T00:00:00Z")
    again = replace(at("2026-01-02T00:00:00Z", Status.MISSING), confirmed=True)
    assert entries(first, again) == []
    (found,) = entries(first, again, at("2026-01-03T00:00:00Z", Status.FAILS))
    assert (found.updated[:10], found.lines) == ("2026-01-03", ("regressed: a::one",))


def test_an_engine_is_compared_with_itself() -> None:
    found = entries(at("2026-01-01T00:00:00Z"), at("2026-01-02T00:00:00Z", Status.FAILS, "local"))
    assert found == []


def test_the_feed_is_sound_atom_whatever_a_cell_said() -> None:
    odd = "a::<b>&\x00\x1b[31m ]]>"
    trials = [
        trial(subject("tf2.9.3-py3.9", started=f"2026-01-0{day}T00:00:00Z"), outcome(odd, status))
        for day, status in enumerate((Status.WORKS, Status.FAILS), 1)
    ]
    text = feed.atom(entries(*trials), "2026-01-02T03:04:05Z", "https://example.org/x/")
    root = ElementTree.fromstring(text)  # noqa: S314 - our own text
    (entry,) = root.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}content") == "regressed: a::<b>&[31m ]]>"
    assert root.findtext(f"{ATOM}updated") == "2026-01-02T03:04:05Z"
    links = [link.get("href", "") for link in root.iter(f"{ATOM}link")]
    assert all(link.startswith("https://example.org/x/") for link in links), (
        "a reader of feeds has no page to start from"
    )
    for name in ("id", "title", "updated"):
        assert entry.findtext(f"{ATOM}{name}")


def test_the_feed_is_bounded() -> None:
    each = (Status.WORKS, Status.FAILS)
    trials = [trial(f"tf2.{minor}.0-py3.9", outcome("a::one", each[minor % 2])) for minor in range(feed.ENTRIES + 5)]
    assert len(entries(*trials)) == feed.ENTRIES
    many = [outcome(f"a::{number}", Status.FAILS) for number in range(feed.NAMED + 5)]
    old = trial(
        subject("tf2.9.3-py3.9", started="2025-01-01T00:00:00Z"), *(outcome(answer.scenario) for answer in many)
    )
    new = trial(subject("tf2.9.3-py3.9"), *many)
    lines = entries(old, new)[0].lines
    assert len(lines) == feed.NAMED + 1
    assert lines[-1] == "and 5 more"
