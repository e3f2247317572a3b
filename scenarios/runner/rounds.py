"""The rounds: scenarios run some at once, with the canaries before, between and after them, and who died is asked again."""

import contextlib
import gc
import os
import selectors
import shutil
from typing import Any, Collection, Dict, Iterator, List, Mapping, Sequence, Set, Tuple, TypeVar

from scenarios.runner.attempt import Attempt, kill_group
from scenarios.runner.canaries import BETWEEN, Canary
from scenarios.runner.confine import end_strays
from scenarios.runner.scenario import Scenario

#: What may have been another scenario's doing, that ran beside it: the machine's memory and disk are everybody's, and a
#: process can signal another of its user.
DOUBTFUL = ("memory", "disk", "signal", "silent", "timeout")
Line = Dict[str, Any]
Kind = TypeVar("Kind", Scenario, Canary)


def record(scenarios: Sequence[Scenario], canaries: Sequence[Canary], settings: Dict[str, Any]) -> Iterator[Line]:
    """The lines of the canaries and of the scenarios, as they come; the last where a canary is not as it is meant to be.

    ``BETWEEN`` scenarios run between two rounds of canaries.
    """
    gc.freeze()
    kept = os.listdir(settings["scratch"])
    parts = [scenarios[start : start + BETWEEN] for start in range(0, len(scenarios), BETWEEN)] or [()]
    for place, part in enumerate(parts):
        asked = [canary for canary in canaries if canary.brief] if place else canaries
        lines = list(round_of(asked, settings, "between" if place else "before"))
        yield from lines
        if not all(as_meant(line) for line in lines):
            return
        yield from answers(part, settings, kept)
    yield from round_of([canary.last for canary in canaries], settings, "after")


def as_meant(line: Mapping[str, Any]) -> bool:
    return bool(line["happened"] == line["meant"])


def round_of(canaries: Sequence[Canary], settings: Dict[str, Any], when: str) -> Iterator[Line]:
    """The line of each canary; one that is not as meant beside the others is asked again when they have ended."""
    for canary, answer, _ in list(attempts(canaries, settings)):
        line = canary.line(when, answer)
        if not as_meant(line):
            ((_, answer, _),) = attempts([canary], settings)
            line = canary.line(when, answer)
        yield line


def answers(scenarios: Sequence[Scenario], settings: Dict[str, Any], kept: Collection[str]) -> Iterator[Line]:
    """The line of each scenario; one that died, or hung, while another ran, is asked again, alone, and that counts.

    A fresh one is asked alone at once, for nothing shields an interpreter that is starting. Before each nothing runs, and
    all is removed from the scratch folder that was not there before: ``kept``.
    """
    again: List[Tuple[Scenario, Line]] = []
    fresh = [(scenario, {"happened": None}) for scenario in scenarios if scenario.fresh]
    for scenario, answer, accompanied in attempts([one for one in scenarios if not one.fresh], settings):
        if accompanied and answer["happened"] in DOUBTFUL:
            again.append((scenario, answer))
        else:
            yield outcome(scenario, answer)
    sweep(settings["scratch"], kept)
    for scenario, first in [*again, *fresh]:
        ((_, answer, _),) = attempts([scenario], settings)
        unlike = {} if first["happened"] in (None, answer["happened"]) else {"beside": first["happened"]}
        yield outcome(scenario, dict(answer, **unlike))
        sweep(settings["scratch"], kept)


def sweep(folder: str, kept: Collection[str]) -> None:
    """Remove what scenarios wrote outside of their own folders, with which they could fill the disk of those after them."""
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if name in kept:
            continue
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                os.remove(path)


def outcome(scenario: Scenario, answer: Mapping[str, Any]) -> Line:
    return dict({"kind": "outcome", "scenario": scenario.id}, **answer)


def attempts(asked: Sequence[Kind], settings: Dict[str, Any]) -> Iterator[Tuple[Kind, Line, bool]]:
    """Ask ``settings['parallel']`` at once: as it ends, each with its answer, and whether another one ever ran beside it."""
    waiting = list(reversed(asked))
    running: Dict[Attempt, Kind] = {}
    accompanied: Set[Attempt] = set()
    parent = os.getppid()
    with selectors.DefaultSelector() as watch:
        while waiting or running:
            while waiting and len(running) < settings["parallel"]:
                attempt = Attempt(waiting[-1], settings, siblings=[other.pipe for other in running])
                if attempt.starved and running:  # another takes all processes there are: try again when one ended
                    attempt.finish()
                    break
                watch.register(attempt.pipe, selectors.EVENT_READ, attempt)
                running[attempt] = waiting.pop()
            if len(running) > 1:
                accompanied.update(running)
            take(watch, len(running))
            if os.getppid() != parent:  # the harness was killed: nobody reads this record
                for attempt in running:
                    kill_group(attempt.pid)
                os._exit(1)
            for attempt in [attempt for attempt in running if attempt.ended()]:
                question = running.pop(attempt)
                with contextlib.suppress(KeyError):
                    watch.unregister(attempt.pipe)
                end_strays({other.pid for other in running})
                yield question, attempt.finish(), attempt in accompanied


def take(watch: selectors.BaseSelector, running: int) -> None:
    """Take what has come through the pipes, or wait a little for it."""
    for key, _ in watch.select(timeout=0.002 if len(watch.get_map()) < running else 0.05):
        if not key.data.read():  # it has ended, or closed its pipe: nothing more will come
            watch.unregister(key.fileobj)
