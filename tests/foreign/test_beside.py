"""Tests of distributions beside a release: one name for one request, and a lock even where the release's own pins forbid it."""

from dataclasses import replace
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from tests import fakes
from tests.fakes import FakeEngine, FakeUv
from tfcompat.environments import locks
from tfcompat.errors import SelectionError
from tfcompat.foreign import beside
from tfcompat.foreign.beside import Extras
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.process import Completed
from tfcompat.run.matrix import Matrix
from tfcompat.select.variants import BUNDLED, Variant
from tfcompat.trials.store import Store

PANDAS = Variant(name="pandas", title="pandas", releases=SpecifierSet(">=2.2"), requires=("pandas",), pinned=True)


def test_requirements_have_one_form() -> None:
    assert beside.requirements(["Pandas <2", "attrs", "pandas<2"]) == ("attrs", "pandas<2")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("pan das", "is not a distribution"),
        ("x @ https://example.org/x.whl", "is an address"),
        ("tensorflow-cpu==2.4", "is TensorFlow itself"),
        ("TF_Nightly", "is TensorFlow itself"),
    ],
)
def test_what_names_no_distribution(text: str, says: str) -> None:
    with pytest.raises(SelectionError, match=says):
        beside.requirements([text])


def test_a_variant_of_the_project_that_is_the_same_is_taken() -> None:
    cell = fakes.cell()
    assert Extras(required=("pandas",), variants=[BUNDLED, PANDAS]).cell(cell).variant == PANDAS
    other = Extras(required=("pandas<2",), variants=[BUNDLED, PANDAS]).cell(cell)
    assert other.id.startswith("tf2.16.2-py3.12+with-pandas-")
    assert other.variant.requires == ("pandas<2",)
    assert other.variant.pinned


def test_another_request_has_another_name_and_nothing_beside_changes_nothing() -> None:
    cell = fakes.cell()
    names = {Extras(required=texts).cell(cell).id for texts in (("a",), ("a<2",), ("a", "b"))}
    assert len(names) == 3
    assert Extras(required=()).cell(cell) == cell


def test_what_is_beside_a_variant_is_beside_all_of_it() -> None:
    legacy = replace(PANDAS, name="legacy", requires=("tf-keras",), variables=(("A", "1"),), pinned=False)
    cell = Extras(required=("pandas",), variants=[PANDAS]).cell(replace(fakes.cell(), variant=legacy))
    assert cell.variant.requires == ("tf-keras", "pandas")
    assert (cell.variant.variables, cell.variant.pinned) == ((("A", "1"),), False)
    assert cell.variant.name.startswith("legacy-with-pandas-")


def matrix_with(uv: FakeUv, folder: Path) -> Matrix:
    return Matrix(
        engine=FakeEngine(),
        program=fakes.program(),
        scenarios=(),
        store=Store(folder / "trials"),
        uv=uv,
        package=locks.DEFAULT_PACKAGE,
        lock_folders=[folder / "locks"],
        emit=lambda event: None,
    )


def resolving(forbids: bool) -> FakeUv:
    """A uv that resolves, but not below constraints where it ``forbids`` that."""

    def answer(arguments: list[str]) -> Completed:
        constraints = Path(arguments[arguments.index("--constraint") + 1]).read_text()
        if forbids and constraints.strip():
            return Completed(code=1, output="No solution found")
        Path(arguments[arguments.index("--output-file") + 1]).write_text(
            f"numpy==2.0 \\\n    --hash=sha256:{'a' * 64}\n"
        )
        return Completed(code=0, output="")

    return FakeUv(answer)


@pytest.mark.parametrize(("forbids", "pinned"), [(False, True), (True, False)])
def test_pins_that_forbid_it_are_given_up(forbids: bool, pinned: bool, tmp_path: Path) -> None:
    uv = resolving(forbids)
    matrix = matrix_with(uv, tmp_path)
    bundled = fakes.cell()
    locks.save(fakes.lock(bundled), tmp_path / "locks" / locks.file_name(bundled, matrix.package))
    cell = Extras(required=("numpy",)).cell(bundled)
    lock = beside.make_lock(matrix, cell)
    assert lock.cell == cell.id
    assert locks.find(cell, matrix.package, matrix.lock_folders) == lock
    assert beside.changed(lock, fakes.lock(bundled)) == {}
    assert (len(uv.asked) == 1) == pinned


def test_a_cell_without_anything_beside_has_no_second_chance(tmp_path: Path) -> None:
    uv = FakeUv(lambda arguments: Completed(code=1, output="No solution found"))
    with pytest.raises(NoAnswerError) as error:
        beside.make_lock(matrix_with(uv, tmp_path), fakes.cell())
    assert error.value.reason is Reason.NO_LOCK


def test_what_is_another_version_is_said() -> None:
    lock = replace(fakes.lock(), text=fakes.lock().text + f"numpy==2.0 \\\n    --hash=sha256:{'a' * 64}\n")
    alone = replace(lock, text=lock.text.replace("numpy==2.0", "numpy==1.26"))
    assert beside.changed(lock, alone) == {"numpy": ("1.26", "2.0")}
    assert beside.changed(lock, None) == {}
