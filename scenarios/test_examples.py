"""The code examples of five widely read documents on normalization layers: as given, and with the smallest repair."""

import numpy as np
import pytest
import tensorflow as tf

from scenarios.observe import from_import, import_module, normalization, resolve, scenario

ANSWER_0 = "answer on \"module 'tensorflow.keras.layers' has no attribute 'Normalization'\", 2025"
ANSWER_1 = "answer on importing the normalization layer in TensorFlow Keras, 2025"
ANSWER_2 = "answer on importing BatchNormalization from Keras layers, 2025"
ANSWER_3 = "answer on importing LayerNormalization in TensorFlow Keras, 2025"
LAYER_PAGE = "tf.keras.layers.Normalization, TensorFlow 2.7"
TRAINING = np.array([[0.0, 10.0], [2.0, 30.0]], "float32")


def facts_of(model):
    model.summary()
    return {"output": list(model.output_shape), "parameters": int(model.count_params())}


def classifier(sequential, dense, normalizer, columns, classes=10, activation="softmax", width=64):
    """Dense, a normalization layer, Dense: the model that most of the examples show."""
    return sequential(
        [
            dense(width, activation="relu", input_shape=(columns,)),
            normalizer,
            dense(classes, activation=activation),
        ]
    )


class StandardScaler(tf.keras.layers.Layer):
    """A layer of one's own that keeps mean and deviation of the training data, as the first document advises."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.mean = None
        self.std = None

    def build(self, input_shape):
        columns = input_shape[-1:]
        self.mean = self.add_weight(name="mean", shape=columns, initializer="zeros", trainable=False)
        self.std = self.add_weight(name="std", shape=columns, initializer="ones", trainable=False)
        super().build(input_shape)

    def call(self, inputs):
        return (inputs - self.mean) / (self.std + 1e-7)

    def adapt(self, data):
        self.mean.assign(tf.math.reduce_mean(data, axis=0))
        self.std.assign(tf.math.reduce_std(data, axis=0))


class LayerNormalization(tf.keras.layers.Layer):
    """Layer normalization of one's own, as the fourth document advises; it has the built-in layer's name."""

    def __init__(self, epsilon=1e-6, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def build(self, input_shape):
        columns = input_shape[-1:]
        self.gamma = self.add_weight(
            name="gamma", shape=columns, initializer=tf.keras.initializers.Ones(), trainable=True
        )
        self.beta = self.add_weight(
            name="beta", shape=columns, initializer=tf.keras.initializers.Zeros(), trainable=True
        )
        super().build(input_shape)

    def call(self, inputs):
        centered = inputs - tf.math.reduce_mean(inputs, axis=-1, keepdims=True)
        variance = tf.math.reduce_mean(tf.math.square(centered), axis=-1, keepdims=True)
        return self.gamma * centered / tf.math.sqrt(variance + self.epsilon) + self.beta

    def compute_output_shape(self, input_shape):
        return input_shape


@scenario("examples::doc0_print_version", reference=ANSWER_0)
def test_doc0_print_version():
    """`print(tf.__version__)` prints the release"""
    print(tf.__version__)
    return tf.__version__


@scenario("examples::doc0_model_with_batch_normalization", reference=ANSWER_0)
def test_doc0_batch_normalization():
    """A Sequential of Input, Dense, BatchNormalization and Dense is built and summarized"""
    layers = tf.keras.layers
    return facts_of(
        tf.keras.Sequential(
            [
                layers.Input(shape=(100,)),
                layers.Dense(64, activation="relu"),
                layers.BatchNormalization(),
                layers.Dense(10, activation="softmax"),
            ]
        )
    )


def model_with_scaler():
    layers = tf.keras.layers
    return tf.keras.Sequential(
        [
            layers.Input(shape=(2,)),
            StandardScaler(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


@scenario("examples::doc0_custom_normalization_as_given", reference=ANSWER_0)
def test_doc0_custom_as_given():
    """A scaling layer of one's own, adapted as `model.layers[1]`

    Sequential.layers does not count the Input, so `layers[1]` is the Dense layer that follows the scaling layer.
    """
    model = model_with_scaler()
    model.layers[1].adapt(tf.constant(TRAINING))
    return model.layers[1](TRAINING)


@scenario("examples::doc0_custom_normalization_repaired", reference=ANSWER_0)
def test_doc0_custom_repaired():
    """A scaling layer of one's own, adapted as `model.layers[0]`"""
    model = model_with_scaler()
    model.layers[0].adapt(tf.constant(TRAINING))
    return model.layers[0](TRAINING)


