import numpy as np
import tensorflow as tf

data = 1e8 + np.array([[0.0], [1.0], [2.0], [3.0]])
layer = tf.keras.layers.Normalization(dtype="float64")
layer.adapt(data)
print(float(np.var(data)), layer.variance.numpy().ravel().tolist())
print(layer(tf.constant(data)).numpy().ravel().tolist())
