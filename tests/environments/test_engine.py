"""The command that every sandbox runs, and what its environment may show."""

import json
from dataclasses import replace

import pytest
from packaging.specifiers import SpecifierSet

from tests import fakes
from tfcompat.environments.engine import CELL_VARIABLES, LockedCell
from tfcompat.select.variants import Variant


def argv(*arguments: str) -> list[str]:
    return fakes.program(*arguments).argv("/venv/bin/python", "/mnt/scenarios", "/mnt/bundle", "/tmp/scratch")  # noqa: S108


def test_the_interpreter_is_isolated_and_starts_the_suites_program() -> None:
    assert argv()[:4] == ["/venv/bin/python", "-I", "-B", "/mnt/scenarios/runner/cell.py"]


def test_the_settings_are_one_json_object_with_the_places_as_the_sandbox_sees_them() -> None:
    assert json.loads(argv()[4]) == {
        "bundle": "/mnt/bundle",
        "suite": "0123456789abcdef",
        "parallel": 2,
        "memory": 1 << 30,
        "scratch": "/tmp/scratch",  # noqa: S108
    }


@pytest.mark.parametrize(
    ("cores", "among", "parallel", "share"), [(8.0, 1, 8, 8.0), (8.0, 3, 2, 8 / 3), (2.0, 4, 1, 1.0), (1.0, 1, 1, 1.0)]
)
def test_cells_that_run_at_once_share_the_cores(cores: float, among: int, parallel: int, share: float) -> None:
    program = replace(fakes.program(), cores=cores).shared(among)
    assert (program.parallel, program.cores) == (parallel, share)


def test_what_pytest_is_told_comes_last_and_as_it_was() -> None:
    assert argv()[5:] == ["--"]
    assert argv("-k", "mean and not axis")[5:] == ["--", "-k", "mean and not axis"]


def test_a_cell_sees_no_accelerator_and_a_language_of_plain_text() -> None:
    assert (CELL_VARIABLES["CUDA_VISIBLE_DEVICES"], CELL_VARIABLES["LANG"]) == ("-1", "C.UTF-8")


def test_a_cell_sees_its_variants_variables_beside_the_common_ones() -> None:
    legacy = Variant(name="legacy", title="t", releases=SpecifierSet(), variables=(("TF_USE_LEGACY_KERAS", "1"),))
    bundled = LockedCell(cell=fakes.cell(), lock=fakes.lock())
    varied = replace(bundled, cell=replace(bundled.cell, variant=legacy))
    assert bundled.variables == CELL_VARIABLES
    assert varied.variables == {**CELL_VARIABLES, "TF_USE_LEGACY_KERAS": "1"}


def test_the_variables_of_a_run_come_before_all_others() -> None:
    locked = LockedCell(cell=fakes.cell(), lock=fakes.lock(), variables_of_run=(("LANG", "C"), ("TZ", "UTC")))
    assert locked.variables == {**CELL_VARIABLES, "LANG": "C", "TZ": "UTC"}
