"""Calls: what a tool replies to some arguments, a document or one clear sentence, whatever it was given."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tfcompat import ask
from tfcompat.ask import OpenEvidence
from tfcompat.assist.schemas import Told
from tfcompat.assist.tools import TOOLS, Tool
from tfcompat.errors import TfcompatError
from tfcompat.escape import printable
from tfcompat.project import Project

#: Bytes of a document, and characters of a sentence.
LARGEST, LONGEST = 400_000, 600
LOG = logging.getLogger(__name__)
BY_NAME: Mapping[str, Tool] = {tool.name: tool for tool in TOOLS}


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a tool replies: ``document`` is None where it failed, and ``text`` then says why in one sentence."""

    text: str
    document: dict[str, Any] | None = None


def call(project: Project, tool: Tool, arguments: Mapping[str, Any]) -> Reply:
    """What a tool replies. It reads the evidence of now, and leaves nothing open."""
    try:
        asked = msgspec.convert(dict(arguments), tool.arguments)
        return replied(tool, told(tool, ask.of_project(project), asked))
    except msgspec.ValidationError as error:
        return failed(f"{tool.name} does not take these arguments: {plain(error)}")
    except (TfcompatError, OSError) as error:
        return failed(str(error))
    except Exception as error:  # the assistant goes on, and who runs the server sees what it was
        LOG.exception("the tool %s failed", tool.name)
        return failed(f"{tool.name} failed by a mistake of tfcompat ({type(error).__name__}): please report it")


def told(tool: Tool, evidence: OpenEvidence, asked: Any) -> Told[Struct]:
    """The result of a tool, its longest list cut where there is a limit."""
    result = tool.answer(evidence, asked)
    left_out, limit = 0, getattr(asked, "limit", None)
    if tool.longest and limit is not None:
        entries = getattr(result, tool.longest)
        left_out = max(0, len(entries) - limit)
        result = replace(result, **{tool.longest: entries[:limit]})
    return Told(result=result, left_out=left_out, evidence=evidence.day)


def replied(tool: Tool, result: Told[Struct]) -> Reply:
    """A result as text and as a document; a failure where it is too large."""
    data = msgspec.json.encode(result)
    if len(data) > LARGEST:
        less = "a lower limit" if hasattr(tool.arguments, "limit") else "fewer scenarios or releases"
        return failed(f"the answer has {len(data)} bytes, more than the {LARGEST} that a tool returns: ask with {less}")
    return Reply(text=data.decode(), document=msgspec.json.decode(data))


def failed(sentence: str) -> Reply:
    return Reply(text=printable(sentence, LONGEST))


def plain(error: msgspec.ValidationError) -> str:
    """What is wrong with some arguments, as a sentence goes on: ``expected 'str', got 'int' - at 'name'``."""
    text = str(error).replace("`", "'").replace("$.", "")
    return text[:1].lower() + text[1:]
