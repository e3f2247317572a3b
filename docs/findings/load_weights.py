import numpy as np
import tensorflow as tf

data = np.array([[0.0], [10.0]], "float32")
trained, used = (tf.keras.Sequential([tf.keras.Input((1,)), tf.keras.layers.Normalization()]) for _ in range(2))
trained.layers[-1].adapt(data)
trained.save_weights("normalization.weights.h5")
used.predict(data, verbose=0)
used.load_weights("normalization.weights.h5")
print(used.predict(data, verbose=0).ravel().tolist(), used(data).numpy().ravel().tolist())
