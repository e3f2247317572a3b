"""The nightly job: its steps in their order, in a folder, on stand-in distributions that come, change and go."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import CompletedProcess

import pandas as pd
import pytest

from tests import standins
from tests.stand_in_project import PYTHON, tfcompat
from tfcompat.trials import nights
from tfcompat.trials.store import Store

NIGHTLY = "tf-nightly-cpu"
TAG = f"cp{PYTHON.replace('.', '')}"
GOOD, OTHER = standins.BEHAVIOURS["9.0.0"], standins.BEHAVIOURS["9.1.0"]
RAISES = standins.BEHAVIOURS["9.2.0"]


@dataclass(frozen=True, kw_only=True)
class Index:
    """A package index in a folder, as pages for an installer and as documents for whoever asks what there is."""

    folder: Path
    url: str

    def publish(self, version: str, code: str, package: str = standins.PACKAGE) -> None:
        place = self.folder / "simple" / package
        place.mkdir(parents=True, exist_ok=True)
        standins.write_wheel(place, version, code, package)
        self.describe(package)

    def withdraw(self, version: str, package: str = standins.PACKAGE) -> None:
        """Remove a wheel from the pages; the documents still know the release, as those of a real index do."""
        for path in (self.folder / "simple" / package).glob(f"*-{version}-*.whl"):
            path.unlink()
        standins.write_page(self.folder / "simple" / package, self.wheels(package))

    def wheels(self, package: str) -> list[Path]:
        return sorted((self.folder / "simple" / package).glob("*.whl"))

    def describe(self, package: str) -> None:
        wheels = self.wheels(package)
        standins.write_page(self.folder / "simple" / package, wheels)
        document = self.folder / "json" / package / "index.html"  # what the server answers with for the folder
        document.parent.mkdir(parents=True, exist_ok=True)
        document.write_text(json.dumps({"files": [self.described(path) for path in wheels]}))

    def described(self, wheel: Path) -> dict[str, object]:
        """A wheel as if it were one for Linux, as TensorFlow's are."""
        name = wheel.name.replace("py3-none-any", f"{TAG}-{TAG}-manylinux2014_x86_64")
        return {"filename": name, "upload-time": standins.UPLOADED, "size": 1_000_000, "yanked": False}


@pytest.fixture
def packages(tmp_path: Path) -> Iterator[Index]:
    folder = tmp_path / "index"
    folder.mkdir()
    with standins.serving(folder) as url:
        made = Index(folder=folder, url=url)
        for version, code in (("9.0.0", GOOD), ("9.1.0", OTHER), ("9.2.0", GOOD)):
            made.publish(version, code)
        made.publish("9.11.0.dev1", GOOD, NIGHTLY)
        yield made


@dataclass(frozen=True, kw_only=True)
class Night:
    """One night in a project's folder: its steps, each the command that the workflow calls."""

    project: Path
    index: Index
    home: Path
    shards: Path

    def step(self, *arguments: str) -> CompletedProcess[str]:
        return tfcompat(self.project, self.index.url, "nightly", *arguments, home=self.home)

    def refresh(self) -> CompletedProcess[str]:
        return self.step("refresh", "--index", self.index.url.replace("/simple", "/json"))

    def shard(self, which: str) -> CompletedProcess[str]:
        return self.step("shard", which, "--output", str(self.shards), "--engine", "local")

    def publish(self, *options: str) -> CompletedProcess[str]:
        folders = map(str, sorted(self.shards.iterdir()))
        return self.step("publish", *folders, "--output", str(self.project / "night"), *options)

    def measured(self) -> None:
        for step in (self.refresh, lambda: self.shard("1/2"), lambda: self.shard("2/2")):
            done = step()
            assert done.returncode == 0, done.stderr


def statuses(project: Path) -> dict[str, str]:
    """What each cell says to the question for its value."""
    frame = pd.read_csv(project / "reports" / "outcomes.csv", keep_default_na=False)
    values = frame[frame["scenario"] == "golden::value"]
    return dict(zip(values["cell"], values["status"], strict=True))


