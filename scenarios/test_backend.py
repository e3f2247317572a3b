"""Keras on another backend than TensorFlow: which one it is, and what an adapted layer is on it."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from scenarios.marks import LOUD, NONE, NUMPY, OBSCURE, SILENT, promise, question
from scenarios.observe import Unanswerable, answer, compared, installed, normalization, refused, resolve, which

BACKENDS = "Keras 3: KERAS_BACKEND chooses tensorflow, jax or torch"
JIT = "jax.jit: what a function closes over is a constant of its trace"
FILES = "Keras 3: a .keras file is of no backend"
LAYER = "Keras 3, Normalization: adapt() takes a backend-native eager tensor"

FIRST = np.array([[0.0], [2.0]], "float32")
SECOND = np.array([[1.0], [5.0]], "float32")
QUERY = np.array([[0.0], [1.0], [2.0]], "float32")


def by(data):
    """The query by the mean and deviation of the data."""
    return (QUERY - data.mean(axis=0)) / data.std(axis=0)


def adapted():
    layer = normalization()
    layer.adapt(FIRST)
    return layer


def backend():
    return resolve("tf.keras.backend.backend")()


def needs(*names):
    """Raises Unanswerable where tf.keras is on none of these backends."""
    if backend() not in names:
        raise Unanswerable("tf.keras is on the backend %s here" % backend())


@question("backend::name", answers=dict.fromkeys(["tensorflow", "jax", "torch"], NONE), reference=BACKENDS)
def test_name():
    """Which backend does tf.keras compute with?"""
    return backend()


#: The kinds of tensor, by the package of their class.
TENSORS = {"tensorflow": "tensorflow tensor", "jax": "jax array", "jaxlib": "jax array", "torch": "torch tensor"}


@question("backend::output", answers=dict.fromkeys(TENSORS.values(), NONE), reference=BACKENDS)
def test_output():
    """What is the output of an adapted layer?"""
    output = adapted()(QUERY)
    return answer(TENSORS[type(output).__module__.split(".")[0]], output)


@promise("backend::adapt_to_own_tensor", oracle=NUMPY, reference=LAYER)
def test_adapt_to_own_tensor():
    """adapt() takes a tensor of the backend of Keras"""
    layer = normalization()
    layer.adapt(resolve("tf.keras.ops.convert_to_tensor")(FIRST))
    return compared(layer(QUERY), by(FIRST))


@promise("backend::call_on_a_tf_tensor", oracle=NUMPY, reference=BACKENDS)
def test_call_on_tf_tensor():
    """An adapted layer takes a tf.Tensor on every backend"""
    return compared(adapted()(resolve("tf.constant")(QUERY)), by(FIRST))


@promise("backend::jax_jit", oracle=NUMPY, reference=JIT)
def test_jax_jit():
    """An adapted layer computes the same in jax.jit"""
    needs("jax")
    return compared(installed("jax").jit(adapted())(QUERY), by(FIRST))


@question("backend::jax_jit_second_adapt", answers={"fresh": NONE, "stale": SILENT}, reference=JIT)
def test_jax_jit_second_adapt():
    """Does a function of jax.jit see a second adapt()?"""
    needs("jax")
    layer = adapted()
    function = installed("jax").jit(layer)
    function(QUERY)
    layer.adapt(SECOND)
    return which(function(QUERY), fresh=by(SECOND), stale=by(FIRST))


@promise("backend::jax_grad", oracle=NUMPY, reference="jax.grad")
def test_jax_grad():
    """jax.grad goes through an adapted layer

    The gradient of the sum of (x - mean) / deviation is 1 / deviation everywhere.
    """
    needs("jax")
    layer = adapted()
    gradient = installed("jax").grad(lambda inputs: layer(inputs).sum())(QUERY * 2)
    return compared(gradient, np.ones_like(QUERY) / FIRST.std())


SAVE = """
import json, numpy, sys
import tensorflow as tf
layer = tf.keras.layers.Normalization()
layer.adapt(numpy.array(json.loads(sys.argv[1]), "float32"))
tf.keras.Sequential([tf.keras.Input((1,)), layer]).save("model.keras")
print(json.dumps(tf.keras.backend.backend()))
"""
LOAD = """
import json, numpy, sys
import tensorflow as tf
model = tf.keras.models.load_model("model.keras")
print(json.dumps(model.predict(numpy.array(json.loads(sys.argv[1]), "float32"), verbose=0).tolist()))
"""


def on_tensorflow(program, data):
    """What a program prints as its last line that runs in an interpreter of its own, with Keras on TensorFlow."""
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", program, json.dumps(data.tolist())],
        env=dict(os.environ, KERAS_BACKEND="tensorflow"),
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout.decode().splitlines()[-1])


def model_of(layer):
    keras = resolve("tf.keras")
    return keras.Sequential([keras.Input((1,)), layer])


@promise("backend::saved_here_loaded_on_tensorflow", oracle=NUMPY, reference=FILES, limit=120)
def test_loaded_on_tensorflow():
    """A .keras file of this backend loads on TensorFlow"""
    needs("jax", "torch")
    model_of(adapted()).save("model.keras")
    return compared(on_tensorflow(LOAD, QUERY), by(FIRST))


@promise("backend::saved_on_tensorflow_loaded_here", oracle=NUMPY, reference=FILES, limit=120)
def test_saved_on_tensorflow():
    """A .keras file of TensorFlow loads on this backend"""
    needs("jax", "torch")
    on_tensorflow(SAVE, FIRST)
    return compared(resolve("tf.keras.models.load_model")("model.keras").predict(QUERY, verbose=0), by(FIRST))


@pytest.mark.parametrize("name", ["torch", "theano"])
@question(
    "backend::variable_names_{name}",
    answers={"refused": LOUD, "obscure error": OBSCURE, "ignored": SILENT},
    reference=BACKENDS,
    fresh=True,
    limit=120,
)
def test_variable(name):
    """What does KERAS_BACKEND={name} do, not installed?

    The variable is often left over in a shell from another project, and so may `backend` be in ~/.keras/keras.json.
    """
    os.environ["KERAS_BACKEND"] = name
    try:
        import tensorflow as tf

        tf.keras.layers.LayerNormalization()
    except (ImportError, ValueError) as error:
        return refused(error) if name in str(error) else answer("obscure error", str(error))
    return "ignored"
