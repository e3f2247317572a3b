"""The other layers with adapt(), and FeatureSpace, asked what Normalization is asked: second adapts, graphs and files."""

from typing import Any, Dict, NamedTuple, Sequence

import numpy as np
import pytest
import tensorflow as tf

from scenarios.marks import INVARIANCE, LOUD, NONE, NUMPY, OBSCURE, SILENT, presence, promise, question
from scenarios.observe import Missing, answer, compared, construct, method, plain, refused, resolve, which

GUIDE = "tf.keras guide on preprocessing layers"
ADAPT = "adapt() of tf.keras preprocessing layers, TensorFlow 2.7: after a further adapt, compile, map or trace again"
SAVE = "tf.keras.Model.save and tf.keras.models.load_model"
CONFIG = "get_config() of tf.keras preprocessing layers"
SPACE = "tf.keras.utils.FeatureSpace"


class Sibling(NamedTuple):
    """A layer with adapt(): how it is made, the values of two sets of data that it learns different things of, and a query."""

    name: str
    arguments: Dict[str, Any]
    dtype: str
    of_first: Sequence[Any]
    of_second: Sequence[Any]
    asked: Sequence[Any]

    @property
    def first(self):
        return self.column(self.of_first)

    @property
    def second(self):
        return self.column(self.of_second)

    @property
    def query(self):
        return self.column(self.asked)

    def column(self, values):
        return np.array(list(values), object if self.dtype == "string" else self.dtype)[:, np.newaxis]

    def new(self):
        try:
            cls = resolve("tf.keras.layers." + self.name)
        except Missing as error:
            try:
                cls = resolve("tf.keras.layers.experimental.preprocessing." + self.name)
            except Missing:
                raise Missing(str(error)) from error.__cause__
        try:
            return construct(cls, **self.arguments)
        except (
            TypeError
        ) as error:  # Discretization learned to adapt in TensorFlow 2.5: before, it has to be given its bins
            if "required positional argument" in str(error):
                raise Missing(str(error)) from error
            raise

    def adapted(self, data):
        layer = self.new()
        method(layer, "adapt")(data)
        return layer

    def model(self, layer):
        return tf.keras.Sequential([tf.keras.Input(shape=(1,), dtype=self.dtype), layer])

    def predict(self, model):
        """Strings have to come as a tensor: Keras 3 takes no array of them."""
        return np.ravel(model.predict(tf.constant(self.query.tolist(), self.dtype), verbose=0))

    def called(self, layer):
        return np.ravel(layer(tf.constant(self.query.tolist(), self.dtype)))

    def expected(self):
        """What layers give that were adapted to the first and to the second data alone, which must not be the same."""
        fresh, stale = self.called(self.adapted(self.second)), self.called(self.adapted(self.first))
        if plain(fresh) == plain(stale):
            raise ValueError("both adapts give %s: nothing could tell them apart" % plain(fresh))
        return {"fresh": fresh, "stale": stale}


#: The words of the second data are new, or in another order of frequency; the numbers of both lie in different bins.
SIBLINGS = {
    sibling.name: sibling
    for sibling in (
        Sibling("TextVectorization", {"output_sequence_length": 1}, "string", "aab", "cca", "ac"),
        Sibling("StringLookup", {}, "string", "aab", "cca", "ac"),
        Sibling("IntegerLookup", {}, "int64", [10, 10, 20], [30, 30, 10], [10, 30]),
        Sibling("Discretization", {"num_bins": 2}, "float32", range(11), range(100, 111), [0, 50, 200]),
    )
}
each_layer = pytest.mark.parametrize("name", sorted(SIBLINGS))
FRESH_OR_STALE = {"fresh": NONE, "stale": SILENT}
#: The releases whose documentation says that graphs keep what they were compiled with.
NOTED = {"keras>=2.6,<3": "stale"}


@each_layer
@presence("siblings::tf.keras.layers.{name}", reference=GUIDE)
def test_path(name):
    """`tf.keras.layers.{name}`"""
    return resolve("tf.keras.layers." + name).__module__


def most_frequent(values):
    """The distinct values, the most frequent first."""
    distinct = sorted(set(values))
    return sorted(distinct, key=lambda value: -list(values).count(value))


@pytest.mark.parametrize("name", sorted(set(SIBLINGS) - {"Discretization"}))
@promise("siblings::{name}_adapt", oracle=NUMPY, reference=GUIDE)
def test_adapt_vocabulary(name):
    """{name}: adapt() orders by frequency"""
    sibling = SIBLINGS[name]
    vocabulary = method(sibling.adapted(sibling.first), "get_vocabulary")()
    expected = most_frequent(sibling.first[:, 0])
    return compared(vocabulary[-len(expected) :], expected)


