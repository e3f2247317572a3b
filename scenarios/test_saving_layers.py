"""Other normalization layers with arguments of their own, and layers inside layers, saved and loaded as a whole."""

import numpy as np
import pytest
import tensorflow as tf

from scenarios.marks import INVARIANCE, LOUD, NONE, OBSCURE, SILENT, promise, question
from scenarios.observe import answer, compared, construct, import_module, normalization, resolve
from scenarios.saved import (
    OTHER_TRAINING,
    PICTURES,
    TRAINING,
    each_file,
    each_format,
    functional,
    kept,
    loaded,
    predict,
    round_trip,
)

SAVE = "tf.keras.Model.save and tf.keras.models.load_model"
WITHOUT = "as without the argument"


def numbered(layer):
    """A model of the layer, with weights that are all different."""
    model = functional(layer, shape=PICTURES.shape[1:])
    start = [np.arange(weight.size).reshape(weight.shape) for weight in layer.get_weights()]
    layer.set_weights([(1.0 + number + values).astype("float32") for number, values in enumerate(start)])
    return model


def made(name, **arguments):
    return numbered(construct(resolve(PATHS.get(name, "tf.keras.layers." + name)), **arguments))


PATHS = {"SyncBatchNormalization": "tf.keras.layers.experimental.SyncBatchNormalization"}
NO_WEIGHTS = {"center": False, "scale": False}
AXIS_ALONE = dict(NO_WEIGHTS, axis=[1, 2])
ONE_GROUP = {"groups": 1}
#: A layer, the name of a case and how its title shows it, its arguments, and what is left of them where the case is lost.
CASES = [
    ("BatchNormalization", "axis_1", "(axis=1)", {"axis": 1}, {}),
    ("BatchNormalization", "epsilon", "(epsilon=9)", {"epsilon": 9.0}, {}),
    ("BatchNormalization", "without_weights", "(center=False, scale=False)", NO_WEIGHTS, {}),
    ("SyncBatchNormalization", "axis_1", "(axis=1)", {"axis": 1}, {}),
    ("LayerNormalization", "axis_1", "(axis=1)", {"axis": 1}, {}),
    ("LayerNormalization", "axis_list", "(axis=[1, 2])", {"axis": [1, 2]}, {}),
    ("LayerNormalization", "axis_list_without_weights", "(axis=[1, 2]) without weights", AXIS_ALONE, NO_WEIGHTS),
    ("LayerNormalization", "epsilon", "(epsilon=9)", {"epsilon": 9.0}, {}),
    ("LayerNormalization", "without_weights", "(center=False, scale=False)", NO_WEIGHTS, {}),
    ("LayerNormalization", "rms_scaling", "(rms_scaling=True)", {"rms_scaling": True}, {}),
    ("GroupNormalization", "axis_1", "(axis=1)", dict(ONE_GROUP, axis=1), ONE_GROUP),
    ("GroupNormalization", "groups", "(groups=3)", {"groups": 3}, ONE_GROUP),
    ("GroupNormalization", "epsilon", "(epsilon=9)", dict(ONE_GROUP, epsilon=9.0), ONE_GROUP),
    ("GroupNormalization", "without_weights", "(center=False, scale=False)", dict(ONE_GROUP, **NO_WEIGHTS), ONE_GROUP),
    ("UnitNormalization", "axis_1", "(axis=1)", {"axis": 1}, {}),
    ("UnitNormalization", "axis_list", "(axis=[1, 2])", {"axis": [1, 2]}, {}),
    ("RMSNormalization", "axis_list", "(axis=[2, 3])", {"axis": [2, 3]}, {}),
    ("RMSNormalization", "epsilon", "(epsilon=9)", {"epsilon": 9.0}, {}),
]


@each_file
@pytest.mark.parametrize(("layer", "case", "shown", "arguments", "left"), CASES)
@promise("save::{form}_{layer}_{case}", oracle=INVARIANCE, reference=SAVE)
def test_arguments(layer, case, shown, arguments, left, form, file):
    """{file} keeps {layer}{shown}"""
    without = predict(made(layer, **left), PICTURES)
    model = made(layer, **arguments)
    return kept(predict(model, PICTURES), predict(loaded(model, form), PICTURES), without, WITHOUT)


def trained(model):
    """The weights after a call of the model in training."""
    model(PICTURES, training=True)
    return np.concatenate([weight.ravel() for weight in model.get_weights()])


@each_file
@pytest.mark.parametrize(
    ("case", "shown", "arguments"),
    [("momentum", "momentum=0.5", {"momentum": 0.5}), ("renorm", "renorm=True", {"renorm": True})],
)
@promise("save::{form}_BatchNormalization_{case}", oracle=INVARIANCE, reference=SAVE)
def test_arguments_of_training(case, shown, arguments, form, file):
    """{file} keeps BatchNormalization({shown})"""
    model = made("BatchNormalization", **arguments)
    read = loaded(model, form)
    return kept(trained(model), trained(read), trained(made("BatchNormalization")), WITHOUT)


@each_file
@promise("save::{form}_BatchNormalization_regularizer", oracle=INVARIANCE, reference=SAVE)
def test_regularizer(form, file):
    """{file} keeps BatchNormalization(beta_regularizer="l2")"""
    model = made("BatchNormalization", beta_regularizer="l2")
    return kept(*(np.sum(some.losses) for some in (model, loaded(model, form))), without=0.0, label=WITHOUT)


