"""A made table for the scan: a few releases with the outcomes that matter to it, and whatever else works everywhere."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tests import fakes
from tfcompat.door.door import Door
from tfcompat.door.fill import in_memory
from tfcompat.outcomes import Harm, Kind, Outcome, Status
from tfcompat.scan.known.traps import TRAPS
from tfcompat.scan.report import Report, scan

CELLS = ("tf2.5.3-py3.9", "tf2.6.5-py3.9", "tf2.11.1-py3.10", "tf2.15.1-py3.11", "tf2.16.2-py3.12", "tf2.21.0-py3.13")
RELEASES = [cell.removeprefix("tf").partition("-")[0] for cell in CELLS]
#: The path of a class, and the releases that have it.
PATHS = {
    "tf.keras.layers.Normalization": ">=2.6",
    "from tensorflow.keras.layers import Normalization": ">=2.6",
    "from keras.layers import BatchNormalization": ">=2.5",
    "tf.keras.layers.BatchNormalization": ">=2.5",
    "tf.keras.layers.LayerNormalization": ">=2.5",
    "tf.keras.layers.GroupNormalization": ">=2.11",
    "tf.keras.layers.UnitNormalization": ">=2.9",
    "tf.keras.layers.RMSNormalization": ">=2.18",
    "tf.keras.layers.SpectralNormalization": ">=2.13",
    "tf.keras.layers.experimental.SyncBatchNormalization": "<2.16",
    "tf.keras.layers.experimental.preprocessing.Normalization": "<2.16",
    "from tensorflow.keras.layers.experimental.preprocessing import Normalization": "<2.16",
    "from tensorflow.keras.layers.experimental import preprocessing": "<2.16",
    "from tensorflow.python.keras.layers import BatchNormalization": "<2.8",
    "tf.nn.l2_normalize": ">=2.5",
    "tf.nn.batch_normalization": ">=2.5",
}
#: Rows that are there, and the releases on which they work; elsewhere the thing is missing.
THERE = {
    **{f"imports::{path}": works for path, works in PATHS.items()},
    "siblings::tf.keras.layers.TextVectorization": ">=2.6",
    "arguments::BatchNormalization(renorm)": "<2.16",
    "arguments::BatchNormalization(momentum)": ">=2.5",
    "arguments::LayerNormalization(rms_scaling)": ">=2.16",
    "arguments::GroupNormalization(groups)": ">=2.11",
    "arguments::GroupNormalization(axis)": ">=2.11",
    "arguments::Normalization(axis)": ">=2.5",
    "axes::GroupNormalization_rank_4_axis_3": ">=2.13",
    "construct::argument_invert": ">=2.11",
    "construct::argument_input_shape": ">=2.5",
    "save::keras_functional": ">=2.5",
    "save::keras_axis_none": ">=2.5",
    "export::model_export_serve": ">=2.13",
}
#: Traps that are silent, and where; elsewhere all is well.
SILENT = {
    "readapt::predict_without_compile": ">=2.6",
    "readapt::evaluate_without_compile": ">=2.6",
    "siblings::TextVectorization_predict_without_compile": ">=2.6",
    "map::before_any_adapt": ">=2.5",
    "map::without_remap": ">=2.5",
    "readapt::tf_function_traced_before": ">=2.6",
    "save::h5_functional": ">=2.16,<2.20",
    "save::h5_axis_none": ">=2.16,<2.20",
    "frozen::after_compile": ">=2.5",
    "environment::version_gate_by_string_comparison": ">=2.10",
    "examples::doc1_normalization_not_adapted": ">=2.5",
    "adapt::batch_size_with_dataset": "<2.16",
}
#: Traps that are refused or fail, and where.
LOUD = {
    "adapt::default_axis_1d": ">=2.5",
    "inputs::dataset_of_features_and_labels": "<2.20",
    "adapt::layer_with_given_mean": ">=2.6",
}
#: A layer that is adapted to one column by its default axis.
CODE = """import numpy as np
from tensorflow.keras.layers import Normalization
layer = Normalization()
layer.adapt(np.array([1.0, 2.0]))
"""
#: Rows that work where the release refuses the code.
REFUSED = {trap.scenario for trap in TRAPS.values() if trap.refused}


def within(specifier: str, release: str) -> bool:
    return Version(release) in SpecifierSet(specifier)


def outcomes(release: str) -> list[Outcome]:
    missing = {"status": Status.MISSING, "type": "AttributeError", "message": "no such name"}
    known: dict[str, Mapping[str, object]] = {}
    for trap in TRAPS.values():
        known[trap.scenario] = {"status": Status.WORKS}
    for name, specifier in THERE.items():
        known[name] = {"status": Status.WORKS, "kind": Kind.PRESENCE} if within(specifier, release) else missing
    for name, specifier in SILENT.items():
        stale = within(specifier, release)
        harm = Harm.SILENT if stale else Harm.NONE
        answers = {"stale": Harm.SILENT, "fresh": Harm.NONE}
        facts = {"kind": Kind.QUESTION, "answers": answers, "observed": "stale" if stale else "fresh", "harm": harm}
        known[name] = {"status": Status.ANSWERED, **facts}
    for name, specifier in LOUD.items():
        known[name] = {"status": Status.FAILS if within(specifier, release) else Status.WORKS}
    return [fakes.outcome(name, **facts) for name, facts in known.items()]  # type: ignore[arg-type]


@cache
def door() -> Door:
    """The door of the made table."""
    trials = [fakes.trial(cell, *outcomes(release)) for cell, release in zip(CELLS, RELEASES, strict=True)]
    return in_memory(fakes.table(*trials))


def project(folder: Path, requirement: str = "", code: str = CODE) -> Path:
    """Code in a folder, and what its project requires."""
    (folder / "code.py").write_text(code, encoding="utf-8")
    if requirement:
        (folder / "pyproject.toml").write_text(requirement, encoding="utf-8")
    return folder


def report(folder: Path, *arguments: str) -> Report:
    """What the scan says of such a project."""
    return scan([project(folder, *arguments)], door())
