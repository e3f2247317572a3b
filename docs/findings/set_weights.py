import numpy as np
import tensorflow as tf

data = np.array([[0.0], [10.0]], "float32")
trained, fresh = tf.keras.layers.Normalization(), tf.keras.layers.Normalization()
trained.adapt(data)
fresh.build((None, 1))
fresh.set_weights(trained.get_weights())
print([one.tolist() for one in fresh.get_weights()[:2]])
print(trained(data).numpy().ravel().tolist(), fresh(data).numpy().ravel().tolist())
