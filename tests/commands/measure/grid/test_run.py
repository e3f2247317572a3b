"""tfcompat grid run: a stage measures what it lacks, and an interruption says how to go on."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests import fakes
from tests.fakes import FakeEngine
from tfcompat.commands.measure.grid.run import measure_stage
from tfcompat.errors import InterruptedRunError
from tfcompat.outcomes import Trial
from tfcompat.project import Project
from tfcompat.select.cells import Cell
from tfcompat.trials.store import Store


@dataclass(kw_only=True)
class Interrupted:
    """A stage with one cell to run, at which somebody presses Ctrl-C."""

    trials: Path
    store: Store
    project: Project
    engine: FakeEngine = field(default_factory=FakeEngine)
    jobs: int = 1

    def without_trial(self, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return cells[1:]

    def matrix(self, emit: object, **course: object) -> "Interrupted":
        return self

    def run(self, cells: tuple[Cell, ...], jobs: int) -> Iterator[Trial]:
        assert [cell.id for cell in cells] == ["tf2.9.3-py3.12"]
        assert jobs == self.jobs
        yield fakes.trial(cells[0].id)
        raise KeyboardInterrupt


def test_an_interruption_says_how_to_go_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stage: Any = Interrupted(
        trials=tmp_path / "read",
        store=Store(tmp_path / "read"),
        project=Project(root=tmp_path, cache=tmp_path / "cache"),
    )
    with pytest.raises(
        InterruptedRunError, match=r"1 of 1 cells had .* in .*read; the same command goes on with the rest"
    ):
        measure_stage(stage, (fakes.cell("2.5.3"), fakes.cell("2.9.3")))
    assert "read: 1 of 2 cells are there already" in capsys.readouterr().err
