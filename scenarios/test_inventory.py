"""The inventory: each public name that has to do with norms and normalization, with its signature."""

import collections
import inspect
import re
from types import ModuleType

import pytest

from scenarios.marks import data
from scenarios.observe import resolve

ROOTS = ("tf.keras", "keras", "tf.nn", "tf.math", "tf.linalg", "tf.image", "tf.compat.v1", "tf.experimental")
#: What a path has to have in it, below its root, in whatever case.
WORD = "norm"
#: Whose modules are walked: TensorFlow hands out those of the Keras that it uses; Keras imports TensorFlow's.
PACKAGES = {"tf": {"tensorflow", "keras", "tf_keras"}, "keras": {"keras"}}
#: Modules that are public by their name alone, or that repeat what is told elsewhere: tf.compat.v1.compat is v1 and v2 again.
NOT_WALKED = {"src", "api", "compat"}
#: Characters of a signature.
LONGEST = 700


@pytest.mark.parametrize("root", ROOTS)
@data("inventory::{root}", reference="the public API of the release", limit=60, largest=200000)
def test_inventory(root):
    """Public names with `norm` under `{root}`"""
    names = {}
    for module, path in public_modules(resolve(root), PACKAGES[root.split(".")[0]]):
        for name, value in members(module):
            below = path + name
            if WORD in below.lower() and (WORD in name.lower() or own(value, module)):
                names[root + "." + below] = signature(value)
    return dict(sorted(names.items()))


def public_modules(root, packages):
    """Each public module from the root on, once, with the shortest path to it from there: ``layers.experimental.``."""
    waiting = collections.deque([(root, "")])
    seen = {id(root)}
    while waiting:
        module, path = waiting.popleft()
        yield module, path
        for name, value in members(module):
            if not isinstance(value, ModuleType) or id(value) in seen or name in NOT_WALKED:
                continue
            if package(value) in packages:
                seen.add(id(value))
                waiting.append((value, path + name + "."))


def members(module):
    """The public names of a module and what they stand for; a lazy one that cannot be had is left out."""
    for name in sorted(dir(module)):
        if name.startswith("_"):
            continue
        try:
            yield name, getattr(module, name)
        except (AttributeError, ImportError):
            continue


def own(value, module):
    """Whether a class or function was made in the module that has it: what it imports for its own use is not its name."""
    return getattr(value, "__module__", None) == getattr(module, "__name__", "")


def package(module):
    """The distribution's name at the beginning of a module's; none for a lazy module that refuses to be loaded."""
    return getattr(module, "__name__", "").split(".")[0]


def signature(value):
    """The parameters of what can be called, without annotations and addresses; the kind of what cannot."""
    if isinstance(value, ModuleType):
        return "module"
    if not callable(value):
        return type(value).__name__
    try:
        found = inspect.signature(value.__init__ if made_by_init(value) else value)
    except (TypeError, ValueError):
        return "class" if inspect.isclass(value) else "callable"
    plain = [one.replace(annotation=one.empty) for one in found.parameters.values()]
    text = str(found.replace(parameters=plain[made_by_init(value) :], return_annotation=found.empty))
    return re.sub(r" at 0x[0-9a-f]+", "", text)[:LONGEST]


def made_by_init(value):
    """Whether a class tells its parameters in __init__: that of a layer's __new__ takes anything."""
    return inspect.isclass(value) and value.__init__ is not object.__init__
