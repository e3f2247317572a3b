"""tfcompat images push and pull: what is pushed, where its digests are kept, and what is pulled by them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from tests.command import NEW, OLD
from tfcompat.commands.measure.images import pull, push
from tfcompat.environments.engine import LockedCell
from tfcompat.errors import DataError, ToolError
from tfcompat.project import Project

DIGEST = f"sha256:{'1' * 64}"


@dataclass(frozen=True, kw_only=True)
class FakeImage:
    id: str


@dataclass(kw_only=True)
class FakeRegistry:
    """Takes every image, and has those whose digest is known."""

    name: str = ""
    pushed: list[str] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def repository(self) -> str:
        return f"{self.name}/tfcompat"

    def push(self, locked: LockedCell) -> dict[str, str]:
        self.pushed.append(locked.cell.id)
        return {f"tfcompat/{locked.cell.id}:0123": DIGEST, "python:3-slim": f"sha256:{'2' * 64}"}

    def pull(self, locked: LockedCell, digests: Mapping[str, str]) -> FakeImage:
        self.asked.append((locked.cell.id, dict(digests)))
        name = f"tfcompat/{locked.cell.id}:0123"
        if name not in digests:
            raise ToolError(f"no digest of {name} is known")
        return FakeImage(id="sha256:abc")


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> FakeRegistry:
    fake = FakeRegistry()

    def named(project: Project, name: str) -> FakeRegistry:
        fake.name = name
        return fake

    for module in (push, pull):
        monkeypatch.setattr(module, "registry_named", named)
    return fake


Invoke = Callable[..., Result]


@pytest.fixture
def invoke(project_folder: Path) -> Invoke:
    def invoked(command: click.Command, *arguments: str) -> Result:
        project = Project(root=project_folder, cache=project_folder / "cache")
        return CliRunner().invoke(command, [*arguments], obj=project)

    return invoked


def test_what_is_pushed_is_named_by_its_digest_and_kept(
    invoke: Invoke, registry: FakeRegistry, project_folder: Path
) -> None:
    done = invoke(push.push, "registry.example.org/team", "--tf", "2.9,2.16")
    assert (done.exit_code, registry.pushed) == (0, [OLD, NEW])
    assert done.stdout.splitlines() == [f"{cell}  registry.example.org/team/tfcompat@{DIGEST}" for cell in (OLD, NEW)]
    kept = json.loads((project_folder / "cache" / "digests.json").read_text())
    assert kept.keys() == {f"tfcompat/{OLD}:0123", f"tfcompat/{NEW}:0123", "python:3-slim"}


def test_what_was_pushed_is_pulled_by_the_file_of_digests(
    invoke: Invoke, registry: FakeRegistry, tmp_path: Path
) -> None:
    file = tmp_path / "images.json"
    invoke(push.push, "r", "--tf", "2.16", "--digests", str(file))
    done = invoke(pull.pull, "r", "--tf", "2.16", "--digests", str(file))
    assert (done.exit_code, done.stdout) == (0, f"{NEW}  sha256:abc\n")
    assert registry.asked == [(NEW, json.loads(file.read_text()))]


def test_what_cannot_be_pulled_is_said_and_the_others_come(invoke: Invoke, registry: FakeRegistry) -> None:
    invoke(push.push, "r", "--tf", "2.16")
    done = invoke(pull.pull, "r", "--tf", "2.9,2.16")
    assert (done.exit_code, done.stdout) == (3, f"{NEW}  sha256:abc\n")
    assert done.stderr == f"{OLD}: no digest of tfcompat/{OLD}:0123 is known\n"


def test_without_digests_nothing_is_asked_for(invoke: Invoke, registry: FakeRegistry) -> None:
    done = invoke(pull.pull, "r", "--tf", "2.16")
    assert isinstance(done.exception, DataError)
    assert "has no digests: take the file that tfcompat images push has written" in str(done.exception)
    assert registry.asked == []


@pytest.mark.usefixtures("registry")
def test_a_cell_without_a_lock_is_one_sentence(invoke: Invoke, project_folder: Path) -> None:
    (project_folder / "images" / "locks" / f"{NEW}.txt").unlink()
    done = invoke(push.push, "r", "--tf", "2.16")
    assert isinstance(done.exception, ToolError)
    assert str(done.exception).startswith(f"{NEW} has no lock, so it has no image: tfcompat images build")
