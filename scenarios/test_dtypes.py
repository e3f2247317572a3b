"""The normalization layers in other dtypes than float32: float64, float16, and the mixed policies."""

import numpy as np
import pytest
import tensorflow as tf

from scenarios.marks import NUMPY, promise
from scenarios.observe import Missing, compared, keras_layer, resolve

DTYPE = "tf.keras.layers.Layer, dtype: of the layer's computations and weights"
EPSILON = 0.001
#: float32, whose steps are 8 there, cannot tell the two apart.
FAR = 1e8 + np.array([[1.0, 3.0]])
#: Both fit float16; their variance of 250000 and their squares do not.
LARGE = np.array([[0.0, 1000.0]])
#: The layer's dtype or policy, its output's dtype, and what it is called with.
CASES = [
    ("float64", "float64", FAR),
    ("float16", "float16", LARGE),
    ("mixed_float16", "float16", LARGE),
    ("mixed_bfloat16", "bfloat16", LARGE),
]
each_dtype = pytest.mark.parametrize(("dtype", "output", "data"), CASES)


def layer_of(name, dtype, **arguments):
    """A layer of a dtype or a mixed policy, which releases before 2.4 take as an object only."""
    return keras_layer(name, dtype=policy(dtype) if dtype.startswith("mixed") else dtype, **arguments)


def policy(name):
    try:
        return resolve("tf.keras.mixed_precision.Policy")(name)
    except Missing:
        return resolve("tf.keras.mixed_precision.experimental.Policy")(name)


def given(data, dtype):
    """The data as people pass them: in the layer's dtype, or as float32 to a layer with a mixed policy."""
    return tf.constant(data, "float32" if dtype.startswith("mixed") else dtype)


def observed(output):
    return {"dtype": output.dtype.name, "value": tf.cast(output, "float64").numpy()}


def expected(values, dtype):
    """Values as a dtype holds them; NumPy has no bfloat16 of its own."""
    return {"dtype": dtype, "value": values.astype(tf.as_dtype(dtype).as_numpy_dtype).astype("float64")}


def standardized(data, axis):
    return (data - data.mean(axis, keepdims=True)) / np.sqrt(data.var(axis, keepdims=True) + EPSILON)


@each_dtype
@promise("dtypes::BatchNormalization_{dtype}", oracle=NUMPY, reference=DTYPE + "; tf.keras.layers.BatchNormalization")
def test_batch(dtype, output, data):
    """BatchNormalization is right in {dtype}"""
    result = layer_of("BatchNormalization", dtype)(given(data.T, dtype), training=True)
    return compared(observed(result), expected(standardized(data.T, 0), output))


@each_dtype
@promise("dtypes::LayerNormalization_{dtype}", oracle=NUMPY, reference=DTYPE + "; tf.keras.layers.LayerNormalization")
def test_layer(dtype, output, data):
    """LayerNormalization is right in {dtype}"""
    result = layer_of("LayerNormalization", dtype)(given(data, dtype))
    return compared(observed(result), expected(standardized(data, 1), output))


def group_normalized(dtype, output, data):
    result = layer_of("GroupNormalization", dtype, groups=1)(given(data, dtype))
    return compared(observed(result), expected(standardized(data, 1), output))


@promise(
    "groupnorm::float16_large_values",
    oracle=NUMPY,
    reference=DTYPE + "; tf.keras.layers.GroupNormalization; keras#22586",
)
def test_group_float16():
    """GroupNormalization is right in float16"""
    return group_normalized("float16", "float16", LARGE)


@pytest.mark.parametrize(("dtype", "output", "data"), [case for case in CASES if case[0] != "float16"])
@promise("dtypes::GroupNormalization_{dtype}", oracle=NUMPY, reference=DTYPE + "; tf.keras.layers.GroupNormalization")
def test_group(dtype, output, data):
    """GroupNormalization is right in {dtype}"""
    return group_normalized(dtype, output, data)


@each_dtype
@promise("dtypes::RMSNormalization_{dtype}", oracle=NUMPY, reference=DTYPE + "; tf.keras.layers.RMSNormalization")
def test_rms(dtype, output, data):
    """RMSNormalization is right in {dtype}"""
    result = layer_of("RMSNormalization", dtype)(given(data, dtype))
    formula = data / np.sqrt((data**2).mean(1, keepdims=True) + 1e-6)
    return compared(observed(result), expected(formula, output))


@each_dtype
@promise(
    "dtypes::UnitNormalization_{dtype}",
    oracle=NUMPY,
    reference=DTYPE + "; tf.keras.layers.UnitNormalization; keras#23546",
)
def test_unit(dtype, output, data):
    """UnitNormalization is right in {dtype}"""
    result = layer_of("UnitNormalization", dtype)(given(data, dtype))
    formula = data / np.sqrt((data**2).sum(1, keepdims=True))
    return compared(observed(result), expected(formula, output))
