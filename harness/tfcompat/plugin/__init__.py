"""The pytest plugin: tests that the evidence leaves out of the installed TensorFlow, or that run on many releases."""
