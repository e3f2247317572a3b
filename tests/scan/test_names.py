"""Tests of names: which paths are those of a normalization API."""

import pytest

from tfcompat.scan.known.names import is_api


@pytest.mark.parametrize(
    "path",
    [
        "tf.keras.layers.Normalization",
        "tf.keras.layers.experimental.preprocessing",
        "tf.nn.moments",
        "tf.keras.utils.normalize",
        "tf.keras.backend.l2_normalize",
        "keras.backend.normalize_batch_in_training",
        "keras.ops.batch_normalization",
        "tensorflow_addons.layers.InstanceNormalization",
    ],
)
def test_a_path_of_a_normalization_api(path: str) -> None:
    assert is_api(path)


@pytest.mark.parametrize(
    "path",
    [
        "Normalization",
        "numpy.linalg.normalize",
        "torch.nn.LayerNormalization",
        "tf.keras.layers.normalization",
        "tf.keras.layers.Dense",
        "tf.keras.backend.mean",
        "keras.ops.matmul",
    ],
)
def test_another_path(path: str) -> None:
    assert not is_api(path)
