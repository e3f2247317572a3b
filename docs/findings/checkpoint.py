import numpy as np
import tensorflow as tf

data = np.array([[0.0], [10.0]], "float32")
trained, fresh = tf.keras.layers.Normalization(), tf.keras.layers.Normalization()
trained.adapt(data)
fresh.build((None, 1))
path = tf.train.Checkpoint(layer=trained).save("normalization")
tf.train.Checkpoint(layer=fresh).restore(path).assert_consumed()
print(trained(data).numpy().ravel().tolist(), fresh(data).numpy().ravel().tolist())
