"""What fit() makes of each normalization layer, and what training= does where a model is built."""

import numpy as np
import tensorflow as tf

from scenarios.marks import NONE, NUMPY, SILENT, VISIBLE, promise, question
from scenarios.observe import answer, compared, keras_layer, normalization, which

TRANSFER = (
    "TensorFlow guide, transfer learning: base(x, training=False) keeps BatchNormalization in inference mode in fit()"
)
EPSILON = 0.001
TABLE = np.array([[1.0, 4.0], [3.0, 0.0], [2.0, 2.0], [6.0, 2.0]], "float32")
TARGETS = np.array([[0.0], [1.0], [2.0], [1.0]], "float32")
RATE = 0.1


def step_of(normalized):
    """What one step of gradient descent makes of weights of ones that each multiply a column of the normalized table."""
    error = normalized.sum(1, keepdims=True) - TARGETS
    return 1.0 - RATE * (2.0 * error * normalized).mean(0)


def trained_by_a_step(layer):
    """The scale of the layer, where it has one, and that of the Dense layer after it, each of ones before."""
    inputs = tf.keras.Input((2,))
    dense = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
    model = tf.keras.Model(inputs, dense(layer(inputs)))
    model.compile(tf.keras.optimizers.SGD(RATE), "mse")
    model.fit(TABLE, TARGETS, batch_size=len(TABLE), verbose=0)
    kernel, scales = dense.get_weights()[0], [weight.numpy() for weight in layer.trainable_weights[:1]]
    return [np.ravel(weights) for weights in [kernel, *scales]]


@promise("training::fit_BatchNormalization", oracle=NUMPY, reference="tf.keras.layers.BatchNormalization")
def test_fit_batch():
    """fit() trains through BatchNormalization as NumPy does"""
    normalized = (TABLE - TABLE.mean(0)) / np.sqrt(TABLE.var(0) + EPSILON)
    return compared(trained_by_a_step(keras_layer("BatchNormalization")), [step_of(normalized)] * 2)


@promise("training::fit_LayerNormalization", oracle=NUMPY, reference="tf.keras.layers.LayerNormalization")
def test_fit_layer():
    """fit() trains through LayerNormalization as NumPy does"""
    normalized = (TABLE - TABLE.mean(1, keepdims=True)) / np.sqrt(TABLE.var(1, keepdims=True) + EPSILON)
    return compared(trained_by_a_step(keras_layer("LayerNormalization")), [step_of(normalized)] * 2)


@promise("training::fit_GroupNormalization", oracle=NUMPY, reference="tf.keras.layers.GroupNormalization")
def test_fit_group():
    """fit() trains through GroupNormalization as NumPy does"""
    normalized = (TABLE - TABLE.mean(1, keepdims=True)) / np.sqrt(TABLE.var(1, keepdims=True) + EPSILON)
    return compared(trained_by_a_step(keras_layer("GroupNormalization", groups=1)), [step_of(normalized)] * 2)


@promise("training::fit_RMSNormalization", oracle=NUMPY, reference="tf.keras.layers.RMSNormalization")
def test_fit_rms():
    """fit() trains through RMSNormalization as NumPy does"""
    normalized = TABLE / np.sqrt((TABLE**2).mean(1, keepdims=True) + 1e-6)
    return compared(trained_by_a_step(keras_layer("RMSNormalization")), [step_of(normalized)] * 2)


@promise("training::fit_UnitNormalization", oracle=NUMPY, reference="tf.keras.layers.UnitNormalization")
def test_fit_unit():
    """fit() trains through UnitNormalization as NumPy does"""
    normalized = TABLE / np.sqrt((TABLE**2).sum(1, keepdims=True))
    return compared(trained_by_a_step(keras_layer("UnitNormalization")), [step_of(normalized)])


