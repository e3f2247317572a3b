"""Tests of data files: whatever a file holds, it is read into its model, or refused in one sentence."""

from pathlib import Path
from typing import Annotated

import msgspec
import pytest

from tfcompat.errors import DataError
from tfcompat.outcomes import Status
from tfcompat.questions import datafile
from tfcompat.questions.datafile import Count, Text, Texts


class Claim(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: Text
    number: Count = 1
    status: tuple[Status, ...] = ()
    given: "Claim | None" = None
    also: Texts = ()
    one: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1, max_length=1)] = ()

    def __post_init__(self) -> None:
        if self.id == "bad":
            raise ValueError("is bad: make it good")


class ClaimsFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    claims: tuple[Claim, ...]


def read(folder: Path, content: bytes | str) -> ClaimsFile:
    path = folder / "claims.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return datafile.load(path, ClaimsFile, "a list of claims")


def test_a_file_is_read_into_its_model(tmp_path: Path) -> None:
    content = """
        [[claims]]
        id = "C1"
        number = 1000000
        status = ["works"]
        given = { id = "C0" }
    """
    (claim,) = read(tmp_path, content).claims
    assert claim == Claim(id="C1", number=1_000_000, status=(Status.WORKS,), given=Claim(id="C0"))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "{path} lacks claims: add it"),
        ("claims = []\nmore = 1", "{path} has unknown more: remove it, or correct its name"),
        ("claims = 1", "{path}: claims is not a list: write it in [brackets]"),
        ("claims = [1]", "item 1 of claims in {path} is not a table: write its keys and values"),
        ("claims = [{}]", "item 1 of claims in {path} lacks id: add it"),
        ('claims = [{id = "bad"}]', "claim bad in {path} is bad: make it good"),
        ('claims = [{id = "C1", given = {}}]', "claim C1 in {path}: given lacks id: add it"),
        ('claims = [{id = "C1", given = {id = "bad"}}]', "claim C1 in {path}: given is bad: make it good"),
        (
            'claims = [{id = "C1", given = {id = "C2", also = 1}}]',
            "claim C1 in {path}, given: also is not a list: write it in [brackets]",
        ),
        (
            'claims = [{id = "C1", also = ["a", ""]}]',
            'claim C1 in {path}, item 2 of also is not a text: write some words in "quotes"',
        ),
        (
            'claims = [{id = "C1", also = []}]',
            "claim C1 in {path}: also is an empty list: give it an item, or leave it out",
        ),
        (
            'claims = [{id = "C1", one = ["a", "b"]}]',
            "claim C1 in {path}: one has more than one item: keep one",
        ),
        (
            'claims = [{id = "C1", status = ["worked"]}]',
            "claim C1 in {path}, item 1 of status is 'worked', which is not a status: "
            "write one of works, wrong, answered, missing, fails, crashes, hangs, unknown",
        ),
        (
            'claims = [{id = "C1", given = {id = "C2", status = ["worked"]}}]',
            "claim C1 in {path}, given, item 1 of status is 'worked', which is not a status: "
            "write one of works, wrong, answered, missing, fails, crashes, hangs, unknown",
        ),
        *(
            (
                f'claims = [{{id = "C1", number = {number}}}]',
                "claim C1 in {path}: number is not a whole number from 1 to 1000000: write one, without quotes",
            )
            for number in ("0", "1000001", "true", "1.0", "nan", "inf", "9" * 4000, f"0x{'f' * 9000}", "1979-05-27")
        ),
    ],
)
def test_what_does_not_fit_is_one_sentence_that_says_where_and_what_to_do(
    tmp_path: Path, content: str, sentence: str
) -> None:
    with pytest.raises(DataError) as refused:
        read(tmp_path, content)
    assert str(refused.value) == sentence.format(path=tmp_path / "claims.toml")


@pytest.mark.parametrize(
    "content",
    [
        "= 1",
        b"\xff",
        b'claims = [{id = "\xed\xa0\x80"}]',
        'claims = [{id = "\\ud800"}]',
        f"claims = [{{id = {'9' * 5000}}}]",
        "claims = " + "[" * 100_000,
    ],
    ids=["not TOML", "not UTF-8", "a lone surrogate", "a lone surrogate, escaped", "a huge number", "a deep list"],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path: Path, content: bytes | str) -> None:
    with pytest.raises(DataError, match=r"claims\.toml is not a list of claims \(.*\): restore it with git checkout"):
        read(tmp_path, content)


@pytest.mark.parametrize(
    ("value", "levels"), [(1, 1), ([], 1), ([[]], 2), ([1, [2, 3]], 3), ({"a": {"b": []}}, 3), ([{"a": 1}, []], 3)]
)
def test_lists_and_tables_are_nested_as_deep_as_their_deepest_item(value: object, levels: int) -> None:
    assert not datafile.nests_deeper(value, levels)
    assert datafile.nests_deeper(value, levels - 1)


def test_the_smallest_count_and_a_single_text_fit(tmp_path: Path) -> None:
    (claim,) = read(tmp_path, 'claims = [{id = "C1", number = 1, also = ["a"]}]').claims
    assert (claim.number, claim.also) == (1, ("a",))


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"claims\.toml is not a list of claims \(.*\): restore it with git checkout"):
        datafile.load(tmp_path / "claims.toml", ClaimsFile, "a list of claims")


def test_what_is_nested_fifty_deep_is_read(tmp_path: Path) -> None:
    """The file, its list and the claim, the value, and what stands between these."""
    with pytest.raises(DataError, match="id is not a text"):
        read(tmp_path, f"[[claims]]\n{'given.' * 46}id = 1")


@pytest.mark.parametrize("levels", [47, 5000])
def test_what_is_nested_too_deep_is_one_sentence(tmp_path: Path, levels: int) -> None:
    with pytest.raises(DataError, match=r"claims\.toml is nested too deep: restore it with git checkout$"):
        read(tmp_path, f"[[claims]]\n{'given.' * levels}id = 1")


def test_no_text_of_a_file_is_obeyed_by_a_terminal(tmp_path: Path) -> None:
    for claim in (
        r'{id = "a\u001b[31m\u202eb", also = 1}',
        r'{id = "a", status = ["\u001b[31m"]}',
        r'{id = "a", "\u001b" = 1}',
    ):
        with pytest.raises(DataError) as refused:
            read(tmp_path, f"claims = [{claim}]")
        assert str(refused.value).isprintable()
