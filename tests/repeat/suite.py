"""A suite that sees in which setting it runs: each row answers by one thing that a repeated run changes."""

import locale
import os
import time
from pathlib import Path
from typing import Any

import tensorflow as tf

from scenarios.marks import data, promise


@promise("repeat::steady", reference="tests/standins.py", documented=[1.0, 2.0])
def test_steady() -> object:
    """Nothing changes this"""
    return [tf.constant(1.0), tf.constant(2.0)]


@promise("repeat::fresh", reference="tests/standins.py", documented=1.0, fresh=True)
def test_fresh() -> object:
    """Nothing changes this in a fresh interpreter"""
    return tf.constant(1.0)


@data("repeat::order", reference="pytest")
def test_order(request: Any) -> object:
    """The scenarios in their order"""
    return [item.name for item in request.session.items]


@data("repeat::locale", reference="the C library")
def test_locale() -> object:
    """The locale of characters"""
    return locale.setlocale(locale.LC_CTYPE)


@data("repeat::zone", reference="the C library")
def test_zone() -> object:
    """The time zone"""
    return list(time.tzname)


@data("repeat::folder", reference="the file system")
def test_folder() -> object:
    """Whether paths have letters outside ASCII: of the distribution, the suite, the current folder and temporary files"""
    return [path.isascii() for path in (tf.__file__, __file__, str(Path.cwd()), os.environ["TMPDIR"])]


@data("repeat::processor", reference="NumPy")
def test_processor() -> object:
    """The core that is asked for"""
    return os.environ.get("OPENBLAS_CORETYPE", "")


@data("repeat::hashes", reference="Python")
def test_hashes() -> object:
    """The hash of a text"""
    return hash("text")
