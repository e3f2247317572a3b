"""The code examples of five widely read documents on normalization layers: as given, and with the smallest repair."""

import numpy as np
import tensorflow as tf

from scenarios.marks import NONE, NUMPY, OBSCURE, SILENT, SNIPPET, data, presence, promise, question
from scenarios.observe import (
    answer,
    compared,
    import_module,
    installed,
    normalization,
    resolve,
    which,
)

ANSWER_0 = "answer on \"module 'tensorflow.keras.layers' has no attribute 'Normalization'\", 2025"
ANSWER_1 = "answer on importing the normalization layer in TensorFlow Keras, 2025"
ANSWER_2 = "answer on importing BatchNormalization from Keras layers, 2025"
ANSWER_3 = "answer on importing LayerNormalization in TensorFlow Keras, 2025"
LAYER_PAGE = "tf.keras.layers.Normalization, TensorFlow 2.7"
TRAINING = np.array([[0.0, 10.0], [2.0, 30.0]], "float32")
#: Both columns of it, normalized.
STANDARDIZED = (TRAINING - TRAINING.mean(axis=0)) / TRAINING.std(axis=0)


def facts_of(model):
    model.summary()
    return {"output": list(model.output_shape), "parameters": int(model.count_params())}


def dense(inputs, units):
    """The parameters of a Dense layer: its kernel and its bias."""
    return inputs * units + units


class CustomNormalization(tf.keras.layers.Layer):
    """A layer of one's own that keeps mean and deviation of the training data, as the first document has it."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.mean = None
        self.std = None

    def build(self, input_shape):
        self.mean = self.add_weight(name="mean", shape=input_shape[-1:], initializer="zeros", trainable=False)
        self.std = self.add_weight(name="std", shape=input_shape[-1:], initializer="ones", trainable=False)
        super().build(input_shape)

    def call(self, inputs):
        return (inputs - self.mean) / (self.std + 1e-7)

    def adapt(self, data):
        self.mean.assign(tf.math.reduce_mean(data, axis=0))
        self.std.assign(tf.math.reduce_std(data, axis=0))


class LayerNormalization(tf.keras.layers.Layer):
    """Layer normalization of one's own, as the fourth document has it; it has the built-in layer's name."""

    def __init__(self, epsilon=1e-6, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def build(self, input_shape):
        self.gamma = self.add_weight(
            name="gamma", shape=input_shape[-1:], initializer=tf.keras.initializers.Ones(), trainable=True
        )
        self.beta = self.add_weight(
            name="beta", shape=input_shape[-1:], initializer=tf.keras.initializers.Zeros(), trainable=True
        )
        super().build(input_shape)

    def call(self, x):
        mean = tf.math.reduce_mean(x, axis=-1, keepdims=True)
        variance = tf.math.reduce_mean(tf.math.square(x - mean), axis=-1, keepdims=True)
        std = tf.math.sqrt(variance + self.epsilon)
        normalized = (x - mean) / std
        return self.gamma * normalized + self.beta

    def compute_output_shape(self, input_shape):
        return input_shape


@data("examples::doc0_print_version", reference=ANSWER_0)
def test_doc0_print_version():
    """What `print(tf.__version__)` prints"""
    print(tf.__version__)
    return tf.__version__


@promise(
    "examples::doc0_model_with_batch_normalization",
    oracle=SNIPPET,
    documented={"output": [None, 10], "parameters": dense(100, 64) + 4 * 64 + dense(64, 10)},
    reference=ANSWER_0,
)
def test_doc0_batch_normalization():
    """The first document's model with BatchNormalization runs"""
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Input(shape=(100,)),
            tf.keras.layers.Dense(64, activation="relu"),
            tf.keras.layers.BatchNormalization(),
            tf.keras.layers.Dense(10, activation="softmax"),
        ]
    )
    return facts_of(model)


def model_with_custom_normalization():
    return tf.keras.Sequential(
        [
            tf.keras.layers.Input(shape=(2,)),
            CustomNormalization(),
            tf.keras.layers.Dense(64, activation="relu"),
            tf.keras.layers.Dense(10, activation="softmax"),
        ]
    )


