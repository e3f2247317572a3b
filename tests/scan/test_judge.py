"""Judging: on which releases a use works, from the evidence alone, and what is not known is said so."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests import fakes
from tests.scan.made import RELEASES, door
from tfcompat.door.fill import in_memory
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Harm, Kind, Status
from tfcompat.scan.judge import Finding, Verdict
from tfcompat.scan.known.names import Use
from tfcompat.scan.report import Report, scan, used
from tfcompat.scan.sources import read
from tfcompat.select.places import Spot

HEAD = "import numpy as np\nimport tensorflow as tf\n"
CORE = "tf.keras.layers.Normalization"
OLD = "tf.keras.layers.experimental.preprocessing.Normalization"

#: An import by a package that is not installed.
WITHOUT_KERAS = fakes.outcome(
    "imports::from keras.layers import BatchNormalization",
    Status.MISSING,
    type="ModuleNotFoundError",
    message="No module named 'keras'",
)


def report(folder: Path, text: str, wanted: str | None = None) -> Report:
    (folder / "code.py").write_text(HEAD + text, encoding="utf-8")
    return scan([folder], door(), wanted)


def spans(report: Report) -> list[tuple[str, dict[str, str]]]:
    return [(one.use.subject, {str(verdict): span for verdict, span in one.spans}) for one in report.findings]


def test_a_path_works_where_it_was_measured_to_be_there(tmp_path: Path) -> None:
    found = report(tmp_path, f"{CORE}()")
    assert spans(found) == [(CORE, {"works": "2.6.5 – 2.21.0", "breaks": "2.5.3"})]
    assert (found.specifier, list(found.suits)) == (">=2.6.5,<=2.21.0", RELEASES[1:])
    assert found.bad == [], "nothing was asked, and there are releases that suit"


def test_two_paths_in_a_try_work_where_one_of_them_does(tmp_path: Path) -> None:
    module, name = OLD.replace("tf.", "tensorflow.").rsplit(".", 1)
    text = (
        f"try:\n    from tensorflow.keras.layers import {name}\nexcept ImportError:\n    from {module} import {name}\n"
    )
    text += f"{name}(axis=None)\n"
    assert spans(report(tmp_path, text)) == [(CORE, {"works": "2.5.3 – 2.21.0"})]


def test_two_paths_that_no_release_has_both_of_suit_none(tmp_path: Path) -> None:
    found = report(tmp_path, f"{OLD}()\ntf.keras.layers.RMSNormalization()\n")
    assert (found.specifier, found.suits) == ("", ())
    assert {one.use.subject for one in found.bad} == {OLD, "tf.keras.layers.RMSNormalization"}
    assert [(one.subject.rpartition(".")[2], one.alone) for one in found.obstacles] == [
        ("RMSNormalization", tuple(RELEASES[:4])),
        ("Normalization", ("2.21.0",)),
    ]


@pytest.mark.parametrize(
    ("wanted", "bad"),
    [("2.5", True), (">=2.6", False), ("2.6..2.21", False), ("latest", False), ("all", True), ("<2.7", True)],
)
def test_what_was_asked_for_decides_what_is_bad(wanted: str, bad: bool, tmp_path: Path) -> None:
    assert bool(report(tmp_path, f"{CORE}()", wanted).bad) is bad


def test_releases_that_were_not_measured_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(SelectionError, match="names no release"):
        report(tmp_path, "", "2.4")


def test_a_trap_is_as_bad_as_what_was_measured_of_it(tmp_path: Path) -> None:
    text = f"layer = {CORE}()\nlayer.adapt(np.zeros((4, 2)))\n"
    text += "tf.keras.Sequential([tf.keras.Input((2,)), layer]).save('m.h5')\n"
    found = report(tmp_path, text)
    assert spans(found)[1:] == [
        ("save() of Normalization: HDF5, functional", {"works": "2.5.3 – 2.15.1, 2.21.0", "silently wrong": "2.16.2"})
    ]
    assert found.specifier == ">=2.6.5,!=2.16.*,<=2.21.0"


def test_what_a_release_refuses_breaks_the_code(tmp_path: Path) -> None:
    assert dict(spans(report(tmp_path, f"{CORE}(mean=1.0)")))["a mean without a variance"] == {
        "breaks": "2.5.3 – 2.21.0"
    }


def test_an_argument_is_only_told_where_the_class_is_there_without_it(tmp_path: Path) -> None:
    found = spans(report(tmp_path, f"{CORE}(invert=True, axis=-1)\ntf.keras.layers.GroupNormalization(groups=2)\n"))
    assert [subject for subject, _ in found] == [CORE, "Normalization(invert=)", "tf.keras.layers.GroupNormalization"]


def test_what_nothing_asks_for_is_not_known_and_counts_for_nothing(tmp_path: Path) -> None:
    found = report(tmp_path, "tf.keras.layers.InstanceNormalization()\n")
    assert [(one.on(RELEASES), one.counts) for one in found.findings] == [(Verdict.UNKNOWN, False)]
    assert (found.specifier, found.bad) == ("", [])


def test_what_stands_under_a_condition_of_versions_counts_for_nothing(tmp_path: Path) -> None:
    text = f"if hasattr(tf.keras.layers, 'Normalization'):\n    a = {CORE}\nelse:\n    a = {OLD}\n"
    text += "b = getattr(tf.keras.layers, 'RMSNormalization', None)\n"
    assert [one.counts for one in report(tmp_path, text, "all").findings] == [False] * 3


def test_an_import_that_the_code_can_do_without_counts_for_nothing(tmp_path: Path) -> None:
    text = "try:\n    from tensorflow.keras.layers import RMSNormalization\nexcept ImportError:\n    RMSNormalization = None\n"
    assert [one.counts for one in report(tmp_path, text).findings] == [False]
    assert [one.counts for one in report(tmp_path, text.replace("RMSNormalization = None", "raise")).findings] == [True]


def test_a_hole_is_never_filled_in(tmp_path: Path) -> None:
    there, hole = fakes.outcome(f"imports::{CORE}"), fakes.outcome(f"imports::{CORE}", Status.UNKNOWN)
    trials = [
        fakes.trial("tf2.6.5-py3.9", there),
        fakes.trial("tf2.7.4-py3.9", hole),
        fakes.trial("tf2.8.4-py3.9", there),
    ]
    (tmp_path / "code.py").write_text(f"{HEAD}{CORE}()", encoding="utf-8")
    found = scan([tmp_path], in_memory(fakes.table(*trials)))
    assert spans(found) == [(CORE, {"works": "2.6.5, 2.8.4", "not known": "2.7.4"})]
    assert found.specifier == ">=2.6.5,!=2.7.*,<=2.8.4"


def test_an_answer_from_before_the_questions_vocabulary_is_not_known(tmp_path: Path) -> None:
    outcome = fakes.outcome(
        "adapt::default_axis_1d",
        Status.WORKS,
        kind=Kind.QUESTION,
        answers={"refused": Harm.LOUD},
        observed=[1.0],
        harm=Harm.NONE,
    )
    (tmp_path / "code.py").write_text(f"{HEAD}{CORE}().adapt(np.arange(3))", encoding="utf-8")
    found = scan([tmp_path], in_memory(fakes.table(fakes.trial("tf2.6.5-py3.9", outcome))))
    assert dict(spans(found))["one-dimensional data, and the default axis"] == {"not known": "2.6.5"}


def test_a_package_that_is_not_installed_says_nothing_of_the_release(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text("from keras.layers import BatchNormalization", encoding="utf-8")
    found = scan([tmp_path], in_memory(fakes.table(fakes.trial("tf2.5.3-py3.9", WITHOUT_KERAS))))
    assert [one.on(["2.5.3"]) for one in found.findings] == [Verdict.UNKNOWN]


def test_where_a_package_is_not_installed_the_other_way_is_taken(tmp_path: Path) -> None:
    there = fakes.outcome("imports::from tensorflow.keras.layers import BatchNormalization")
    text = (
        "try:\n    from keras.layers import BatchNormalization\n"
        "except ModuleNotFoundError:\n    from tensorflow.keras.layers import BatchNormalization\n"
    )
    (tmp_path / "code.py").write_text(text, encoding="utf-8")
    found = scan([tmp_path], in_memory(fakes.table(fakes.trial("tf2.4.4-py3.8", WITHOUT_KERAS, there))))
    assert spans(found) == [("keras.layers.BatchNormalization", {"works": "2.4.4"})]


@pytest.mark.parametrize(
    ("comparison", "wrong"),
    [
        ('tf.__version__ < "2.10"', ["2.5.3", "2.6.5"]),
        ('"2.10" > tf.__version__', ["2.5.3", "2.6.5"]),
        ('tf.version.VERSION >= "2.9"', ["2.11.1", "2.15.1", "2.16.2", "2.21.0"]),
    ],
)
def test_a_release_as_text_is_wrong_where_it_decides_otherwise(
    comparison: str, wrong: list[str], tmp_path: Path
) -> None:
    (finding,) = report(tmp_path, f"if {comparison}:\n    pass\n").findings
    assert [release for release, verdict in finding.releases.items() if verdict is Verdict.SILENT] == wrong


def test_what_addons_have_is_not_held_against_the_arguments_of_keras(tmp_path: Path) -> None:
    found = report(tmp_path, "import tensorflow_addons as tfa\ntfa.layers.GroupNormalization(groups=2, beta=1)\n")
    assert [finding.use.subject for finding in found.findings] == ["tensorflow_addons.layers.GroupNormalization"]


def test_pandas_and_addons_are_asked_in_the_variant_that_has_them(tmp_path: Path) -> None:
    name = "pandas::adapt_frame"
    trials = [
        fakes.trial("tf2.6.5-py3.9", fakes.outcome(name, Status.UNKNOWN)),
        fakes.trial("tf2.6.5-py3.9+pandas", fakes.outcome(name, Status.FAILS)),
    ]
    (tmp_path / "code.py").write_text(f"{HEAD}import pandas as pd\n{CORE}().adapt(pd.DataFrame(x))", encoding="utf-8")
    found = scan([tmp_path], in_memory(fakes.table(*trials)))
    assert dict(spans(found))["adapt() to a DataFrame"] == {"breaks": "2.6.5"}


def test_a_keras_that_somebody_has_to_pin_is_in_the_ranges_and_not_in_the_verdict(tmp_path: Path) -> None:
    name, cells = f"imports::{CORE}", ("tf2.19.1-py3.12", "tf2.19.1-py3.12+keras-latest", "tf2.19.1-py3.12+keras3.0")
    kerases = ("3.9.0", "3.15.0", "3.0.5")
    statuses = (Status.WORKS, Status.WORKS, Status.FAILS)
    trials = [
        fakes.trial(cell, fakes.outcome(name, status), versions={"keras": keras, "tensorflow": "2.19.1"})
        for cell, keras, status in zip(cells, kerases, statuses, strict=True)
    ]
    (tmp_path / "code.py").write_text(f"{HEAD}{CORE}()", encoding="utf-8")
    found = scan([tmp_path], in_memory(fakes.table(*trials)), "2.19")
    assert spans(found) == [(CORE, {"works": "Keras ≥ 3.9", "breaks": "Keras ≤ 3.0"})]
    assert (found.bad, found.specifier) == ([], "==2.19.1")


@pytest.mark.parametrize(
    ("before", "row"),
    [
        ("", "save() of Normalization: HDF5, sequential without input shape"),
        ("model.fit(x, y)\n", "save() of Normalization: HDF5, functional"),
        (
            "model.build((None, 2))\nmodel.compile()\nmodel.predict(x)\nmodel.compile()\n",
            "save() of Normalization: HDF5, functional",
        ),
    ],
)
def test_a_model_that_has_seen_data_is_saved_as_one_with_an_input(before: str, row: str, tmp_path: Path) -> None:
    text = f"layer = {CORE}()\nlayer.adapt(x)\nmodel = tf.keras.Sequential([layer])\n{before}model.save('m.h5')\n"
    (tmp_path / "code.py").write_text(HEAD + text, encoding="utf-8")
    assert [use.subject for use in used(read(tmp_path / "code.py"))[0] if use.rule == "save"] == [row]


@pytest.mark.parametrize(
    ("code", "rows"),
    [
        ("model.export('m')", ["export::model_export_serve"]),
        ("model.fit(x, y)\nmodel.export('m')", ["export::model_export_after_fit"]),
        ("model.predict(x)\ntf.saved_model.save(model, 'm')", ["export::tf_saved_model_save_after_predict"]),
        ("model.save('m', save_format='tf')", ["save::savedmodel_functional"]),
        ("model.save(path)", []),
        ("tf.keras.models.save_model(model, 'm.keras')", ["save::keras_functional"]),
    ],
)
def test_what_is_exported_is_asked_for_as_it_is(code: str, rows: list[str], tmp_path: Path) -> None:
    text = f"layer = {CORE}()\nlayer.adapt(x)\nmodel = tf.keras.Sequential([tf.keras.Input((2,)), layer])\n{code}\n"
    (tmp_path / "code.py").write_text(HEAD + text, encoding="utf-8")
    saved = [use for use in used(read(tmp_path / "code.py"))[0] if use.rule == "save"]
    assert [name for use in saved for name in use.ways[0][0].scenarios] == rows


def finding(*cells: tuple[str, Verdict]) -> Finding:
    """A finding with the verdicts of some cells, each given by its release and, after a +, its variant."""
    use = Use(path="", cell=0, line=1, column=0, end=(1, 1), rule="", subject="x", ways=())
    spots = [(release, variant or "bundled") for release, _, variant in (name.partition("+") for name, _ in cells)]
    return Finding(
        use=use,
        scenarios=(),
        cells=tuple(
            (Spot(cell=f"{release} {variant}", tensorflow=release, python="3.9", keras="", variant=variant), verdict)
            for (release, variant), (_, verdict) in zip(spots, cells, strict=True)
        ),
    )


def test_a_release_is_judged_as_pip_installs_it_and_by_its_others_only_where_there_is_none() -> None:
    found = finding(
        ("2.9.3", Verdict.WORKS),
        ("2.9.3+keras-latest", Verdict.VISIBLE),
        ("2.9.3+keras3.0", Verdict.SILENT),
        ("2.10.1+keras3.0", Verdict.BREAKS),
    )
    assert found.installed == {"2.9.3"}
    assert found.releases == {"2.9.3": Verdict.VISIBLE, "2.10.1": Verdict.BREAKS}


def test_a_cell_that_is_not_known_is_passed_over_beside_one_that_is() -> None:
    found = finding(("2.9.3", Verdict.WORKS), ("2.9.3+keras-latest", Verdict.UNKNOWN), ("2.10.1", Verdict.UNKNOWN))
    assert found.releases == {"2.9.3": Verdict.WORKS, "2.10.1": Verdict.UNKNOWN}
    assert found.on(["2.9.3"]) is Verdict.WORKS
    assert found.on(["2.9.3", "2.11.0"]) is Verdict.UNKNOWN


def test_the_words_of_what_works_do_not_span_what_is_not_known() -> None:
    found = finding(("2.8.4", Verdict.WORKS), ("2.9.3", Verdict.UNKNOWN), ("2.10.1", Verdict.WORKS))
    assert found.spans == [(Verdict.WORKS, "2.8.4, 2.10.1"), (Verdict.UNKNOWN, "2.9.3")]


def test_a_path_that_only_the_inventories_list_is_there_where_they_list_it(tmp_path: Path) -> None:
    listings = {"tf2.9.3-py3.10": {}, "tf2.10.1-py3.10": {"tf.keras.layers.NewNormalization": "(x)"}}
    trials = [
        fakes.trial(
            cell, fakes.outcome("inventory::tf.keras.layers", Status.ANSWERED, observed=listing, kind=Kind.DATA)
        )
        for cell, listing in listings.items()
    ]
    (tmp_path / "code.py").write_text(f"{HEAD}tf.keras.layers.NewNormalization()", encoding="utf-8")
    found = scan([tmp_path], in_memory(fakes.table(*trials)))
    assert spans(found) == [("tf.keras.layers.NewNormalization", {"works": "2.10.1", "breaks": "2.9.3"})]


def test_the_words_of_what_works_pass_over_what_is_not_known_where_its_release_is() -> None:
    found = finding(("2.8.4", Verdict.WORKS), ("2.9.3", Verdict.WORKS), ("2.10.1", Verdict.WORKS))
    spot = replace(found.cells[1][0], cell="another", python="3.10")
    assert replace(found, cells=(*found.cells, (spot, Verdict.UNKNOWN))).spans[0] == (Verdict.WORKS, "2.8.4 – 2.10.1")