@promise("siblings::Discretization_adapt", oracle=NUMPY, reference="tf.keras.layers.Discretization, num_bins")
def test_adapt_bins():
    """Discretization: adapt() finds bins of equal numbers"""
    sibling = SIBLINGS["Discretization"]
    halves = np.array([[0.0], [1.0], [9.0], [10.0]], "float32")
    bins = np.digitize(halves, [np.median(sibling.first)])
    return compared(np.ravel(sibling.adapted(sibling.first)(halves)), np.ravel(bins))


@each_layer
@question(
    "siblings::{name}_never_adapted",
    answers={"all alike": SILENT, "made up": SILENT, "refused": LOUD, "obscure error": OBSCURE},
    reference=GUIDE,
)
def test_never_adapted(name):
    """{name}: what does it give, never adapted?"""
    sibling = SIBLINGS[name]
    layer = sibling.new()
    try:
        output = sibling.called(layer)
    except tf.errors.FailedPreconditionError as error:
        return answer("obscure error", refused(error).seen)
    except (RuntimeError, ValueError) as error:
        return refused(error)
    return answer("all alike" if len(set(output.tolist())) == 1 else "made up", output)


@each_layer
@promise("siblings::{name}_direct_call", oracle=INVARIANCE, reference=ADAPT)
def test_direct_call(name):
    """{name}: a direct call sees a second adapt()"""
    sibling = SIBLINGS[name]
    layer = sibling.adapted(sibling.first)
    sibling.called(layer)
    layer.adapt(sibling.second)
    return compared(sibling.called(layer), sibling.expected()["fresh"])


@each_layer
@question(
    "siblings::{name}_predict_without_compile",
    answers=FRESH_OR_STALE,
    documented_by_release=NOTED,
    reference=ADAPT,
)
def test_predict_without_compile(name):
    """{name}: does predict() see a second adapt()?"""
    sibling = SIBLINGS[name]
    layer = sibling.adapted(sibling.first)
    model = sibling.model(layer)
    sibling.predict(model)
    layer.adapt(sibling.second)
    return which(sibling.predict(model), **sibling.expected())


@each_layer
@promise("siblings::{name}_predict_with_compile", oracle=INVARIANCE, reference=ADAPT)
def test_predict_with_compile(name):
    """{name}: fresh after adapt() and compile()"""
    sibling = SIBLINGS[name]
    layer = sibling.adapted(sibling.first)
    model = sibling.model(layer)
    sibling.predict(model)
    layer.adapt(sibling.second)
    model.compile()
    return compared(sibling.predict(model), sibling.expected()["fresh"])


@each_layer
@question(
    "siblings::{name}_tf_function_traced_before",
    answers=FRESH_OR_STALE,
    documented_by_release=NOTED,
    reference=ADAPT,
)
def test_tf_function(name):
    """{name}: does a tf.function see a second adapt()?"""
    sibling = SIBLINGS[name]
    layer = sibling.adapted(sibling.first)
    function = tf.function(lambda inputs: layer(inputs))
    sibling.called(function)
    layer.adapt(sibling.second)
    return which(sibling.called(function), **sibling.expected())


@each_layer
@question(
    "siblings::{name}_dataset_mapped_before",
    answers=FRESH_OR_STALE,
    documented_by_release=NOTED,
    reference=ADAPT,
)
def test_mapped(name):
    """{name}: does an old map() see a second adapt()?"""
    sibling = SIBLINGS[name]
    layer = sibling.adapted(sibling.first)
    values = tf.constant(sibling.query.tolist(), sibling.dtype)
    mapped = tf.data.Dataset.from_tensors(values).map(layer)
    layer.adapt(sibling.second)
    return which(np.ravel(next(iter(mapped))), **sibling.expected())


@each_layer
@pytest.mark.parametrize("form", ["h5", "keras", "savedmodel"])
@promise("siblings::{name}_saved_as_{form}", oracle=INVARIANCE, reference=SAVE + "; keras#17287")
def test_saved(name, form):
    """{name}: saved as {form}, predicts the same"""
    sibling = SIBLINGS[name]
    model = sibling.model(sibling.adapted(sibling.first))
    file = {"h5": "model.h5", "keras": "model.keras", "savedmodel": "model"}[form]
    model.save(file)
    return compared(sibling.predict(tf.keras.models.load_model(file)), sibling.expected()["stale"])


