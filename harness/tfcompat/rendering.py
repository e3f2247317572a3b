"""The one door to jinja2: the templates, in which everything that is put into them is escaped."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from tfcompat.escape import TURNS, markdown_cell, visible


def render(template: str, /, **values: Any) -> str:
    """A template of ``templates/``, filled in. The values came out of cells, so they are escaped."""
    return templates().get_template(template).render(**values)


def shown(value: Any) -> Any:
    """A value as it is put in: in a text what turns the direction of writing is seen, and turns nothing."""
    if not isinstance(value, str) or not TURNS.search(value):
        return value
    return Markup(visible(value)) if isinstance(value, Markup) else visible(value)  # noqa: S704 - it was markup before


def in_element(text: str) -> Markup:
    """A text between two tags, where a quotation mark ends nothing: five characters less for each, on a thousand pages."""
    return Markup(str(escape(visible(text))).replace("&#34;", '"').replace("&#39;", "'"))  # noqa: S704 - it is escaped


@cache
def templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("tfcompat"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=shown,
    )
    environment.filters["cell"] = markdown_cell
    environment.filters["in_element"] = in_element
    return environment