@promise(
    "examples::doc0_custom_normalization_as_given",
    oracle=SNIPPET,
    documented=[[-1.0, -1.0], [1.0, 1.0]],
    reference=ANSWER_0,
)
def test_doc0_custom_as_given():
    """The document's own layer, adapted as `model.layers[1]`

    The document says that adapt() then has the mean and deviation of the data, of which each column has 1 away from the
    mean. Sequential.layers does not count the Input, so `layers[1]` is the Dense layer that follows.
    """
    model = model_with_custom_normalization()
    model.layers[1].adapt(tf.constant(TRAINING))
    return model.layers[1](TRAINING)


@promise("examples::doc0_custom_normalization_repaired", oracle=NUMPY, reference=ANSWER_0)
def test_doc0_custom_repaired():
    """The document's own layer, adapted as `model.layers[0]`"""
    model = model_with_custom_normalization()
    model.layers[0].adapt(tf.constant(TRAINING))
    expected = (TRAINING - TRAINING.mean(axis=0)) / (TRAINING.std(axis=0) + 1e-7)
    return compared(model.layers[0](TRAINING), expected)


@question(
    "examples::doc0_custom_normalization_adapted_before_build",
    answers={"adapted": NONE, "no weights yet": OBSCURE},
    reference=ANSWER_0,
)
def test_doc0_custom_before_build():
    """Can the document's own layer be adapted before it is built?

    Its weights are made in build(), so until then there is only the None of __init__.
    """
    layer = CustomNormalization()
    try:
        layer.adapt(TRAINING)
    except AttributeError as error:
        return answer("no weights yet", str(error))
    return which(layer(TRAINING), adapted=STANDARDIZED)


def adapted_custom_layer(data):
    layer = CustomNormalization()
    layer.build((None, data.shape[-1]))
    layer.adapt(data)
    return layer


def adapted_normalization(data):
    layer = normalization(axis=-1)
    layer.adapt(data)
    return layer


@promise("examples::doc0_custom_normalization_against_the_layer", oracle=NUMPY, reference=ANSWER_0)
def test_doc0_custom_against_layer():
    """The document's own layer and Normalization give the same

    Both are held against NumPy, so that two layers without statistics are not the same.
    """
    outputs = {"own": adapted_custom_layer(TRAINING)(TRAINING), "built in": adapted_normalization(TRAINING)(TRAINING)}
    return compared(outputs, dict.fromkeys(outputs, STANDARDIZED))


@question(
    "examples::doc0_constant_column_of_the_own_layer",
    answers={"its distance": NONE, "ten million times its distance": SILENT},
    reference=ANSWER_0,
    aliases=("examples::doc0_constant_column_against_the_layer",),
)
def test_doc0_constant_column():
    """What does the own layer make of 6 where all data were 5?

    Adding 1e-7 to the deviation avoids division by zero, and makes ten million of a difference of 1. What Normalization
    makes of it is adapt::zero_variance_other_number.
    """
    layer = adapted_custom_layer(np.array([[5.0], [5.0]], "float32"))
    output = layer(np.array([[6.0]], "float32"))
    return which(output, its_distance=[[6 - 5]], ten_million_times_its_distance=[[(6 - 5) * 1e7]])


@promise("examples::doc0_reduce_std", oracle=NUMPY, reference="tf.math.reduce_std")
def test_doc0_reduce_std():
    """tf.math.reduce_std is the population's standard deviation"""
    return compared(tf.math.reduce_std(TRAINING, axis=0), np.std(TRAINING, axis=0))


@promise(
    "examples::doc1_BatchNormalization",
    oracle=SNIPPET,
    documented={"output": [None, 10], "parameters": dense(784, 64) + 4 * 64 + dense(64, 10)},
    reference=ANSWER_1,
)
def test_doc1_batch_normalization():
    """The second document's model with BatchNormalization runs"""
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Dense(64, activation="relu", input_shape=(784,)),
            tf.keras.layers.BatchNormalization(),
            tf.keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return facts_of(model)


