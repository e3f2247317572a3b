"""The canaries: questions whose answers are known, asked before, between and after the scenarios.

Where one comes out otherwise, something other than the release decides what a scenario does, and no answer is believed.
"""

import ctypes
import os
import signal
import time
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from scenarios.observe import Missing
from scenarios.runner.answer import ask
from scenarios.runner.environment import Installed, check_versions

#: Seconds within which a canary answers, and those after which the one that hangs is ended.
LIMIT, SHORT_LIMIT = 120.0, 0.3
#: Distributions of which a part of TensorFlow comes with at least one, by the name of its canary; any cell has the others.
PARTS: Mapping[str, Tuple[str, ...]] = {
    "numpy": ("numpy",),
    "h5py": ("h5py",),
    "protobuf": ("protobuf",),
    "keras": ("keras", "keras-nightly", "keras-preprocessing", "tf-keras"),
}
#: How many scenarios answer between two rounds of the canaries.
BETWEEN = 250


class WrongAnswer(Exception):
    """A canary's number is not the one that is known."""


class Canary:
    """One question: its name, what is meant to happen, and the function that is called for it in a process of its own.

    It is ``brief`` where it is worth its time between scenarios too. After the scenarios ``last`` is asked in its place.
    """

    def __init__(
        self,
        name: str,
        meant: str,
        question: Callable[[], Any],
        limit: float = LIMIT,
        last: Optional["Canary"] = None,
    ) -> None:
        self.id = name
        self.meant = meant
        self.question = question
        self.limit = limit
        self.brief = name in COMPUTING
        self.last = last or self

    def answer(self) -> Dict[str, Any]:
        """Ask here, in this process, and say what happened."""
        return ask(self.question)

    def line(self, when: str, answer: Mapping[str, Any]) -> Dict[str, Any]:
        """What the record says of it; what was printed or raised where it did what it is meant to says nothing."""
        line = {"kind": "canary", "name": self.id, "when": when, "meant": self.meant, "happened": answer["happened"]}
        if answer["happened"] == self.meant:
            return line
        return dict(line, type=answer.get("type", ""), message=answer.get("message", ""))


def canaries(settings: Mapping[str, Any]) -> List[Canary]:
    """The canaries of a cell whose lock has some distributions: ``settings['pins']``."""
    pins = settings.get("pins", {})
    computing = [
        Canary(name, "returned", question)
        for name, question in COMPUTING.items()
        if name not in PARTS or any(distribution in pins for distribution in PARTS[name])
    ]
    return [*FATES, *computing, *([environment(pins, settings["package"])] if pins else [])]


def environment(pins: Mapping[str, str], package: str) -> Canary:
    """The canary of the environment, which knows how its files looked before the first scenario."""
    files = Installed(pins)
    last = Canary("environment", "returned", lambda: check_versions(pins, package, files.unlike_wheels_since()))
    return Canary("environment", "returned", lambda: check_versions(pins, package, files.unlike_wheels()), last=last)


def returns() -> str:
    return "returned"


def lacks() -> None:
    raise Missing("this is meant to be missing")


def raises() -> None:
    raise ValueError("this is meant to be raised")


def crashes() -> None:
    """End as native code does that reads what is not there."""
    signal.signal(signal.SIGSEGV, signal.SIG_DFL)
    ctypes.string_at(0)


def hangs() -> None:
    time.sleep(LIMIT)


def outgrows() -> int:
    """Take memory until there is none left for this process."""
    kept = []
    while True:
        kept.append(bytes(1 << 28))


def numpy_counts() -> None:
    import numpy

    numbers = numpy.arange(12, dtype="float32").reshape(4, 3)
    expect([4.5, 5.5, 6.5, 11.25], [*numbers.mean(axis=0), numbers.var(axis=0)[0]])
    expect([5.0, 14.0], numbers[:2] @ numpy.array([0.0, 1.0, 2.0], dtype="float32"))


def tensorflow_adds() -> None:
    import tensorflow

    expect([2.0], [tensorflow.constant(1.0) + 1.0])


def function_adds() -> None:
    import tensorflow

    expect([3.0], [tensorflow.function(lambda number: number + 2.0)(tensorflow.constant(1.0))])


def keras_computes() -> None:
    import numpy
    import tensorflow

    layer = tensorflow.keras.layers.Dense(1, kernel_initializer="ones", use_bias=False)
    expect([6.0, 15.0], numpy.asarray(layer(numpy.array([[1, 2, 3], [4, 5, 6]], dtype="float32")))[:, 0])


def h5py_keeps() -> None:
    import h5py

    with h5py.File("canary.h5", "w") as file:
        file.create_dataset("numbers", data=[1.0, 2.5])
    with h5py.File("canary.h5", "r") as file:
        expect([1.0, 2.5], file["numbers"][:])


def protobuf_keeps() -> None:
    import tensorflow

    graph = tensorflow.Graph()
    with graph.as_default():
        tensorflow.constant(2.5, name="number")
    copy = tensorflow.compat.v1.GraphDef.FromString(graph.as_graph_def().SerializeToString())
    expect([2.5], copy.node[0].attr["value"].tensor.float_val)


def files_keep() -> None:
    """What is written into the folder of a scenario is read from it."""
    with open("canary.txt", "w") as file:
        file.write("1.5 2.5" * 1000)
    with open("canary.txt") as file:
        if file.read() != "1.5 2.5" * 1000:
            raise WrongAnswer("a file has not what was written into it")
    os.remove("canary.txt")


def expect(numbers: Any, computed: Any) -> None:
    """Raises WrongAnswer where numbers are not those that are known, to a millionth."""
    computed = [float(number) for number in computed]
    if len(computed) != len(numbers) or not all(abs(a - b) <= 1e-6 * abs(a) for a, b in zip(numbers, computed)):
        raise WrongAnswer("it gave %r, not %r" % (computed, list(numbers)))


#: One for each part that breaks by itself.
COMPUTING: Mapping[str, Callable[[], Any]] = {
    "files": files_keep,
    "numpy": numpy_counts,
    "tensorflow": tensorflow_adds,
    "function": function_adds,
    "keras": keras_computes,
    "h5py": h5py_keeps,
    "protobuf": protobuf_keeps,
}

#: One canary for each thing that may become of a scenario.
FATES = (
    Canary("returns", "returned", returns),
    Canary("is missing", "missing", lacks),
    Canary("raises", "raised", raises),
    Canary("crashes", "signal", crashes),
    Canary("hangs", "timeout", hangs, SHORT_LIMIT),
    Canary("outgrows its memory", "memory", outgrows),
)
