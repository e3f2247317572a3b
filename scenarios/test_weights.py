"""What is left of the statistics of a Normalization where its weights alone are saved and loaded."""

import pytest
import tensorflow as tf

from scenarios.marks import INVARIANCE, LOUD, NONE, SILENT, promise, question
from scenarios.observe import answer, call, format_of_release, method, normalization, which
from scenarios.saved import (
    NORMALIZED,
    OTHER_TRAINING,
    OTHERWISE_NORMALIZED,
    SAMPLE,
    Subclassed,
    adapted,
    functional,
    kept,
    predict,
    subclassed,
)

WEIGHTS = "tf.keras.Model.save_weights and load_weights"
CHECKPOINT = "tf.train.Checkpoint"
FINALIZE = "keras normalization.py, finalize_state"
FILES = {"tf_checkpoint": "weights", "weights_h5": "model.weights.h5"}
SECOND_ADAPT = {"fresh": NONE, "stale": SILENT, "lost": SILENT}
each_weight_file = pytest.mark.parametrize(
    ("form", "file"), [("tf_checkpoint", "TF weights"), ("weights_h5", "HDF5 weights")]
)


def unadapted_model():
    return functional(normalization(axis=-1))


def exchanged(model, fresh, form):
    """The new model, with the weights of the other by way of a file."""
    with format_of_release():
        model.save_weights(FILES[form])
    fresh.load_weights(FILES[form])
    return fresh


@each_weight_file
@promise("weights::{form}_into_fresh_model", oracle=INVARIANCE, reference=WEIGHTS)
def test_into_fresh_model(form, file):
    """{file} are used by a new model"""
    model = functional(adapted())
    fresh = exchanged(model, unadapted_model(), form)
    return kept(predict(model), predict(fresh))


@each_weight_file
@promise("weights::{form}_into_model_that_predicted", oracle=INVARIANCE, reference=WEIGHTS + "; keras#20147")
def test_into_model_that_predicted(form, file):
    """{file} loaded after predict() are used"""
    model, fresh = functional(adapted()), unadapted_model()
    predict(fresh)
    exchanged(model, fresh, form)
    return kept(predict(model), predict(fresh))


@each_weight_file
@promise("weights::{form}_into_model_that_predicted_then_compile", oracle=INVARIANCE, reference=WEIGHTS)
def test_into_model_that_predicted_then_compile(form, file):
    """{file} loaded after predict() are used after compile()"""
    model, fresh = functional(adapted()), unadapted_model()
    predict(fresh)
    exchanged(model, fresh, form).compile()
    return kept(predict(model), predict(fresh))


@each_weight_file
@question("weights::{form}_after_second_adapt", answers=SECOND_ADAPT, reference=WEIGHTS)
def test_after_second_adapt(form, file):
    """Do {file} see a second adapt()?"""
    layer = adapted()
    model = functional(layer)
    predict(model)
    layer.adapt(OTHER_TRAINING)
    seen = predict(exchanged(model, unadapted_model(), form))
    return which(seen, fresh=OTHERWISE_NORMALIZED, stale=NORMALIZED, lost=SAMPLE)


@each_weight_file
@promise("weights::{form}_into_subclassed_model", oracle=INVARIANCE, reference=WEIGHTS)
def test_into_subclassed_model(form, file):
    """{file} are used by a subclassed model that was called"""
    model, fresh = subclassed(), Subclassed()
    fresh(SAMPLE)
    exchanged(model, fresh, form)
    return kept(predict(model), fresh(SAMPLE))


@each_weight_file
@promise("weights::{form}_into_unbuilt_subclassed_model", oracle=INVARIANCE, reference=WEIGHTS)
def test_into_unbuilt_subclassed_model(form, file):
    """{file} are used by a subclassed model not yet called"""
    model, fresh = subclassed(), Subclassed()
    exchanged(model, fresh, form)
    return kept(predict(model), fresh(SAMPLE))


@question(
    "weights::h5_by_name_of_generated_names",
    answers={"loaded": NONE, "ignored": SILENT, "refused": LOUD},
    reference="tf.keras.Model.load_weights(by_name)",
)
def test_by_name():
    """What does load_weights(by_name=True) do with other names?"""
    model, fresh = functional(adapted()), unadapted_model()
    model.save("model.h5")
    try:
        call(fresh.load_weights, "model.h5", by_name=True)
    except ValueError as error:
        return answer("refused", str(error)[:200])
    return which(predict(fresh), loaded=NORMALIZED, ignored=SAMPLE)


# tf.train.Checkpoint