@promise(
    "examples::doc1_LayerNormalization",
    oracle=SNIPPET,
    documented={"output": [None, 1], "parameters": dense(100, 128) + 2 * 128 + dense(128, 1)},
    reference=ANSWER_1,
)
def test_doc1_layer_normalization():
    """The second document's model with LayerNormalization runs"""
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Dense(128, activation="relu", input_shape=(100,)),
            tf.keras.layers.LayerNormalization(),
            tf.keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return facts_of(model)


#: What the document's Normalization example lacks: two rows of twenty columns, 0 and 2 in the first, 0 and 40 in the last.
TWENTY_COLUMNS = np.array([[0.0], [2.0]], "float32") * np.arange(1.0, 21.0, dtype="float32")


def regression(norm_layer, columns):
    """The second document's model around a layer, and what it is compiled with."""
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Input(shape=(columns,)),
            norm_layer,
            tf.keras.layers.Dense(32, activation="relu"),
            tf.keras.layers.Dense(1),
        ]
    )
    model.compile(optimizer="adam", loss="mse", metrics=["mae"])
    return model


@promise(
    "examples::doc1_normalization_as_given",
    oracle=SNIPPET,
    documented={"output": [None, 1], "first column": [-1.0, 1.0], "last column": [-1.0, 1.0]},
    reference=ANSWER_1,
)
def test_doc1_normalization():
    """The Normalization example runs with training_data supplied

    As written it has no `training_data`: the row supplies two rows of twenty columns. The document says that the layer
    then normalizes by their mean and variance, which puts the two rows at -1 and 1.
    """
    norm_layer = resolve("tf.keras.layers.Normalization")(axis=-1)
    norm_layer.adapt(TWENTY_COLUMNS)
    model = regression(norm_layer, columns=20)
    columns = np.transpose(norm_layer(TWENTY_COLUMNS))
    return {"output": list(model.output_shape), "first column": columns[0], "last column": columns[-1]}


def train(model):
    model.fit(TRAINING, np.array([[0.0], [1.0]], "float32"), verbose=0)


@promise("examples::doc1_normalization_repaired", oracle=NUMPY, reference=ANSWER_1)
def test_doc1_normalization_repaired():
    """That example, by the release's path, trains and normalizes"""
    layer = adapted_normalization(TRAINING)
    train(regression(layer, columns=2))
    return compared(layer(TRAINING), STANDARDIZED)


@question(
    "examples::doc1_normalization_not_adapted",
    answers={"normalized": NONE, "unchanged": SILENT},
    reference=ANSWER_1,
)
def test_doc1_not_adapted():
    """What does that example give where adapt() is forgotten?

    The document says that this step is crucial; the model trains without it.
    """
    layer = normalization(axis=-1)
    train(regression(layer, columns=2))
    return which(layer(TRAINING), normalized=STANDARDIZED, unchanged=TRAINING)


#: The third document's model: Dense(128) on 784 columns, BatchNormalization, Dense(10).
CLASSIFIER = {"output": [None, 10], "parameters": dense(784, 128) + 4 * 128 + dense(128, 10)}


@promise("examples::doc2_tensorflow.keras_model", oracle=SNIPPET, documented=CLASSIFIER, reference=ANSWER_2)
def test_doc2_tensorflow_keras():
    """The third document's model from tensorflow.keras runs"""
    from tensorflow.keras.layers import BatchNormalization, Dense
    from tensorflow.keras.models import Sequential

    return classifier(Sequential, Dense, BatchNormalization)


@promise("examples::doc2_keras_model", oracle=SNIPPET, documented=CLASSIFIER, reference=ANSWER_2)
def test_doc2_keras():
    """The third document's model from the keras package runs

    The document assumes that the package is installed.
    """
    installed("keras")
    from keras.layers import BatchNormalization, Dense
    from keras.models import Sequential

    return classifier(Sequential, Dense, BatchNormalization)


