"""The race: all contestants in turns, each in a folder of its own, and the medians of what they took."""

import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.side_by_side.clock import Spent, timed
from benchmarks.side_by_side.contestant import Contestant, Phase, turns
from benchmarks.side_by_side.measured import Measurement


def run(contestants: Sequence[Contestant], asked: Sequence[Phase], repeats: int) -> Sequence[Measurement]:
    """Measure all of them in the phases that are asked for; what each of them made is removed at the end."""
    spent: dict[tuple[str, Phase], list[Spent]] = {}
    rows: dict[str, int] = {}
    load = os.getloadavg()[0]
    with ExitStack() as stack:
        folders = {contestant.name: start(contestant, stack, empty=Phase.COLD in asked) for contestant in contestants}
        for phase, turn, contestant in turns(contestants, asked, repeats):
            if phase is Phase.EDIT:
                contestant.edit(turn)
            took = timed(contestant.command(phase), folders[contestant.name] / "log.txt", contestant.allowed)
            rows[contestant.name] = contestant.rows()
            tell(contestant.name, phase, took)
            spent.setdefault((contestant.name, phase), []).append(took)
    return [
        measurement(contestant, phase, spent[contestant.name, phase], rows[contestant.name], load)
        for contestant in contestants
        for phase in asked
        if (contestant.name, phase) in spent
    ]


def start(contestant: Contestant, stack: ExitStack, *, empty: bool) -> Path:
    """Let a contestant lay out its files in a folder that is removed with the stack."""
    prefix = f"tfcompat-{contestant.name}-"
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True)))
    stack.callback(contestant.end)
    contestant.start(folder, empty=empty)
    return folder


def tell(name: str, phase: Phase, took: Spent) -> None:
    """Say each time as it is measured, with the load of the machine, of which the median later says nothing."""
    load = os.getloadavg()[0]
    print(
        f"{name:16} {phase:10} {took.wall:7.1f} s {took.cpu:7.1f} CPU s, load {load:.1f}", file=sys.stderr, flush=True
    )


def measurement(contestant: Contestant, phase: Phase, spent: Sequence[Spent], rows: int, load: float) -> Measurement:
    return Measurement(
        name=contestant.name,
        phase=phase,
        wall=round(statistics.median(one.wall for one in spent), 3),
        cpu=round(statistics.median(one.cpu for one in spent), 3),
        repeats=len(spent),
        rows=rows,
        cells=tuple(contestant.cells),
        cores=os.cpu_count() or 1,
        load=round(load, 1),
        when=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
