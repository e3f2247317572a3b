"""Fixing: an import path becomes one that works on all the releases, and nothing else is touched."""

import ast
import json
from pathlib import Path

import pytest

from tests import fakes
from tests.scan.made import RELEASES, door
from tfcompat.door.fill import in_memory
from tfcompat.outcomes import Status
from tfcompat.scan.fix import Fix, advised, apply, candidates, fixes, fixes_of, working
from tfcompat.scan.judge import Judge
from tfcompat.scan.known.names import Use
from tfcompat.scan.report import scan
from tfcompat.scan.sources import LARGEST

NEW = RELEASES[1:]
OLD_MODULE = "tensorflow.keras.layers.experimental.preprocessing"


def fixed(folder: Path, code: str, releases: list[str] = NEW) -> tuple[str, list[Fix], list[Fix]]:
    """The code with its fixes, those that were written and those that were not."""
    path = folder / "code.py"
    path.write_bytes(code.encode())
    done, left = apply(fixes(Judge(door()), scan([path], door()).findings, releases))
    return path.read_bytes().decode(), done, left


@pytest.mark.parametrize(
    ("code", "new"),
    [
        (f"from {OLD_MODULE} import Normalization\n", "from tensorflow.keras.layers import Normalization\n"),
        (
            f"from {OLD_MODULE} import Normalization as N  # é\r\nN()",
            "from tensorflow.keras.layers import Normalization as N  # é\r\nN()",
        ),
        (
            f"from {OLD_MODULE} import (\r\n    Normalization,\r\n    Rescaling)\r\nx = 1\r\n",
            f"from {OLD_MODULE} import Rescaling\r\nfrom tensorflow.keras.layers import Normalization\r\nx = 1\r\n",
        ),
        (
            f"def f():\n    from {OLD_MODULE} import (\n        Normalization,\n        Rescaling)\n    return 1\n",
            f"def f():\n    from {OLD_MODULE} import Rescaling\n"
            "    from tensorflow.keras.layers import Normalization\n    return 1\n",
        ),
        (
            "import tensorflow as tf\nn = 'é', tf.keras.layers.experimental.preprocessing.Normalization(axis=None), 1\n",
            "import tensorflow as tf\nn = 'é', tf.keras.layers.Normalization(axis=None), 1\n",
        ),
        (
            "import tensorflow as tf\nL = tf.keras.layers\nn = [L.experimental.preprocessing.Normalization() for i in x]\n",
            "import tensorflow as tf\nL = tf.keras.layers\nn = [L.Normalization() for i in x]\n",
        ),
        (
            "import tensorflow as tf\nn = (tf.keras\n .layers  # é\n .experimental.preprocessing\n .Normalization(), 1)\nx = 1\n",
            "import tensorflow as tf\nn = (tf.keras\n .layers  # é\n \n .Normalization(), 1)\nx = 1\n",
        ),
        (
            f"# above\nfrom {OLD_MODULE} import (\n    Normalization,\n)\nx = 1  # below\n",
            "# above\nfrom tensorflow.keras.layers import Normalization\nx = 1  # below\n",
        ),
        (
            "from tensorflow.python.keras.layers import BatchNormalization\n",
            "from tensorflow.keras.layers import BatchNormalization\n",
        ),
    ],
)
def test_a_path_that_does_not_work_everywhere_becomes_one_that_does(code: str, new: str, tmp_path: Path) -> None:
    text, done, left = fixed(tmp_path, code)
    ast.parse(text)
    assert (text, len(done), left) == (new, 1, [])
    assert fixed(tmp_path, text) == (new, [], []), "there is nothing more to fix"


@pytest.mark.parametrize(
    "code",
    [
        f"from {OLD_MODULE} import (\n    Normalization,  # kept\n    Rescaling,\n)\n",
        f"from {OLD_MODULE} import Normalization, Rescaling  # both\n",
        f"from {OLD_MODULE} import (  # why\n    Normalization,\n)\n",
        f"from {OLD_MODULE} import (\n    Normalization,\n    # last\n)\n",
    ],
)
def test_a_comment_that_may_belong_to_another_line_is_left_to_a_person(code: str, tmp_path: Path) -> None:
    text, done, left = fixed(tmp_path, code)
    assert (text, done, len(left)) == (code, [], 1)


