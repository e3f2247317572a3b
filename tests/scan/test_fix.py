"""Fixing: an import path becomes one that works on all the releases, and nothing else is touched."""

import ast
from pathlib import Path

import pytest

from tests.scan.made import RELEASES, door
from tfcompat.scan.fix import Fix, apply, fixes
from tfcompat.scan.judge import Judge
from tfcompat.scan.report import scan

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
