"""Tests of saving: which rows ask about a model that is saved or exported, by its layers and the format."""

import pytest

from tests.scan.following import ADAPTED, call, followed, met
from tfcompat.scan.code.models import form_of, in_words, weights_of
from tfcompat.scan.code.values import Text


def scenarios(code: str) -> list[str]:
    uses = sorted(followed(code).uses.values(), key=lambda use: (use.line, use.ways[0][0].scenarios))
    return [name for use in uses if use.rule == "save" for name in use.ways[0][0].scenarios or ["not known"]]


@pytest.mark.parametrize(
    ("layer", "form", "rows"),
    [
        ("Normalization()", "a.h5", ["h5_functional"]),
        ("Normalization()", "a.hdf5", ["h5_functional"]),
        ("Normalization()", "a.keras", ["keras_functional"]),
        ("Normalization()", "a", ["savedmodel_functional"]),
        ("Normalization(axis=None)", "a.keras", ["keras_axis_none", "keras_functional"]),
        ("Normalization(axis=1)", "a.keras", ["keras_functional"]),
        ("Normalization(axis=(1, 2))", "a.keras", ["keras_axis_pair", "keras_functional"]),
        ("Normalization(axis=(1, 2, 3))", "a.keras", ["keras_functional"]),
        ("Normalization(axis=[1])", "a.keras", ["keras_functional"]),
        ("Normalization(invert=True)", "a.keras", ["keras_functional", "keras_invert"]),
        ("Normalization(invert=False)", "a.keras", ["keras_functional"]),
        ("Normalization(mean=1.0, variance=2.0)", "a.keras", ["keras_functional", "keras_static_scalar"]),
        ("Normalization(mean=[1.0], variance=[2.0])", "a.keras", ["keras_functional", "keras_static_lists"]),
        ("Normalization(mean=f(), variance=g())", "a.keras", ["keras_functional", "keras_static_arrays"]),
        ("Normalization(mean=f, variance=g)", "a.keras", ["keras_functional"]),
        ("BatchNormalization()", "a.keras", []),
        (
            "BatchNormalization(momentum=1, epsilon=2)",
            "a.h5",
            ["h5_BatchNormalization_epsilon", "h5_BatchNormalization_momentum"],
        ),
        ("BatchNormalization(axis=[1])", "a.keras", ["keras_BatchNormalization_axis_list"]),
        ("BatchNormalization(axis=(1,))", "a.keras", ["keras_BatchNormalization_axis_list"]),
        ("BatchNormalization(axis=1)", "a.keras", []),
        ("BatchNormalization(center=False, scale=False)", "a.keras", ["keras_BatchNormalization_without_weights"]),
        ("BatchNormalization(center=False, scale=True)", "a.keras", []),
        ("BatchNormalization(center=False)", "a.keras", []),
    ],
)
def test_the_rows_of_a_model_that_is_saved(layer: str, form: str, rows: list[str]) -> None:
    code = f"K.Sequential([K.Input((2,)), L.{layer}]).save('{form}')"
    assert scenarios(code) == [f"save::{row}" for row in rows]


def test_the_row_of_another_layer_with_adapt_and_of_a_model_without_an_input() -> None:
    assert scenarios("K.Sequential([L.StringLookup()]).save('a.keras')") == ["siblings::StringLookup_saved_as_keras"]
    assert scenarios("K.Sequential([L.Normalization()]).save('a.h5')") == ["save::h5_sequential_without_input_shape"]


@pytest.mark.parametrize(
    ("code", "rows"),
    [
        ("m.save(unknown)", ["not known"]),
        ("m.save('a', save_format='h5')", ["save::h5_functional"]),
        ("m.save('a', save_format='tf')", ["save::savedmodel_functional"]),
        ("m.save(unknown, save_format='keras')", ["save::keras_functional"]),
        ("m.save('a.h5', overwrite=True)", ["save::h5_functional"]),
        ("m.save('a.h5', save_format='other')", ["not known"]),
        ("m.export('a')", ["export::model_export_serve"]),
        ("m.export(unknown)", ["export::model_export_serve"]),
        ("m.predict(a)\nm.export('a')", ["export::model_export_after_predict"]),
        ("tf.saved_model.save(m, 'a')", ["export::tf_saved_model_save_signature"]),
        ("m.fit(a)\ntf.saved_model.save(m, 'a')", ["export::tf_saved_model_save_after_fit"]),
        ("K.models.save_model(m, 'a.h5')", ["save::h5_functional"]),
        ("K.models.save_model(m)", ["not known"]),
        ("K.models.save_model(unknown, 'a.h5')", []),
        ("elsewhere.write(m, 'a.h5')", []),
        ("K.Sequential([L.Dense(1)]).save(unknown)", []),
        ("K.Sequential([L.BatchNormalization(momentum=1)]).export('a')", []),
        ("m.save_weights('a')", ["weights::tf_checkpoint_into_fresh_model"]),
        ("m.save_weights('a.weights.h5')", ["weights::weights_h5_into_fresh_model"]),
        ("m.save_weights('a.h5')", ["not known"]),
        ("m.save_weights(unknown)", ["not known"]),
        ("K.Sequential([L.TextVectorization()]).save_weights('a')", []),
        ("K.Sequential([L.Normalization(mean=1.0, variance=1.0)]).save_weights('a')", []),
    ],
)
def test_what_is_asked_of_a_model_that_is_saved_or_exported(code: str, rows: list[str]) -> None:
    assert scenarios(f"{ADAPTED}{code}") == rows


def test_a_model_of_ones_own_class_is_asked_for_its_weights_alone() -> None:
    own = "class M(K.Model):\n    def __init__(self):\n        self.n = L.Normalization()\nm = M()\nm.n.adapt(a)\n"
    assert scenarios(f"{own}m.save('a.h5')\nm.save_weights('a')") == ["weights::tf_checkpoint_into_subclassed_model"]
    assert [rule for _, rule in met(own.replace("m.n.adapt(a)", "m.fit(a)"))] == ["fit-before-adapt-in-subclass"]


def test_saved_uses_are_shown_in_words_and_may_be_left_out() -> None:
    (use,) = (use for use in followed(f"{ADAPTED}m.save('a.h5')").uses.values() if use.rule == "save")
    assert (use.subject, use.optional) == ("save() of Normalization: HDF5, functional", True)
    (use,) = (use for use in followed(f"{ADAPTED}tf.saved_model.save(m, 'a')").uses.values() if use.rule == "save")
    assert use.subject == "tf.saved_model.save() of Normalization: tf saved model save signature"
    assert in_words("save::keras_LayerNormalization_axis_list", "LayerNormalization") == "the Keras format, axis list"


def test_a_form_is_known_by_the_end_of_a_name() -> None:
    ends = ("a.h5", "a.hdf5", "a.keras", "a.tf")
    assert [form_of(call("save()"), Text(end=end)) for end in ends] == ["h5", "h5", "keras", "savedmodel"]
    assert [weights_of(Text(end=end)) for end in (*ends, "a.weights.h5")] == ["", "", "", "tf_checkpoint", "weights_h5"]
    assert (form_of(call("save()"), None), weights_of(None)) == ("", "")
