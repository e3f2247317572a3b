"""Groups: what a reader calls the groups of the suite, and the order in which they are shown."""

from collections.abc import Iterable, Mapping

#: By a group its name for readers, in their order: what most of them come for is first.
NAMES: Mapping[str, str] = {
    "imports": "Imports",
    "adapt": "adapt()",
    "readapt": "A second adapt()",
    "map": "Dataset.map()",
    "save": "Saving and loading a model",
    "weights": "Weights and checkpoints",
    "state": "State of the layer",
    "config": "Configuration and copies",
    "construct": "Construction",
    "axes": "axis",
    "invert": "invert=True",
    "inputs": "What adapt() and calls accept",
    "pandas": "pandas",
    "call": "Calling the layer",
    "graphs": "tf.function, predict() and fit()",
    "training": "Training",
    "frozen": "Frozen layers",
    "pipelines": "Pipelines and preprocessing models",
    "dtypes": "dtypes and mixed precision",
    "numerics": "Numerics",
    "far": "Numbers far from zero",
    "xla": "XLA (jit_compile)",
    "export": "Export and serving",
    "wholes": "Whole models",
    "replicas": "Several devices",
    "batchnorm": "BatchNormalization",
    "layernorm": "LayerNormalization",
    "groupnorm": "GroupNormalization",
    "unitnorm": "UnitNormalization",
    "spectralnorm": "SpectralNormalization",
    "rmsnorm": "RMSNormalization",
    "arguments": "Arguments",
    "siblings": "Other preprocessing layers",
    "feature-columns": "Feature columns",
    "backend": "Backend functions",
    "ecosystem": "Other packages",
    "examples": "Code from documents",
    "recipes": "Recipes",
    "inventory": "Inventories",
    "environment": "Environment",
}
#: The layer that a group is about; every other group that is named is about ``Normalization``.
LAYERS: Mapping[str, str] = {
    "batchnorm": "BatchNormalization",
    "layernorm": "LayerNormalization",
    "groupnorm": "GroupNormalization",
    "unitnorm": "UnitNormalization",
    "spectralnorm": "SpectralNormalization",
    "rmsnorm": "RMSNormalization",
    "replicas": "BatchNormalization",
}
#: The groups about what ``Normalization`` does.
OF_NORMALIZATION = (
    *("adapt", "readapt", "map", "save", "weights", "state", "config", "construct", "axes", "invert", "inputs"),
    *("pandas", "call", "graphs", "training", "frozen", "pipelines", "dtypes", "numerics", "far", "xla", "export"),
    "wholes",
)


def name_of(group: str) -> str:
    """What a reader calls a group."""
    return NAMES.get(group, group.replace("-", " ").replace("_", " ").capitalize())


def in_order(groups: Iterable[str]) -> list[str]:
    """Some groups in the order of readers; those that are not known come last, in their own."""
    known = list(NAMES)
    found = list(dict.fromkeys(groups))
    return sorted(found, key=lambda group: known.index(group) if group in NAMES else len(known) + found.index(group))


def layer_of(group: str) -> str:
    """The class that a group is about; empty where it is about none."""
    return LAYERS.get(group, "Normalization" if group in OF_NORMALIZATION else "")
