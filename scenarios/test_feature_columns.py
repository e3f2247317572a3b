"""Normalizing by feature columns, which people move away from to Normalization."""

import numpy as np
import pytest
import tensorflow as tf

from scenarios.marks import NONE, NUMPY, SILENT, presence, promise, question
from scenarios.observe import compared, normalization, resolve, which

COLUMNS = "tf.feature_column.numeric_column, argument normalizer_fn"
MIGRATION = "tf guide: migrating tf.feature_column to Keras preprocessing layers"

AGES = np.array([[0.0], [2.0]], "float32")
OTHER_AGES = np.array([[1.0], [5.0]], "float32")
MEAN, DEVIATION = float(AGES.mean()), float(AGES.std())
STANDARDIZED = (AGES - MEAN) / DEVIATION


def dense_features(normalizer_fn):
    """DenseFeatures of one numeric column that is normalized by the function."""
    column = resolve("tf.feature_column.numeric_column")("age", normalizer_fn=normalizer_fn)
    return resolve("tf.keras.layers.DenseFeatures")([column])


def by_constants(values):
    return (values - MEAN) / DEVIATION


def adapted_layer():
    layer = normalization(axis=-1)
    layer.adapt(AGES)
    return layer


def model_of(normalizer_fn):
    """A model of a dictionary of one column."""
    inputs = {"age": tf.keras.Input(shape=(1,), name="age")}
    return tf.keras.Model(inputs, dense_features(normalizer_fn)(inputs))


def loaded(file):
    objects = {"by_constants": by_constants, "DenseFeatures": resolve("tf.keras.layers.DenseFeatures")}
    return tf.keras.models.load_model(file, custom_objects=objects)


def predicted(model):
    return model.predict({"age": AGES}, verbose=0)


@pytest.mark.parametrize(
    "path",
    [
        "tf.feature_column.numeric_column",
        "tf.keras.layers.DenseFeatures",
        "tf.compat.v1.feature_column.input_layer",
    ],
)
@presence("feature-columns::{path}", reference=MIGRATION)
def test_path(path):
    """`{path}`"""
    return resolve(path).__module__


@promise("feature-columns::normalizer_fn", oracle=NUMPY, reference=COLUMNS)
def test_normalizer_fn():
    """normalizer_fn with mean and deviation normalizes"""
    return compared(dense_features(by_constants)({"age": AGES}), STANDARDIZED)


@promise("feature-columns::adapted_layer_as_normalizer_fn", oracle=NUMPY, reference=COLUMNS + "; " + MIGRATION)
def test_layer_as_normalizer_fn():
    """An adapted Normalization is a normalizer_fn"""
    return compared(dense_features(adapted_layer())({"age": AGES}), STANDARDIZED)


@question(
    "feature-columns::second_adapt_of_normalizer_fn",
    answers={"fresh": NONE, "stale": SILENT},
    documented_by_release={"keras>=2.6,<3": "stale"},
    reference=COLUMNS + "; tf.keras.layers.Normalization.adapt, TensorFlow 2.7",
)
def test_second_adapt():
    """Does a DenseFeatures model's predict() see a second adapt()?"""
    layer = adapted_layer()
    model = model_of(layer)
    predicted(model)
    layer.adapt(OTHER_AGES)
    fresh = (AGES - OTHER_AGES.mean()) / OTHER_AGES.std()
    return which(predicted(model), fresh=fresh, stale=STANDARDIZED)


@promise("feature-columns::saved_as_h5", oracle=NUMPY, reference=COLUMNS + "; tf.keras.Model.save")
def test_saved_as_h5():
    """A model with a normalizer_fn survives HDF5

    The function has a name, under which custom_objects has it.
    """
    model_of(by_constants).save("model.h5")
    return compared(predicted(loaded("model.h5")), STANDARDIZED)


@promise("feature-columns::saved_as_savedmodel", oracle=NUMPY, reference=COLUMNS + "; tf.keras.Model.save")
def test_saved_as_savedmodel():
    """A model with a normalizer_fn survives SavedModel"""
    model_of(by_constants).save("model")
    return compared(predicted(loaded("model")), STANDARDIZED)


@promise("feature-columns::against_normalization", oracle=NUMPY, reference=MIGRATION)
def test_against_normalization():
    """The move from feature columns to Normalization is exact"""
    outputs = {"column": dense_features(by_constants)({"age": AGES}), "layer": adapted_layer()(AGES)}
    return compared(outputs, dict.fromkeys(outputs, STANDARDIZED))
