"""The user's own code, as the commands run it: their options, the plain statement where there is no container, and the visits."""

import functools
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import click

from tfcompat.commands.measure import session
from tfcompat.commands.own.options import EACH, LIMIT
from tfcompat.environments import locks, staging
from tfcompat.environments.disk import Budget
from tfcompat.environments.locks import DEFAULT_PACKAGE
from tfcompat.errors import InterruptedRunError, SelectionError
from tfcompat.foreign import beside, program
from tfcompat.foreign.beside import Extras
from tfcompat.foreign.copied import Copied
from tfcompat.foreign.program import ForeignProgram, Runs
from tfcompat.foreign.visits import Visit, visits
from tfcompat.project import Project
from tfcompat.run.events import Event, Noticed, Stage, Staged
from tfcompat.run.matrix import Matrix
from tfcompat.run.workshop import Workshop, default_jobs, needs
from tfcompat.select import variants
from tfcompat.select.cells import Cell


@dataclass(frozen=True, kw_only=True)
class OwnCode:
    """How the user's own code is run: in which environments, with what beside each release, and how long.

    ``prune`` removes each environment after its cell.
    """

    project: Project
    engine: str = "auto"
    package: str = DEFAULT_PACKAGE
    jobs: int | None = None
    required: tuple[str, ...] = ()
    limit: float = LIMIT
    each: float = EACH
    unsandboxed: bool = False
    prune: bool = False

    @functools.cached_property
    def workshop(self) -> Workshop:
        return Workshop(
            project=self.project, engine_name=self.engine, package=self.package, jobs=self.jobs or default_jobs()
        )

    @functools.cached_property
    def beside(self) -> Extras:
        """What is beside each release. Raises SelectionError where a text of ``required`` names no distribution."""
        required = beside.requirements(self.required)
        return Extras(required=required, variants=variants.load(self.project.variants) if required else ())

    def cells(self, cells: Sequence[Cell]) -> list[Cell]:
        """Some cells with what is beside each release."""
        return [self.beside.cell(cell) for cell in cells]


def require_container(own: OwnCode, what: str) -> None:
    """Say in plain words that there is no container around the user's code, where there is none.

    Raises SelectionError where nobody has agreed to that.
    """
    if own.workshop.engine.name == "docker":
        return
    statement = f"{what} runs on this machine without a container: as you, with your files and your network"
    if not own.unsandboxed:
        raise SelectionError(
            f"{what} would run on this machine without a container, as you, with your files and your network: "
            "start Docker, or add --unsandboxed if that is meant"
        )
    click.echo(statement, err=True)


def announce(own: OwnCode, cells: Sequence[Cell], copied: Copied) -> None:
    """Say what is copied into each cell, what code meets there, and what will be downloaded and kept."""
    click.echo(
        f"each cell gets its own copy of {copied.words}; what it writes there is lost with the cell",
        err=True,
    )
    session.announce(own.workshop, cells, prune=own.prune)


@contextmanager
def running(own: OwnCode, copied: Copied, runs: Runs, arguments: tuple[str, ...] = ()) -> Iterator["OwnProgram"]:
    """The user's code, ready to be run in cells, as long as the block lasts."""
    with program.staged(copied, own.project.cache) as folder:
        made = program.program(
            folder,
            runs,
            copied.target,
            arguments=arguments,
            limit=own.limit,
            each=own.each,
            cores=float(os.cpu_count() or 1),
        )
        if runs is Runs.TESTS:
            made = replace(made, bundle=staging.stage_bundle(own.project.images, own.project.cache, own.workshop.uv))
        yield OwnProgram(own=own, program=made)


@dataclass(frozen=True, kw_only=True)
class OwnProgram:
    """The user's code, staged: it can be run in any cells."""

    own: OwnCode
    program: ForeignProgram

    def visits(self, cells: Sequence[Cell]) -> list[Visit]:
        """What each of some cells said, told as they come. Raises InterruptedRunError where it is interrupted."""
        workshop = self.own.workshop
        matrix = matrix_of(self.own, self.program)
        done: list[Visit] = []
        try:
            for visit in visits(matrix, self.program, cells, workshop.jobs, lambda cell: lock_of(matrix, cell)):
                done.append(visit)
                click.echo(f"{told(visit)}  ({len(done)} of {len(cells)})", err=True)
        except (KeyboardInterrupt, BrokenPipeError) as error:
            raise InterruptedRunError(
                "interrupted: of your own code nothing is kept; the same command begins again"
            ) from error
        return done


def lock_of(matrix: Matrix, cell: Cell) -> None:
    """Make the lock of a cell, and say which versions are others because of what is beside the release."""
    known = locks.find(cell, matrix.package, matrix.lock_folders)
    lock = known or beside.make_lock(matrix, cell)
    alone = locks.find(replace(cell, variant=variants.BUNDLED), matrix.package, matrix.lock_folders)
    if cell.variant != variants.BUNDLED and (others := beside.changed(lock, alone)):
        words = ", ".join(f"{name} {before} → {after}" for name, (before, after) in sorted(others.items()))
        matrix.emit(Noticed(cell=cell.id, text=f"not as pip installs the release alone: {words}"))


def matrix_of(own: OwnCode, made: ForeignProgram) -> Matrix:
    """The matrix that makes the environments; it keeps no trials of the user's code."""
    workshop = own.workshop
    return Matrix(
        engine=workshop.engine,
        program=made,
        scenarios=(),
        store=workshop.store,
        uv=workshop.uv,
        package=workshop.package,
        lock_folders=workshop.lock_folders,
        emit=tell,
        remove_afterwards=own.prune,
        budget=Budget(needs=lambda cell: needs([cell], workshop.package)[1]),
        stopped=workshop.uv.cancelled,
    )


def tell(event: Event) -> None:
    """Say where a cell is on its way, where that takes its time, and what a person should know of it."""
    match event:
        case Staged(stage=Stage.LOCKING | Stage.BUILDING):
            click.echo(f"{event.cell}  {event.stage}", err=True)
        case Noticed():
            click.echo(f"{event.cell}: {event.text}", err=True)


def told(visit: Visit) -> str:
    """A visit in a line."""
    name = visit.cell.id
    return f"{name}  unknown: {visit.error.reason}" if visit.error else f"{name}  done in {visit.seconds:.0f} s"
