"""The sense of a trial: each rule, by a whole trial of which one thing was changed; none is read as if it were one."""

import gzip
import json
import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests import fakes
from tests.fakes import end_line, header_line, outcome_line, scenario_facts
from tfcompat.errors import DataError
from tfcompat.index.reader import Reader
from tfcompat.outcomes import Reason
from tfcompat.record import sense
from tfcompat.record.judge import CANARY, outcome_lines
from tfcompat.record.lines import (
    BrokenLine,
    CanaryLine,
    Line,
    RecordError,
    ReusedLine,
    TrialLine,
    VerdictLine,
    dump_line,
    parse_line,
    trial_line,
    verdict_line,
)
from tfcompat.trials.store import Store

SUBJECT = fakes.subject("tf2.9.3-py3.10")
SCENARIOS = [scenario_facts(name) for name in ("adapt::mean", "adapt::axis", "adapt::other")]
VERSIONS = {"python": "3.10.13", "tensorflow": "2.9.3", "keras": "2.9.0"}
#: The places of the lines of the whole trial.
TRIAL, HEADER, CANARY_AT, MEAN, AXIS, OTHER, END, VERDICT = range(8)
WHOLE: Sequence[Line] = (
    trial_line(SUBJECT),
    header_line(*SCENARIOS, versions=VERSIONS),
    outcome_line(CANARY),
    *(outcome_line(facts.id, observed=1) for facts in SCENARIOS),
    end_line(3),
    verdict_line(None, "", 3.0),
)
FILE = "tf2.9.3-py3.10/20260102T030405Z-local"
#: Makes the lines of a trial into others.
Change = Callable[[list[Line]], Sequence[Line]]


def changed(place: int, **changes: object) -> Change:
    return lambda lines: [*lines[:place], replace(lines[place], **changes), *lines[place + 1 :]]


def without(*places: int) -> Change:
    return lambda lines: [line for place, line in enumerate(lines) if place not in places]


def with_line(place: int, line: Line) -> Change:
    return lambda lines: [*lines[:place], line, *lines[place:]]


def versions(**changes: str | None) -> Change:
    return changed(HEADER, versions={**VERSIONS, **changes})


def failed_canary(lines: list[Line]) -> Sequence[Line]:
    return changed(CANARY_AT, happened="raised", observed=None)(lines)


def canary(name: str, when: str = "before", happened: str = "returned") -> CanaryLine:
    """A line of a canary that is meant to return."""
    line = {"kind": "canary", "name": name, "when": when, "meant": "returned", "happened": happened}
    parsed = parse_line(json.dumps(line))
    assert isinstance(parsed, CanaryLine)
    return parsed


FIRST, LAST = [canary("numpy"), canary("h5py")], [canary("h5py", "after"), canary("numpy", "after")]


def with_canaries(before: Sequence[Line], between: Sequence[Line], after: Sequence[Line]) -> Change:
    """The whole trial with lines of canaries, as they are written today, before, after the first outcome, and last."""
    return lambda lines: [*lines[:2], *before, lines[MEAN], *between, *lines[AXIS:END], *after, *lines[END:]]


