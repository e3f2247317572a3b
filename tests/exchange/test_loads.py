"""Tests of looking up the grid: what became of each model, what was never measured, and that nothing is filled in."""

import ast
import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from tfcompat.errors import DataError, SelectionError
from tfcompat.exchange.loads import LOST, MODELS, NEEDED, GridRow, LoadResult, Loads, loads, parts, read
from tfcompat.outcomes import Status

OLD, MID, NEW = "tf2.5.3-py3.9", "tf2.7.4-py3.9", "tf2.15.1-py3.11"


def row(writer: str, reader: str, status: str = "works", *, form: str = "h5", **facts: str) -> GridRow:
    stage = facts.pop("stage", "read")
    return {
        **dict.fromkeys(NEEDED, ""),
        "form": form,
        "writer": writer,
        "reader": reader,
        "stage": stage,
        "status": status,
        **facts,
    }


GRID = [
    row(OLD, NEW),
    row(OLD, NEW, "wrong", form="keras", saved="[1.0]", loaded='"the statistics are lost"'),
    row(OLD, NEW, "wrong", form="normalization_h5", saved="[1.0]", loaded="[2.0]"),
    row(OLD, NEW, "fails", form="batch_normalization_h5", message="ValueError: no"),
    row(MID, NEW, "missing", stage="write", form="export", message="Missing: no export"),
    row(MID, NEW, "unknown", reason="no lock"),
    row(NEW, OLD, "crashes"),
]


def results(found: Loads) -> dict[tuple[str, str], LoadResult]:
    return {(pair.model, pair.format): pair.result for pair in found.pairs}


def test_what_became_of_each_model_is_said_by_its_result() -> None:
    found = loads(GRID, "2.5", "2.15")
    assert results(found) == {
        ("Normalization, Dense", "h5"): LoadResult.RIGHT,
        ("Normalization, Dense", "keras"): LoadResult.LOST,
        ("Normalization", "h5"): LoadResult.WRONG,
        ("BatchNormalization", "h5"): LoadResult.FAILS,
    }
    assert (found.writers, found.readers) == (["2.5.3"], ["2.15.1"])
    assert found.notes == ["2.5 is 2.5.3, its last patch", "2.15 is 2.15.1, its last patch"]
    assert found.counts == {**dict.fromkeys(LoadResult, 0), **dict.fromkeys(list(LoadResult)[:4], 1)}


def test_what_was_not_saved_or_not_measured_is_told_from_what_fails() -> None:
    found = loads(GRID, "2.7.4", "2.15.1")
    assert results(found) == {
        ("Normalization, Dense", "export"): LoadResult.NOT_SAVED,
        ("Normalization, Dense", "h5"): LoadResult.UNKNOWN,
    }
    assert [pair.message for pair in found.pairs] == ["Missing: no export", "no lock"]
    assert results(loads(GRID, "2.15", "2.5")) == {("Normalization, Dense", "h5"): LoadResult.FAILS}


def test_releases_that_the_grid_does_not_have_are_said_and_never_filled_in() -> None:
    found = loads(GRID, "2.5.3,2.6.5", "2.16..2.17", known=["2.6.5", "2.16.2", "2.17.1"])
    assert (found.pairs, found.writers, found.readers) == ([], ["2.5.3"], [])
    assert found.not_measured == {"writers": ["2.6.5"], "readers": ["2.16.2", "2.17.1"]}
    assert found.notes == ["2.16..2.17 is 2.16.2, 2.17.1: the last patch of each minor"]


def test_one_model_can_be_asked_for_in_whatever_case() -> None:
    assert {pair.model for pair in loads(GRID, "all", "all", "batchnormalization").pairs} == {"BatchNormalization"}
    assert {pair.model for pair in loads(GRID, "all", "all", "Normalization").pairs} == {"Normalization"}


