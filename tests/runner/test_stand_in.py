"""The stand-in for TensorFlow: what the top of a suite's file may do with it, with no release there."""

from typing import Any

import pytest

from scenarios.runner.stand_in import StandIn


@pytest.fixture
def tf() -> Any:
    return StandIn("tensorflow", __version__=None)


def test_its_version_is_what_it_is_given(tf: Any) -> None:
    assert tf.__version__ is None


def test_its_text_is_where_it_is_and_has_no_address(tf: Any) -> None:
    assert (
        repr([tf, tf.float32, tf.keras.layers.Layer()])
        == "[tensorflow, tensorflow.float32, tensorflow.keras.layers.Layer()]"
    )


def test_a_name_is_the_same_object_each_time(tf: Any) -> None:
    assert tf.float32 is tf.float32
    assert {tf.float32: 1}[tf.float32] == 1
    assert tf.float32 != tf.float64


def test_a_class_may_derive_from_it_and_from_others(tf: Any) -> None:
    class Layer(tf.keras.layers.Layer):  # type: ignore[misc]
        pass

    class Error(tf.errors.OpError, ValueError):  # type: ignore[misc]
        pass

    assert Layer.__mro__ == (Layer, object)
    assert issubclass(Error, ValueError)


@pytest.mark.parametrize(
    "use",
    [
        lambda tf: tf.constant(1) + 1,
        lambda tf: 1 - tf.constant(1) * 2 / -(tf.constant(3) ** 2),
        lambda tf: tf.constant([1]) @ tf.constant([1]),
        lambda tf: tf.float32 | tf.float64,
        lambda tf: tf.data["train"](3).batch[0],
    ],
)
def test_it_may_be_called_indexed_and_calculated_with(use: Any, tf: Any) -> None:
    assert isinstance(use(tf), StandIn)


def test_it_may_be_a_number_a_context_and_something_empty(tf: Any) -> None:
    with tf.device("CPU") as device:
        assert list(device) == []
    assert (int(tf.one), float(tf.one), [4, 5][tf.one]) == (1, 1.0, 5)


def test_it_pretends_to_no_protocol_that_it_does_not_have(tf: Any) -> None:
    assert not hasattr(tf, "__path__")
    assert not hasattr(tf, "__array__")