REUSED = ReusedLine(trial="20260101T000000Z-local", scenarios=["adapt::other"])
#: One thing that is changed of a whole trial, and what is said of it.
SENSELESS: dict[str, tuple[Change, str]] = {
    "another release": (versions(tensorflow="2.5.0"), "TensorFlow 2.5.0 was imported in a cell of 2.9.3"),
    "no release": (versions(tensorflow=None), "TensorFlow None was imported in a cell of 2.9.3"),
    "another Python": (versions(python="3.9.18"), "it ran on Python 3.9.18 in a cell of 3.10"),
    "no Python": (versions(python=None), "it ran on Python None in a cell of 3.10"),
    "a trial of another release": (
        changed(TRIAL, tensorflow="2.5.0"),
        "the cell 'tf2.9.3-py3.10' is not tf2.5.0-py3.10",
    ),
    "a trial of another Python": (changed(TRIAL, python="3.9"), "is not tf2.9.3-py3.9"),
    "another variant": (changed(TRIAL, variant="legacy"), "is not tf2.9.3-py3.10+legacy"),
    "a cell that leads elsewhere": (changed(TRIAL, cell="../../x"), "it is the trial ../../x/20260102T030405Z-local"),
    "another cell": (changed(TRIAL, cell="tf2.8.4-py3.10"), "it is the trial tf2.8.4-py3.10/"),
    "another moment": (changed(TRIAL, started="2026-01-02T03:04:06Z"), "lies at tf2.9.3-py3.10/20260102T030405Z-local"),
    "another engine": (changed(TRIAL, engine="docker"), "20260102T030405Z-docker, and lies at"),
    "a lock that is none": (changed(TRIAL, lock="../lock"), "its lock '../lock' is not a SHA-256"),
    "no lock": (changed(TRIAL, lock=""), "and names no lock of what they were measured with"),
    "another suite": (changed(TRIAL, suite="f" * 16), "its header is of the suite 0123456789abcdef"),
    "two headers": (with_line(HEADER, WHOLE[HEADER]), "it has two headers"),
    "no header": (without(HEADER), "it has outcomes, and no header that asks for them"),
    "no header over a canary": (
        without(HEADER, MEAN, AXIS, OTHER),
        "it has outcomes, and no header that asks for them",
    ),
    "no header and no canary": (without(HEADER, CANARY_AT), "it has outcomes, and no header that asks for them"),
    "no canary": (without(CANARY_AT), "it has outcomes, and no canary"),
    "a canary that computed otherwise": (changed(CANARY_AT, observed=3.0), "its canary computed 3.0, and not 2.0"),
    "a canary that failed": (failed_canary, "its canary failed, and it has outcomes all the same"),
    "other canaries in the end": (with_canaries(FIRST, [], LAST[:1]), "its canaries are not the same before and after"),
    "no canaries in the end": (with_canaries(FIRST, [], []), "its canaries are not the same before and after"),
    "a canary twice": (with_canaries([*FIRST, FIRST[0]], [], LAST), "its canaries are not the same before and after"),
    "a canary that failed first": (
        with_canaries([canary("numpy", happened="raised")], [], []),
        "its canary failed, and it has outcomes all the same",
    ),
    "outcomes after a canary that failed": (
        with_canaries(FIRST, [canary("numpy", "between", "raised")], []),
        "it has outcomes after a canary that failed",
    ),
    "last canaries that are early": (with_canaries(FIRST, LAST, []), "its outcome comes too late"),
    "a canary that is late": (lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], "its canary comes too late"),
    "no end": (without(END), "its record has no end, and its verdict no reason"),
    "two ends": (with_line(END, WHOLE[END]), "it has 2 ends"),
    "an end that is early": (lambda lines: [*lines[:5], lines[6], lines[5], lines[7]], "its outcome comes too late"),
    "an end that counts more": (changed(END, outcomes=999), "its end counts 999 outcomes, and it has 3"),
    "half of the outcomes gone": (without(MEAN, AXIS), "its end counts 3 outcomes, and it has 1"),
    "half of the outcomes gone, and counted": (
        lambda lines: changed(4, outcomes=1)(list(without(MEAN, AXIS)(lines))),
        "it has neither an outcome of adapt::axis, adapt::mean nor a reason why not",
    ),
    "a negative time": (changed(MEAN, seconds=-1.0), "it took a negative time"),
    "a negative end": (changed(END, seconds=-1.0), "it took a negative time"),
    "a negative verdict": (changed(VERDICT, seconds=-0.5), "it took a negative time"),
    "nothing but a verdict": (without(*range(HEADER, VERDICT)), "it asked nothing, and does not say why"),
    "a broken line after the canary": (with_line(MEAN, BrokenLine(message="no")), "its broken comes too late"),
    "a broken file": (with_line(END, BrokenLine(message="no")), "its broken comes too late"),
}


def write(folder: Path, lines: Sequence[Line]) -> str:
    """Keep lines as the file of the whole trial; its path in the folder."""
    fakes.keep_suite(folder, *SCENARIOS)
    path = folder / f"{FILE}.jsonl.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress("".join(f"{dump_line(line)}\n" for line in lines).encode()))
    return f"{FILE}.jsonl.gz"


