"""Recipes: short programs, to be copied, that do the same on every release, variant and Keras."""

import numpy as np
import tensorflow as tf

from scenarios.observe import scenario

LAYER = "tf.keras.layers.Normalization"


@scenario("recipes::import_normalization", documented=[[-1.0], [1.0]], reference=LAYER + "; keras-io#680")
def test_import_normalization():
    """An import of Normalization that works everywhere: the core path first, then the experimental one

    The class moved into the core in 2.6, and its experimental path went away with Keras 3.
    """
    try:
        from tensorflow.keras.layers import Normalization
    except ImportError:
        from tensorflow.keras.layers.experimental.preprocessing import Normalization

    data = np.array([[0.0], [2.0]], "float32")
    layer = Normalization()
    layer.adapt(data)
    return layer(data)


@scenario(
    "recipes::adapt_and_readapt",
    documented=[[-1.0, 0.0, 1.0], [0.0, 1.0, 2.0]],
    reference=LAYER + ".adapt, TensorFlow 2.7: compile() after each further adapt",
)
def test_adapt_and_readapt():
    """adapt, predict, adapt again and compile() again: the predictions follow on every release

    Without compile() a model may go on with the statistics that predict() was traced with.
    """
    try:
        from tensorflow.keras.layers import Normalization
    except ImportError:
        from tensorflow.keras.layers.experimental.preprocessing import Normalization

    rows = np.array([[0.0], [1.0], [2.0]], "float32")

    layer = Normalization()
    layer.adapt(np.array([[0.0], [2.0]], "float32"))  # mean 1, variance 1
    model = tf.keras.Sequential([layer])
    before = model.predict(rows)

    layer.adapt(np.array([[-1.0], [1.0]], "float32"))  # mean 0, variance 1
    model.compile()  # with the loss and the optimizer, if you go on to train
    after = model.predict(rows)
    return [np.ravel(before), np.ravel(after)]


@scenario(
    "recipes::save_without_losing_state",
    documented=[[-1.0, -1.0], [1.0, 1.0]],
    reference="tf.keras.Model.save_weights; keras#15348; keras#20147",
)
def test_save_without_losing_state():
    """Weights saved apart, loaded into a model that the same code makes anew, keep the statistics everywhere

    Whole models lose them on some releases, HDF5 and SavedModel alike. Load before the new model's first predict():
    afterwards it goes on with the statistics that it was made with.
    """
    try:
        from tensorflow.keras.layers import Normalization
    except ImportError:
        from tensorflow.keras.layers.experimental.preprocessing import Normalization

    data = np.array([[0.0, 10.0], [2.0, 30.0]], "float32")

    def make_model(layer):
        inputs = tf.keras.Input(shape=(2,))
        return tf.keras.Model(inputs, layer(inputs))

    layer = Normalization()
    layer.adapt(data)
    make_model(layer).save_weights("model.weights.h5")

    loaded = make_model(Normalization())
    loaded.load_weights("model.weights.h5")
    return loaded.predict(data)


@scenario(
    "recipes::one_dimensional_features",
    documented=[[-1.0], [1.0]],
    reference=LAYER + ": one-dimensional input; keras#20624",
)
def test_one_dimensional_features():
    """One-dimensional features become a column before adapt(): one mean and one variance on every release

    Left one-dimensional, each number may be taken for a feature of its own and become zero.
    """
    try:
        from tensorflow.keras.layers import Normalization
    except ImportError:
        from tensorflow.keras.layers.experimental.preprocessing import Normalization

    ages = np.array([30.0, 50.0], "float32")
    column = ages.reshape(-1, 1)
    layer = Normalization(axis=-1)
    layer.adapt(column)
    return layer(column)


@scenario(
    "recipes::labelled_dataset",
    documented=[[-1.0, -1.0], [1.0, 1.0]],
    reference="tensorflow#39377; tensorflow#58821; keras#21930",
)
def test_labelled_dataset():
    """adapt() to a dataset of (features, labels), mapped to its features, works on every release"""
    try:
        from tensorflow.keras.layers import Normalization
    except ImportError:
        from tensorflow.keras.layers.experimental.preprocessing import Normalization

    features = np.array([[0.0, 10.0], [2.0, 30.0]], "float32")
    labels = np.array([0, 1])
    dataset = tf.data.Dataset.from_tensor_slices((features, labels)).batch(2)

    layer = Normalization()
    layer.adapt(dataset.map(lambda features, labels: features))
    return layer(features)


@scenario(
    "recipes::inverse",
    documented=[[0.0, 10.0], [2.0, 30.0]],
    reference=LAYER + ": (input - mean) / sqrt(variance); keras#17556",
)
def test_inverse():
    """The layer's mean and variance undo its normalization on every release, without invert=True

    The argument came in 2.10, where it gives wrong numbers.
    """
    try:
        from tensorflow.keras.layers import Normalization
    except ImportError:
        from tensorflow.keras.layers.experimental.preprocessing import Normalization

    data = np.array([[0.0, 10.0], [2.0, 30.0]], "float32")
    layer = Normalization()
    layer.adapt(data)
    normalized = layer(data)
    return normalized * tf.sqrt(layer.variance) + layer.mean
