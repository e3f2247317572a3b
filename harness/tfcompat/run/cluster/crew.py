"""The crew: the workers of a cluster as they come and go, what each has, and where each cell runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from distributed import Client, Future

from tfcompat.errors import ToolError
from tfcompat.run.cluster import worker
from tfcompat.run.cluster.placement import Member
from tfcompat.run.cluster.worker import DISK, SLOTS, Description

#: Seconds without any worker after which a run gives up, and for the first one to get ready, which may install its runner.
PATIENCE, START = 60.0, 900.0
#: Seconds that a run waits at its start for workers that have not said yet what they have.
HURRY = 20.0


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the scheduler says of a worker: its machine, how many cells it runs at once, and its megabytes for environments."""

    host: str
    slots: int
    disk: float | None


def known(facts: Mapping[str, Any]) -> Known:
    resources = facts["resources"]
    slots = min(int(resources.get(SLOTS, 0)), int(facts["nthreads"]))
    return Known(host=facts["host"], slots=slots, disk=resources.get(DISK))


@dataclass(kw_only=True)
class Crew:
    """The workers of a cluster. A worker is a member once it has said what it has; ``tell`` gets each answer to that."""

    client: Client
    run: str
    tell: Callable[[Future[Any]], object]
    members: dict[str, Member] = field(default_factory=dict)
    workers: dict[str, Known] = field(default_factory=dict)
    asked: dict[str, Future[Any]] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)
    alone_since: float | None = None
    first_look: float | None = None

    def look(self, now: float) -> set[str]:
        """See who is there now, and ask those that are new; the cells whose worker is gone.

        Raises ToolError where there has been nobody for a while who can run cells, or nobody ever will be, and
        ConnectionError where the client has given up looking for its scheduler.
        """
        if self.client.status == "connecting":  # it may find its scheduler again: nobody is lost yet
            return set()
        if self.client.status != "running":
            raise ConnectionError(f"the client is {self.client.status}")
        if self.first_look is None:
            self.first_look = now
        there = self.client.scheduler_info()["workers"]
        self.workers = {address: known(facts) for address, facts in there.items()}
        lost = {cell for name in self.members.keys() - there.keys() for cell in self.members.pop(name).running}
        for gone in [*(self.asked.keys() - there.keys())]:
            self.asked.pop(gone).cancel()
            self.troubles.pop(gone, None)
        for address, facts in self.workers.items():
            if facts.slots > 0 and address not in self.asked:
                self.ask(address)
        self.check(now)
        return lost

    def is_settled(self, now: float) -> bool:
        """Whether the workers that were there at first have said what they have, or had ``HURRY`` seconds for it.

        The first to answer would else begin cells whose environments the others have.
        """
        waiting = self.asked.keys() - self.members.keys() - self.troubles.keys()
        return not waiting or (self.first_look is not None and now - self.first_look > HURRY)

    def ask(self, address: str) -> None:
        """Let a worker say what it has; it may have to start its engine for that."""
        options = {"workers": [address], "allow_other_workers": False, "pure": False, "retries": 0}
        self.asked[address] = self.client.submit(
            worker.describe, self.run, key=f"describe-{address}-{self.run}", **options
        )
        self.asked[address].add_done_callback(self.tell)

    def check(self, now: float) -> None:
        """Raises ToolError where there is nobody to wait for."""
        if self.members:
            self.alone_since = None
            return
        able = [address for address, facts in self.workers.items() if facts.slots > 0]
        if self.workers and not able:
            raise ToolError(
                f"no worker declares {SLOTS}: start each with dask worker --nthreads 2 --resources '{SLOTS}=2 {DISK}=40000'"
            )
        if able and all(address in self.troubles for address in able):
            raise ToolError(f"no worker can run cells: {self.troubles[able[0]]}")
        if self.alone_since is None:
            self.alone_since = now
        patience = START if able else PATIENCE
        if now - self.alone_since > patience:
            raise ToolError(
                f"the cluster has had no worker that is ready for {patience:.0f} seconds: start some with dask worker"
            )

    def admit(self, answer: Future[Any]) -> bool:
        """Whether a future is a worker's answer; it is a member then, unless it said what keeps it from running cells."""
        address = next((address for address, future in self.asked.items() if future.key == answer.key), None)
        if address is None:
            return False
        description = answered(answer)
        if description.trouble:
            self.troubles[address] = description.trouble
        else:
            slots = self.workers[address].slots
            self.members[address] = Member(name=address, slots=slots, held=set(description.cells))
        return True

    def among(self, member: Member) -> int:
        """How many cells run at once on the machine of a member."""
        host = self.workers[member.name].host
        return sum(facts.slots for facts in self.workers.values() if facts.host == host)

    def found(self, cells: Mapping[str, str]) -> dict[str, Member]:
        """Where cells run that were given to a worker that is gone: Dask has given them to others. They come by their key."""
        places = {key: address for address, keys in self.client.processing().items() for key in keys}
        return {cell: self.members[places[key]] for cell, key in cells.items() if places.get(key) in self.members}


def answered(answer: Future[Any]) -> Description:
    """What a worker said; where it said nothing, that is its trouble."""
    if answer.status != "finished":
        return Description(
            trouble=f"it does not answer ({answer.exception() if answer.status == 'error' else answer.status})"
        )
    return msgspec.json.decode(answer.result(), type=Description)
