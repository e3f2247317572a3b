"""The paths that commands are given: a word without a letter, such as a variable that is not set, is none."""

import os
from pathlib import Path
from typing import Any

import click


class NamedPath(click.Path):
    """As click's, as a ``Path``; an empty word is refused, which would be the current folder."""

    def __init__(self, *, exists: bool = False, file_okay: bool = True, dir_okay: bool = True) -> None:
        super().__init__(exists=exists, file_okay=file_okay, dir_okay=dir_okay, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if os.fspath(value) == "":
            self.fail("it is empty: name a path, or . for the current folder", param, ctx)
        return super().convert(value, param, ctx)
