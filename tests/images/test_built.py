"""What has no wheel: asked of uv, a lock at a time, with what a fake of uv says."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from images import built
from tests import fakes
from tfcompat.process import Completed

LOCK = fakes.lock(fakes.cell("2.4.4", "3.8"))


class FakeUv:
    """Says of some distributions, one after the other, that they have no wheel, until they may be built."""

    def __init__(self, *without: str) -> None:
        self.without = without
        self.calls = 0

    def __call__(self, arguments: Sequence[str | Path], limit: float) -> Completed:
        self.calls += 1
        words = [str(argument) for argument in arguments]
        may = {words[at + 1] for at, word in enumerate(words) if word == "--no-binary"}
        for pin in self.without:
            if pin.split("==")[0] not in may:
                return Completed(code=1, output=f"error: no\n  cause: Because {pin} has no usable wheels\n and you")
        return Completed(code=0, output="")


def test_all_that_has_no_wheel_is_found_one_after_the_other() -> None:
    uv = FakeUv("termcolor==1.1.0", "wrapt==1.12.1")
    assert list(built.of_lock(LOCK, (), uv)) == [("3.8", "termcolor", "1.1.0"), ("3.8", "wrapt", "1.12.1")]
    assert uv.calls == 3


def test_what_another_lock_has_shown_is_not_asked_again() -> None:
    (name, version), *_ = LOCK.pins.items()
    uv = FakeUv(f"{name}=={version}")
    assert list(built.of_lock(LOCK, [("3.8", name, version)], uv)) == []
    assert uv.calls == 1
    assert list(built.of_lock(LOCK, [("3.9", name, version)], uv)) == [("3.8", name, version)]


def test_what_uv_says_otherwise_is_no_answer() -> None:
    def away(arguments: Sequence[str | Path], limit: float) -> Completed:
        return Completed(code=2, output="error: dns error")

    with pytest.raises(ValueError, match=r"could not look at the lock of tf2\.4\.4-py3\.8: error: dns error"):
        list(built.of_lock(LOCK, (), away))


def test_the_file_is_sorted_by_python() -> None:
    text = built.dump([("3.10", "b", "1"), ("3.9", "a", "2")])
    assert text.index('"3.9"') < text.index('"3.10"')
