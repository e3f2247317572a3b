"""tfcompat mcp: the questions as tools for assistants, over standard input and output."""

import click

from tfcompat.errors import ToolError
from tfcompat.project import Project


@click.command("mcp")
@click.pass_obj
def mcp_command(project: Project) -> None:
    """Answer an assistant that speaks the Model Context Protocol over standard input and output, until it hangs up.

    An assistant starts this command itself: docs/mcp.md says how to tell it. Nothing is run or changed.
    """
    try:
        from tfcompat.assist import server  # an extra
    except ModuleNotFoundError as error:
        raise ToolError(f"tfcompat mcp needs {error.name}: pip install 'tfcompat[mcp]'") from error
    server.serve(project)