@promise("training::fit_Normalization", oracle=NUMPY, reference="tf.keras.layers.Normalization")
def test_fit_normalization():
    """fit() trains through Normalization as NumPy does"""
    layer = normalization()
    layer.adapt(TABLE)
    return compared(trained_by_a_step(layer), [step_of((TABLE - TABLE.mean(0)) / TABLE.std(0))])


@promise(
    "training::fit_SpectralNormalization", oracle=NUMPY, reference="tf.keras.layers.SpectralNormalization; keras#19183"
)
def test_fit_spectral():
    """fit() trains a SpectralNormalization of Dense

    The loss is that of the step's beginning; the kernel of a single column has its length as its only singular value.
    """
    inputs, kernel = tf.keras.Input((2,)), np.array([[3.0], [4.0]], "float32")
    dense = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer=tf.keras.initializers.Constant(kernel))
    model = tf.keras.Model(inputs, keras_layer("SpectralNormalization", dense)(inputs))
    model.compile("sgd", "mse")
    loss = model.fit(TABLE, TARGETS, batch_size=len(TABLE), verbose=0).history["loss"][0]
    return compared(loss, np.mean((TABLE @ kernel / np.linalg.norm(kernel) - TARGETS) ** 2))


@question(
    "training::gradient_of_SpectralNormalization",
    answers={"through the norm": NONE, "past the norm": SILENT},
    reference="nothing: arXiv:1802.05957, where the norm is a function of the kernel and u and v count as constants; keras#20309",
)
def test_gradient_spectral():
    """Does SpectralNormalization's gradient go through the norm?"""
    row, kernel, u = np.array([[1.0, 0.0]]), np.array([[3.0, 1.0], [0.0, 1.0]]), np.array([[1.0, 0.0]])
    dense = tf.keras.layers.Dense(2, use_bias=False)
    layer = keras_layer("SpectralNormalization", dense)
    layer.build((None, 2))
    layer.vector_u.assign(u)
    dense.kernel.assign(kernel)
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(layer(tf.constant(row, "float32"), training=True))
    past = row.T @ np.ones((1, 2))
    v = u @ kernel.T / np.linalg.norm(u @ kernel.T)
    u = v @ kernel / np.linalg.norm(v @ kernel)
    norm = (v @ kernel @ u.T).item()
    through = past / norm - (past * kernel).sum() / norm**2 * v.T @ u
    return which(tape.gradient(total, dense.kernel), past_the_norm=past, through_the_norm=through)


@question(
    "training::gradient_of_UnitNormalization_at_zero",
    answers={"finite": NONE, "nan": VISIBLE},
    reference="nothing: keras#23075",
)
def test_gradient_unit():
    """Is UnitNormalization's gradient finite at a row of zeros?"""
    zeros = tf.zeros((1, 2))
    with tf.GradientTape() as tape:
        tape.watch(zeros)
        total = tf.reduce_sum(keras_layer("UnitNormalization")(zeros))
    gradient = tape.gradient(total, zeros)
    return answer("finite" if np.isfinite(gradient).all() else "nan", seen=gradient)


ONES = np.ones((4, 1), "float32")
FIVES = 5.0 * ONES


def last_mean():
    """A layer whose moving mean is that of the last batch that it was trained on."""
    return keras_layer("BatchNormalization", momentum=0.0)


def fitted(outputs_of):
    """The model of a function of its inputs, after fit() on fives."""
    inputs = tf.keras.Input((1,))
    model = tf.keras.Model(inputs, outputs_of(inputs))
    model.compile(tf.keras.optimizers.SGD(0.0), "mse")
    model.fit(FIVES, ONES, verbose=0)
    return model


def nested(layer):
    inputs = tf.keras.Input((1,))
    return tf.keras.Model(inputs, layer(inputs))


@promise("training::nested_model", oracle=NUMPY, reference="tf.keras.Model.fit: calls the model with training=True")
def test_nested():
    """fit() moves moving_mean of a nested model"""
    layer = last_mean()
    fitted(lambda inputs: tf.keras.layers.Dense(1)(nested(layer)(inputs)))
    return compared(layer.get_weights()[2], FIVES.mean(0))