def test_where_no_path_is_everywhere_two_of_them_are_tried(tmp_path: Path) -> None:
    text, done, _ = fixed(tmp_path, "if x:\n    from tensorflow.keras.layers import Normalization\n", RELEASES)
    assert len(done) == 1
    assert text == (
        "if x:\n    try:\n        from tensorflow.keras.layers import Normalization\n    except ImportError:\n"
        f"        from {OLD_MODULE} import Normalization\n"
    )
    assert fixed(tmp_path, text, RELEASES) == (text, [], [])


@pytest.mark.parametrize(
    "code",
    [
        f"x = 1; from {OLD_MODULE} import Normalization\n",
        f"from {OLD_MODULE} import Normalization; x = 1\n",
        "from tensorflow.keras.layers.experimental import preprocessing\nn = preprocessing.Normalization()\n",
        f"# -*- coding: latin-1 -*-\n# \xe9\nfrom {OLD_MODULE} import Normalization\n",
    ],
)
def test_what_is_not_clear_is_left_to_a_person(code: str, tmp_path: Path) -> None:
    path = tmp_path / "code.py"
    path.write_bytes(code.encode("latin-1"))
    done, left = apply(fixes(Judge(door()), scan([path], door()).findings, NEW))
    assert (path.read_bytes(), done) == (code.encode("latin-1"), [])
    assert [fix.paths for fix in left] == [("tf.keras.layers.Normalization",)]


@pytest.mark.parametrize(
    "code",
    [
        "from tensorflow.keras.layers import RMSNormalization\n",
        "import tensorflow as tf\nif hasattr(tf, 'x'):\n    tf.keras.layers.experimental.preprocessing.Normalization()\n",
        "try:\n    from tensorflow.keras.layers import Normalization\nexcept ImportError:\n"
        f"    from {OLD_MODULE} import Normalization\n",
    ],
)
def test_what_no_path_gives_and_what_needs_no_fix_is_left(code: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, code) == (code, [], [])


def test_each_of_some_fixes_of_a_file_is_written_at_its_place(tmp_path: Path) -> None:
    """One takes more lines than before, and two are in one line."""
    path = "tf.keras.layers.experimental.preprocessing.Normalization"
    code = f"from {OLD_MODULE} import Normalization, Rescaling\nimport tensorflow as tf\nn = {path}(), {path}(axis=1)\nx = 1\n"
    text, done, left = fixed(tmp_path, code)
    assert text == (
        f"from {OLD_MODULE} import Rescaling\nfrom tensorflow.keras.layers import Normalization\n"
        "import tensorflow as tf\nn = tf.keras.layers.Normalization(), tf.keras.layers.Normalization(axis=1)\nx = 1\n"
    )
    assert (len(done), left) == (3, [])


