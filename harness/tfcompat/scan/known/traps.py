"""Traps: what is met in code that looks right, each with the scenarios that say on which releases, and what to write instead."""

from collections.abc import Mapping
from dataclasses import dataclass

#: The only layer that the scenarios of a trap are about; its siblings with adapt() have scenarios of their own.
NORMALIZATION = "Normalization"
#: The layers that learn from data by adapt().
ADAPTABLE = frozenset({NORMALIZATION, "TextVectorization", "StringLookup", "IntegerLookup", "Discretization"})

COMPILE = "call model.compile() after adapt(), or make a new model of the layer"
ADAPT_FIRST = "call adapt() before the layer or its model is used, or give mean and variance"
MAP_AGAIN = "call map() again after adapt()"


@dataclass(frozen=True, kw_only=True)
class Trap:
    """A trap. ``sibling`` is what the scenario is called for the other layers with adapt(), behind ``siblings::<class>_``;
    empty where none asks. ``refused`` says that the scenario works where the release refuses the code.
    """

    says: str
    scenario: str
    write: str = ""
    sibling: str = ""
    refused: bool = False

    def scenario_of(self, cls: str) -> str:
        """The scenario for a class; empty where there is none."""
        if cls == NORMALIZATION:
            return self.scenario
        return f"siblings::{cls}_{self.sibling}" if self.sibling else ""


