"""A group of commands that imports the module of a command only where that command is used."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a command is (``module:attribute``), and the line that the help of its group shows."""

    path: str
    help: str

    def load(self) -> click.Command:
        module, _, attribute = self.path.partition(":")
        command = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{self.path} is not a command")
        return command


class LazyGroup(click.Group):
    """A group with ``targets``: its help and the completion of their names import none of them."""

    def __init__(self, *arguments: Any, targets: Mapping[str, Target | click.Group], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.targets = targets

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which they are given."""
        return list(self.targets)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        target = self.targets.get(cmd_name)
        return target.load() if isinstance(target, Target) else target

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, target.help or "") for name, target in self.targets.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The names that begin so, and the options of the group itself."""
        names = [
            CompletionItem(name, help=target.help)
            for name, target in self.targets.items()
            if name.startswith(incomplete)
        ]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]