@promise("training::false_for_a_nested_model", oracle=NUMPY, reference=TRANSFER + "; keras#20285")
def test_nested_false():
    """base(x, training=False) keeps moving_mean in fit()

    Advice for fine-tuning: the statistics of the pretrained base stay as they are, also where its weights are trained.
    """
    layer = last_mean()
    fitted(lambda inputs: tf.keras.layers.Dense(1)(nested(layer)(inputs, training=False)))
    return compared(layer.get_weights()[2], np.zeros(1))


@promise("training::false_for_a_layer", oracle=NUMPY, reference=TRANSFER + "; keras#20285")
def test_layer_false():
    """layer(x, training=False) keeps moving_mean in fit()"""
    layer = last_mean()
    fitted(lambda inputs: tf.keras.layers.Dense(1)(layer(inputs, training=False)))
    return compared(layer.get_weights()[2], np.zeros(1))


@promise(
    "training::true_for_a_layer",
    oracle=NUMPY,
    reference="tf.keras.layers.Layer.__call__: an explicit training comes before that of the context",
)
def test_layer_true():
    """layer(x, training=True) uses the batch in predict()"""
    model, data = nested(lambda inputs: last_mean()(inputs, training=True)), np.array([[1.0], [3.0]], "float32")
    return compared(model.predict(data, verbose=0), (data - data.mean(0)) / np.sqrt(data.var(0) + EPSILON))


@promise(
    "training::predict_after_fit", oracle=NUMPY, reference="tf.keras.layers.BatchNormalization: formula of inference"
)
def test_predict_after_fit():
    """After fit(), predict() uses the moving statistics"""
    model, data = fitted(last_mean()), np.array([[1.0], [3.0]], "float32")
    return compared(model.predict(data, verbose=0), (data - FIVES.mean(0)) / np.sqrt(FIVES.var(0) + EPSILON))


@promise("training::evaluate_leaves_the_statistics", oracle=NUMPY, reference="tf.keras.Model.evaluate: inference mode")
def test_evaluate():
    """evaluate() leaves the moving statistics of fit()"""
    layer = last_mean()
    fitted(layer).evaluate(ONES, ONES, verbose=0)
    return compared(layer.get_weights()[2:], [FIVES.mean(0), FIVES.var(0)])


def of_its_own(call):
    """A subclassed model that normalizes, with this method as its call()."""

    class Model(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.normalize = last_mean()

    Model.call = call
    model = Model()
    model.compile(tf.keras.optimizers.SGD(0.0), "mse")
    model.fit(FIVES, ONES, verbose=0)
    return model


@promise(
    "training::subclassed_model", oracle=NUMPY, reference="tf.keras guide: call() of a subclassed model takes training"
)
def test_subclassed():
    """fit() moves moving_mean of a subclassed model"""
    model = of_its_own(lambda self, inputs, training=None: self.normalize(inputs, training=training))
    return compared(model.normalize.get_weights()[2], FIVES.mean(0))


@question(
    "training::subclassed_model_without_training",
    answers={"moved": NONE, "kept": SILENT},
    documented_by_release={"keras<3": "moved"},
    reference="tf.keras.layers.Layer.call, Keras 2: training of the outer layer is passed on to nested layers",
)
def test_subclassed_without():
    """call() takes no training: does fit() move moving_mean?

    Many subclassed models are written as call(self, x): their layers find out from fit() that they are trained, or do not.
    """
    model = of_its_own(lambda self, inputs: self.normalize(inputs))
    return which(model.normalize.get_weights()[2], moved=FIVES.mean(0), kept=np.zeros(1))


@promise("training::model_called_with_training", oracle=NUMPY, reference="tf.keras guide: writing a training loop")
def test_own_loop():
    """model(x, training=True) moves moving_mean"""
    layer = last_mean()
    nested(layer)(FIVES, training=True)
    return compared(layer.get_weights()[2], FIVES.mean(0))
