"""The golden suite: two questions to the stand-in distributions, whose answers are known."""

import tensorflow as tf

from scenarios.observe import resolve, scenario


@scenario("golden::value", reference="tests/standins.py", documented=1.0, limit=3)
def test_value() -> object:
    """What the stand-in does when it is asked for its value"""
    return resolve("tf.value")()


@scenario("golden::steady", reference="tests/standins.py", documented=[1.0, 2.0])
def test_steady() -> object:
    """Every stand-in that can be imported answers this, whatever becomes of the other question"""
    return [tf.constant(1.0), tf.constant(2.0)]
