"""What two replicas on one processor make of BatchNormalization's and Normalization's statistics."""

import functools

import numpy as np
import tensorflow as tf

from scenarios.marks import NONE, NUMPY, SILENT, VISIBLE, promise, question
from scenarios.observe import Missing, compared, construct, keras_layer, normalization, resolve, which

SYNCHRONIZED = "tf.keras.layers.BatchNormalization, synchronized: statistics over all replicas at each step"
LOCAL = "tf.keras.layers.BatchNormalization, synchronized=False: each replica uses its own local batch statistics"
OLD_CLASS = "tf.keras.layers.experimental.SyncBatchNormalization"
#: Two rows for each replica: means 2 and 12, variance 1 each; mean 7 and variance 26 together.
ROWS = np.array([[1.0], [3.0], [11.0], [13.0]], "float32")
#: Mean 1000.6 and variance 0.26, as the public report has them.
FAR_ROWS = np.array([[1000.0], [1000.2], [1001.0], [1001.2]], "float32")
batch_normalization = functools.partial(keras_layer, "BatchNormalization")


def two_replicas():
    """A strategy over two logical devices of the processor that every machine has, in a process that has used none yet."""
    part = tf.config.LogicalDeviceConfiguration
    tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], [part(), part()])
    return tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])


def built(make, **arguments):
    layer = make(momentum=0.0, **arguments)
    layer.build((None, 1))
    return layer


def moving_statistics(layer):
    mean, variance = layer.get_weights()[2:4]
    return {"mean": mean, "variance": variance}


def trained(make, data, batch=4, **arguments):
    """What moving statistics that are those of the last batch become where two replicas share the batches."""
    strategy = two_replicas()
    with strategy.scope():
        layer = built(make, **arguments)
    step = tf.function(lambda rows: strategy.run(lambda part: layer(part, training=True), (rows,)))
    for rows in strategy.experimental_distribute_dataset(tf.data.Dataset.from_tensor_slices(data).batch(batch)):
        step(rows)
    return moving_statistics(layer)


@promise(
    "replicas::moving_statistics",
    oracle=NUMPY,
    reference=LOCAL + "; tf.keras.layers.BatchNormalization",
    limit=60,
)
def test_local():
    """Two replicas: moving_variance is the mean of each one's"""
    halves = ROWS.reshape(2, 2, 1)
    return compared(
        trained(batch_normalization, ROWS), {"mean": halves.mean(1).mean(0), "variance": halves.var(1).mean(0)}
    )


@promise("replicas::synchronized", oracle=NUMPY, reference=SYNCHRONIZED + "; keras#18667", limit=60)
def test_synchronized():
    """synchronized=True: moving_variance of all the rows"""
    observed = trained(batch_normalization, ROWS, synchronized=True)
    return compared(observed, {"mean": ROWS.mean(0), "variance": ROWS.var(0)})


@promise("replicas::SyncBatchNormalization", oracle=NUMPY, reference=OLD_CLASS, limit=60)
def test_old_class():
    """SyncBatchNormalization: moving_variance of all the rows"""
    observed = trained(functools.partial(construct, resolve(OLD_CLASS)), ROWS)
    return compared(observed, {"mean": ROWS.mean(0), "variance": ROWS.var(0)})


def synchronizing(**arguments):
    """A layer whose statistics are those of all replicas, under the name that it has in this release."""
    try:
        return construct(resolve(OLD_CLASS), **arguments)
    except Missing:
        return batch_normalization(synchronized=True, **arguments)


@promise(
    "replicas::synchronized_far_from_zero",
    oracle=NUMPY,
    reference=SYNCHRONIZED + "; tensorflow#60438",
    limit=60,
)
def test_far():
    """Synchronized moving_variance is exact far from zero

    The variance is made as mean(x * x) - mean(x) ** 2, which loses its digits in float32 where the mean is large.
    """
    return compared(trained(synchronizing, FAR_ROWS), {"mean": FAR_ROWS.mean(0), "variance": FAR_ROWS.var(0)})


@question(
    "replicas::batch_smaller_than_the_replicas",
    answers={"rows only": NONE, "an earlier batch counts": SILENT, "nan": VISIBLE},
    reference="nothing: tensorflow#52986",
    limit=60,
)
def test_uneven():
    """What has moving_mean of a batch of one row for two replicas?

    After a batch of 1 and 3, the last batch of 9 leaves one replica without a row; with momentum 0 the moving mean is that of the
    last batch.
    """
    mean = trained(batch_normalization, np.array([[1.0], [3.0], [9.0]], "float32"), batch=2)["mean"]
    return which(mean, rows_only=[9.0], an_earlier_batch_counts=[(9.0 + 3.0) / 2], nan=["nan"])


@promise(
    "replicas::renorm",
    oracle=NUMPY,
    reference="tf.keras.layers.BatchNormalization, renorm; tensorflow#31531",
    limit=60,
)
def test_renorm():
    """renorm=True trains on two replicas

    Both have the same rows.
    """
    rows = np.array([[1.0], [3.0]], "float32")
    observed = trained(batch_normalization, np.concatenate([rows, rows]), renorm=True)["mean"]
    return compared(observed, rows.mean(0))


@promise(
    "replicas::fit",
    oracle=NUMPY,
    reference=LOCAL + "; TensorFlow guide: distributed training with Keras",
    limit=60,
)
def test_fit():
    """fit() on two replicas moves moving_mean"""
    with two_replicas().scope():
        layer = batch_normalization(momentum=0.0)
        model = tf.keras.Sequential([tf.keras.Input((1,)), layer])
        model.compile("sgd", "mse")
    model.fit(ROWS, ROWS, batch_size=4, shuffle=False, verbose=0)
    return compared(layer.get_weights()[2], ROWS.reshape(2, 2, 1).mean(1).mean(0))


@promise(
    "replicas::predict_after_adapt",
    oracle=NUMPY,
    reference="tf.distribute.MirroredStrategy; tensorflow#54349",
    limit=60,
)
def test_predict():
    """Two replicas predict with the statistics of adapt()"""
    with two_replicas().scope():
        layer = normalization()
        layer.adapt(ROWS)
        model = tf.keras.Sequential([tf.keras.Input((1,)), layer])
    return compared(model.predict(ROWS, batch_size=4, verbose=0), (ROWS - ROWS.mean(0)) / ROWS.std(0))
