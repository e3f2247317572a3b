import numpy as np
import tensorflow as tf

inputs = tf.keras.Input((2, 2))
model = tf.keras.Model(inputs, tf.keras.layers.UnitNormalization(axis=[1, 2])(inputs))
model.save("unit.h5")
loaded, data = tf.keras.models.load_model("unit.h5"), np.array([[[1.0, 2.0], [2.0, 4.0]]], "float32")
print(model.layers[-1].axis, model.predict(data, verbose=0).astype(float).ravel().round(3).tolist())
print(loaded.layers[-1].axis, loaded.predict(data, verbose=0).astype(float).ravel().round(3).tolist())
