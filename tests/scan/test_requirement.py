"""Tests of requirements: what a pyproject.toml says of TensorFlow, by PEP 621 and as Poetry writes it."""

from pathlib import Path

import pytest

from tfcompat.scan.requirement import of_poetry, project_of, required, specifier_of

PROJECT = '[project]\ndependencies = ["tensorflow>=2.6"]\n'


@pytest.mark.parametrize(
    ("version", "specifier"),
    [
        ("*", ""),
        (" ", ""),
        ("^2.6", ">=2.6,<3"),
        ("^2.6.1", ">=2.6.1,<3"),
        ("~2.6", ">=2.6,<2.7"),
        ("~2.6.3", ">=2.6.3,<2.7"),
        ("~=2.6", "~=2.6"),
        ("~2", "~2"),
        ("2.6.1", "==2.6.1"),
        (">=2.6, <2.9", ">=2.6,<2.9"),
        ("!=2.7.0", "!=2.7.0"),
        ("<3", "<3"),
        ("=2.6", "=2.6"),
    ],
)
def test_a_version_of_poetry_is_said_in_the_words_of_pep_440(version: str, specifier: str) -> None:
    assert of_poetry(version) == specifier


def test_what_is_no_requirement_on_tensorflow_says_nothing() -> None:
    assert specifier_of("tensorflow-datasets>=4") is None
    assert specifier_of("numpy") is None
    assert str(specifier_of("Tensorflow_CPU==2.9.3")) == "==2.9.3"


def test_only_tensorflow_of_poetrys_dependencies_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.poetry.dependencies]\n"
        'python = "^3.10"\ntensorflow-io = "~0.3"\nnumpy = 3\ntensorflow = { version = "^2.6", extras = ["x"] }\n'
        "tensorflow-cpu = { path = 3, version = 4 }\n"
    )
    found, notes = required([tmp_path])
    assert [(one.text, str(one.specifier)) for one in found] == [("tensorflow>=2.6,<3", "<3,>=2.6")]
    assert notes == []


def test_what_cannot_be_read_is_said_and_the_next_is_read(tmp_path: Path) -> None:
    for name, text in (("broken", "["), ("whole", PROJECT), ("wrong", '[project]\ndependencies = ["tensorflow>>2"]\n')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pyproject.toml").write_text(text)
    (tmp_path / "latin").mkdir()
    (tmp_path / "latin" / "pyproject.toml").write_bytes(b"\xff")
    found, notes = required([tmp_path / name for name in ("broken", "latin", "wrong", "whole", "whole")])
    assert [Path(one.path).parent.name for one in found] == ["whole"]
    assert [Path(note.path).parent.name for note in notes] == ["broken", "latin", "wrong"]


def test_a_file_that_may_not_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text(PROJECT)

    def refuse(path: Path, **options: object) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_text", refuse)
    found, (note,) = required([tmp_path])
    assert found == []
    assert "cannot be read" in note.says


def test_the_project_of_a_link_is_where_it_leads_and_of_a_broken_one_where_it_lies(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir()
        (folder / "pyproject.toml").write_text(PROJECT)
    (there / "code.py").touch()
    (here / "link.py").symlink_to(there / "code.py")
    (here / "broken.py").symlink_to(there / "gone.py")
    assert project_of(here / "link.py") == there / "pyproject.toml"
    assert project_of(here / "broken.py") == here / "pyproject.toml"
    assert project_of(here / "new.py") == here / "pyproject.toml"


def test_a_project_ends_where_its_repository_begins(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "inner" / ".git").mkdir(parents=True)
    assert project_of(tmp_path / "inner") is None
    assert required([tmp_path / "inner"]) == ([], [])
