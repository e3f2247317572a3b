"""Calls scenario functions without the recorder, in a cell's own interpreter, and says what that took; ``overhead`` starts it.

Run as ``python -I -B bare.py MODE BUNDLE SUITE FILE...``, on Python 3.8 to 3.13. MODE is ``together``, all calls in one
process, or ``apart``, each in a fork of its own with nothing else around it. The last line of the output is a JSON object of
CPU seconds: ``start`` (the interpreter and TensorFlow), ``read`` (pytest and the files), ``empty`` (as many forks that do
nothing, in the mode ``apart``), ``calls``; and ``count``, how many.
"""

# ruff: noqa: UP006, UP035, PTH120, B905, RUF007 -- it runs on Python 3.8

import contextlib
import functools
import importlib
import json
import os
import resource
import signal
import sys
from typing import Any, Callable, Dict, Iterator, List, Tuple

Call = Tuple[Callable[..., Any], Dict[str, Any]]


def main() -> None:
    mode, bundle, suite, *files = sys.argv[1:]
    output, times = os.dup(1), [0.0]
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    import_tensorflow()
    times.append(spent())
    sys.path += [bundle, os.path.dirname(suite)]
    calls = [call for file in files for call in calls_of(importlib.import_module("scenarios." + file[: -len(".py")]))]
    times.append(spent())
    for _ in calls if mode == "apart" else ():
        in_a_fork(int)
    times.append(spent())
    for function, arguments in calls:
        run = functools.partial(attempt, function, arguments)
        in_a_fork(run) if mode == "apart" else run()
    times.append(spent())
    parts = [round(after - before, 3) for before, after in zip(times, times[1:])]
    said = dict(zip(("start", "read", "empty", "calls"), parts), count=len(calls))
    os.write(output, json.dumps(said).encode("ascii") + b"\n")
    os._exit(0)


def import_tensorflow() -> None:
    import tensorflow

    tensorflow.keras.layers  # noqa: B018 - where it is loaded late, this loads it


def spent() -> float:
    """CPU seconds of this process and of those that it has waited for."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def calls_of(module: Any) -> Iterator[Call]:
    """The scenario functions of a file, each with each set of its parameters, in their order."""
    for name, function in vars(module).items():
        if name.startswith("test_"):
            for arguments in parameters_of(function):
                yield function, arguments


def parameters_of(function: Any) -> List[Dict[str, Any]]:
    """What pytest's ``parametrize`` marks of a function give, multiplied."""
    sets: List[Dict[str, Any]] = [{}]
    for mark in function.pytestmark:
        if mark.name == "parametrize":
            names, values = mark.args[:2]
            sets = [dict(before, **named(names, value)) for value in values for before in sets]
    return sets


def named(names: Any, value: Any) -> Dict[str, Any]:
    listed = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    return dict(zip(listed, [value] if len(listed) == 1 else value))


def attempt(function: Any, arguments: Dict[str, Any]) -> None:
    """Call a function, within its scenario's time limit; whatever it raises is an answer."""
    (mark,) = (mark for mark in function.pytestmark if mark.name == "scenario")
    signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, mark.kwargs["limit"])
    with contextlib.suppress(BaseException):
        function(**arguments)
    signal.setitimer(signal.ITIMER_REAL, 0)


def interrupt(*_: Any) -> None:
    raise TimeoutError


def in_a_fork(action: Callable[[], Any]) -> None:
    pid = os.fork()
    if pid == 0:
        try:
            action()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