#: What may have become of what a layer learned.
LEARNED = {"kept": NONE, "lost": SILENT, "lost, clear error": LOUD, "lost, obscure error": OBSCURE}


def learned(sibling, ask):
    """Whether a layer answers the query as one that was adapted to the first data."""
    try:
        output = ask()
    except tf.errors.FailedPreconditionError as error:
        return answer("lost, obscure error", refused(error).seen)
    except (RuntimeError, ValueError) as error:
        return answer("lost, clear error", refused(error).seen)
    return which(output, kept=sibling.expected()["stale"], lost=np.full_like(output, output[0]))


@each_layer
@question("siblings::{name}_weights_h5", answers={**LEARNED, "refused": LOUD}, reference=SAVE)
def test_weights(name):
    """{name}: do saved weights hold what it learned?"""
    sibling = SIBLINGS[name]
    saved = sibling.model(sibling.adapted(sibling.first))
    try:
        fresh = sibling.model(sibling.new())
        saved.save_weights("model.weights.h5")
        fresh.load_weights("model.weights.h5")
    except (NotImplementedError, ValueError) as error:
        return refused(error)
    return learned(sibling, lambda: sibling.predict(fresh))


@each_layer
@question("siblings::{name}_from_config", answers=LEARNED, reference=CONFIG)
def test_from_config(name):
    """{name}: does its config hold what it learned?"""
    sibling = SIBLINGS[name]
    layer = sibling.adapted(sibling.first)
    made = type(layer).from_config(layer.get_config())
    return learned(sibling, lambda: sibling.called(made))


# FeatureSpace: a dictionary of columns, each with a layer of its own

FIRST, SECOND, QUERY = (np.array(numbers, "float32") for numbers in ([0, 2], [1, 5], [0, 1, 2]))
BY_FIRST, BY_SECOND = (QUERY - FIRST.mean()) / FIRST.std(), (QUERY - SECOND.mean()) / SECOND.std()


def columns(numbers):
    return tf.data.Dataset.from_tensor_slices({"age": numbers})


def feature_space():
    """A space of one normalized column, adapted to the first data."""
    cls = resolve("tf.keras.utils.FeatureSpace")
    space = cls({"age": cls.float_normalized()}, output_mode="concat")
    space.adapt(columns(FIRST))
    return space


def spaced(space):
    return np.ravel(space({"age": tf.constant(QUERY)}))


@presence("siblings::tf.keras.utils.FeatureSpace", reference=SPACE)
def test_feature_space_path():
    """`tf.keras.utils.FeatureSpace`"""
    return resolve("tf.keras.utils.FeatureSpace").__module__


@promise("siblings::FeatureSpace_direct_call", oracle=NUMPY, reference=SPACE + ".adapt")
def test_feature_space_direct_call():
    """FeatureSpace: a direct call sees a second adapt()"""
    space = feature_space()
    spaced(space)
    space.adapt(columns(SECOND))
    return compared(spaced(space), BY_SECOND)


@question("siblings::FeatureSpace_predict_without_compile", answers=FRESH_OR_STALE, reference=SPACE)
def test_feature_space_predict():
    """FeatureSpace: does predict() see a second adapt()?"""
    space = feature_space()
    model = tf.keras.Model(space.get_inputs(), space.get_encoded_features())
    data = {"age": QUERY[:, np.newaxis]}
    model.predict(data, verbose=0)
    space.adapt(columns(SECOND))
    return which(np.ravel(model.predict(data, verbose=0)), fresh=BY_SECOND, stale=BY_FIRST)


@question("siblings::FeatureSpace_dataset_mapped_before", answers=FRESH_OR_STALE, reference=SPACE)
def test_feature_space_mapped():
    """FeatureSpace: does an old map() see a second adapt()?"""
    space = feature_space()
    mapped = columns(QUERY).batch(3).map(space)
    space.adapt(columns(SECOND))
    return which(np.ravel(next(iter(mapped))), fresh=BY_SECOND, stale=BY_FIRST)


@promise("siblings::FeatureSpace_saved_as_keras", oracle=NUMPY, reference=SPACE + ".save")
def test_feature_space_saved():
    """FeatureSpace: saved as `.keras`, it gives the same"""
    feature_space().save("space.keras")
    return compared(spaced(tf.keras.models.load_model("space.keras")), BY_FIRST)
