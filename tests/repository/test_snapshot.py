"""The committed snapshot, which the next wheel carries: whole, for this tfcompat, and of trials that are here."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tfcompat.project import Project
from tfcompat.snapshot import kept
from tfcompat.snapshot.tables import unpack

PROJECT = Project(root=ROOT, cache=Path("/nowhere"))
#: Bytes of all files, at most.
MOST = 2_000_000


def test_it_is_whole_and_small() -> None:
    snapshot = kept.load(PROJECT.snapshot, fetched=False)
    assert snapshot is not None, "tfcompat report writes it"
    assert snapshot.contents.size < MOST
    assert sum(path.stat().st_size for path in PROJECT.snapshot.iterdir()) < MOST
    columns = unpack(snapshot)
    assert columns.trials.num_rows == snapshot.contents.trials


def test_any_program_can_read_it_as_the_document_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "install.md").read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    monkeypatch.chdir(ROOT)
    exec("".join(blocks), names)  # noqa: S102 -- the code of the document is what is tested
    assert {"scenario", "status", "harm", "observed"} < set(names["outcomes"].columns)


def test_it_knows_every_cell_of_the_trials() -> None:
    snapshot = kept.load(PROJECT.snapshot, fetched=False)
    assert snapshot is not None
    measured = {path.name for path in PROJECT.trials.glob("tf*") if any(path.glob("*.jsonl.gz"))}
    assert measured - set(unpack(snapshot).trials["cell"].to_pylist()) == set(), "tfcompat report writes it anew"
