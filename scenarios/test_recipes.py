"""Recipes: short programs, to be copied, that do the same on every release, variant and Keras."""

import numpy as np
import tensorflow as tf

from scenarios.marks import NUMPY, promise
from scenarios.observe import compared

LAYER = "tf.keras.layers.Normalization"


@promise("recipes::import_normalization", oracle=NUMPY, reference=LAYER + "; keras-io#680")
def test_import_normalization():
    """An import of Normalization that works everywhere

    The class moved into the core in 2.6, and its experimental path went away with Keras 3.
    """
    try:
        from tensorflow.keras.layers import Normalization
    except ImportError:
        from tensorflow.keras.layers.experimental.preprocessing import Normalization

    data = np.array([[0.0], [2.0]], "float32")
    layer = Normalization()
    layer.adapt(data)
    return compared(layer(data), (data - data.mean(axis=0)) / data.std(axis=0))


@promise(
    "recipes::adapt_and_readapt",
    oracle=NUMPY,
    reference=LAYER + ".adapt, TensorFlow 2.7: compile() after each further adapt",
)
def test_adapt_and_readapt():
    """adapt() again and compile() again: predict() follows

    Without compile() a model may go on with the statistics that predict() was traced with.
    """
    try:
        from tensorflow.keras.layers import Normalization
    except ImportError:
        from tensorflow.keras.layers.experimental.preprocessing import Normalization

    rows = np.array([[0.0], [1.0], [2.0]], "float32")
    first = np.array([[0.0], [2.0]], "float32")  # mean 1, variance 1
    second = np.array([[-1.0], [1.0]], "float32")  # mean 0, variance 1

    layer = Normalization()
    layer.adapt(first)
    model = tf.keras.Sequential([layer])
    before = model.predict(rows)

    layer.adapt(second)
    model.compile()  # with the loss and the optimizer, if you go on to train
    after = model.predict(rows)
    return compared([before, after], [(rows - data.mean()) / data.std() for data in (first, second)])


@promise(
    "recipes::adapt_after_predict",
    oracle=NUMPY,
    reference=LAYER + ".adapt: adapt() belongs before predict(); keras#16296",
)
def test_adapt_after_predict():
    """A model that has predicted already is adapted, and follows

    Give the model its input's shape, and compile() it after adapt(): it may go on to return its input unchanged otherwise.
    """
    try:
        from tensorflow.keras.layers import Normalization
    except ImportError:
        from tensorflow.keras.layers.experimental.preprocessing import Normalization

    data = np.array([[0.0, 10.0], [2.0, 30.0]], "float32")
    layer = Normalization()
    model = tf.keras.Sequential([tf.keras.Input(shape=(2,)), layer])
    model.predict(data)  # too early

    layer.adapt(data)
    model.compile()  # with the loss and the optimizer, if you go on to train
    return compared(model.predict(data), (data - data.mean(axis=0)) / data.std(axis=0))


@promise(
    "recipes::save_without_losing_state",
    oracle=NUMPY,
    reference="tf.keras.Model.save_weights; keras#15348; keras#20147",
)
def test_save_without_losing_state():
    """Weights saved alone keep the statistics everywhere

    The same code makes the model anew. Whole models lose their statistics on some releases. Load before the new model's
    first predict(): afterwards it goes on with the statistics that it was made with.
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
    return compared(loaded.predict(data), (data - data.mean(axis=0)) / data.std(axis=0))


@promise(
    "recipes::restore_checkpoint",
    oracle=NUMPY,
    reference="tf.train.Checkpoint; keras normalization.py, finalize_state",
)
def test_restore_checkpoint():
    """After a restored checkpoint: finalize_state(), compile()

    A checkpoint brings the weights back. The layer calculates with constants made of them, and a model that has predicted
    with what it was traced with.
    """
    try:
        from tensorflow.keras.layers import Normalization
    except ImportError:
        from tensorflow.keras.layers.experimental.preprocessing import Normalization

    data = np.array([[0.0, 10.0], [2.0, 30.0]], "float32")

    def make_model(layer):
        inputs = tf.keras.Input(shape=(2,))
        return tf.keras.Model(inputs, layer(inputs))

    saved = Normalization()
    saved.adapt(data)
    path = tf.train.Checkpoint(model=make_model(saved)).save("checkpoint")

    layer = Normalization()
    model = make_model(layer)
    model.predict(data)  # too early
    tf.train.Checkpoint(model=model).restore(path)
    if hasattr(layer, "finalize_state"):  # not before TensorFlow 2.5
        layer.finalize_state()
    model.compile()  # with the loss and the optimizer, if you go on to train
    return compared(model.predict(data), (data - data.mean(axis=0)) / data.std(axis=0))


@promise("recipes::export", oracle=NUMPY, reference="tf.keras.Model.export; tf.saved_model.save; keras#15219")
def test_export():
    """A SavedModel of a new model of the layer is right everywhere

    A model that has predicted may hold older statistics, and cannot be exported on 2.12.
    """
    try:
        from tensorflow.keras.layers import Normalization
    except ImportError:
        from tensorflow.keras.layers.experimental.preprocessing import Normalization

    data = np.array([[0.0, 10.0], [2.0, 30.0]], "float32")
    layer = Normalization()
    layer.adapt(data)
    tf.keras.Sequential([tf.keras.Input(shape=(2,)), layer]).predict(data)

    model = tf.keras.Sequential([tf.keras.Input(shape=(2,)), layer])
    if hasattr(model, "export"):  # not before TensorFlow 2.12
        model.export("exported")
    else:
        tf.saved_model.save(model, "exported")

    loaded = tf.saved_model.load("exported")
    serve = loaded.signatures["serving_default"]
    (name,) = serve.structured_input_signature[1]
    (output,) = serve(**{name: tf.constant(data)}).values()
    return compared(output, (data - data.mean(axis=0)) / data.std(axis=0))


@promise(
    "recipes::one_dimensional_features",
    oracle=NUMPY,
    reference=LAYER + ": one-dimensional input; keras#20624",
)
def test_one_dimensional_features():
    """One-dimensional features are made a column before adapt()

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
    return compared(layer(column), (column - column.mean()) / column.std())