@scenario("examples::doc0_custom_normalization_adapted_before_build", reference=ANSWER_0)
def test_doc0_custom_before_build():
    """A scaling layer of one's own, adapted before it is built

    Its weights are made in build(), so until then there is only the None of __init__.
    """
    layer = StandardScaler()
    layer.adapt(TRAINING)
    return layer(TRAINING)


def adapted_scaler(data):
    layer = StandardScaler()
    layer.build((None, data.shape[-1]))
    layer.adapt(data)
    return layer


def adapted_normalization(data):
    layer = normalization(axis=-1)
    layer.adapt(data)
    return layer


@scenario("examples::doc0_custom_normalization_against_the_layer", reference=ANSWER_0)
def test_doc0_custom_against_layer():
    """Largest difference between a scaling layer of one's own and Normalization"""
    difference = adapted_scaler(TRAINING)(TRAINING) - adapted_normalization(TRAINING)(TRAINING)
    return round(float(np.max(np.abs(difference))), 4)


@scenario("examples::doc0_constant_column_against_the_layer", reference=ANSWER_0)
def test_doc0_constant_column():
    """What 6 becomes where all training data were 5: layer of one's own, and Normalization

    Adding 1e-7 to the deviation avoids division by zero, and makes ten million of a difference of 1.
    """
    constant, other = np.array([[5.0], [5.0]], "float32"), np.array([[6.0]], "float32")
    return {"own": adapted_scaler(constant)(other), "Normalization": adapted_normalization(constant)(other)}


@scenario("examples::doc0_reduce_std", reference="tf.math.reduce_std", documented=[1.0, 10.0])
def test_doc0_reduce_std():
    """tf.math.reduce_std gives the population's standard deviation of each column"""
    return tf.math.reduce_std(TRAINING, axis=0)


@pytest.mark.parametrize(
    ("name", "columns", "classes", "activation", "loss"),
    [
        ("BatchNormalization", 784, 10, "softmax", "categorical_crossentropy"),
        ("LayerNormalization", 100, 1, "sigmoid", "binary_crossentropy"),
    ],
)
@scenario("examples::doc1_{name}", reference=ANSWER_1)
def test_doc1_classifier(name, columns, classes, activation, loss):
    """A Sequential of Dense, {name} and Dense with input_shape is built and compiled"""
    layers = tf.keras.layers
    model = classifier(tf.keras.Sequential, layers.Dense, getattr(layers, name)(), columns, classes, activation)
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    return facts_of(model)


