import numpy as np
import tensorflow as tf

data = np.array([[0.0], [10.0]], "float32")
layer = tf.keras.layers.Normalization()
layer.adapt(data)
model = tf.keras.Sequential([tf.keras.Input((1,)), layer])
model.save("normalization.h5")
loaded = tf.keras.models.load_model("normalization.h5")
print(model.predict(data, verbose=0).ravel().tolist(), loaded.predict(data, verbose=0).ravel().tolist())
