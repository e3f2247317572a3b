import numpy as np
import tensorflow as tf

tf.keras.mixed_precision.set_global_policy("mixed_float16")
layer = tf.keras.layers.Normalization()
layer.adapt(np.array([[0.0], [500_000.0]], "float32"))
print([one.dtype.name for one in layer.weights], [one.tolist() for one in layer.get_weights()[:2]])
print(layer(np.array([[500.0]], "float32")).numpy().tolist())
