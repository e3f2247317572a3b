"""The grid's own suites: every form that is written can be read, and what every model predicts shows a loss."""

import sys
from collections.abc import Iterator
from importlib import import_module
from itertools import product
from typing import Any

import numpy as np
import pytest

from scenarios.runner.stand_in import StandIn

MODULES = ("scenarios.grid.model", "scenarios.grid.write.test_write", "scenarios.grid.read.test_read")


@pytest.fixture
def suites(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Any, Any]]:
    """The model, the writers and the readers of the grid, as they are collected: without TensorFlow."""
    monkeypatch.setitem(sys.modules, "tensorflow", StandIn("tensorflow"))
    request.config.addinivalue_line("markers", "scenario(kind, id, reference, ...): one row of the table")
    model, writers, readers = map(import_module, MODULES)
    yield model, writers, readers
    for name in MODULES:
        del sys.modules[name]


def forms(writers: Any) -> list[str]:
    """The forms that the writers' marks name."""
    found = []
    for test in (value for name, value in vars(writers).items() if name.startswith("test_")):
        marks = {mark.name: mark for mark in test.pytestmark}
        prefixes = [prefix for prefix, _ in marks["parametrize"].args[1]]
        found += [marks["scenario"].kwargs["id"].format(prefix=prefix).removeprefix("write::") for prefix in prefixes]
    return found


def test_every_form_that_is_written_is_read_in_a_way_that_there_is(suites: tuple[Any, Any, Any]) -> None:
    model, writers, readers = suites
    written = forms(writers)
    assert {"h5", "normalization_h5", "batch_normalization_keras", "layer_normalization_checkpoint"} <= set(written)
    assert len(written) == len(set(written))
    ways = [model.parts(form)[1] for form in written]
    assert [way for way in ways if not set(readers.READ_AS.get(way, (way,))) <= set(readers.READ)] == []
    assert all(form.isidentifier() for form in written)


def test_what_a_model_predicts_is_no_loss(suites: tuple[Any, Any, Any]) -> None:
    model, _, _ = suites
    for exchanged in model.MODELS.values():
        seen = [model.flat(exchanged.expected), *map(model.flat, exchanged.losses.values())]
        assert all(np.isfinite(output).all() for output in seen)
        assert not any(model.alike(one, other) for one, other in product(seen, seen) if one is not other)
