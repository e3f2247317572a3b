import numpy as np
import tensorflow as tf

data = np.array([[0.0], [10.0]], "float32")
normalize, inverse = tf.keras.layers.Normalization(), tf.keras.layers.Normalization(invert=True)
normalize.adapt(data)
inverse.adapt(data)
print(data.ravel().tolist(), inverse(normalize(data)).numpy().ravel().tolist())