def checked(lines: Sequence[Line], now: datetime | None = None) -> None:
    sense.check(lines, outcome_lines(lines).get(CANARY), FILE, now)


def test_a_whole_trial_makes_sense(tmp_path: Path) -> None:
    file = write(tmp_path, WHOLE)
    assert len(Store(tmp_path).trial(tmp_path / file).outcomes) == 3
    Reader(tmp_path).add_lines(Reader(tmp_path).lines_of(file), file, "")


@pytest.mark.parametrize("name", SENSELESS)
def test_what_makes_no_sense_is_refused_with_a_sentence(name: str, tmp_path: Path) -> None:
    """By the store and by the index alike."""
    change, sentence = SENSELESS[name]
    file = write(tmp_path, change(list(WHOLE)))
    with pytest.raises(DataError) as refused:
        Store(tmp_path).trial(tmp_path / file)
    assert sentence in str(refused.value)
    assert "restore it with git checkout, or remove it and run the cell again" in str(refused.value)
    with pytest.raises(DataError) as refused_too:
        Reader(tmp_path).add(file, "")
    assert str(refused_too.value) == str(refused.value)


def test_an_engine_that_is_none_is_refused() -> None:
    lines = changed(TRIAL, engine="podman")(list(WHOLE))
    with pytest.raises(RecordError, match="'podman' is not an engine: there are docker and local"):
        sense.check(lines, outcome_lines(lines).get(CANARY))


@pytest.mark.parametrize(
    ("started", "now", "good"),
    [
        ("2099-01-01T00:00:00Z", "2026-11-27", False),
        ("2026-01-02T03:04:05Z", "2020-01-01", False),
        ("2026-11-27T20:00:00Z", "2026-11-27", True),
        ("2026-11-28T00:00:00Z", "2026-11-27", True),
        ("2026-11-28T00:00:01Z", "2026-11-27", False),
    ],
)
def test_a_trial_from_the_future_is_refused(started: str, now: str, good: bool) -> None:
    """A machine whose clock is wrong reads what it says of both moments."""
    lines = changed(TRIAL, started=started)(list(WHOLE))
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    if good:
        sense.check(lines, outcome_lines(lines)[CANARY], now=moment)
        return
    with pytest.raises(RecordError, match=f"it started at {started}, and the clock of this machine says {now}"):
        sense.check(lines, outcome_lines(lines)[CANARY], now=moment)


@pytest.mark.parametrize(
    ("imported", "release", "same"),
    [
        ("2.15.0", "2.15.0.post1", True),
        ("2.16.0-rc0", "2.16.0rc0", True),
        ("2.22.0-dev20261120", "2.22.0.dev20261120", True),
        ("2.22.0-dev20261119", "2.22.0.dev20261120", False),
        ("2.16.0", "2.16.0rc0", False),
        ("2.9", "2.9.3", False),
        ("two", "2.9.3", False),
        (None, "2.9.3", False),
    ],
)
def test_what_tensorflow_says_of_itself_is_a_release(imported: str | None, release: str, same: bool) -> None:
    assert sense.same_release(imported, release) is same


