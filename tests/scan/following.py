"""Some code followed by itself, without a file: what its names stand for, and what is met in it."""

import ast

from tfcompat.scan.code.statements import Statements
from tfcompat.scan.code.values import Value

#: What the code of these tests may use.
HEAD = "import numpy as np; import pandas as pd; import tensorflow as tf; L = tf.keras.layers; K = tf.keras\n"
#: A layer.
NORM = "n = L.Normalization()\n"
#: A layer, and a functional model of it.
MODEL = f"{NORM}m = K.Sequential([K.Input((2,)), n])\n"
ADAPTED = f"{MODEL}n.adapt(a)\n"


def followed(code: str) -> Statements:
    """Some code behind the usual imports; its first line is the second."""
    statements = begun(code)
    statements.finish()
    return statements


def value(code: str, name: str = "x") -> Value:
    """What a name stands for at the end of some code."""
    return begun(code).world.names.get(name)


def begun(code: str) -> Statements:
    statements = Statements("code.py")
    statements.follow(ast.parse(HEAD + code), 0)
    return statements


def met(code: str, *besides: str) -> list[tuple[int, str]]:
    """The traps of some code by the number of their line, the first is 1; and the uses of some more rules by what they show."""
    uses = sorted(followed(code).uses.values(), key=lambda use: use.key)
    return [
        (use.line - 1, use.subject if use.rule in besides else use.rule)
        for use in uses
        if use.rule in besides or use.rule not in ("import", "argument", "attribute", "save", "class", "unfollowed")
    ]


def call(text: str) -> ast.Call:
    """A call by itself."""
    node = ast.parse(text, mode="eval").body
    assert isinstance(node, ast.Call)
    return node
