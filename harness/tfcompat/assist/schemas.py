"""The schemas of the tools: JSON Schemas of their arguments and results, each an object as the protocol wants it."""

from importlib import import_module
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from msgspec import Meta, Struct

from tfcompat.ask import RESULTS

Result = TypeVar("Result")


class Told(Struct, Generic[Result], frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A result with what has to be known beside it."""

    result: Result
    left_out: Annotated[int, Meta(description="How many entries of the longest list limit left out.")]
    evidence: Annotated[
        str, Meta(description="Of which day the evidence is; empty where it is that of the project here.")
    ]


def of_arguments(arguments: type[Struct]) -> dict[str, Any]:
    """The schema of what a tool takes."""
    return object_schema(arguments)


def of_result(tool: str) -> dict[str, Any]:
    """The schema of what a tool of a name returns."""
    module, _, name = RESULTS[tool].partition(":")
    result = getattr(import_module(f"tfcompat.{module}"), name)
    return object_schema(Told[result])  # type: ignore[valid-type]  # the module is imported where its tool is described


def object_schema(of: Any) -> dict[str, Any]:
    """The schema of a struct, which is at the root itself and not referred to."""
    (reference,), definitions = msgspec.json.schema_components([of], ref_template="#/$defs/{name}")
    root = definitions.pop(reference["$ref"].removeprefix("#/$defs/"))
    return {**root, "$defs": definitions} if definitions else root
