"""Tests of the uses of some code: what asks about them, and what is left out because the code goes on by itself."""

from pathlib import Path

from tests import fakes
from tests.scan.made import door
from tfcompat.door.fill import in_memory
from tfcompat.outcomes import Status
from tfcompat.scan.report import scan
from tfcompat.scan.uses import CodeUses, uses

CODE = """
import tensorflow as tf

tf.keras.layers.GroupNormalization(groups=2)
tf.keras.layers.GroupNormalization(groups=4)
"""
TWO_WAYS = """
try:
    from tensorflow.keras.layers import Normalization
except ImportError:
    from tensorflow.keras.layers.experimental.preprocessing import Normalization
"""
GUARDED = """
import tensorflow as tf

if hasattr(tf.keras.layers, "UnitNormalization"):
    layer = tf.keras.layers.UnitNormalization()
"""


def of(tmp_path: Path, text: str, release: str = "2.16.2") -> CodeUses:
    path = tmp_path / "code.py"
    path.write_text(text, encoding="utf-8")
    return uses(scan([path], door()), release)


def test_each_scenario_has_the_places_that_it_asks_about(tmp_path: Path) -> None:
    found = of(tmp_path, CODE)
    places = found.places["imports::tf.keras.layers.GroupNormalization"]
    assert [place.partition(":")[2] for place in places] == ["4:1", "5:1"]
    assert (found.code.files, found.code.scenarios) == (1, len(found.places))
    assert found.code.conditional == []


def test_a_way_is_left_out_while_another_one_works_on_the_release(tmp_path: Path) -> None:
    assert of(tmp_path, TWO_WAYS, "2.16.2").places == {}
    assert of(tmp_path, TWO_WAYS, "2.5.3").places == {}


def test_a_way_is_asked_where_none_of_them_works_and_one_alone_always(tmp_path: Path) -> None:
    modules = ("tensorflow.keras.layers", "tensorflow.keras.layers.experimental.preprocessing")
    outcomes = [fakes.outcome(f"imports::from {module} import Normalization", Status.MISSING) for module in modules]
    (tmp_path / "code.py").write_text(TWO_WAYS, encoding="utf-8")
    found = scan([tmp_path], in_memory(fakes.table(fakes.trial("tf2.6.5-py3.9", *outcomes))))
    assert len(uses(found, "2.6.5").places) == 2
    assert len(of(tmp_path, "import tensorflow as tf\ntf.nn.l2_normalize(x)\n").places) == 1


def test_what_the_code_does_without_is_said_and_not_asked(tmp_path: Path) -> None:
    found = of(
        tmp_path, "try:\n    from tensorflow.keras.layers import UnheardNormalization\nexcept ImportError:\n    pass\n"
    )
    assert (found.places, len(found.code.conditional), found.code.not_asked) == ({}, 1, [])


def test_what_a_condition_decides_is_said_and_not_asked(tmp_path: Path) -> None:
    found = of(tmp_path, GUARDED)
    assert found.places == {}
    assert [name.partition(" at ")[0] for name in found.code.conditional] == ["tf.keras.layers.UnitNormalization"]


def test_what_no_scenario_asks_about_and_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    found = of(tmp_path, "import tensorflow as tf\n\ntf.keras.layers.UnheardNormalization()\n")
    assert [name.partition(" at ")[0] for name in found.code.not_asked] == ["tf.keras.layers.UnheardNormalization"]
    assert found.places == {}
    assert "cannot be parsed" in of(tmp_path, "from tensorflow.keras.layers import Normalization\n(").code.unread[0]
