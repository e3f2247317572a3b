"""What a report says of a project's own requirement, and its forms: text, JSON and SARIF."""

from pathlib import Path

import pytest

from tests import fakes
from tests.scan.made import CODE, RELEASES, project, report
from tfcompat.door.fill import in_memory
from tfcompat.outcomes import Status
from tfcompat.scan import text
from tfcompat.scan.report import asked, scan

GUARDED = """import tensorflow as tf
if tf.__version__.startswith("2.1"):
    from tensorflow.keras.layers.experimental.preprocessing import Normalization
else:
    from tensorflow.keras.layers import Normalization
layer = Normalization(invert=True)
"""


def test_what_a_condition_guards_is_named_where_it_is_not_everywhere_that_the_rest_suits(tmp_path: Path) -> None:
    found = report(tmp_path, "", GUARDED)
    assert [finding.use.line for finding in found.conditional] == [3]
    assert text.suits(found) == (
        "suits what could be judged: tensorflow>=2.11.1,<=2.21.0 (measured: 2.5.3 to 2.21.0); "
        "not tf.keras.layers.experimental.preprocessing.Normalization"
    )


@pytest.mark.parametrize(
    ("requirement", "admits", "unsuited"),
    [
        ('[project]\nname="a"\ndependencies = ["numpy", "tensorflow>=2.6"]', RELEASES[1:], ["2.16.2"]),
        ('[project]\nname="a"\n[project.optional-dependencies]\ntf = ["TensorFlow_CPU ~= 2.11.0"]', ["2.11.1"], []),
        ('[tool.poetry.dependencies]\ntensorflow = "^2.15"', RELEASES[3:], ["2.16.2"]),
        ('[tool.poetry.dependencies]\ntensorflow = { version = "~2.5", extras = ["and-cuda"] }', ["2.5.3"], ["2.5.3"]),
        ('[project]\nname="a"\ndependencies = ["tensorflow"]', RELEASES, ["2.5.3", "2.16.2"]),
    ],
)
def test_the_projects_own_requirement_is_judged_and_is_what_is_asked(
    requirement: str, admits: list[str], unsuited: list[str], tmp_path: Path
) -> None:
    code = (
        CODE.split("layer.adapt")[0]
        + "import tensorflow as tf\ntf.keras.Sequential([tf.keras.Input((1,)), layer]).save('m.h5')"
    )
    found = report(tmp_path, requirement, code)
    assert [(list(one.admits), list(one.unsuited)) for one in found.requirements] == [(admits, unsuited)]
    assert found.asked == tuple(admits)
    assert bool(found.bad) is bool(unsuited)


@pytest.mark.parametrize(
    ("requirement", "says"),
    [
        ("[project\n", "cannot be read"),
        ('[project]\ndependencies = ["tensorflow>=x"]', "has a requirement that cannot be read"),
        ('[project]\ndependencies = "tensorflow"', ""),
        ("project = 3\ntool = 4", ""),
        ('[project]\ndependencies = ["tensorflow-datasets", "tensorflow_addons>=0.1"]', ""),
    ],
)
def test_a_project_that_cannot_be_read_has_a_note(requirement: str, says: str, tmp_path: Path) -> None:
    found = report(tmp_path, requirement)
    assert found.requirements == ()
    assert [says in note.says for note in found.notes] == ([True] if says else [])
    assert found.asked is None


