"""The server: the tools over standard input and output, by the official SDK of the Model Context Protocol."""

import signal
from functools import partial

import anyio
from anyio.to_thread import run_sync
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp.types import Tool as ToolEntry

from tfcompat import __version__
from tfcompat.assist import schemas
from tfcompat.assist.calls import BY_NAME, Reply, call
from tfcompat.assist.tools import TOOLS, Tool
from tfcompat.escape import printable
from tfcompat.project import Project

INSTRUCTIONS = (
    "Measured facts about TensorFlow's normalization layers and functions, from running the same scenarios on each release. "
    "Begin with ask. Harm says what an outcome does to its user: silent is a wrong result without a word. What was not "
    "measured is unknown, and never a yes."
)


def serve(project: Project) -> None:
    """Answer a client until it closes standard input; a signal ends the process at once, for nothing is to be tidied up.

    As an exception it would wait for the thread that reads standard input, which the client holds open.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    anyio.run(run, project)


async def run(project: Project) -> None:
    """Answer a client over standard input and output."""
    server = server_of(project)
    async with stdio_server() as (requests, replies):
        await server.run(requests, replies, server.create_initialization_options())


def server_of(project: Project) -> Server:
    """The server of a project's evidence. It answers one call after another, each in a thread, so that it stays responsive."""
    one_at_a_time = anyio.CapacityLimiter(1)

    async def list_tools(context: ServerRequestContext, asked: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[entry(tool) for tool in TOOLS])

    async def call_tool(context: ServerRequestContext, asked: CallToolRequestParams) -> CallToolResult:
        tool = BY_NAME.get(asked.name)
        if tool is None:
            names = ", ".join(BY_NAME)
            raise MCPError(INVALID_PARAMS, f"there is no tool {printable(repr(asked.name))}: there are {names}")
        return result(await run_sync(partial(call, project, tool, asked.arguments or {}), limiter=one_at_a_time))

    return Server(
        "tfcompat",
        title="tfcompat",
        version=__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def entry(tool: Tool) -> ToolEntry:
    """A tool as a client sees it: it only reads, and gives the same to the same arguments."""
    return ToolEntry(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=schemas.of_arguments(tool.arguments),
        output_schema=schemas.of_result(tool.name),
        annotations=ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False),
    )


def result(reply: Reply) -> CallToolResult:
    """A reply as the protocol has it: the document, and as text for clients that know none."""
    return CallToolResult(
        content=[TextContent(text=reply.text)],
        structured_content=reply.document,
        is_error=reply.document is None,
    )
