"""The keys: for each scenario of a cell a hash over all that its outcome depends on."""

from collections.abc import Mapping
from dataclasses import dataclass

from tfcompat.environments.engine import Engine, LockedCell
from tfcompat.files import hash_of
from tfcompat.suite.program import Program

#: Hexadecimal digits of a key: it only tells a scenario's outcomes in one cell from one another.
DIGITS = 12


@dataclass(frozen=True, kw_only=True)
class Keys:
    """What outcomes depend on, in any cell: the engine, and the digests of the recorder, the bundle and the scenarios."""

    engine: Engine
    recorder: str
    bundle: str
    memory: int
    scenarios: Mapping[str, str]

    def of(self, locked: LockedCell) -> dict[str, str]:
        """The key of each scenario in a locked cell, by the scenario's id.

        A key stands for the environment's recipe and lock, the variables of the cell's process, the recorder and its
        bundle, the memory that a scenario may take, and the scenario with all that it uses.
        """
        variables = (text for pair in sorted(locked.variables.items()) for text in pair)
        recipe = self.engine.recipe(locked)
        of_cell = hash_of(recipe, locked.lock.digest, *variables, self.recorder, self.bundle, str(self.memory))
        return {name: hash_of(of_cell, digest)[:DIGITS] for name, digest in self.scenarios.items()}


def keys(engine: Engine, program: Program, recorder: str, scenarios: Mapping[str, str]) -> Keys:
    """The keys of a program's scenarios, from the digests of its recorder and of each scenario."""
    return Keys(
        engine=engine, recorder=recorder, bundle=program.bundle.name, memory=program.memory, scenarios=scenarios
    )