def test_the_requirement_is_that_of_the_repository_of_the_code(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["tensorflow"]', encoding="utf-8")
    (tmp_path / "other" / ".git").mkdir(parents=True)
    (tmp_path / "src" / "deep").mkdir(parents=True)
    assert report(tmp_path / "other").requirements == ()
    assert len(report(tmp_path / "src" / "deep").requirements) == 1


def test_all_patches_of_a_range_are_asked_about() -> None:
    assert asked("2.6", ["2.5.3", "2.6.0", "2.6.5", "2.7.4"]) == ["2.6.5"]
    assert asked("2.6..2.7", ["2.5.3", "2.6.0", "2.6.5", "2.7.4"]) == ["2.6.0", "2.6.5", "2.7.4"]


def test_text_says_each_line_and_then_what_suits_all(tmp_path: Path) -> None:
    code = (
        CODE.replace("layer.adapt(np.array([1.0, 2.0]))\n", "")
        + "layer.trainable = no\nlayer(mean)\nclass_ = Normalization(mean=1.0)\n"
    )
    assert [line.replace(str(tmp_path), "") for line in text.lines(report(tmp_path, "", code))] == [
        "/code.py:2:1: tf.keras.layers.Normalization",
        "  works 2.6.5 – 2.21.0",
        "  breaks 2.5.3",
        "/code.py:6:10: a mean without a variance [mean-alone]",
        "  breaks 2.5.3 – 2.21.0",
        "  instead: give both",
        "/code.py:6:29: Normalization(mean=)",
        "  not known 2.5.3 – 2.21.0",
        "3 uses and traps in 1 file",
        "no release suits all of it (measured: 2.5.3 to 2.21.0)",
        "to add 2.6.5, 2.11.1, 2.15.1, 2.16.2, 2.21.0, change a mean without a variance at /code.py:6:10: give both",
    ]


def test_text_of_nothing_and_of_what_works_is_short(tmp_path: Path) -> None:
    assert list(text.lines(report(tmp_path, "", "x = 1"))) == ["0 uses and traps in 1 file"]
    found = report(tmp_path, '[project]\ndependencies = ["tensorflow>=2.6"]', CODE.split("layer.adapt")[0])
    said = [line.replace(str(tmp_path.resolve()), "") for line in text.lines(found, everything=False)]
    assert said == [
        "1 more works wherever it was asked: --all shows it",
        "1 use or trap in 1 file",
        "suits all of it: tensorflow>=2.6.5,<=2.21.0 (measured: 2.5.3 to 2.21.0)",
        "to add 2.5.3, change tf.keras.layers.Normalization at /code.py:2:1",
        "/pyproject.toml requires tensorflow>=2.6, which suits the code",
    ]


def test_what_could_not_be_judged_is_named_beside_what_suits(tmp_path: Path) -> None:
    """Of a use that nobody measured and a file that cannot be read nobody knows which releases suit."""
    code = CODE.split("layer.adapt")[0] + "from tensorflow.keras.layers import InstanceNormalization\n"
    span = "tensorflow>=2.6.5,<=2.21.0 (measured: 2.5.3 to 2.21.0); not"
    assert f"suits what could be judged: {span} tf.keras.layers.InstanceNormalization" in text.lines(
        report(tmp_path, "", code)
    )
    (tmp_path / "broken.py").write_text("from tensorflow.keras.layers import BatchNormalization\n(", encoding="utf-8")
    last = "tf.keras.layers.InstanceNormalization and what the notes name"
    assert f"suits what could be judged: {span} {last}" in text.lines(report(tmp_path, "", code))


def test_what_is_not_known_on_a_release_stands_in_the_way_as_well(tmp_path: Path) -> None:
    """To change what breaks there would not make it suit."""
    first, second = "imports::tf.keras.layers.Normalization", "imports::tf.keras.layers.UnitNormalization"
    trials = [
        fakes.trial("tf2.6.5-py3.9", fakes.outcome(first, Status.MISSING), fakes.outcome(second, Status.UNKNOWN)),
        fakes.trial("tf2.7.4-py3.9", fakes.outcome(first, Status.MISSING), fakes.outcome(second)),
        fakes.trial("tf2.8.4-py3.9", fakes.outcome(first), fakes.outcome(second)),
    ]
    code = "import tensorflow as tf\ntf.keras.layers.Normalization()\ntf.keras.layers.UnitNormalization()\n"
    found = scan([project(tmp_path, "", code)], in_memory(fakes.table(*trials)))
    assert [(one.subject, one.alone) for one in found.obstacles] == [("tf.keras.layers.Normalization", ("2.7.4",))]


def test_what_a_file_says_cannot_reach_the_terminal(tmp_path: Path) -> None:
    folder = tmp_path / "a\x1b[31mb\n"
    folder.mkdir()
    found = report(folder, '[project]\ndependencies = ["tensorflow ; \x1b"]'.replace("\x1b", "\\u001b"))
    assert all(line.isprintable() for line in text.lines(found))


HANDLED = "try:\n    from tensorflow.keras.layers import InstanceNormalization\nexcept ImportError:\n    pass\n"


def test_what_nobody_asks_about_is_told_apart_from_what_the_code_decides_itself(tmp_path: Path) -> None:
    code = (
        "import tensorflow as tf\ntf.keras.layers.Normalization()\ntf.keras.layers.UnheardNormalization()\n"
        f"if hasattr(tf, 'x'):\n    tf.keras.layers.OtherNormalization()\n    tf.keras.layers.UnitNormalization()\n{HANDLED}"
    )
    found = report(tmp_path, "", code)
    names = [
        [finding.use.subject.rpartition(".")[2] for finding in some] for some in (found.unasked, found.conditional)
    ]
    assert names == [["UnheardNormalization"], ["OtherNormalization", "UnitNormalization"]]


def test_what_a_condition_guards_and_works_wherever_the_rest_does_needs_no_word(tmp_path: Path) -> None:
    code = (
        "import tensorflow as tf\ntf.keras.layers.UnitNormalization()\nif hasattr(tf, 'x'):\n    tf.keras.layers.{}()\n"
    )
    assert report(tmp_path, "", code.format("Normalization")).conditional == []
    assert len(report(tmp_path, "", code.format("RMSNormalization")).conditional) == 1


def test_of_what_keeps_out_as_many_alone_the_one_that_keeps_out_more_comes_first(tmp_path: Path) -> None:
    """RMSNormalization is there from 2.18 on, GroupNormalization from 2.11, SyncBatchNormalization until 2.15."""
    layers = ("GroupNormalization", "RMSNormalization", "experimental.SyncBatchNormalization")
    code = "import tensorflow as tf\n" + "".join(f"tf.keras.layers.{name}()\n" for name in layers)
    obstacles = report(tmp_path, "", code).obstacles
    assert [(one.subject.rpartition(".")[2][:5], one.keeps_out, one.alone) for one in obstacles] == [
        ("RMSNo", tuple(RELEASES[:5]), tuple(RELEASES[2:4])),
        ("SyncB", tuple(RELEASES[4:]), tuple(RELEASES[5:])),
        ("Group", tuple(RELEASES[:2]), ()),
    ]
    both = report(tmp_path, "", code.replace("RMS", "Spectral") + "tf.keras.layers.Normalization()\n")
    assert [(one.subject.rpartition(".")[2][:5], len(one.alone), len(one.keeps_out)) for one in both.obstacles] == [
        ("SyncB", 2, 2),
        ("Spect", 1, 3),
        ("Group", 0, 2),
        ("Norma", 0, 1),
    ]
    names = ("GroupNormalization", "RMSNormalization")
    same = report(
        tmp_path, "", "import tensorflow as tf\n" + "".join(f"tf.keras.layers.{name}()\n" * 2 for name in names)
    )
    assert [len(one.places) for one in same.obstacles] == [2, 2]
