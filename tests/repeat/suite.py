"""A suite that sees in which setting it runs: each row answers by one thing that a repeated run changes."""

import locale
import os
import time

import tensorflow as tf

from scenarios.marks import data, promise


@promise("repeat::steady", reference="tests/standins.py", documented=[1.0, 2.0])
def test_steady():
    """Nothing changes this"""
    return [tf.constant(1.0), tf.constant(2.0)]


@promise("repeat::fresh", reference="tests/standins.py", documented=1.0, fresh=True)
def test_fresh():
    """Nothing changes this in a fresh interpreter"""
    return tf.constant(1.0)


@data("repeat::order", reference="pytest")
def test_order(request):
    """The scenarios in their order"""
    return [item.name for item in request.session.items]


@data("repeat::locale", reference="the C library")
def test_locale():
    """The locale of characters"""
    return locale.setlocale(locale.LC_CTYPE)


@data("repeat::zone", reference="the C library")
def test_zone():
    """The time zone"""
    return list(time.tzname)


@data("repeat::folder", reference="the file system")
def test_folder():
    """Whether paths have letters outside ASCII: of the distribution, the suite, the current folder and temporary files"""
    return [path.isascii() for path in (tf.__file__, __file__, os.getcwd(), os.environ["TMPDIR"])]


@data("repeat::processor", reference="NumPy")
def test_processor():
    """The core that is asked for"""
    return os.environ.get("OPENBLAS_CORETYPE", "")


@data("repeat::hashes", reference="Python")
def test_hashes():
    """The hash of a text"""
    return hash("text")
