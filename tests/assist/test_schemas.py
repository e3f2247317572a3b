"""The schemas of the tools are objects that stand by themselves."""

import pytest

from tfcompat.assist import schemas
from tfcompat.assist.tools import TOOLS, Tool

jsonschema = pytest.importorskip("jsonschema")


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_both_schemas_of_a_tool_are_whole_objects(tool: Tool) -> None:
    for schema in (schemas.of_arguments(tool.arguments), schemas.of_result(tool.name)):
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["type"] == "object"
        assert schema["additionalProperties"] is False
    assert list(schemas.of_result(tool.name)["properties"]) == ["result", "left_out", "evidence"]


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_every_argument_is_bounded_and_said(tool: Tool) -> None:
    for name, schema in schemas.of_arguments(tool.arguments)["properties"].items():
        (option,) = [part for part in schema.get("anyOf", [schema]) if part.get("type") != "null"]
        bounds = {"string": "maxLength", "array": "maxItems", "integer": "maximum"}
        assert bounds.get(option.get("type", "")) in option or name == "harm", name
        assert option.get("description") or name in ("scenario", "harm"), name
