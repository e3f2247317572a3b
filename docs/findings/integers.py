import numpy as np
import tensorflow as tf

layer = tf.keras.layers.LayerNormalization()
print(layer(np.array([[1.0, 2.0, 6.0]], "float32")).numpy().astype(float).round(3).tolist())
print(layer(np.array([[1, 2, 6]])).numpy().astype(float).round(3).tolist())
