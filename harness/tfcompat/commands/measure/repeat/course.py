"""The course of a repeated run: the matrix of a run, changed to a setting. Nothing of it becomes evidence."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tfcompat.commands.measure.repeat import order
from tfcompat.commands.measure.repeat.settings import Setting
from tfcompat.environments import staging
from tfcompat.environments.engines.local import LocalEngine
from tfcompat.run.matrix import Matrix
from tfcompat.run.workshop import Workshop
from tfcompat.suite.program import Program
from tfcompat.trials.store import Store

#: The folder of a setting that is elsewhere.
FOLDER = "a folder with spaces, ä, ı and 数"
#: What the plugin that orders the scenarios is called beside them; no file of a suite is.
ORDER = "order_of_a_repeated_run"


@dataclass(frozen=True, kw_only=True)
class Course:
    """Where a repeated run keeps what it writes: in a ``folder`` that is there for its time alone."""

    workshop: Workshop
    folder: Path

    def matrix(self, matrix: Matrix, setting: Setting) -> Matrix:
        """A matrix of the workshop as it is in a setting; its trials are kept in the folder."""
        changed = replace(
            matrix,
            program=self.ordered(matrix.program, setting),
            store=Store(self.folder / setting.name),
            keys=lambda locked: {},
            variables=setting.variables,
        )
        return self.elsewhere(changed) if setting.elsewhere else changed

    def ordered(self, program: Program, setting: Setting) -> Program:
        """The program with the order of a setting: a plugin of pytest lies beside the scenarios, which are as they were.

        The program still names the hash of the suite without it.
        """
        if not setting.order:
            return program
        files = {**staging.suite_files(program.suite), f"{ORDER}.py": Path(order.__file__).read_bytes()}
        suite = staging.stage_suite(
            dict(sorted(files.items(), key=lambda file: Path(file[0]))), self.workshop.project.cache
        )
        arguments = ("-p", f"{suite.name}.{ORDER}", f"--order={setting.order}", *program.arguments)
        return replace(program, suite=suite, arguments=arguments)

    def elsewhere(self, matrix: Matrix) -> Matrix:
        """A matrix whose environments, suite, bundle and temporary folder are all below another folder.

        A link leads from there to the cache, so that nothing is made twice; programs know the path that they were given.
        """
        cache = self.workshop.project.cache
        link, scratch = self.folder / FOLDER / "cache", self.folder / FOLDER / "temporary files"
        scratch.mkdir(parents=True, exist_ok=True)
        if not link.is_symlink():
            link.symlink_to(cache, target_is_directory=True)
        program = replace(
            matrix.program,
            suite=link / matrix.program.suite.relative_to(cache),
            bundle=link / matrix.program.bundle.relative_to(cache),
        )
        engine = LocalEngine(link / "environments", self.workshop.uv, scratch=scratch)
        return replace(matrix, engine=engine, program=program)


@contextmanager
def course(workshop: Workshop) -> Iterator[Course]:
    """A course whose folder is removed at its end."""
    with tempfile.TemporaryDirectory(prefix="tfcompat-repeat-", ignore_cleanup_errors=True) as folder:
        yield Course(workshop=workshop, folder=Path(folder))
