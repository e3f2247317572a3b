"""tfcompat: which TensorFlow normalization APIs and behaviours work on which release, measured."""

__version__ = "0.1.0"
