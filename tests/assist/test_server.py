"""The server as an assistant has it: the SDK's own client over the pipes of a process."""

import json
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import mcp
import pytest

from tests.assist.asking import BAD, good
from tfcompat import __version__
from tfcompat.assist.server import server_of
from tfcompat.assist.tools import TOOLS
from tfcompat.project import Project

pytestmark = pytest.mark.starts

#: Something that is done in a session of a client with a server.
Talk = Callable[[Any], Awaitable[None]]


def command(project: Project) -> list[str]:
    return ["-m", "tfcompat", "--project", str(project.root), "--cache", str(project.cache), "mcp"]


def talk(project: Project, doing: Talk) -> None:
    """Start the server, initialize a session, and do something in it, within two minutes."""

    async def session() -> None:
        server = mcp.StdioServerParameters(command=sys.executable, args=command(project))
        with anyio.fail_after(120):
            async with mcp.stdio_client(server) as streams, mcp.ClientSession(*streams) as client:
                await doing(client)

    anyio.run(session)


def test_a_session_initializes_lists_the_tools_and_calls_each(project: Project) -> None:
    async def doing(client: Any) -> None:
        begun = await client.initialize()
        assert (begun.server_info.name, begun.server_info.version) == ("tfcompat", __version__)
        assert "Begin with ask" in begun.instructions
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert list(tools) == [tool.name for tool in TOOLS]
        assert all(tool.annotations.read_only_hint and tool.output_schema for tool in tools.values())
        for name, arguments in good(project.root).items():
            result = await client.call_tool(name, arguments)  # the client holds it against the output schema
            assert not result.is_error, result.content
            assert json.loads(result.content[0].text) == result.structured_content
            assert result.structured_content["result"]["schema"] == 1

    talk(project, doing)


def test_the_server_answers_a_client_in_its_own_process_too(project: Project) -> None:
    async def session() -> None:
        with anyio.fail_after(120):
            async with mcp.Client(server_of(project)) as client:
                tools = (await client.list_tools()).tools
                assert [(tool.name, tool.title) for tool in tools] == [(tool.name, tool.title) for tool in TOOLS]
                answer = await client.call_tool("ask", {"text": "mean"})
                (content,) = answer.content
                assert not answer.is_error
                assert json.loads(content.text) == answer.structured_content  # type: ignore[union-attr]
                with pytest.raises(mcp.MCPError, match="there is no tool 'askk': there are ask, where, imports"):
                    await client.call_tool("askk", {})

    anyio.run(session)


def test_malformed_arguments_are_a_sentence_and_the_session_goes_on(project: Project) -> None:
    async def doing(client: Any) -> None:
        await client.initialize()
        for name, arguments, says in BAD:
            result = await client.call_tool(name, dict(arguments))
            (content,) = result.content
            assert result.is_error
            assert says in content.text
        with pytest.raises(mcp.MCPError, match="there is no tool 'askk': there are ask, where, imports"):
            await client.call_tool("askk", {})
        assert not (await client.call_tool("ask", {"text": "mean"})).is_error

    talk(project, doing)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_at_once_though_the_client_is_there(number: signal.Signals, project: Project) -> None:
    with subprocess.Popen(
        [sys.executable, *command(project)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        initialize(process)
        process.send_signal(number)
        assert process.wait(30) == -number
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_a_client_that_hangs_up_ends_the_server(project: Project) -> None:
    with subprocess.Popen(
        [sys.executable, *command(project)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        initialize(process)
        _, errors = process.communicate(timeout=30)
        assert (process.returncode, errors) == (0, b"")


def initialize(process: "subprocess.Popen[bytes]") -> None:
    """Say what a client says first, and wait for the answer: the server is there then."""
    assert process.stdin is not None
    assert process.stdout is not None
    client = {"name": "a test", "version": "1"}
    asked = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client}
    process.stdin.write(
        json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": asked}).encode() + b"\n"
    )
    process.stdin.flush()
    assert b'"tfcompat"' in process.stdout.readline()