@pytest.mark.local
@pytest.mark.usefixtures("staged_bundle")
def test_two_nights(stand_in_project: Path, packages: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the second a release appears, the nightly build regresses, and an environment can no longer be made.

    That one was measured by day before, so that it is the one whose turn it is on both nights.
    """
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-1"))
    first = Night(project=stand_in_project, index=packages, home=tmp_path, shards=tmp_path / "shards-1")
    assert first.refresh().returncode == 0
    by_day = tfcompat(
        stand_in_project, packages.url, "run", "--tf", "9.2.0", "--engine", "local", "--prune", home=tmp_path
    )
    assert by_day.returncode == 0, by_day.stderr
    first.measured()
    done = first.publish()
    assert done.returncode == 0, done.stderr
    assert statuses(stand_in_project) == {
        f"tf9.0.0-py{PYTHON}": "works",
        f"tf9.1.0-py{PYTHON}": "wrong",
        f"tf9.2.0-py{PYTHON}": "works",
        f"tfnightly-py{PYTHON}": "works",
    }
    assert not (stand_in_project / "night" / "issue.md").exists()
    check_what_was_confirmed(stand_in_project)

    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-2"))
    packages.publish("9.3.0", OTHER)
    packages.publish("9.11.0.dev2", RAISES, NIGHTLY)
    packages.withdraw("9.2.0")
    second = Night(project=stand_in_project, index=packages, home=tmp_path, shards=tmp_path / "shards-2")
    second.measured()
    check_what_appeared(stand_in_project)
    check_that_what_is_whole_is_kept(second)

    before = evidence(stand_in_project)
    refused = second.publish()
    assert refused.returncode == 1, refused.stderr
    assert refused.stdout.splitlines()[-1].startswith(f"tf9.2.0-py{PYTHON} had answers and has none now ")
    assert "the next night tries again, or accept it with --accept 'tf9.2.0-" in refused.stdout
    assert "not to be published" in refused.stderr
    assert before.items() < evidence(stand_in_project).items()

    accepted = second.publish("--accept", "tf9.2.0-*")
    assert accepted.returncode == 0, accepted.stderr
    assert statuses(stand_in_project) == {
        f"tf9.0.0-py{PYTHON}": "works",
        f"tf9.1.0-py{PYTHON}": "wrong",
        f"tf9.2.0-py{PYTHON}": "unknown",
        f"tf9.3.0-py{PYTHON}": "wrong",
        f"tfnightly-py{PYTHON}": "fails",
    }
    check_what_is_told(stand_in_project)
    assert [night.missing for night in nights.load(stand_in_project / "reports")] == [(), ()]


def check_what_was_confirmed(project: Path) -> None:
    """The cell that was measured by day said the same at night: a line, and no file."""
    store = Store(project / "reports" / "trials")
    cell = f"tf9.2.0-py{PYTHON}"
    assert [trial.confirmed for trial in store.of_cell(cell)] == [False, True]
    assert len(store.files(cell)) == 1


def check_what_appeared(project: Path) -> None:
    """The new release has its row and its lock, the nightly build a newer lock, and no other has changed."""
    releases = (project / "images" / "releases.toml").read_text()
    assert releases.count('version = "9.3.0"') == releases.count('version = "9.11.0.dev2"') == 1
    assert "9.11.0.dev1" not in releases
    locks = {path.name: path.read_text() for path in (project / "images" / "locks").iterdir()}
    assert "tensorflow-cpu==9.3.0" in locks[f"tf9.3.0-py{PYTHON}.txt"]
    assert "tf-nightly-cpu==9.11.0.dev2" in locks[f"tfnightly-py{PYTHON}.txt"]


def check_that_what_is_whole_is_kept(night: Night) -> None:
    """A shard that was cut costs no other: it is said which, and what is whole is merged; of nothing, nothing is."""
    folder = night.home / "damaged"
    copy = replace(
        night,
        project=shutil.copytree(night.project, folder / "project"),
        shards=shutil.copytree(night.shards, folder / "shards"),
    )
    one, two = sorted(copy.shards.iterdir())
    cut = Store(one / "trials").files()[0]
    cut.write_bytes(cut.read_bytes()[:-30])
    before = evidence(copy.project)
    nothing = copy.step("publish", str(one), str(two / "nothing"))
    assert nothing.returncode == 2
    assert "nothing was merged, for no shard left anything whole: " in nothing.stderr
    assert evidence(copy.project) == before
    half = copy.publish()
    assert f"{cut} is not a whole trial" in half.stderr
    assert "missing: shard 1/2" in half.stderr
    assert before.items() < evidence(copy.project).items()
    assert [night.missing for night in nights.load(copy.project / "reports")] == [(), ("1/2",)]


def check_what_is_told(project: Path) -> None:
    told = {path.name: path.read_text() for path in (project / "night").iterdir()}
    assert set(told) == {"summary.md", "changes.md", "issue.md"}
    assert f"got worse in tfnightly-py{PYTHON}." in told["issue.md"]
    assert "golden::value" in told["issue.md"]
    assert "tf9.2.0" not in told["issue.md"]
    assert all(word in told["changes.md"] for word in ("### regressed", "### environment only", "### added", "9.3.0"))
    assert "tf9.2.0" in told["changes.md"]
    assert (project / "reports" / "site" / "index.html").stat().st_size > 0
    assert "9.3.0" in told["summary.md"]


def evidence(project: Path) -> dict[str, bytes]:
    folder = project / "reports"
    files = (path for name in ("trials", "runs") for path in (folder / name).rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in files}
