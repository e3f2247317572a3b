"""The program that a project's cells run: its suite and the runner bundle, staged in the cache, with their bounds."""

import os

from tfcompat.environments import staging
from tfcompat.environments.uv import Uv
from tfcompat.errors import ToolError
from tfcompat.outcomes import NoAnswerError
from tfcompat.project import Project
from tfcompat.suite.program import Program

#: Bytes that one scenario may map beyond the import.
SCENARIO_MEMORY = 3 << 30
#: Seconds for a whole cell.
CELL_LIMIT = 1800.0


def program(project: Project, uv: Uv, arguments: tuple[str, ...] = ()) -> Program:
    """The program, with all cores of the machine to share. Raises ToolError where the bundle cannot be made."""
    files = staging.suite_files(project.suite)
    try:
        return Program(
            suite=staging.stage_suite(files, project.cache),
            suite_hash=staging.suite_hash(files),
            bundle=staging.stage_bundle(project.images, project.cache, uv),
            cores=float(os.cpu_count() or 1),
            memory=SCENARIO_MEMORY,
            limit=CELL_LIMIT,
            arguments=arguments,
        )
    except NoAnswerError as error:
        raise ToolError(f"the runner cannot be made: {error.message}") from error