def restored(saved, fresh):
    """Write one object's state with tf.train.Checkpoint and read it into another, which is returned."""
    path = tf.train.Checkpoint(subject=saved).save("checkpoint")
    tf.train.Checkpoint(subject=fresh).restore(path)
    return fresh


@promise("weights::checkpoint_into_unbuilt_layer", oracle=INVARIANCE, reference=CHECKPOINT)
def test_checkpoint_into_unbuilt_layer():
    """A checkpoint is used by a layer that is not built"""
    layer = adapted()
    return kept(layer(SAMPLE), restored(layer, normalization(axis=-1))(SAMPLE))


@promise("weights::checkpoint_into_built_layer", oracle=INVARIANCE, reference=CHECKPOINT)
def test_checkpoint_into_built_layer():
    """A checkpoint is used by a layer that is built"""
    layer, fresh = adapted(), normalization(axis=-1)
    fresh.build((None, 2))
    return kept(layer(SAMPLE), restored(layer, fresh)(SAMPLE))


@promise("weights::checkpoint_into_built_layer_then_finalize_state", oracle=INVARIANCE, reference=FINALIZE)
def test_checkpoint_into_built_layer_then_finalize_state():
    """finalize_state() makes a built layer use a checkpoint"""
    layer, fresh = adapted(), normalization(axis=-1)
    fresh.build((None, 2))
    method(restored(layer, fresh), "finalize_state")()
    return kept(layer(SAMPLE), fresh(SAMPLE))


@promise("weights::checkpoint_into_model", oracle=INVARIANCE, reference=CHECKPOINT)
def test_checkpoint_into_model():
    """A checkpoint is used by a new model"""
    model = functional(adapted())
    return kept(predict(model), predict(restored(model, unadapted_model())))


@promise("weights::checkpoint_into_model_then_finalize_state", oracle=INVARIANCE, reference=FINALIZE)
def test_checkpoint_then_finalize_state():
    """finalize_state() makes a new model use a checkpoint"""
    model = functional(adapted())
    fresh = restored(model, unadapted_model())
    method(fresh.layers[-1], "finalize_state")()
    return kept(predict(model), predict(fresh))


@promise("weights::checkpoint_into_model_that_predicted_then_finalize_state", oracle=INVARIANCE, reference=FINALIZE)
def test_checkpoint_into_model_that_predicted_then_finalize_state():
    """After predict(), restore() and finalize_state() suffice"""
    model, fresh = functional(adapted()), unadapted_model()
    predict(fresh)
    method(restored(model, fresh).layers[-1], "finalize_state")()
    return kept(predict(model), predict(fresh))


@promise(
    "weights::checkpoint_into_model_that_predicted_then_finalize_state_and_compile",
    oracle=INVARIANCE,
    reference=FINALIZE,
)
def test_checkpoint_then_finalize_state_and_compile():
    """restore(), finalize_state() and compile() suffice"""
    model, fresh = functional(adapted()), unadapted_model()
    predict(fresh)
    method(restored(model, fresh).layers[-1], "finalize_state")()
    fresh.compile()
    return kept(predict(model), predict(fresh))


@promise("weights::checkpoint_into_sequential_without_input_shape", oracle=INVARIANCE, reference=CHECKPOINT)
def test_checkpoint_into_sequential():
    """A checkpoint is used by a Sequential without Input"""
    model = tf.keras.Sequential([adapted()])
    return kept(predict(model), predict(restored(model, tf.keras.Sequential([normalization(axis=-1)]))))


@promise("weights::checkpoint_into_subclassed_model", oracle=INVARIANCE, reference=CHECKPOINT)
def test_checkpoint_into_subclassed_model():
    """A checkpoint is used by a new subclassed model"""
    model = subclassed()
    return kept(predict(model), predict(restored(model, Subclassed())))


class Module(tf.Module):
    """What people write around a layer without Keras' models."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer


@promise("weights::checkpoint_into_module", oracle=INVARIANCE, reference=CHECKPOINT + "; tf.Module")
def test_checkpoint_into_module():
    """A checkpoint is used by a layer in a tf.Module"""
    module = Module(adapted())
    return kept(module.layer(SAMPLE), restored(module, Module(normalization(axis=-1))).layer(SAMPLE))


@question("weights::checkpoint_after_second_adapt", answers=SECOND_ADAPT, reference=CHECKPOINT)
def test_checkpoint_after_second_adapt():
    """Does a checkpoint see a second adapt()?"""
    layer = adapted()
    layer(SAMPLE)
    layer.adapt(OTHER_TRAINING)
    seen = restored(layer, normalization(axis=-1))(SAMPLE)
    return which(seen, fresh=OTHERWISE_NORMALIZED, stale=NORMALIZED, lost=SAMPLE)