def regression(layer):
    layers = tf.keras.layers
    model = tf.keras.Sequential([layers.Input(shape=(2,)), layer, layers.Dense(32, activation="relu"), layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse", metrics=["mae"])
    model.fit(TRAINING, np.array([[0.0], [1.0]], "float32"), verbose=0)
    return layer(TRAINING)


@scenario(
    "examples::doc1_normalization_as_given",
    documented=[[-1.0, -1.0], [1.0, 1.0]],
    reference=ANSWER_1 + "; " + LAYER_PAGE,
)
def test_doc1_normalization():
    """tf.keras.layers.Normalization is adapted, put into a regression model and trained with"""
    layer = resolve("tf.keras.layers.Normalization")(axis=-1)
    layer.adapt(TRAINING)
    return regression(layer)


@scenario(
    "examples::doc1_normalization_repaired",
    documented=[[-1.0, -1.0], [1.0, 1.0]],
    reference=ANSWER_1 + "; " + LAYER_PAGE,
)
def test_doc1_normalization_repaired():
    """Normalization, wherever the release has it, is adapted, put into a model and trained with"""
    return regression(adapted_normalization(TRAINING))


@scenario("examples::doc1_normalization_not_adapted", reference=ANSWER_1)
def test_doc1_not_adapted():
    """A regression model trained with a Normalization that was never adapted"""
    return regression(normalization(axis=-1))


@pytest.mark.parametrize("package", ["tensorflow.keras", "keras"])
@scenario("examples::doc2_{package}_model", reference=ANSWER_2)
def test_doc2_model(package):
    """BatchNormalization, Dense and Sequential, imported from {package}, make a model"""
    normalizer = from_import(package + ".layers", "BatchNormalization")()
    sequential, dense = from_import(package + ".models", "Sequential"), from_import(package + ".layers", "Dense")
    model = classifier(sequential, dense, normalizer, 784, width=128)
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return facts_of(model)


def batch_normalization_with_fallback():
    """BatchNormalization, and the package it came from, the way the third document's safe import goes."""
    try:
        from tensorflow.keras.layers import BatchNormalization

        return BatchNormalization, "tensorflow.keras"
    except ImportError:
        from keras.layers import BatchNormalization

        return BatchNormalization, "keras"


@scenario("examples::doc2_fallback_import_as_given", reference=ANSWER_2)
def test_doc2_fallback():
    """BatchNormalization imported with a fallback, the rest always from keras

    Where TensorFlow's import succeeds, the other two still need a keras package, and one that fits.
    """
    cls, _ = batch_normalization_with_fallback()
    sequential, dense = from_import("keras.models", "Sequential"), from_import("keras.layers", "Dense")
    return facts_of(classifier(sequential, dense, cls(), 784, width=128))


@scenario("examples::doc2_fallback_import_repaired", reference=ANSWER_2)
def test_doc2_fallback_repaired():
    """BatchNormalization imported with a fallback, the rest from the same package"""
    cls, package = batch_normalization_with_fallback()
    sequential, dense = from_import(package + ".models", "Sequential"), from_import(package + ".layers", "Dense")
    return facts_of(classifier(sequential, dense, cls(), 784, width=128))


@scenario("examples::doc3_custom_layer_norm_against_the_layer", reference=ANSWER_3)
def test_doc3_parity():
    """Largest difference between layer normalization of one's own and the built-in layer"""
    rows = np.array([[1.0, 2.0, 3.0], [5.0, 5.0, 5.0], [-10.0, 0.0, 1000.0]], "float32")
    difference = LayerNormalization()(rows) - tf.keras.layers.LayerNormalization(epsilon=1e-6)(rows)
    return round(float(np.max(np.abs(difference))), 4)


@scenario("examples::doc3_custom_layer_norm_functional", reference=ANSWER_3)
def test_doc3_functional():
    """Layer normalization of one's own in a functional model"""
    inputs = tf.keras.Input(shape=(10,))
    hidden = LayerNormalization()(tf.keras.layers.Dense(64, activation="relu")(inputs))
    return facts_of(tf.keras.Model(inputs=inputs, outputs=tf.keras.layers.Dense(10, activation="softmax")(hidden)))


@scenario("examples::doc3_addons_layer_norm_as_given", reference=ANSWER_3)
def test_doc3_addons():
    """LayerNormalization of TensorFlow Addons in a Sequential

    tf.keras has had the layer since TensorFlow 2.0; releases of Addons that go with 2.2 and later need not have one.
    """
    cls = resolve("tensorflow_addons.layers.LayerNormalization")
    return facts_of(classifier(tf.keras.Sequential, tf.keras.layers.Dense, cls(axis=-1), 10))


class ConfiguredLayerNormalization(LayerNormalization):
    """The same with the method that saving asks for."""

    def get_config(self):
        return dict(super().get_config(), epsilon=self.epsilon)


ROW = np.array([[1.0, 2.0, 3.0]], "float32")


def saved_custom_layer(cls=LayerNormalization, **arguments):
    """A model of layer normalization of one's own is saved as h5; this is what it predicted before."""
    inputs = tf.keras.Input(shape=(3,))
    model = tf.keras.Model(inputs, cls(**arguments)(inputs))
    model.save("model.h5")
    return np.ravel(model.predict(ROW, verbose=0))


def loaded_prediction(cls):
    model = tf.keras.models.load_model("model.h5", custom_objects={cls.__name__: cls})
    return np.ravel(model.predict(ROW, verbose=0))


@scenario("examples::doc3_custom_layer_norm_saved_as_h5", reference=ANSWER_3 + "; tf.keras guide on saving")
def test_doc3_saved():
    """A layer of one's own without get_config(), saved as h5 and loaded, predicts the same"""
    before = saved_custom_layer()
    after = loaded_prediction(LayerNormalization)
    return bool(np.allclose(before, after, atol=1e-5))


@scenario(
    "examples::doc3_custom_layer_norm_saved_as_h5_repaired", documented=True, reference="tf.keras guide on saving"
)
def test_doc3_saved_repaired():
    """A layer of one's own with get_config(), saved as h5 and loaded, predicts the same"""
    before = saved_custom_layer(ConfiguredLayerNormalization, epsilon=1.0)
    return bool(np.allclose(before, loaded_prediction(ConfiguredLayerNormalization), atol=1e-5))


@scenario("examples::doc3_custom_layer_norm_epsilon_saved_as_h5", reference=ANSWER_3)
def test_doc3_saved_epsilon():
    """A layer of one's own without get_config(), epsilon=1: prediction before and after h5"""
    before = saved_custom_layer(epsilon=1.0)
    after = loaded_prediction(LayerNormalization)
    return {"before": before, "after": after}


@scenario("examples::doc3_custom_layer_norm_loaded_as_the_built_in", reference=ANSWER_3)
def test_doc3_loaded_as_built_in():
    """A LayerNormalization of one's own, loaded from h5 without custom_objects

    The name finds the built-in layer, and where epsilon is not in the file, the built-in default. Nothing says so.
    """
    before = saved_custom_layer()
    model = tf.keras.models.load_model("model.h5")
    same = bool(np.allclose(before, np.ravel(model.predict(ROW, verbose=0)), atol=1e-5))
    return {"layer": type(model.layers[-1]).__module__.split(".")[0], "same_predictions": same}


def counted(*numbers):
    return np.array(numbers, "float32")


@scenario(
    "examples::doc4_model_repaired", documented=[[-1.0, 0.0, 1.0], [0.0, 1.0, 2.0]], reference=LAYER_PAGE + ", adapt"
)
def test_doc4_model_repaired():
    """The page's model example, with arrays and `Sequential([layer])`"""
    layer = normalization(axis=None)
    layer.adapt(counted(0, 2))
    model = tf.keras.Sequential([layer])
    first = model.predict(counted(0, 1, 2))
    layer.adapt(counted(-1, 1))
    model.compile()
    return [np.ravel(first), np.ravel(model.predict(counted(0, 1, 2)))]


@scenario(
    "examples::doc4_dataset_as_given",
    documented=[[[-1.0], [0.0], [1.0]], [[0.0], [1.0], [2.0]]],
    reference=LAYER_PAGE + ", adapt",
)
def test_doc4_dataset():
    """The page's dataset example: lists as data, mapped after each of two adapts"""
    layer = resolve("tf.keras.layers.experimental.preprocessing.Normalization")(axis=None)
    numbers = tf.data.Dataset.range(3)
    layer.adapt([0, 2])
    before = list(numbers.map(layer).as_numpy_iterator())
    layer.adapt([-1, 1])
    return [before, list(numbers.map(layer).as_numpy_iterator())]


@scenario("examples::doc3_import_addons", reference=ANSWER_3)
def test_doc3_import_addons():
    """`import tensorflow_addons` works, and this is its version"""
    return import_module("tensorflow_addons").__version__