@each_file
@promise(
    "save::{form}_BatchNormalization_frozen", oracle=INVARIANCE, reference=SAVE + "; keras, transfer learning guide"
)
def test_frozen(form, file):
    """{file} keeps a BatchNormalization frozen"""
    model = made("BatchNormalization")
    model.layers[-1].trainable = False
    numbers = [[len(some.trainable_weights), len(some.weights)] for some in (loaded(model, form), model)]
    return compared(*numbers)


@each_file
@promise("save::{form}_SpectralNormalization", oracle=INVARIANCE, reference=SAVE)
def test_spectral_normalization(form, file):
    """{file} keeps SpectralNormalization(power_iterations=3)"""

    def spectral(**arguments):
        layer = resolve("tf.keras.layers.SpectralNormalization")(tf.keras.layers.Dense(2), **arguments)
        model = numbered(layer)
        layer.layer.kernel.assign([[2.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
        return model

    model = spectral(power_iterations=3)
    read = loaded(model, form)
    return kept(trained(model), trained(read), trained(spectral()), WITHOUT)


# Layers inside a layer of one's own


class Chain(tf.keras.layers.Layer):
    """Normalizations, one after the other, in a list."""

    def __init__(self, **arguments):
        super().__init__(**arguments)
        self.keep([normalization(axis=-1), normalization(axis=-1)])

    def keep(self, parts):
        self.kept = parts

    def parts(self):
        return list(self.kept)

    def call(self, inputs):
        for part in self.parts():
            inputs = part(inputs)
        return inputs


class Single(Chain):
    def keep(self, parts):
        self.part = parts[0]

    def parts(self):
        return [self.part]


class DictChain(Chain):
    def keep(self, parts):
        self.kept = {"first": parts[0], "second": parts[1]}

    def parts(self):
        return [self.kept["first"], self.kept["second"]]


class NumberedChain(Chain):
    def keep(self, parts):
        for number, part in enumerate(parts):
            setattr(self, "part_%d" % number, part)

    def parts(self):
        return [self.part_0, self.part_1]


CHAINS = [
    ("layer_in_a_layer", "a layer in a layer", Single),
    ("layers_in_a_list", "layers in a list of a layer", Chain),
    ("layers_in_a_dict", "layers in a dict of a layer", DictChain),
    ("layers_under_generated_names", "layers that a layer has by setattr()", NumberedChain),
]


def chain_model(cls):
    chain = cls()
    for part, data in zip(chain.parts(), (TRAINING, OTHER_TRAINING)):
        part.adapt(data)
    return functional(chain)


@each_format
@pytest.mark.parametrize(("case", "shown", "cls"), CHAINS)
@promise("save::{form}_{case}", oracle=INVARIANCE, reference=SAVE + "; keras, custom layers guide")
def test_layers_inside(case, shown, cls, form, file):
    """{file} keeps {shown}"""
    return round_trip(chain_model(cls), form, custom_objects={cls.__name__: cls})


def stranger_model():
    """A model with a layer of a class that cannot be found when it is loaded."""
    return chain_model(type("Stranger", (Single,), {"__module__": "a_module_that_is_not_there"}))


@promise("save::savedmodel_unknown_layer", oracle=INVARIANCE, reference=SAVE)
def test_unknown_layer_in_savedmodel():
    """SavedModel keeps a layer whose class is not there at loading"""
    return round_trip(stranger_model(), "savedmodel")


@each_file
@question(
    "save::{form}_unknown_layer",
    answers={"refused by name": LOUD, "refused obscurely": OBSCURE, "loaded": SILENT},
    reference=SAVE + "; keras, custom objects guide",
)
def test_unknown_layer(form, file):
    """How does {file} refuse a class that is not there?"""
    model = stranger_model()
    try:
        loaded(model, form)
    except Exception as error:
        named = "Stranger" in str(error)
        return answer("refused by name" if named else "refused obscurely", [type(error).__name__, str(error)[:200]])
    return "loaded"


@question(
    "save::keras_layer_found_by_its_module",
    answers={"found": NONE, "refused": LOUD},
    reference="keras.saving.register_keras_serializable",
)
def test_layer_found_by_its_module():
    """Does .keras find a class that is not registered?"""
    model = chain_model(Single)
    model.save("model.keras")
    try:
        tf.keras.models.load_model("model.keras")
    except (TypeError, ValueError) as error:
        return answer("refused", str(error)[:200])
    return "found"


# Layers of another package


@promise("save::h5_unknown_layer_of_addons", refused_by=("ValueError",), reference="LST-AI#11")
def test_unknown_layer_of_addons():
    """HDF5 with a layer of TensorFlow Addons is refused without it"""
    h5py = import_module("h5py")
    functional(tf.keras.layers.LayerNormalization()).save("model.h5")
    with h5py.File("model.h5", "r+") as file:
        config = file.attrs["model_config"]
        text = config.decode() if isinstance(config, bytes) else config
        file.attrs["model_config"] = text.replace('"LayerNormalization"', '"Addons>InstanceNormalization"').encode()
    return type(tf.keras.models.load_model("model.h5").layers[-1]).__name__


@each_format
@promise(
    "save::{form}_addons_InstanceNormalization", oracle=INVARIANCE, reference="TensorFlow Addons API documentation"
)
def test_addons(form, file):
    """{file} keeps InstanceNormalization of TensorFlow Addons"""
    cls = resolve("tensorflow_addons.layers.InstanceNormalization")
    without, model = predict(numbered(cls()), PICTURES), numbered(cls(epsilon=9.0))
    return kept(predict(model, PICTURES), predict(loaded(model, form), PICTURES), without, WITHOUT)
