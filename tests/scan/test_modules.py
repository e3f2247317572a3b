"""Modules: a class that a module of one's own imports is known where it comes from there; what is its own is not."""

from itertools import pairwise
from pathlib import Path

import pytest

from tests.scan.made import door
from tfcompat.scan.code.statements import LONGEST
from tfcompat.scan.modules import DEEPEST
from tfcompat.scan.report import place, scan

SHIM = """try:
    from tensorflow.keras.layers import Normalization
except ImportError:
    from tensorflow.keras.layers.experimental.preprocessing import Normalization
import tensorflow.keras as K
"""
USE = "norm = {0}()\nnorm.adapt([1.0, 2.0])\n"


def found(folder: Path, **files: str) -> list[tuple[str, str]]:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        for parent in path.relative_to(folder).parents[:-1]:
            (folder / parent / "__init__.py").touch()
    findings = scan([folder], door()).findings
    return [(place(one.use).removeprefix(f"{folder}/"), one.use.rule) for one in findings]


@pytest.mark.parametrize(
    "statement",
    [
        "from .norms import Normalization as N",
        "from ..package.norms import Normalization as N",
        "from . import norms\nfrom .norms import *\nN = Normalization",
        "from package.norms import Normalization as N",
        "from .norms import K\nN = K.layers.Normalization",
        "from .deep.down.norms import Normalization as N",
        "from package.deep.down.norms import Normalization as N",
    ],
)
def test_a_class_is_known_that_a_module_beside_hands_on(statement: str, tmp_path: Path) -> None:
    files = {"package__norms": SHIM, "package__deep__down__norms": SHIM, "package__deep__none": ""}
    rules = found(tmp_path, **files, package__model=f"{statement}\n{USE.format('N')}")
    assert ("package/norms.py:2:5", "import") in rules
    assert [rule for path, rule in rules if path.startswith("package/model.py")][-1:] == ["one-column-default-axis"]


def test_a_script_knows_the_file_beside_it(tmp_path: Path) -> None:
    rules = found(
        tmp_path, norms=SHIM, script="import keras\nfrom norms import Normalization\n" + USE.format("Normalization")
    )
    assert ("script.py:4:1", "one-column-default-axis") in rules


def test_a_class_of_ones_own_is_none_of_tensorflow(tmp_path: Path) -> None:
    own = "import tensorflow as tf\nclass Normalization(tf.keras.layers.Layer): ...\n"
    assert (
        found(
            tmp_path,
            package__norms=own,
            package__model="from .norms import Normalization\n" + USE.format("Normalization"),
        )
        == []
    )


def test_modules_that_import_each_other_end(tmp_path: Path) -> None:
    first = "from .b import Normalization\nfrom tensorflow.keras.layers import Normalization as Other\n"
    second = "from .a import Other as Normalization\n" + USE.format("Normalization")
    assert ("package/a.py:2:1", "import") in found(tmp_path, package__a=first, package__b=second)


def test_a_name_that_no_file_can_have_is_no_module_of_ones_own(tmp_path: Path) -> None:
    """Such a name is what the fuzzing found: the system refuses to look for it."""
    assert found(tmp_path, code=f"from .{'a' * 300} import Normalization\nfrom {'b' * 300} import *\n") == []


def chain(length: int, folder: Path) -> list[str]:
    """The traps of a script that has its class through so many modules."""
    names = [f"m{number}" for number in range(length)]
    files = {name: f"from {after} import N\n" for name, after in pairwise(names)}
    last = {names[-1]: "from tensorflow.keras.layers import Normalization as N\n"}
    for name, text in {**files, **last, "script": "import keras\nfrom m0 import N\n" + USE.format("N")}.items():
        (folder / f"{name}.py").write_text(f"# keras normalization\n{text}", encoding="utf-8")
    return [one.use.rule for one in scan([folder / "script.py"], door()).findings]


def test_a_class_is_known_through_some_modules_and_no_more(tmp_path: Path) -> None:
    assert chain(1, tmp_path) == ["one-column-default-axis"]
    assert chain(DEEPEST, tmp_path) == ["one-column-default-axis"]
    assert chain(DEEPEST + 1, tmp_path) == []
    assert DEEPEST == 4


@pytest.mark.parametrize("more", ["x = y" + ".a()" * 600, "pass\n" * LONGEST])
def test_a_module_with_too_much_to_follow_hands_on_nothing(more: str, tmp_path: Path) -> None:
    norms = f"from tensorflow.keras.layers import Normalization\n{more}"
    script = "import keras\nfrom norms import Normalization\n" + USE.format("Normalization")
    for name, text in (("norms", norms), ("script", script)):
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    found = scan([tmp_path / "script.py"], door())
    assert (found.findings, found.notes) == ((), ())
