"""A walk of an installed package's public API: each name with ``norm`` in it, as JSON. Run by a cell's own Python, isolated.

It shares no code with the inventory of the suite, whose rows it is held against.
"""

import importlib
import json
import sys
from types import ModuleType
from typing import Any, Iterator, Set, Tuple

#: The roots, and the packages whose modules belong to the public API below them.
ROOTS = {"tensorflow": {"tensorflow", "keras", "tf_keras"}, "keras": {"keras"}}
#: Parts of a path that are not public, and how deep a path goes.
PRIVATE, DEEPEST = {"src", "api", "python", "core", "contrib", "include"}, 7


def public(module: ModuleType) -> Iterator[Tuple[str, Any]]:
    """The public names of a module that can be had, with what they stand for."""
    for name in dir(module):
        if name.startswith("_") or name in PRIVATE:
            continue
        try:
            yield name, getattr(module, name)
        except (AttributeError, ImportError):
            continue


def walk(module: ModuleType, path: str, packages: Set[str], above: Tuple[ModuleType, ...] = ()) -> Iterator[str]:
    """The dotted names below a module that have to do with norms; no module is entered inside itself."""
    for name, value in public(module):
        below = path + "." + name
        if "norm" in below.lower():
            yield below
        is_module = isinstance(value, ModuleType)
        of_package = is_module and getattr(value, "__name__", "").split(".")[0] in packages
        nested = name == "compat" and ".compat" in path
        if of_package and not nested and len(above) < DEEPEST and all(value is not module for module in above):
            yield from walk(value, below, packages, (*above, value))


def main() -> None:
    found: Set[str] = set()
    for root, packages in ROOTS.items():
        try:
            module = importlib.import_module(root)
        except ImportError:
            continue
        found.update(walk(module, root, packages, (module,)))
    json.dump(sorted(found), sys.stdout)


if __name__ == "__main__":
    main()
