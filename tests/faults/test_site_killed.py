"""The writing of the site is killed at each write and change of state: each file is whole, and the next site is the same."""

from functools import partial
from pathlib import Path

import pytest

from tests.conftest import ALL
from tests.faults.layer import KILLED, in_fork, killed_at, points_of
from tests.publish.site.made_site import evidence_of, made_trials
from tfcompat.files import WRITING
from tfcompat.publish import report
from tfcompat.publish.site import files
from tfcompat.questions.search.texts import Beside
from tfcompat.table.frame import collect

#: Of how many points one is tried, where not all of them are: TFCOMPAT_FAULTS=all.
EVERY = 1 if ALL else 41
#: Points that the writing of a site has to have, for this to say something.
LEAST = 200
#: What an earlier site left, which the next one removes.
STALE = Path("s", "gone", "index.html")


def contents(folder: Path) -> dict[str, bytes]:
    """What a reader of a site can reach: files that are being written are in folders that nothing names."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.starts
@pytest.mark.fault(
    "SIGKILL at each write, rename and removal while the site is written",
    group="person",
    reads="nothing",
    code=0,
    kept="every file of the site whole, as it was or as it is; the next site is the same, and nothing is left beside it",
)
def test_the_next_site_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = collect(made_trials())
    report.write(table, tmp_path)
    new = evidence_of(table)
    texts = files.texts(new, flaky=(), frames={}, downloads=[], beside=Beside(), site="")
    monkeypatch.setattr(files, "texts", lambda *_, **__: texts)  # made once: what is killed is the writing

    def write(folder: Path) -> None:
        files.write(new, folder, tmp_path)

    def begin(folder: Path) -> Path:
        """A site of an earlier day, with a page that is no more."""
        for name in (STALE.as_posix(), *texts):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text("as it was")
        return folder

    write(tmp_path / "expected")
    expected = contents(tmp_path / "expected")
    count = points_of(tmp_path / "counted", partial(write, begin(tmp_path / "counted")), tmp_path / "points")
    assert count >= LEAST
    for at in range(1, count + 1, EVERY):
        folder = begin(tmp_path / f"at {at}")
        assert killed_at(folder, partial(write, folder), at) == KILLED, at
        for name, content in contents(folder).items():
            assert content in (b"as it was", expected.get(name)) or is_being_written(name), (at, name)
        assert in_fork(partial(write, folder)) == 0, at
        assert contents(folder) == expected, f"killed at point {at}, the next site is another"


def is_being_written(name: str) -> bool:
    """Whether a file is in the folder that it gets its name from."""
    return any(part.startswith(WRITING) for part in Path(name).parts[:-1])