def test_the_fixes_of_several_files_are_written_into_their_own(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.py").write_text(f"{name} = 1\nfrom {OLD_MODULE} import Normalization\n", encoding="utf-8")
    done, left = apply(fixes(Judge(door()), scan([tmp_path], door()).findings, NEW))
    assert (len(done), left) == (2, [])
    for name in ("a", "b"):
        text = (tmp_path / f"{name}.py").read_text(encoding="utf-8")
        assert text == f"{name} = 1\nfrom tensorflow.keras.layers import Normalization\n"


def test_an_expression_that_needs_two_paths_is_left_to_a_person(tmp_path: Path) -> None:
    code = "import tensorflow as tf\ntf.keras.layers.Normalization()\n"
    text, done, left = fixed(tmp_path, code, RELEASES)
    assert (text, done) == (code, [])
    assert [fix.write for fix in left] == [
        "tf.keras.layers.Normalization and, where that is not there, "
        "tf.keras.layers.experimental.preprocessing.Normalization"
    ]


def test_a_file_of_the_largest_size_is_fixed(tmp_path: Path) -> None:
    code = f"from {OLD_MODULE} import Normalization\n#"
    text, done, _ = fixed(tmp_path, code + "x" * (LARGEST[".py"] - len(code)))
    assert (len(done), text[:30]) == (1, "from tensorflow.keras.layers i")


def test_the_cell_of_a_notebook_is_left_to_a_person(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": f"from {OLD_MODULE} import Normalization"}]}))
    before = path.read_bytes()
    done, left = apply(fixes(Judge(door()), scan([path], door()).findings, NEW))
    assert (done, len(left), path.read_bytes()) == ([], 1, before)


@pytest.mark.parametrize(
    ("path", "root"),
    [
        ("tf.keras.layers.experimental.preprocessing.Normalization", "tf.keras"),
        ("tf.python.keras.layers.Normalization", "tf.keras"),
        ("keras.layers.experimental.preprocessing.Normalization", "keras"),
        ("tf_keras.layers.Normalization", ""),
        ("tensorflow_addons.layers.Normalization", ""),
        ("tf.nn.moments", ""),
    ],
)
def test_the_paths_that_may_be_written_for_another(path: str, root: str) -> None:
    behind = (".layers.Normalization", ".layers.experimental.preprocessing.Normalization")
    assert candidates(path) == ([root + end for end in behind] if root else [])


def test_a_path_works_on_the_releases_that_pip_installs_it_on_and_on_no_unknown_one() -> None:
    name, status = "imports::from tensorflow.keras.layers import Normalization", Status
    cells = {
        "tf2.6.5-py3.9": (status.WORKS, "2.6.0"),
        "tf2.7.4-py3.9": (status.UNKNOWN, "2.7.0"),
        "tf2.8.4-py3.9": (status.MISSING, "2.8.0"),
        "tf2.9.3-py3.9": (status.WORKS, "2.9.0"),
        "tf2.9.3-py3.10": (status.MISSING, "2.9.0"),
        "tf2.10.1-py3.9": (status.WORKS, "2.10.0"),
        "tf2.10.1-py3.9+keras3.0": (status.MISSING, "3.0.5"),
        "tf2.11.1-py3.9+keras3.0": (status.WORKS, "3.0.5"),
    }
    trials = [
        fakes.trial(cell, fakes.outcome(name, kind), versions={"keras": keras, "tensorflow": cell[2:].split("-")[0]})
        for cell, (kind, keras) in cells.items()
    ]
    judge = Judge(in_memory(fakes.table(*trials)))
    use = Use(path="", cell=0, line=1, column=0, end=(1, 1), rule="import", subject="", ways=())
    releases = {cell[2:].split("-")[0] for cell in cells}
    assert working(judge, use, "tf.keras.layers.Normalization", releases) == {"2.6.5", "2.10.1"}
    assert working(judge, use, "tf.keras.layers.Normalization", ["2.6.5", "2.8.4"]) == {"2.6.5"}
    assert working(judge, use, "tf.keras.layers.UnheardNormalization", releases) == set()


def test_what_to_write_is_said_in_the_findings_and_in_what_stands_in_the_way(tmp_path: Path) -> None:
    code = f"import tensorflow as tf\nfrom {OLD_MODULE} import Normalization\ntf.keras.layers.Normalization(mean=1.0)\n"
    (tmp_path / "code.py").write_text(code, encoding="utf-8")
    report = scan([tmp_path], door(), "2.21")
    advice = fixes_of(door(), report)
    said = advised(report, advice)
    assert {one.use.rule: one.use.write for one in said.findings} == {
        "import": "",
        "mean-alone": "give both",
        "argument": "",
    }
    assert next(one.use.write for one in said.findings) == "tf.keras.layers.Normalization"
    assert {one.subject: one.write for one in said.obstacles} == {
        "tf.keras.layers.experimental.preprocessing.Normalization": "tf.keras.layers.Normalization",
        "tf.keras.layers.Normalization": "",
        "a mean without a variance": "give both",
    }


def test_a_file_behind_a_link_is_left_to_a_person(tmp_path: Path) -> None:
    """It may be anywhere, and nobody named it."""
    code = f"from {OLD_MODULE} import Normalization\n"
    (tmp_path / "elsewhere.py").write_text(code, encoding="utf-8")
    path = tmp_path / "code.py"
    path.symlink_to("elsewhere.py")
    done, left = apply(fixes(Judge(door()), scan([path], door()).findings, NEW))
    assert (done, len(left)) == ([], 1)
    assert (tmp_path / "elsewhere.py").read_text(encoding="utf-8") == code


def test_the_mode_of_a_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "code.py"
    path.write_text(f"from {OLD_MODULE} import Normalization\n", encoding="utf-8")
    path.chmod(0o755)
    apply(fixes(Judge(door()), scan([path], door()).findings, NEW))
    assert path.stat().st_mode & 0o777 == 0o755
