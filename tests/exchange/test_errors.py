"""Tests of the errors of loading: each error once, whatever differs between two prints of it, and where it was."""

from pathlib import Path

from tests.conftest import ROOT
from tfcompat.exchange.errors import errors, read
from tfcompat.exchange.loads import NEEDED
from tfcompat.select.releases import spanned

OLD, MID, NEW = "tf2.5.3-py3.9", "tf2.7.4-py3.9", "tf2.15.1-py3.11"


def row(writer: str, reader: str, message: str = "", **facts: str) -> dict[str, str]:
    return {
        **dict.fromkeys(NEEDED, ""),
        "form": "h5",
        "writer": writer,
        "reader": reader,
        "stage": "read",
        "status": "fails" if message else "works",
        "message": message,
        **facts,
    }


def test_an_error_is_one_whatever_number_name_or_machine_it_prints() -> None:
    first = "ValueError: no Op 'X' in binary running on 484afd83e101 at 0x7f12 of 3 layers"
    other = "ValueError: no Op 'X' in binary running on box at 0xab of 12 layers"
    (error,) = errors([row(NEW, OLD, first), row(NEW, MID, other), row(OLD, OLD), row(MID, OLD)])
    assert error.message == first
    assert error.where == ("h5: saved by 2.15.1, loaded by 2.7.4, 2.5.3",) or error.where == (
        "h5: saved by 2.15.1, loaded by 2.5.3 – 2.7.4",
    )


def test_where_it_was_is_no_more_than_the_pairs_say() -> None:
    grid = [row(writer, reader) for writer in (OLD, MID, NEW) for reader in (OLD, MID, NEW)]
    for pair in ((OLD, MID), (OLD, NEW), (MID, NEW)):
        grid.append(row(*pair, "KeyError: 'vars'", form="keras"))
    (error,) = errors(grid)
    assert error.where == ("keras: saved by 2.5.3 – 2.7.4, loaded by 2.7.4 – 2.15.1, in 3 of these pairs",)


def test_forms_with_the_same_pairs_share_a_sentence_and_saving_has_no_reader() -> None:
    refused = [
        row(NEW, reader, "AttributeError: no export", form=form, stage="write")
        for form in ("a", "b")
        for reader in (OLD, MID)
    ]
    (error,) = errors([*refused, row(OLD, OLD)])
    assert error.where == ("a, b: saved by 2.15.1",)


def test_the_most_frequent_error_is_the_first_and_what_works_is_none() -> None:
    grid = [
        row(OLD, OLD, "A: rare"),
        row(OLD, MID, "B: often"),
        row(OLD, NEW, "B: often"),
        row(MID, NEW, "C: wrong", status="wrong"),
    ]
    assert [error.message for error in errors(grid)] == ["B: often", "A: rare"]


def test_what_is_beyond_some_sentences_is_named() -> None:
    cells = [f"tf2.{number}.0-py3.9" for number in range(2, 12)]
    grid = [row(writer, OLD, "E: x", form=f"form{number}") for number, writer in enumerate(cells)]
    (error,) = errors(grid)
    assert len(error.where) == 7
    assert error.where[-1] == "and form6, form7, form8, form9: tfcompat loads says where"


def test_releases_are_spans_of_the_grids_own() -> None:
    assert spanned({"2", "3", "5"}, ["1", "2", "3", "4", "5"]) == "2 – 3, 5"
    assert spanned(set(), ["1"]) == ""


def test_no_grid_has_no_errors(tmp_path: Path) -> None:
    assert read(tmp_path / "grid.csv") == []


def test_the_committed_grid_says_what_a_zipped_model_raises_on_an_older_release() -> None:
    found = {error.message: error.where for error in read(ROOT / "reports" / "grid.csv")}
    where = found["OSError: Unable to open file (file signature not found)"]
    assert all(sentence.endswith("saved by 2.13.1 – 2.21.0, loaded by 2.8.4 – 2.11.1") for sentence in where)
