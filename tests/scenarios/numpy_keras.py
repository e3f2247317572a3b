"""A stand-in for TensorFlow whose normalization layers are right, in NumPy: what oracles are tried against without a release."""

from collections.abc import Sequence
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

#: What Keras' layers take as ``axis``.
Axis = int | Sequence[int] | None
EPSILON = 1e-3


class Tensor(np.ndarray[Any, Any]):
    """An array that can be asked for itself, as an eager tensor can."""

    def numpy(self) -> Any:
        return np.asarray(self)


def tensor(value: Any, dtype: Any = None) -> Tensor:
    return np.asarray(value, dtype).view(Tensor)


def axes_of(axis: Axis, rank: int) -> tuple[int, ...]:
    """The axes that are named, counted from the front."""
    named = [] if axis is None else [axis] if isinstance(axis, int) else list(axis)
    return tuple(sorted(number % rank for number in named))


def others(axis: Axis, rank: int) -> tuple[int, ...]:
    named = axes_of(axis, rank)
    return tuple(number for number in range(rank) if number not in named)


class Layer:
    """A layer that computes in its dtype."""

    def __init__(self, *, dtype: str = "float32", axis: Axis = -1, epsilon: float = EPSILON) -> None:
        self.dtype, self.axis, self.epsilon = dtype, axis, epsilon

    def __call__(self, inputs: Any, **arguments: Any) -> Tensor:
        return tensor(self.call(np.asarray(inputs, self.dtype), **arguments), self.dtype)

    def call(self, inputs: Any, **arguments: Any) -> Any:
        raise NotImplementedError

    def standardized(self, inputs: Any, axes: tuple[int, ...]) -> Any:
        mean, variance = inputs.mean(axes, keepdims=True), inputs.var(axes, keepdims=True)
        return (inputs - mean) / np.sqrt(variance + self.epsilon)


class Normalization(Layer):
    """Normalizes by given statistics, or by those of the data that it was adapted to."""

    def __init__(
        self, axis: Axis = -1, mean: Any = None, variance: Any = None, dtype: str = "float32", epsilon: float = 1e-7
    ) -> None:
        super().__init__(dtype=dtype, axis=axis, epsilon=epsilon)
        self.mean, self.variance = mean, variance

    def adapt(self, data: Any) -> None:
        array = np.asarray(data, self.dtype)
        axes = others(self.axis, array.ndim)
        self.mean, self.variance = array.mean(axes), array.var(axes)

    def call(self, inputs: Any, **arguments: Any) -> Any:
        kept = axes_of(self.axis, inputs.ndim)
        shape = [size if number in kept else 1 for number, size in enumerate(inputs.shape)]
        mean, variance = (
            np.broadcast_to(value, [inputs.shape[number] for number in kept]).reshape(shape)
            for value in (self.mean, self.variance)
        )
        return (inputs - mean) / np.maximum(np.sqrt(variance), self.epsilon)


class BatchNormalization(Layer):
    """Standardizes a batch in training, and by its moving statistics otherwise."""

    def __init__(self, momentum: float = 0.99, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.momentum = momentum
        self.moving: tuple[Any, Any] = (0.0, 1.0)

    def call(self, inputs: Any, **arguments: Any) -> Any:
        axes = others(self.axis, inputs.ndim)
        if not arguments.get("training"):
            return (inputs - self.moving[0]) / np.sqrt(self.moving[1] + self.epsilon)
        kept, (mean, variance) = self.momentum, self.moving
        self.moving = (
            mean * kept + inputs.mean(axes) * (1 - kept),
            variance * kept + inputs.var(axes) * (1 - kept),
        )
        return self.standardized(inputs, axes)

    def get_weights(self) -> list[Any]:
        size = np.shape(self.moving[0])
        return [np.ones(size), np.zeros(size), *self.moving]


class LayerNormalization(Layer):
    """Standardizes each sample over its axes."""

    def call(self, inputs: Any, **arguments: Any) -> Any:
        return self.standardized(inputs, axes_of(self.axis, inputs.ndim))


class UnitNormalization(Layer):
    """Gives each sample the length 1 over its axes."""

    def call(self, inputs: Any, **arguments: Any) -> Any:
        return inputs / np.sqrt((inputs**2).sum(axes_of(self.axis, inputs.ndim), keepdims=True))


def module() -> ModuleType:
    """The module ``tensorflow`` of this stand-in."""
    made = ModuleType("tensorflow")
    layers = SimpleNamespace(
        Normalization=Normalization,
        BatchNormalization=BatchNormalization,
        LayerNormalization=LayerNormalization,
        UnitNormalization=UnitNormalization,
    )
    made.__dict__.update(
        keras=SimpleNamespace(layers=layers),
        constant=tensor,
        cast=tensor,
        as_dtype=lambda dtype: SimpleNamespace(as_numpy_dtype=np.dtype(dtype).type),
    )
    return made
