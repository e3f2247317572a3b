import numpy as np
import tensorflow as tf

normalized = tf.keras.utils.normalize(np.array([[3.0, 0.0], [4.0, 2.0]]), axis=0)
print(normalized.tolist())
print(np.linalg.norm(normalized, axis=0).round(3).tolist())