@pytest.mark.parametrize(
    ("writers", "readers", "model", "says"),
    [
        ("2.4", "2.15", None, "'2.4' names no release: the known ones are 2.5.3 to 2.15.1"),
        ("2.5", "x", None, "'x' is neither a version"),
        ("2.5", "2.15", "BatchNorm", "no model of the grid is called 'BatchNorm': did you mean BatchNormalization?"),
        ("2.5", "2.15", "zzz", "did you mean 'Normalization, Dense', 'Normalization', 'BatchNormalization'?"),
    ],
)
def test_what_is_not_there_is_one_sentence(writers: str, readers: str, model: str | None, says: str) -> None:
    with pytest.raises(SelectionError) as raised:
        loads(GRID, writers, readers, model)
    assert says in str(raised.value)
    assert not str(raised.value).startswith("--")


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([OLD, MID, NEW]),
            st.sampled_from([OLD, MID, NEW]),
            st.sampled_from(["h5", "normalization_h5", "layer_normalization_keras"]),
            st.sampled_from(sorted(Status)),
        ),
        min_size=1,
        unique_by=lambda one: one[:3],
    ),
    st.sampled_from([OLD, MID, NEW]),
    st.sampled_from([OLD, MID, NEW]),
)
def test_each_pair_is_the_row_of_the_grid(made: list[tuple[str, ...]], writer: str, reader: str) -> None:
    """Held against the rows one by one: no row is left out or told twice, whatever holes there are."""
    rows = [row(one, other, status, form=form) for one, other, form, status in made]
    known = ["2.5.3", "2.7.4", "2.15.1"]
    found = loads(rows, writer[2:].split("-")[0], reader[2:].split("-")[0], known=known)
    expected = sorted(parts(form) for one, other, form, _ in made if (one, other) == (writer, reader))
    assert sorted((pair.model, pair.format) for pair in found.pairs) == expected
    assert sum(found.counts.values()) == len(expected)
    assert bool(found.not_measured["writers"]) == (writer not in {one for one, *_ in made})


def test_the_models_and_losses_are_those_of_the_suite() -> None:
    tree = ast.parse((ROOT / "scenarios" / "grid" / "model.py").read_text(encoding="utf-8"))
    (models,) = (
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and ast.unparse(node.targets[0]) == "MODELS"
        and isinstance(node.value, ast.Dict)
    )
    titles, losses = {}, set()
    for key, made in zip(models.keys, models.values, strict=True):
        assert isinstance(key, ast.Constant)
        assert isinstance(made, ast.Call)
        titles[key.value] = ast.literal_eval(made.args[0])
        losses |= {ast.unparse(name) for one in made.args if isinstance(one, ast.Dict) for name in one.keys if name}
    assert titles == dict(MODELS)
    assert {ast.literal_eval(loss) for loss in losses} == {ast.literal_eval(text) for text in LOST}


def test_the_published_grid_can_be_looked_up() -> None:
    found = loads(read(ROOT / "reports" / "grid.csv"), "2.7", "2.15")
    assert results(found)["Normalization, Dense", "h5"] is LoadResult.RIGHT
    assert LoadResult.UNKNOWN not in results(found).values()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "is not there: make it with tfcompat grid run"),
        ("", "is not a grid"),
        ("form,writer\nh5,a\n", "is not a grid"),
        (",".join(NEEDED) + "\nh5,a,b,read,strange,,,,\n", "'strange' is not a status"),
        (b"\xff\xfe", "is not a grid"),
    ],
)
def test_a_damaged_grid_is_one_sentence(text: str | bytes | None, says: str, tmp_path: Path) -> None:
    path = tmp_path / "grid.csv"
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DataError, match=says):
        read(path)


def test_a_grid_that_is_older_than_harm_is_read(tmp_path: Path) -> None:
    path = tmp_path / "grid.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, NEEDED)
        writer.writeheader()
        writer.writerow(row(OLD, NEW, "differs", loaded="[2.0]"))
    assert loads(read(path), "2.5", "2.15").pairs[0].result is LoadResult.WRONG
