"""Locks: what counts as a lock, where it is found, how it is made, and why it could not be; uv is a stand-in here."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from tests import committed, fakes
from tests.conftest import ROOT
from tfcompat.environments import locks
from tfcompat.errors import DataError
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.process import Completed
from tfcompat.select import releases, variants
from tfcompat.select.cells import Cell, cell_named, cells
from tfcompat.select.releases import Channel
from tfcompat.select.variants import Variant

COMMITTED = sorted((ROOT / "images" / "locks").glob("*.txt"))
CELL = fakes.cell()
LOCK = fakes.lock(CELL)
HASH = "--hash=sha256:" + "a" * 64
NO_SOLUTION = Completed(code=1, output="error: No solution found when resolving dependencies\n  cause: it is so")
UNBUILDABLE = Completed(code=1, output="error: Failed to build `grpcio==1.24.0`")


#: The patches that no longer import with the distributions of a month later; docs/add-a-release.md says why.
EARLY = {f"tf{cell}" for cell in ("2.6.1-py3.9", "2.6.4-py3.9", "2.7.2-py3.9", "2.8.1-py3.10", "2.9.0-py3.10")}


def option(asked: list[str], name: str) -> str:
    return asked[asked.index(name) + 1]


def resolver(*refusals: Completed) -> tuple[fakes.FakeUv, list[str]]:
    """A uv that refuses so often, and then writes a lock; and what it was asked to resolve."""
    left, wanted = list(refusals), list[str]()

    def answer(asked: list[str]) -> Completed:
        wanted.append(Path(asked[2]).read_text())
        if left:
            return left.pop(0)
        Path(option(asked, "--output-file")).write_text(f"tensorflow-cpu==2.16.2 \\\n    {HASH}\n")
        return Completed(code=0, output="a warning that is no part of the lock")

    return fakes.FakeUv(answer), wanted


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_every_committed_lock_is_one_of_its_cell_with_a_hash_for_every_distribution(path: Path) -> None:
    text = path.read_text()
    lock = locks.parse(text, path.name)
    blocks = text.split("\n", 2)[2].rstrip("\n").replace(" \\\n    ", " ").split("\n")
    assert f"{lock.cell}.txt" == path.name
    assert blocks[0]
    assert all("==" in block.split()[0] and "--hash=sha256:" in block for block in blocks)


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_every_committed_lock_pins_its_release_and_stands_at_a_window_after_its_upload(path: Path) -> None:
    lock = locks.parse(path.read_text(), path.name)
    known = releases.load(ROOT / "images" / "releases.toml")
    cell = cell_named(known, variants.load(ROOT / "images" / "variants.toml"), lock.cell)
    package, version = locks.DEFAULT_PACKAGE, locks.version_in(lock, cell, locks.DEFAULT_PACKAGE)
    assert f"\n{locks.distribution(cell, package)}=={version} \\\n" in lock.text
    assert version == str(cell.release.version) or cell.release.channel is Channel.NIGHTLY
    waited = (lock.exclude_newer - cell.release.date).days
    assert waited > 0 if locks.of_today(cell) or cell.id in EARLY else waited in locks.WINDOWS


def test_the_lock_of_every_cell_of_the_reports_is_committed() -> None:
    digests = {path.stem: locks.parse(path.read_text(), path.name).digest for path in COMMITTED}
    current = committed.table().current
    assert {
        cell for cell, lock in zip(current["cell"], current["lock"], strict=True) if digests.get(cell) != lock
    } == set()


def test_every_default_cell_is_locked() -> None:
    known = releases.load(ROOT / "images" / "releases.toml")
    default = cells(releases.select(known, None))
    assert [
        cell.id for cell in default if not locks.find(cell, locks.DEFAULT_PACKAGE, [ROOT / "images" / "locks"])
    ] == []


def test_parse_takes_its_facts_from_the_header() -> None:
    lock = locks.parse(LOCK.text, "a file")
    assert lock == LOCK
    assert (lock.cell, lock.package, lock.exclude_newer) == ("tf2.16.2-py3.12", "tensorflow-cpu", date(2024, 7, 29))


def test_a_locks_digest_is_the_sha_256_of_its_text() -> None:
    assert LOCK.digest == hashlib.sha256(LOCK.text.encode()).hexdigest()


HEADER = "# tfcompat lock of tf2.16.2-py3.12 with tensorflow-cpu\n# exclude-newer: 2024-07-29\n"


@pytest.mark.fault(
    "A lock is damaged, or has a distribution without a hash",
    group="files",
    reads="FILE has NAME without a hash: make it anew with tfcompat images lock --force",
    code=2,
    kept="all files",
)
@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("", "is not a lock"),
        (f"one==1 \\\n    {HASH}\n", "is not a lock"),
        (HEADER, "is not a lock"),
        (HEADER + "\n", "is not a lock"),
        (HEADER.replace("07-29", "13-45") + f"one==1 \\\n    {HASH}\n", "does not stand at a day"),
        (HEADER + "one==1\n", "has one==1 without a hash"),
        (HEADER + f"one==1 \\\n    {HASH}\ntwo==2\nthree==3 \\\n    {HASH}\n", "has two==2 without a hash"),
        (HEADER + f"one==1 \\\n    {HASH}\ntwo==2", "has two==2 without a hash"),
        (HEADER + f"one==1 \\\n    {HASH}\ntwo>=2 \\\n    {HASH}\n", "has two>=2 without a hash"),
        (HEADER + f"one==1 \\\n    {HASH}\n-e ./two\n", "has -e without a hash"),
        (HEADER + "one==1 \\\n    --hash=md5:0123\n", "has one==1 without a hash"),
    ],
)
def test_what_is_no_lock_or_has_a_hole_is_refused_with_advice(text: str, advice: str) -> None:
    with pytest.raises(DataError, match=rf"a file {advice}.*: make it anew with tfcompat images lock --force"):
        locks.parse(text, "a file")


@pytest.mark.parametrize(
    ("package", "name"),
    [("tensorflow-cpu", "tf2.16.2-py3.12.txt"), ("tensorflow", "tf2.16.2-py3.12.tensorflow.txt")],
)
def test_a_locks_file_names_the_package_where_it_is_not_the_default(package: str, name: str) -> None:
    assert locks.file_name(CELL, package) == name


def test_find_takes_the_first_folder_that_has_the_lock(tmp_path: Path) -> None:
    folders = [tmp_path / "committed", tmp_path / "made"]
    assert locks.find(CELL, LOCK.package, folders) is None
    locks.save(LOCK, folders[1] / "tf2.16.2-py3.12.txt")
    assert locks.find(CELL, LOCK.package, folders) == LOCK
    other = fakes.lock(CELL, day=date(2024, 8, 1))
    locks.save(other, folders[0] / "tf2.16.2-py3.12.txt")
    assert locks.find(CELL, LOCK.package, folders) == other


def test_find_keeps_the_packages_apart(tmp_path: Path) -> None:
    locks.save(LOCK, tmp_path / "tf2.16.2-py3.12.txt")
    assert locks.find(CELL, "tensorflow", [tmp_path]) is None


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe\x00", LOCK.text.encode()[:70]])
def test_find_names_a_damaged_file(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "tf2.16.2-py3.12.txt").write_bytes(damage)
    with pytest.raises(DataError, match=r"tf2\.16\.2-py3\.12\.txt"):
        locks.find(CELL, LOCK.package, [tmp_path])


@pytest.mark.parametrize(
    "other", [fakes.lock(fakes.cell("2.15.1", "3.11")), fakes.lock(CELL, package="tensorflow")], ids=["cell", "package"]
)
def test_find_refuses_the_lock_of_something_else_under_a_cells_name(tmp_path: Path, other: locks.Lock) -> None:
    locks.save(other, tmp_path / "tf2.16.2-py3.12.txt")
    with pytest.raises(DataError, match=f"is the lock of {other.cell} with {other.package}: make it anew"):
        locks.find(CELL, LOCK.package, [tmp_path])


def test_save_makes_the_folder_and_leaves_only_the_file_for_everybody_to_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "lock.txt"
    locks.save(LOCK, path)
    locks.save(LOCK, path)
    assert [(file.name, file.stat().st_mode & 0o777) for file in path.parent.iterdir()] == [("lock.txt", 0o644)]
    assert path.read_text() == LOCK.text


def test_make_asks_for_the_release_as_of_a_month_after_its_upload() -> None:
    uv, wanted = resolver()
    lock = locks.make(CELL, "tensorflow-cpu", uv)
    assert wanted == ["tensorflow-cpu==2.16.2\n"]
    assert lock.exclude_newer == CELL.release.date + timedelta(days=31)
    assert [option(uv.asked[0], name) for name in ("--exclude-newer", "--python-version", "--python-platform")] == [
        "2024-07-29T00:00:00Z",
        "3.12",
        "x86_64-unknown-linux-gnu",
    ]
    assert "--generate-hashes" in uv.asked[0]


def test_make_asks_for_the_day_that_it_is_told_and_no_other() -> None:
    uv, _ = resolver()
    assert locks.make(CELL, "tensorflow-cpu", uv, as_of=date(2024, 7, 1)).exclude_newer == date(2024, 7, 1)
    uv, _ = resolver(NO_SOLUTION)
    with pytest.raises(NoAnswerError, match="could not lock"):
        locks.make(CELL, "tensorflow-cpu", uv, as_of=date(2024, 7, 1))
    assert [option(asked, "--exclude-newer") for asked in uv.asked] == ["2024-07-01T00:00:00Z"]


def test_make_gives_what_uv_wrote_under_a_header_and_nothing_that_it_printed() -> None:
    lock = locks.make(CELL, "tensorflow-cpu", resolver()[0])
    assert lock == locks.parse(lock.text, "itself")
    assert lock.text == HEADER + f"tensorflow-cpu==2.16.2 \\\n    {HASH}\n"


@pytest.mark.parametrize("refusal", [NO_SOLUTION, UNBUILDABLE], ids=["no solution", "only a source"])
def test_make_widens_the_window_until_there_is_a_lock(refusal: Completed) -> None:
    uv, _ = resolver(refusal, refusal)
    lock = locks.make(CELL, "tensorflow-cpu", uv)
    assert lock.exclude_newer == CELL.release.date + timedelta(days=183)
    assert f"# exclude-newer: {lock.exclude_newer}\n" in lock.text
    assert [option(asked, "--exclude-newer")[:10] for asked in uv.asked] == ["2024-07-29", "2024-09-28", "2024-12-28"]


def test_make_gives_up_at_the_widest_window_with_what_uv_said() -> None:
    uv, _ = resolver(*[NO_SOLUTION] * 4)
    with pytest.raises(NoAnswerError, match=r"could not lock tf2\.16\.2-py3\.12: error: .* cause: it is so") as raised:
        locks.make(CELL, "tensorflow-cpu", uv)
    assert raised.value.reason is Reason.NO_LOCK
    assert len(uv.asked) == len(locks.WINDOWS)


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("error: Failed to fetch: the network is unreachable", Reason.NO_NETWORK),
        ("error: Failed to fetch: https://x/simple\n  cause: HTTP status client error (404 Not Found)", Reason.NO_LOCK),
        ("error: No space left on device (os error 28)", Reason.OUT_OF_DISK),
    ],
)
def test_make_does_not_widen_for_what_a_later_day_cannot_help(output: str, reason: Reason) -> None:
    uv, _ = resolver(Completed(code=2, output=output))
    with pytest.raises(NoAnswerError, match="error:") as raised:
        locks.make(CELL, "tensorflow-cpu", uv)
    assert raised.value.reason is reason
    assert len(uv.asked) == 1


WITH_KERAS = Variant(
    name="keras3.1",
    title="Keras 3.1 under it",
    releases=SpecifierSet(),
    requires=("tf-keras=={minor}.*",),
    overrides=("keras==3.1.*", "tensorflow; python_version < '0'"),
)
OF_TODAY = replace(CELL, variant=replace(WITH_KERAS, of_today=True))
PINNED = replace(CELL, variant=replace(WITH_KERAS, pinned=True))


def asked_of(cell: Cell, package: str = "tensorflow-cpu", folders: Sequence[Path] = ()) -> list[dict[str, list[str]]]:
    """What uv is asked for to lock a cell, a dictionary a resolution: the lines of each file that it reads."""
    asked: list[dict[str, list[str]]] = []

    def answer(arguments: list[str]) -> Completed:
        files = {name: Path(option(arguments, f"--{name}")) for name in ("constraint", "override")}
        asked.append({name: path.read_text().splitlines() for name, path in files.items()})
        asked[-1]["wanted"] = Path(arguments[2]).read_text().splitlines()
        asked[-1]["day"] = [option(arguments, "--exclude-newer")[:10]]
        text = f"{package}==2.16.2 \\\n    {HASH}\nkeras==3.4.1 \\\n    {HASH}\nnumpy==1.26.4 \\\n    {HASH}\n"
        Path(option(arguments, "--output-file")).write_text(text)
        return Completed(code=0, output="")

    locks.make(cell, package, fakes.FakeUv(answer), folders)
    return asked


def test_a_bundled_cell_gets_nothing_but_its_release() -> None:
    (asked,) = asked_of(CELL)
    assert (asked["wanted"], asked["constraint"], asked["override"]) == (["tensorflow-cpu==2.16.2"], [], [])


def test_a_variant_gets_what_it_requires_and_overrides() -> None:
    (asked,) = asked_of(replace(CELL, variant=WITH_KERAS))
    assert asked["wanted"] == ["tensorflow-cpu==2.16.2", "tf-keras==2.16.*"]
    assert asked["override"] == ["keras==3.1.*", "tensorflow; python_version < '0'"]
    assert asked["constraint"] == []
    assert asked["day"] == [str(CELL.release.date + timedelta(days=31))]


def test_the_distribution_that_is_measured_is_never_overridden() -> None:
    (asked,) = asked_of(replace(CELL, variant=WITH_KERAS), "tensorflow")
    assert asked["override"] == ["keras==3.1.*"]


def test_a_variant_of_today_is_resolved_as_of_today_and_once() -> None:
    (asked,) = asked_of(OF_TODAY)
    assert abs(date.fromisoformat(asked["day"][0]) - datetime.now(UTC).date()) <= timedelta(days=1)
    uv, _ = resolver(NO_SOLUTION, NO_SOLUTION)
    with pytest.raises(NoAnswerError):
        locks.make(OF_TODAY, "tensorflow-cpu", uv)
    assert len(uv.asked) == 1


def test_a_pinned_variant_holds_all_but_its_own_where_the_bundled_lock_has_it(tmp_path: Path) -> None:
    bundled, own = asked_of(PINNED, folders=[tmp_path])
    assert bundled["wanted"] == ["tensorflow-cpu==2.16.2"]
    assert own["constraint"] == ["tensorflow-cpu==2.16.2", "numpy==1.26.4"]


def test_a_pinned_variant_takes_the_bundled_lock_that_is_there(tmp_path: Path) -> None:
    locks.save(LOCK, tmp_path / f"{CELL.id}.txt")
    (own,) = asked_of(PINNED, folders=[tmp_path])
    assert own["constraint"] == ["tensorflow-cpu==2.16.2"]


def test_a_release_without_a_wheel_for_the_python_is_no_wheel() -> None:
    output = (
        f"{NO_SOLUTION.output}: tensorflow-cpu==2.16.2 has no wheels with a matching Python ABI tag (e.g., `cp312`)"
    )
    with pytest.raises(NoAnswerError) as raised:
        locks.make(CELL, "tensorflow-cpu", resolver(*[Completed(code=1, output=output)] * 4)[0])
    assert raised.value.reason is Reason.NO_WHEEL


def test_a_resolution_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    locks.make(CELL, "tensorflow-cpu", resolver(NO_SOLUTION)[0])
    assert list(tmp_path.iterdir()) == []


NIGHT = fakes.cell("2.22.0.dev20260905", "3.13")
NIGHTLY_LOCK = f"tf-nightly-cpu==2.23.0.dev20261026 \\\n    --hash=sha256:{'a' * 64}\n"


@pytest.mark.parametrize(
    ("package", "wanted"),
    [("tensorflow-cpu", "tf-nightly-cpu"), ("tensorflow", "tf-nightly"), ("my-tensorflow", "my-tensorflow")],
)
def test_the_nightly_build_has_a_distribution_of_its_own_and_the_index_says_which_night(
    package: str, wanted: str
) -> None:
    assert locks.distribution(NIGHT, package) == wanted
    assert locks.requirement(NIGHT, package) == f"{wanted}>=2.22.0.dev20260905"
    assert locks.distribution(fakes.cell("2.22.0rc0"), package) == package
    assert locks.requirement(fakes.cell("2.22.0rc0"), package) == f"{package}==2.22.0rc0"


def test_a_lock_of_the_nightly_build_stands_at_the_day_it_is_made_and_knows_its_night(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(locks, "today", lambda: date(2026, 10, 27))
    asked = []

    def answer(arguments: list[str]) -> Completed:
        asked.append(Path(arguments[2]).read_text())
        Path(arguments[arguments.index("--output-file") + 1]).write_text(NIGHTLY_LOCK)
        return Completed(code=0, output="")

    lock = locks.make(NIGHT, "tensorflow-cpu", fakes.FakeUv(answer))
    assert (lock.cell, lock.exclude_newer) == ("tfnightly-py3.13", date(2026, 10, 27))
    assert asked == ["tf-nightly-cpu>=2.22.0.dev20260905\n"]
    assert locks.version_in(lock, NIGHT, "tensorflow-cpu") == "2.23.0.dev20261026"
    assert locks.version_in(None, NIGHT, "tensorflow-cpu") == "2.22.0.dev20260905"


def test_where_no_night_resolves_it_is_not_asked_for_another_day() -> None:
    uv = fakes.FakeUv(lambda arguments: Completed(code=1, output="No solution found"))
    with pytest.raises(NoAnswerError, match=r"could not lock tfnightly-py3\.13"):
        locks.make(NIGHT, "tensorflow-cpu", uv)
    assert len(uv.asked) == 1


def test_the_pins_of_a_lock_are_its_distributions_and_versions() -> None:
    text = (
        fakes.lock().text
        + "typing-extensions==4.5.0 ; python_version < '3.9' \\\n    --hash=sha256:0\nnumpy==1.26.4 \\\n"
    )
    lock = locks.Lock(cell="x", package="tensorflow-cpu", exclude_newer=date(2026, 1, 1), text=text)
    assert lock.pins == {"tensorflow-cpu": "2.16.2", "typing-extensions": "4.5.0", "numpy": "1.26.4"}


def test_the_pins_of_each_committed_lock_are_all_of_its_distributions() -> None:
    for path in sorted((ROOT / "images" / "locks").glob("*.txt")):
        lock = locks.parse(path.read_text(), str(path))
        assert len(lock.pins) == lock.text.count("=="), path.name