def test_a_nightly_build_is_of_the_cell_of_all_nights() -> None:
    first = replace(WHOLE[TRIAL], cell="tfnightly-py3.10", tensorflow="2.22.0.dev20261120")
    header = replace(WHOLE[HEADER], versions={**VERSIONS, "tensorflow": "2.22.0-dev20261120"})
    sense.check([first, header, *WHOLE[2:]], WHOLE[CANARY_AT])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "lines",
    [
        [WHOLE[TRIAL], verdict_line(Reason.NO_LOCK, "", 0.0)],
        [*WHOLE[:CANARY_AT], verdict_line(Reason.ENGINE_LOST, "", 0.0)],
        [*WHOLE[:MEAN], verdict_line(Reason.ENGINE_LOST, "", 0.0)],
        [*WHOLE[:OTHER], verdict_line(Reason.TIME_LIMIT, "", 0.0)],
        [*WHOLE[:OTHER], end_line(2), REUSED, WHOLE[VERDICT]],
        [*WHOLE[:OTHER], end_line(2), replace(REUSED, measured="2026-01-01T12:00:00Z"), WHOLE[VERDICT]],
        [*WHOLE[:CANARY_AT], replace(REUSED, scenarios=None), WHOLE[VERDICT]],
        [*WHOLE[:CANARY_AT], BrokenLine(message="no"), verdict_line(Reason.SUITE_BROKEN, "", 0.0)],
        [*WHOLE[:CANARY_AT], outcome_line(CANARY, "raised"), end_line(0), WHOLE[VERDICT]],
    ],
    ids=[
        "a hole",
        "lost",
        "lost after the canary",
        "cut",
        "partly reused",
        "confirmed",
        "carried over",
        "broken",
        "canary failed",
    ],
)
def test_what_a_run_writes_otherwise_makes_sense_too(lines: Sequence[Line]) -> None:
    checked(lines)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (replace(REUSED, trial="20260101T000000Z-docker"), "not an earlier trial of the same engine"),
        (replace(REUSED, trial="20260102T030405Z-local"), "not an earlier trial of the same engine"),
        (replace(REUSED, trial="20260103T000000Z-local"), "not an earlier trial of the same engine"),
        (
            replace(REUSED, measured="2026-01-03T00:00:00Z"),
            "was confirmed at '2026-01-03T00:00:00Z', which is no moment",
        ),
        (replace(REUSED, measured="yesterday"), "was confirmed at 'yesterday', which is no moment"),
    ],
)
def test_what_is_reused_was_measured_before(line: ReusedLine, sentence: str) -> None:
    with pytest.raises(RecordError, match=sentence):
        checked([*WHOLE[:OTHER], end_line(2), line, WHOLE[VERDICT]])


@pytest.mark.parametrize("place", [MEAN, END, VERDICT])
def test_no_time_is_without_end(place: int) -> None:
    """A file cannot say it, as JSON has no such number; a record in memory could."""
    with pytest.raises(RecordError, match="or one without end"):
        checked(changed(place, seconds=math.inf)(list(WHOLE)))


@pytest.mark.parametrize(
    ("lacking", "named"),
    [("a", "a nor"), ("cab", "a, b, c nor"), ("dcab", "a, b, c and 1 more nor"), ("edcab", "a, b, c and 2 more nor")],
)
def test_what_lacks_is_named_up_to_three_and_the_others_are_counted(lacking: str, named: str) -> None:
    with pytest.raises(RecordError, match=f"^it has neither an outcome of {named} a reason why not$"):
        sense.check_all_there(list(lacking))


def test_nothing_that_lacks_is_nothing_to_say() -> None:
    sense.check_all_there([])


def test_lines_that_are_no_trial_are_no_reason_to_crash() -> None:
    for lines in ([WHOLE[HEADER]], [WHOLE[TRIAL], WHOLE[TRIAL]]):
        with pytest.raises(RecordError, match="begins with its trial line"):
            sense.check(lines, None)


def test_every_rule_is_asked_by_a_test_that_a_trial_breaks() -> None:
    """Else a rule could be taken out, and nobody would notice."""
    broken = [change(list(WHOLE)) for change, _ in SENSELESS.values()]
    broken.append(changed(TRIAL, engine="podman")(list(WHOLE)))
    broken.append([*WHOLE[:OTHER], end_line(2), replace(REUSED, measured="yesterday"), WHOLE[VERDICT]])
    for rule in sense.RULES:
        told = [sense.told_by(lines, outcome_lines(lines).get(CANARY)) for lines in broken]
        assert any(list(rule(one)) for one in told), rule.__doc__
        assert (rule.__doc__ or "").endswith("."), "each rule has its sentence"


def test_the_lines_of_the_tests_are_of_the_kinds_that_there_are() -> None:
    assert isinstance(WHOLE[TRIAL], TrialLine)
    assert isinstance(WHOLE[VERDICT], VerdictLine)
