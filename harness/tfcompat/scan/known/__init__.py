"""What is known of TensorFlow by the code that uses it: the names of its APIs, and the traps."""
