"""Normalization layers within larger wholes: wrappers, FeatureSpace, models over columns, more data than an int32 counts."""

import numpy as np
import tensorflow as tf

from scenarios.marks import NONE, NUMPY, SILENT, promise, question
from scenarios.observe import compared, keras_layer, normalization, resolve, statistics, which

EPSILON = 0.001
#: Two samples of two steps.
STEPS = np.array([[[1.0], [3.0]], [[5.0], [11.0]]], "float32")
COLUMN = np.array([1.0, 3.0, 5.0, 7.0], "float32")


#: Over what BatchNormalization in TimeDistributed takes its statistics, and what moving ones of momentum 0 are then.
OVER = {"all steps": NONE, "each step alone": SILENT}


def over(layer):
    return which(
        layer.get_weights()[2:],
        all_steps=[[STEPS.mean()], [STEPS.var()]],
        each_step_alone=[STEPS[:, -1].mean(0), STEPS[:, -1].var(0)],
    )


@question(
    "wholes::time_distributed_BatchNormalization",
    answers=OVER,
    reference="tf.keras.layers.TimeDistributed: applies a layer to every temporal slice",
)
def test_time_distributed_batch():
    """Over what has TimeDistributed(BatchNormalization) its mean?

    Where each step is alone, moving statistics are those of the steps in turn, and the variance between steps is in none.
    """
    layer = keras_layer("BatchNormalization", momentum=0.0)
    tf.keras.layers.TimeDistributed(layer)(STEPS, training=True)
    return over(layer)


@question(
    "wholes::time_distributed_BatchNormalization_in_fit",
    answers=OVER,
    reference="tf.keras.layers.TimeDistributed: applies a layer to every temporal slice",
)
def test_time_distributed_fit():
    """Over what is TimeDistributed(BatchNormalization) fitted?"""
    layer, inputs = keras_layer("BatchNormalization", momentum=0.0), tf.keras.Input((2, 1))
    model = tf.keras.Model(inputs, tf.keras.layers.TimeDistributed(layer)(inputs))
    model.compile(tf.keras.optimizers.SGD(0.0), "mse")
    model.fit(STEPS, STEPS, verbose=0)
    return over(layer)


@promise(
    "wholes::time_distributed_LayerNormalization",
    oracle=NUMPY,
    reference="tf.keras.layers.TimeDistributed; tf.keras.layers.LayerNormalization",
)
def test_time_distributed_layer():
    """LayerNormalization in TimeDistributed normalizes each step"""
    steps = np.concatenate([STEPS, 2.0 * STEPS + 1.0], axis=-1)
    mean, variance = steps.mean(-1, keepdims=True), steps.var(-1, keepdims=True)
    output = tf.keras.layers.TimeDistributed(keras_layer("LayerNormalization"))(steps)
    return compared(output, (steps - mean) / np.sqrt(variance + EPSILON))


def feature_space(feature):
    """A FeatureSpace of one column of numbers, made by a function of the class and adapted to 1, 3, 5 and 7."""
    cls = resolve("tf.keras.utils.FeatureSpace")
    space = cls({"age": feature(cls)}, output_mode="concat")
    space.adapt(tf.data.Dataset.from_tensor_slices({"age": COLUMN}))
    return space


@promise(
    "wholes::feature_space_float_normalized", oracle=NUMPY, reference="tf.keras.utils.FeatureSpace.float_normalized"
)
def test_feature_space():
    """FeatureSpace.float_normalized() adapts to its column"""
    space = feature_space(lambda cls: cls.float_normalized())
    return compared(space({"age": tf.constant(COLUMN)}), (COLUMN[:, None] - COLUMN.mean()) / COLUMN.std())


@promise(
    "wholes::feature_space_given_statistics",
    oracle=NUMPY,
    reference="tf.keras.utils.FeatureSpace.feature, preprocessor; keras#17427",
)
def test_feature_space_given():
    """FeatureSpace keeps a given mean and variance

    Its adapt() has nothing to do for a Normalization that was made with its statistics.
    """
    ready = normalization(axis=None, mean=1.0, variance=4.0)
    space = feature_space(lambda cls: cls.feature("float32", preprocessor=ready, output_mode="float"))
    return compared(space({"age": tf.constant([3.0])}), np.array([[(3.0 - 1.0) / np.sqrt(4.0)]]))


@promise(
    "wholes::subclassed_model_over_columns",
    oracle=NUMPY,
    reference="tutorial: classify structured data; keras#15329; tensorflow#51845",
)
def test_columns():
    """A subclassed model normalizes a dictionary's column in fit()"""
    columns = {"age": COLUMN}
    norm = normalization(axis=None)
    norm.adapt(tf.data.Dataset.from_tensor_slices(COLUMN).batch(2))

    class Model(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.norm = norm

        def call(self, features):
            return tf.reshape(self.norm(features["age"]), (-1, 1))

    model = Model()
    model.compile("sgd", "mse")
    targets = np.ones((4, 1), "float32")
    loss = model.fit(tf.data.Dataset.from_tensor_slices((columns, targets)).batch(4), verbose=0).history["loss"][0]
    return compared(loss, (((COLUMN - COLUMN.mean()) / COLUMN.std() - 1.0) ** 2).mean())


@promise(
    "wholes::adapt_beyond_int32",
    oracle=NUMPY,
    reference="tf.keras.layers.Normalization.adapt; tensorflow#40016",
    limit=300,
)
def test_many():
    """adapt() counts more numbers than an int32 holds"""
    batch = tf.ones((2**24, 1))
    layer = normalization()
    layer.adapt(tf.data.Dataset.range(129).map(lambda number: batch))
    return compared(statistics(layer), {"mean": [1.0], "variance": [0.0]})
