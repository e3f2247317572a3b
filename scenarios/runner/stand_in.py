"""A stand-in for TensorFlow, with which the suite is collected where there is none: every name of it is there."""

from typing import Any


class StandIn:
    """Something that has every attribute, and may be called, indexed, compared, calculated with and derived from."""

    def __init__(self, name: str, **attributes: Any) -> None:
        self.__name__ = name
        self.__dict__.update(attributes)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        attribute = StandIn("%s.%s" % (self.__name__, name))
        setattr(self, name, attribute)
        return attribute

    def __call__(self, *values: Any, **named: Any) -> Any:
        return StandIn(self.__name__ + "()")

    def __getitem__(self, key: Any) -> Any:
        return StandIn(self.__name__ + "[]")

    def __iter__(self) -> Any:
        return iter(())

    def __mro_entries__(self, bases: Any) -> Any:
        return ()

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: Any) -> None:
        return None

    def __float__(self) -> float:
        return 1.0

    def __int__(self) -> int:
        return 1

    __index__ = __int__

    def __calculate(self, *other: Any) -> Any:
        return StandIn(self.__name__ + "()")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __calculate
    __pow__ = __matmul__ = __floordiv__ = __mod__ = __neg__ = __pos__ = __abs__ = __or__ = __and__ = __calculate

    def __repr__(self) -> str:
        return self.__name__
