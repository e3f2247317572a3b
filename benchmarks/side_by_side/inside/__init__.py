"""What runs inside the environments that the benchmark makes, on Python 3.10 and later."""