STALE = "predict_without_compile"
TRAPS: Mapping[str, Trap] = {
    "predict-after-second-adapt": Trap(
        says="predict() after another adapt() without compile()",
        scenario="readapt::predict_without_compile",
        write=COMPILE,
        sibling=STALE,
    ),
    "predict-after-first-adapt": Trap(
        says="predict(), then adapt(), then predict() without compile()",
        scenario="readapt::first_adapt_after_predict",
        write=COMPILE,
        sibling=STALE,
    ),
    "evaluate-after-adapt": Trap(
        says="evaluate() after another adapt() without compile()",
        scenario="readapt::evaluate_without_compile",
        write=COMPILE,
        sibling=STALE,
    ),
    "fit-after-adapt": Trap(
        says="fit() after another adapt() without compile()",
        scenario="graphs::fit_after_second_adapt",
        write=COMPILE,
        sibling=STALE,
    ),
    "train-on-batch-after-adapt": Trap(
        says="train_on_batch() after another adapt() without compile()",
        scenario="readapt::train_on_batch_without_compile",
        write=COMPILE,
        sibling=STALE,
    ),
    "map-before-adapt": Trap(
        says="a dataset mapped by the layer before its adapt() is used after it",
        scenario="map::before_any_adapt",
        write=MAP_AGAIN,
        sibling="dataset_mapped_before",
    ),
    "map-before-second-adapt": Trap(
        says="a dataset mapped by the layer before another adapt() is used after it",
        scenario="map::without_remap",
        write=MAP_AGAIN,
        sibling="dataset_mapped_before",
    ),
    "function-before-adapt": Trap(
        says="a tf.function that was traced before another adapt() is called after it",
        scenario="readapt::tf_function_traced_before",
        write="wrap it in tf.function again after adapt()",
        sibling="tf_function_traced_before",
    ),
    "function-before-first-adapt": Trap(
        says="a tf.function that was traced before the first adapt() is called after it",
        scenario="graphs::tf_function_then_first_adapt",
        write="call adapt() first",
        sibling="tf_function_traced_before",
    ),
    "adapt-in-function": Trap(
        says="adapt() inside a tf.function",
        scenario="graphs::adapt_inside_tf_function",
        write="call adapt() outside of it",
    ),
    "call-before-adapt": Trap(
        says="the layer is called before adapt()",
        scenario="adapt::never_adapted",
        write=ADAPT_FIRST,
        sibling="never_adapted",
    ),
    "predict-before-adapt": Trap(
        says="predict() before the layer's adapt()",
        scenario="adapt::never_adapted_predict",
        write=ADAPT_FIRST,
        sibling="never_adapted",
    ),
    "predict-before-adapt-with-input": Trap(
        says="predict() before the layer's adapt()",
        scenario="adapt::never_adapted_predict_with_input_shape",
        write=ADAPT_FIRST,
        sibling="never_adapted",
    ),
    "fit-before-adapt": Trap(
        says="fit() before the layer's adapt()",
        scenario="examples::doc1_normalization_not_adapted",
        write=ADAPT_FIRST,
        sibling="never_adapted",
    ),
    "fit-before-adapt-deferred": Trap(
        says="fit() of a Sequential without an input before the layer's adapt()",
        scenario="graphs::fit_deferred_sequential_unadapted",
        write=ADAPT_FIRST,
        sibling="never_adapted",
    ),
    "fit-before-adapt-in-subclass": Trap(
        says="fit() of a subclassed model before the layer's adapt()",
        scenario="graphs::fit_subclassed_unadapted",
        write=ADAPT_FIRST,
        sibling="never_adapted",
    ),
    "fit-given-deferred": Trap(
        says="fit() of a Sequential without an input, whose layer has mean and variance given",
        scenario="graphs::fit_deferred_sequential_static",
        write="give the model an Input, or call the layer's build() before fit()",
    ),
    "fit-given-in-subclass": Trap(
        says="fit() of a subclassed model whose layer has mean and variance given",
        scenario="graphs::fit_subclassed_static",
        write="call the layer's build() before fit()",
    ),
    "axis-of-batch": Trap(
        says="adapt() with axis=0, the axis of the batch",
        scenario="adapt::axis_0",
        write="keep an axis of the features, or transpose the data",
    ),
    "one-column-default-axis": Trap(
        says="one-dimensional data, and the default axis",
        scenario="adapt::default_axis_1d",
        write="give axis=None, or reshape the data to (-1, 1)",
    ),
    "series-default-axis": Trap(
        says="a Series, and the default axis",
        scenario="pandas::adapt_series",
        write="give axis=None, or series.to_frame()",
    ),
    "frame": Trap(
        says="adapt() to a DataFrame", scenario="pandas::adapt_frame", write="give np.asarray(frame, 'float32')"
    ),
    "list-of-numbers": Trap(
        says="adapt() to a list of numbers, axis=None", scenario="adapt::list_of_numbers", write="give np.array(...)"
    ),
    "list-of-rows": Trap(says="adapt() to a list of lists", scenario="adapt::list_of_rows", write="give np.array(...)"),
    "list-of-batches": Trap(
        says="adapt() to a list of arrays",
        scenario="adapt::list_of_batches",
        write="give np.concatenate(...), or a dataset",
    ),
    "generator": Trap(
        says="adapt() to a generator", scenario="adapt::generator", write="give tf.data.Dataset.from_generator(...)"
    ),
    "mixed-bfloat16": Trap(
        says="adapt() under the policy mixed_bfloat16",
        scenario="adapt::mixed_bfloat16_statistics",
        write='give the layer dtype="float32"',
    ),
    "batch-size": Trap(says="adapt(batch_size=…)", scenario="adapt::batch_size", write="leave batch_size out"),
    "batch-size-dataset": Trap(
        says="adapt(dataset, batch_size=…)",
        scenario="adapt::batch_size_with_dataset",
        write="call dataset.batch() instead",
    ),
    "steps": Trap(
        says="adapt(array, steps=…)", scenario="adapt::steps_with_array", write="give the rows that are meant"
    ),
    "steps-dataset": Trap(
        says="adapt(dataset, steps=…)", scenario="adapt::steps_with_dataset", write="call dataset.take()"
    ),
    "reset-state": Trap(
        says="adapt(reset_state=…)", scenario="readapt::reset_state_false", write="adapt once to the data together"
    ),
    "labelled-dataset": Trap(
        says="adapt() to a dataset of (features, labels)",
        scenario="inputs::dataset_of_features_and_labels",
        write="give dataset.map(lambda x, y: x)",
    ),
    "dataset-of-dicts": Trap(
        says="adapt() to a dataset of dictionaries",
        scenario="inputs::dataset_of_dicts",
        write="map it to one feature",
        refused=True,
    ),
    "endless-dataset": Trap(
        says="adapt() to a dataset that never ends",
        scenario="adapt::infinite_dataset_without_steps",
        write="call dataset.take(), or give steps",
        refused=True,
    ),
    "mean-alone": Trap(
        says="a mean without a variance", scenario="construct::mean_alone", write="give both", refused=True
    ),
    "variance-alone": Trap(
        says="a variance without a mean", scenario="construct::variance_alone", write="give both", refused=True
    ),
    "adapt-given": Trap(
        says="adapt() of a layer with given mean and variance",
        scenario="adapt::layer_with_given_mean",
        write="leave out adapt(), or mean and variance",
    ),
    "update-without-finalize": Trap(
        says="update_state() without finalize_state()",
        scenario="state::update_state_without_finalize",
        write="call finalize_state() after it",
    ),
    "reset-without-finalize": Trap(
        says="reset_state() without finalize_state()",
        scenario="state::reset_state_without_finalize",
        write="call finalize_state() after it",
    ),
    "restored-without-finalize": Trap(
        says="a checkpoint restored into a model without finalize_state()",
        scenario="weights::checkpoint_into_model",
        write="call finalize_state() of the layer after it, and compile() where the model has predicted",
    ),
    "weights-after-predict": Trap(
        says="load_weights() after predict() without compile()",
        scenario="weights::tf_checkpoint_into_model_that_predicted",
        write="call model.compile() after load_weights()",
    ),
    "weights-h5-after-predict": Trap(
        says="load_weights() of HDF5 after predict() without compile()",
        scenario="weights::weights_h5_into_model_that_predicted",
        write="call model.compile() after load_weights()",
    ),
    "normalize-one-dimension": Trap(
        says="utils.normalize() of one-dimensional data",
        scenario="ecosystem::utils_normalize_1d",
        write="take the one row of its result, or divide by np.linalg.norm(data)",
    ),
    "frozen-after-compile": Trap(
        says="trainable = False after compile(), then fit()",
        scenario="frozen::after_compile",
        write="call compile() again",
    ),
    "version-as-text": Trap(
        says="tf.__version__ compared as text",
        scenario="environment::version_gate_by_string_comparison",
        write="compare packaging.version.Version(tf.__version__)",
    ),
    "sequential-of-a-layer": Trap(
        says="Sequential(layer), without a list",
        scenario="graphs::sequential_of_a_bare_layer",
        write="write Sequential([layer])",
    ),
    "layer-of-keras": Trap(
        says="a layer of keras in a model of tf.keras",
        scenario="imports::BatchNormalization_of_keras_predicts",
        write="take both from one of them",
    ),
    "private-layer": Trap(
        says="a layer of tensorflow.python.keras in a model of tf.keras",
        scenario="imports::BatchNormalization_of_tensorflow.python.keras_predicts",
        write="take the layer from tensorflow.keras",
    ),
}
#: Of what a method of a model meets after an adapt(): the trap after the first one, and after another.
AFTER_ADAPT = {
    "predict": ("predict-after-first-adapt", "predict-after-second-adapt"),
    "evaluate": ("evaluate-after-adapt", "evaluate-after-adapt"),
    "fit": ("fit-after-adapt", "fit-after-adapt"),
    "train_on_batch": ("train-on-batch-after-adapt", "train-on-batch-after-adapt"),
    "read": ("map-before-adapt", "map-before-second-adapt"),
    "call": ("function-before-first-adapt", "function-before-adapt"),
}
