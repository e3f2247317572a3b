"""Reading files: notebooks, encodings, and what cannot be read, each with a note instead of an error."""

import ast
import json
import os
from pathlib import Path

import pytest

from tfcompat.errors import SelectionError
from tfcompat.scan.code.statements import LONGEST
from tfcompat.scan.report import used
from tfcompat.scan.sources import LARGEST, files, read

CODE = "import tensorflow as tf\nlayer = tf.keras.layers.Normalization()\n"


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def notebook(*cells: str, kind: str = "code") -> str:
    return json.dumps({"cells": [{"cell_type": kind, "source": text.splitlines(keepends=True)} for text in cells]})


def said(path: Path) -> list[str]:
    return [note.says for note in read(path).notes]


def test_a_notebook_is_one_program_whose_cells_are_numbered(tmp_path: Path) -> None:
    text = notebook(
        "%matplotlib inline\n!pip install keras\nimport tensorflow as tf", "x = 1", "tf.keras.layers.Normalization()"
    )
    source = read(written(tmp_path / "a.ipynb", text))
    assert [(use.cell, use.line, use.subject) for use in used(source)[0]] == [(3, 1, "tf.keras.layers.Normalization")]


def test_a_notebook_of_format_3_is_read(tmp_path: Path) -> None:
    text = json.dumps({"worksheets": [{"cells": [{"cell_type": "code", "input": CODE}]}]})
    assert len(used(read(written(tmp_path / "a.ipynb", text)))[0]) == 1


def test_a_cell_that_cannot_be_parsed_is_passed_over(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.ipynb",
        notebook("import tensorflow as tf  # normalization", "def (", "tf.nn.moments(x, 0)", "%%bash\nls -l"),
    )
    assert said(path) == ["cell 2 cannot be parsed: line 1: invalid syntax"]
    assert [use.subject for use in used(read(path))[0]] == ["tf.nn.moments"]


def test_what_the_shell_gives_a_name_is_passed_over(tmp_path: Path) -> None:
    cell = "files = !ls *.csv\na, b = %sql select 1\nimport tensorflow as tf\ntf.nn.moments(files, 0)"
    path = written(tmp_path / "a.ipynb", notebook(cell))
    assert said(path) == []
    assert [use.subject for use in used(read(path))[0]] == ["tf.nn.moments"]


def test_a_folder_that_cannot_be_listed_has_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed").mkdir()
    real = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    (file,) = files([tmp_path])
    assert said(file) == ["is a folder that cannot be listed"]


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        "keras normalization",
        '{"cells": 3, "a": "keras normalization"}',
        '{"cells": [1], "b": "keras lookup"}',
        '["keras normalization"]',
        '{"cell": "keras normalization"}',
        "[" * 100_000 + '"keras normalization"',
    ],
)
def test_what_is_no_notebook_has_a_note_or_is_nothing(text: str, tmp_path: Path) -> None:
    path = written(tmp_path / "a.ipynb", text)
    assert len(said(path)) == ("keras" in text)
    assert read(path).pieces == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("import keras  # normalization\nprint 'Python 2'\n", "cannot be parsed: line 2: "),
        (b"# -*- coding: rot13 -*-\nkeras normalization", "cannot be parsed: "),
        (
            b"# coding: punycode\n# keras normalization\nx='" + b"a" * 400_000 + b"-" + b"b9" * 200_000,
            "is written in punycode",
        ),
        (b"import keras # normalization \xff\n", "cannot be parsed: "),
        (b"import keras # normalization\n\0", "cannot be parsed: "),
        ("# keras normalization\nx = " + "(" * 5000, "cannot be parsed: "),
        ("# keras normalization\nx = " + "-" * 20_000 + "1", "cannot be parsed: it is nested too deeply"),
        ("# keras normalization\nx = 1" + "+1" * 20_000, "cannot be parsed: it is nested too deeply"),
        ("# keras normalization\n" + "x" * LARGEST[".py"], "is too large to be read: "),
    ],
)
def test_what_cannot_be_read_has_a_note(text: str | bytes, says: str, tmp_path: Path) -> None:
    notes = said(written(tmp_path / "a.py", text))
    assert len(notes) == 1
    assert notes[0].startswith(says)


def test_a_file_of_the_largest_size_is_read_and_one_that_does_not_normalize_is_not_parsed(tmp_path: Path) -> None:
    whole = "# keras normalization\n"
    source = read(written(tmp_path / "a.py", whole + "#" * (LARGEST[".py"] - len(whole))))
    assert ([piece.cell for piece in source.pieces], source.notes) == ([0], ())
    for text in ("import keras\n(", "normalization = (\n"):
        source = read(written(tmp_path / "b.py", text))
        assert (source.pieces, source.notes) == ((), ())


def test_a_name_that_the_system_refuses_has_a_note() -> None:
    assert said(Path("a" * 300 + ".py")) == ["cannot be read: File name too long"]


def test_a_notebook_may_be_larger_than_a_file(tmp_path: Path) -> None:
    path = written(tmp_path / "a.ipynb", notebook(CODE, "#" * LARGEST[".py"]))
    assert (len(read(path).pieces), said(path)) == (2, [])
    assert said(written(tmp_path / "a.py", path.read_bytes()))[0].startswith("is too large to be read: ")


def test_only_the_code_of_a_notebook_is_read_and_of_it_what_is_python(tmp_path: Path) -> None:
    cells = [CODE, "%%time\nx = 1", "%%html\n<p>", "\n%%capture out\ny = 2"]
    assert [ast.unparse(piece.tree) for piece in read(written(tmp_path / "a.ipynb", notebook(*cells))).pieces] == [
        CODE.strip(),
        "pass\nx = 1",
        "",
        "pass\ny = 2",
    ]
    assert read(written(tmp_path / "a.ipynb", notebook(CODE, kind="markdown"))).pieces == ()


def test_what_has_too_much_to_follow_has_a_note(tmp_path: Path) -> None:
    deep = CODE + "x = y" + ".a()" * 600
    long = CODE + "pass\n" * LONGEST
    for text in (deep, long):
        uses, notes = used(read(written(tmp_path / "a.py", text)))
        assert [use.line for use in uses] == [2]
        assert [note.says for note in notes] == ["has more to follow than is looked at: what comes later is not known"]


def test_loops_of_links_and_other_peoples_code_are_left_out_and_each_file_is_once(tmp_path: Path) -> None:
    written(tmp_path / "a.py", CODE)
    (tmp_path / ".venv").mkdir()
    written(tmp_path / ".venv" / "b.py", CODE)
    (tmp_path / "keras.egg-info").mkdir()
    written(tmp_path / "keras.egg-info" / "b.py", CODE)
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    written(tmp_path / "c.txt", CODE)
    assert list(files([tmp_path, tmp_path / "a.py"])) == [tmp_path / "a.py"]


def test_a_dangling_link_and_a_fifo_have_a_note(tmp_path: Path) -> None:
    (tmp_path / "a.py").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "b.py")
    assert [said(path) for path in files([tmp_path])] == [["is no file"], ["is no file"]]


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SelectionError, match="is not there: name Python files"):
        list(files([tmp_path / "none"]))


def test_code_that_recurses_and_loops_ends(tmp_path: Path) -> None:
    text = CODE + "def f(x):\n    return g(x)\ndef g(x):\n    return f(x)\nf(layer)\n"
    text += "".join("    " * depth + f"for a{depth} in b:\n" for depth in range(18)) + "    " * 18 + "f(layer)\n"
    uses, notes = used(read(written(tmp_path / "a.py", text)))
    assert (len(uses), notes) == (1, [])
