"""The one door to jinja2: the templates, in which everything that is put into them is escaped."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from tfcompat.escape import markdown_cell


def render(template: str, /, **values: Any) -> str:
    """A template of ``templates/``, filled in. The values came out of cells, so they are escaped."""
    return templates().get_template(template).render(**values)


@cache
def templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("tfcompat"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["cell"] = markdown_cell
    return environment