@promise(
    "recipes::series",
    oracle=NUMPY,
    reference=LAYER + ".adapt: data is an array or a dataset; pandas.Series.to_numpy",
)
def test_series():
    """A Series is adapted to as a column of float32 numbers

    The values alone, as np.asarray() gives them, are one-dimensional: each may be taken for a feature, and become zero.
    """
    try:
        from tensorflow.keras.layers import Normalization
    except ImportError:
        from tensorflow.keras.layers.experimental.preprocessing import Normalization

    values = np.array([30, 50, 70])  # frame["age"].to_numpy()
    column = values.astype("float32").reshape(-1, 1)
    layer = Normalization()
    layer.adapt(column)
    return compared(layer(column), (column - column.mean()) / column.std())


@promise("recipes::labelled_dataset", oracle=NUMPY, reference="tensorflow#39377; tensorflow#58821; keras#21930")
def test_labelled_dataset():
    """adapt() to the features of a dataset of (features, labels)"""
    try:
        from tensorflow.keras.layers import Normalization
    except ImportError:
        from tensorflow.keras.layers.experimental.preprocessing import Normalization

    features = np.array([[0.0, 10.0], [2.0, 30.0]], "float32")
    labels = np.array([0, 1])
    dataset = tf.data.Dataset.from_tensor_slices((features, labels)).batch(2)

    layer = Normalization()
    layer.adapt(dataset.map(lambda features, labels: features))
    return compared(layer(features), (features - features.mean(axis=0)) / features.std(axis=0))


@promise(
    "recipes::map_and_fit",
    oracle=NUMPY,
    reference="TensorFlow guide: working with preprocessing layers",
)
def test_map_and_fit():
    """A labelled dataset is normalized by map() and fitted

    Adapt first, then map: a mapped dataset goes on with the statistics that it was mapped with.
    """
    try:
        from tensorflow.keras.layers import Normalization
    except ImportError:
        from tensorflow.keras.layers.experimental.preprocessing import Normalization

    features = np.array([[0.0, 10.0], [2.0, 30.0]], "float32")
    labels = np.array([[0.0], [1.0]], "float32")
    dataset = tf.data.Dataset.from_tensor_slices((features, labels)).batch(2)

    layer = Normalization()
    layer.adapt(dataset.map(lambda features, labels: features))
    normalized = dataset.map(lambda features, labels: (layer(features), labels))

    model = tf.keras.Sequential([tf.keras.Input(shape=(2,)), tf.keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(normalized)
    ((batch, _),) = normalized
    return compared(batch, (features - features.mean(axis=0)) / features.std(axis=0))


@promise(
    "recipes::inverse",
    oracle=NUMPY,
    reference=LAYER + ": (input - mean) / sqrt(variance); keras#17556",
)
def test_inverse():
    """Mean and variance undo the normalization everywhere

    The argument invert came in 2.10, where it gives wrong numbers.
    """
    try:
        from tensorflow.keras.layers import Normalization
    except ImportError:
        from tensorflow.keras.layers.experimental.preprocessing import Normalization

    data = np.array([[0.0, 10.0], [2.0, 30.0]], "float32")
    layer = Normalization()
    layer.adapt(data)
    normalized = layer(data)
    return compared(normalized * tf.sqrt(layer.variance) + layer.mean, data)
