"""A worker's part in a run: what it is given once, the cells that it runs, and what it tells while it does."""

import os
import socket
import threading
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from distributed import Worker, get_worker
from distributed.diagnostics.plugin import WorkerPlugin

from tfcompat import project as projects
from tfcompat.environments.engine import Engine
from tfcompat.environments.engines.local import LocalEngine, cell_of, is_whole
from tfcompat.errors import TfcompatError, ToolError
from tfcompat.outcomes import NoAnswerError
from tfcompat.run.cluster.task import CACHE, Settings, carry_out, code_hash, parse_task, stage_project, workshop_of
from tfcompat.run.events import Event, Noticed, Progressed, Stage, Staged
from tfcompat.run.workshop import Workshop

#: Names of the resources that a worker declares: cells at once, and megabytes of disk for their environments.
SLOTS, DISK = "slots", "disk"
#: Scenarios between two messages about a cell's progress.
STEP = 10


class Supplies(WorkerPlugin):
    """What each worker has of a run: its settings and the files of its project; Dask gives them to every worker, once.

    Where they are removed, whatever the worker runs for this run ends.
    """

    def __init__(self, settings: Settings, files: Mapping[str, bytes]) -> None:
        self.settings = settings
        self.files = dict(files)

    def setup(self, worker: Worker) -> None:
        resources = worker.state.total_resources
        self.disk = int(resources[DISK] * 1_000_000) if DISK in resources else None
        self.made: Workshop | None = None
        self.removed = False
        self.making = threading.Lock()

    def teardown(self, worker: Worker) -> None:
        self.removed = True
        if self.made is not None:
            self.made.uv.cancelled.set()
            self.made.engine.cancel()

    def workshop(self) -> Workshop:
        """The engine and the suite, made where the first cell needs them. Raises ToolError where they cannot be."""
        with self.making:
            if self.made is None:
                if code_hash() != self.settings.code:
                    raise ToolError(f"{socket.gethostname()} has another tfcompat than the driver: install the same")
                cache = projects.find(None, os.environ.get(CACHE)).cache
                made = workshop_of(stage_project(self.files, cache), self.settings)
                _ = made.engine, made.program
                self.made = made
        return self.made


def name_of(run: str) -> str:
    """The name of a run's supplies, and of the topic of its events."""
    return f"tfcompat-{run}"


def supplies(run: str) -> Supplies:
    """What this worker has of a run. Raises LookupError where the run has ended."""
    plugin = get_worker().plugins[name_of(run)]
    if not isinstance(plugin, Supplies):
        raise LookupError(f"another plugin has the name {name_of(run)}")
    return plugin


def run_task(run: str, text: str) -> bytes:
    """Run a cell here: the record of its trial, packed. Raises ToolError where this worker cannot run any."""
    having = supplies(run)
    worker = get_worker()

    def tell(facts: dict[str, Any]) -> None:
        worker.log_event(name_of(run), facts)

    return carry_out(
        parse_task(text),
        having.workshop(),
        telling(tell),
        prune=having.settings.prune,
        disk=having.disk,
    )


def telling(tell: Callable[[dict[str, Any]], None]) -> Callable[[Event], None]:
    """What takes the events of a cell, and tells the driver of those that its console shows."""

    def emit(event: Event) -> None:
        match event:
            case Staged() | Noticed():
                tell(msgspec.to_builtins(event))
            case Progressed(done=done, planned=planned) if done % STEP == 0 or done == planned:
                tell(msgspec.to_builtins(event))

    return emit


def told(facts: Mapping[str, Any]) -> Event:
    """The event of what a worker told; Dask has added the worker's name to its facts."""
    match facts:
        case {"cell": cell, "stage": stage}:
            return Staged(cell=cell, stage=Stage(stage))
        case {"cell": cell, "text": text}:
            return Noticed(cell=cell, text=text)
    return Progressed(cell=facts["cell"], done=facts["done"], planned=facts["planned"])


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker says of itself: the cells whose environments it has, or why it cannot run any."""

    cells: tuple[str, ...] = ()
    trouble: str = ""


def describe(run: str) -> str:
    """What this worker says of itself, as JSON."""
    try:
        description = Description(cells=tuple(sorted(cells_of(supplies(run).workshop().engine))))
    except (TfcompatError, NoAnswerError, OSError) as error:
        description = Description(trouble=str(error))
    return msgspec.json.encode(description).decode()


def cells_of(engine: Engine) -> set[str]:
    """The cells whose environments an engine has; how large each is, which takes seconds to find, is not asked."""
    if isinstance(engine, LocalEngine):
        return {cell_of(folder) for folder in engine.kept() if is_whole(folder)}
    return {cell for _, cell, _ in engine.environments()}
