"""The golden suite: three questions to the stand-in distributions, whose answers are known."""

import sys

CAME_WITHOUT = "tensorflow" not in sys.modules

import tensorflow as tf  # noqa: E402 -- the line above asks what was there before

from scenarios.marks import promise  # noqa: E402
from scenarios.observe import resolve  # noqa: E402


@promise("golden::value", reference="tests/standins.py", documented=1.0, limit=3)
def test_value() -> object:
    """What the stand-in does when it is asked for its value"""
    return resolve("tf.value")()


@promise("golden::fresh", reference="tests/standins.py", documented=True, fresh=True)
def test_fresh() -> object:
    """A fresh interpreter comes to the suite without the stand-in"""
    return CAME_WITHOUT


@promise("golden::steady", reference="tests/standins.py", documented=[1.0, 2.0])
def test_steady() -> object:
    """Every stand-in that can be imported answers this, whatever becomes of the other question"""
    return [tf.constant(1.0), tf.constant(2.0)]