def classifier(sequential, dense_layer, normalizer):
    model = sequential(
        [
            dense_layer(128, activation="relu", input_shape=(784,)),
            normalizer(),
            dense_layer(10, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return facts_of(model)


@promise("examples::doc2_fallback_import_as_given", oracle=SNIPPET, documented=CLASSIFIER, reference=ANSWER_2)
def test_doc2_fallback():
    """The document's failsafe import, as given, makes a model

    Where TensorFlow's import succeeds, the other two still need a keras package, and one that fits.
    """
    try:
        from tensorflow.keras.layers import BatchNormalization
    except ImportError:
        from keras.layers import BatchNormalization
    from keras.layers import Dense
    from keras.models import Sequential

    return classifier(Sequential, Dense, BatchNormalization)


@promise("examples::doc2_fallback_import_repaired", oracle=SNIPPET, documented=CLASSIFIER, reference=ANSWER_2)
def test_doc2_fallback_repaired():
    """The failsafe import works with all names from one package"""
    try:
        from tensorflow.keras.layers import BatchNormalization, Dense
        from tensorflow.keras.models import Sequential
    except ImportError:
        from keras.layers import BatchNormalization, Dense
        from keras.models import Sequential
    return classifier(Sequential, Dense, BatchNormalization)


def layer_normalized(rows, epsilon=1e-6):
    """What layer normalization gives by NumPy."""
    centered = rows - rows.mean(axis=-1, keepdims=True)
    return centered / np.sqrt(rows.var(axis=-1, keepdims=True) + epsilon)


@promise("examples::doc3_custom_layer_norm_against_the_layer", oracle=NUMPY, reference=ANSWER_3)
def test_doc3_parity():
    """The own LayerNormalization and the built-in one agree"""
    rows = np.array([[1.0, 2.0, 3.0], [5.0, 5.0, 5.0], [-10.0, 0.0, 1000.0]], "float32")
    built_in = tf.keras.layers.LayerNormalization(epsilon=1e-6)
    outputs = {"own": LayerNormalization()(rows), "built in": built_in(rows)}
    return compared(outputs, dict.fromkeys(outputs, layer_normalized(rows)))


#: The fourth document's models: Dense(64) on 10 columns, layer normalization, Dense(10).
LAYER_NORMALIZED = {"output": [None, 10], "parameters": dense(10, 64) + 2 * 64 + dense(64, 10)}


@promise("examples::doc3_custom_layer_norm_functional", oracle=SNIPPET, documented=LAYER_NORMALIZED, reference=ANSWER_3)
def test_doc3_functional():
    """The own LayerNormalization works in a functional model"""
    input_tensor = tf.keras.Input(shape=(10,))
    x = tf.keras.layers.Dense(64, activation="relu")(input_tensor)
    x = LayerNormalization()(x)
    output_tensor = tf.keras.layers.Dense(10, activation="softmax")(x)
    return facts_of(tf.keras.Model(inputs=input_tensor, outputs=output_tensor))


@promise("examples::doc3_addons_layer_norm_as_given", oracle=SNIPPET, documented=LAYER_NORMALIZED, reference=ANSWER_3)
def test_doc3_addons():
    """The document's model with Addons' LayerNormalization runs

    tf.keras has had the layer since TensorFlow 2.0; releases of Addons that go with 2.2 and later need not have one.
    """
    installed("tensorflow_addons")
    cls = resolve("tensorflow_addons.layers.LayerNormalization")
    return facts_of(
        tf.keras.Sequential(
            [
                tf.keras.layers.Dense(64, activation="relu", input_shape=(10,)),
                cls(axis=-1),
                tf.keras.layers.Dense(10, activation="softmax"),
            ]
        )
    )


class ConfiguredLayerNormalization(LayerNormalization):
    """The same with the method that saving asks for."""

    def get_config(self):
        return dict(super().get_config(), epsilon=self.epsilon)


#: So near to each other that epsilon shows.
ROW = np.array([[0.01, 0.02, 0.03]], "float32")


def saved_custom_layer(cls=LayerNormalization, **arguments):
    """A model of layer normalization of one's own is saved as h5; this is what it predicted before."""
    inputs = tf.keras.Input(shape=(3,))
    model = tf.keras.Model(inputs, cls(**arguments)(inputs))
    model.save("model.h5")
    return model.predict(ROW, verbose=0)


def loaded(**arguments):
    return tf.keras.models.load_model("model.h5", **arguments)


def saved_and_loaded(cls, **arguments):
    before = saved_custom_layer(cls, **arguments)
    return {"saved": before, "loaded": loaded(custom_objects={cls.__name__: cls}).predict(ROW, verbose=0)}


def both(expected):
    return {"saved": expected, "loaded": expected}


@promise(
    "examples::doc3_custom_layer_norm_saved_as_h5",
    oracle=NUMPY,
    reference=ANSWER_3 + "; tf.keras guide on saving",
)
def test_doc3_saved():
    """The own layer, without get_config(), survives HDF5"""
    return compared(saved_and_loaded(LayerNormalization), both(layer_normalized(ROW)))


@promise(
    "examples::doc3_custom_layer_norm_saved_as_h5_repaired",
    oracle=NUMPY,
    reference="tf.keras guide on saving",
)
def test_doc3_saved_repaired():
    """The own layer, with get_config(), survives HDF5"""
    outputs = saved_and_loaded(ConfiguredLayerNormalization, epsilon=1.0)
    return compared(outputs, both(layer_normalized(ROW, epsilon=1.0)))


@promise("examples::doc3_custom_layer_norm_epsilon_saved_as_h5", oracle=NUMPY, reference=ANSWER_3)
def test_doc3_saved_epsilon():
    """The own layer's epsilon, without get_config(), survives HDF5"""
    return compared(saved_and_loaded(LayerNormalization, epsilon=1.0), both(layer_normalized(ROW, epsilon=1.0)))


@question(
    "examples::doc3_custom_layer_norm_loaded_as_the_built_in",
    answers={"its own": NONE, "the built-in one": SILENT},
    reference=ANSWER_3,
)
def test_doc3_loaded_as_built_in():
    """Without custom_objects, as what is the own layer loaded?

    Its name is that of the built-in layer.
    """
    saved_custom_layer()
    layer = loaded().layers[-1]
    return answer("its own" if isinstance(layer, LayerNormalization) else "the built-in one", type(layer))


@promise(
    "examples::doc3_custom_layer_norm_loaded_without_custom_objects",
    oracle=NUMPY,
    reference=ANSWER_3,
)
def test_doc3_loaded_without_custom_objects():
    """Without custom_objects, the own layer predicts the same

    The built-in layer that it may become has another epsilon, unless the file says which.
    """
    before = saved_custom_layer()
    return compared({"saved": before, "loaded": loaded().predict(ROW, verbose=0)}, both(layer_normalized(ROW)))


def counted(*numbers):
    return np.array(numbers, "float32")


@promise("examples::doc4_model_repaired", oracle=NUMPY, reference=LAYER_PAGE + ", adapt")
def test_doc4_model_repaired():
    """The page's model example, with arrays, gives what it states"""
    layer = normalization(axis=None)
    layer.adapt(counted(0, 2))
    model = tf.keras.Sequential([layer])
    first = model.predict(counted(0, 1, 2))
    layer.adapt(counted(-1, 1))
    model.compile()
    second = model.predict(counted(0, 1, 2))
    by_first, by_second = (counted(0, 1, 2) - 1.0) / 1.0, (counted(0, 1, 2) - 0.0) / 1.0
    return compared([np.ravel(first), np.ravel(second)], [by_first, by_second])


@promise(
    "examples::doc4_dataset_as_given",
    oracle=SNIPPET,
    documented=[[[-1.0], [0.0], [1.0]], [[0.0], [1.0], [2.0]]],
    reference=LAYER_PAGE + ", adapt",
)
def test_doc4_dataset():
    """The page's dataset example, as given, gives what it states"""
    layer = resolve("tf.keras.layers.experimental.preprocessing.Normalization")(axis=None)
    layer.adapt([0, 2])
    input_ds = tf.data.Dataset.range(3)
    normalized_ds = input_ds.map(layer)
    before = list(normalized_ds.as_numpy_iterator())
    layer.adapt([-1, 1])
    normalized_ds = input_ds.map(layer)
    return [before, list(normalized_ds.as_numpy_iterator())]


@presence("examples::doc3_import_addons", reference=ANSWER_3)
def test_doc3_import_addons():
    """`import tensorflow_addons`"""
    return import_module("tensorflow_addons").__version__
