"""Tests of the digests: an edit of the suite changes those of exactly the scenarios whose outcome may depend on it."""

import ast
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT
from tfcompat.environments.staging import suite_files
from tfcompat.errors import DataError
from tfcompat.suite.digests import digests, recorder_digest


@dataclass(frozen=True, kw_only=True)
class Item:
    """A scenario as the catalogue has it, as far as its digest needs it."""

    id: str
    function: str
    file: str = "test_a.py"
    parameters: Mapping[str, str] = field(default_factory=dict)
    limit: float = 30.0
    largest: int = 4000
    fresh: bool = False


MARKS = '''"""Marks."""
import pytest

LIMIT = 30.0

def data(id, *, reference, limit=LIMIT, largest=4000, fresh=False):
    """Mark a test."""
    return pytest.mark.scenario(id=id, reference=reference, limit=limit, largest=largest, fresh=fresh)

def promise(id, *, documented=None, **more):
    """Mark a test."""
    return data(id, **more)
'''
OBSERVE = '''"""Helpers."""
def resolve(path):
    """Find."""
    return step(path)

def step(path):
    return plain(path)

def plain(value):
    return ROUND(value)

ROUND = float

def unused():
    return 1
'''
SAMPLE = """
ROWS = [1, 2]

def rows(count=2):
    return ROWS[:count]

class Table:
    def first(self):
        return 1

    def last(self):
        return rows()
"""
TEST_A = '''"""Tests of a."""
import numpy as np
import pytest
import tensorflow as tf
from scenarios import sample
from scenarios.marks import promise
from scenarios.observe import resolve
from scenarios.observe import step as one_step
import scenarios.sample as s

REFERENCE = "a page"
DATA = np.array([1.0, 2.0])

def doubled(value, by=2):
    """Twice."""
    return value * by

@promise("a::one", reference=REFERENCE, documented=[1, 2])
def test_one():
    """One is one

    More.
    """
    return doubled(DATA)

@promise("a::two", reference="x", limit=60)
def test_two():
    """Two"""
    return one_step("tf") + sample.rows()[0]

@pytest.mark.parametrize("path", ["x", "y"])
@promise("a::{path}", reference="x {path}")
def test_path(path):
    """`{path}` is there"""
    return resolve(path)

@promise("a::four", reference=REFERENCE)
def test_four():
    """Four"""
    sum = 4
    return s.Table().first()
'''
TEST_B = '''
from scenarios.marks import promise

@promise("b::alone", reference="x", fresh=True)
def test_alone():
    """Alone"""
    import os
    return os.getpid()

@promise("b::other", reference="x")
def test_other():
    """Other"""
    return len("x")
'''
CELL = '''"""Run."""
from scenarios.observe import plain

def main():
    """Run it."""
    return plain(1)  # one

if __name__ == "__main__":
    main()
'''
FILES = {
    "__init__.py": "",
    "marks.py": MARKS,
    "observe.py": OBSERVE,
    "sample.py": SAMPLE,
    "test_a.py": TEST_A,
    "test_b.py": TEST_B,
    "runner/__init__.py": "",
    "runner/cell.py": CELL,
}
ITEMS = (
    Item(id="a::one", function="test_one"),
    Item(id="a::two", function="test_two", limit=60.0),
    Item(id="a::x", function="test_path", parameters={"path": "'x'"}),
    Item(id="a::y", function="test_path", parameters={"path": "'y'"}),
    Item(id="a::four", function="test_four"),
    Item(id="b::alone", function="test_alone", file="test_b.py", fresh=True),
    Item(id="b::other", function="test_other", file="test_b.py"),
)
EVERY = {item.id for item in ITEMS}
FORKED = {item.id for item in ITEMS if not item.fresh}
OF_A = {item.id for item in ITEMS if item.file == "test_a.py"}


def encoded(files: Mapping[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in files.items()}


def edited(file: str, old: str, new: str, files: Mapping[str, str] = FILES) -> dict[str, str]:
    """The suite with one edit."""
    assert files[file].count(old) == 1, "the edit is of one place"
    return {**files, file: files[file].replace(old, new)}


def added(file: str, text: str, files: Mapping[str, str] = FILES) -> dict[str, str]:
    """The suite with something more at the end of a file."""
    return {**files, file: files.get(file, "") + "\n" + text + "\n"}


def changed(
    after: Mapping[str, str], before: Mapping[str, str] = FILES, items: Iterable[Item] = ITEMS, now: Iterable[Item] = ()
) -> set[str]:
    """The scenarios whose digest is another one after an edit."""
    items = list(items)
    old, new = digests(encoded(before), items), digests(encoded(after), list(now) or items)
    return {name for name in new if new[name] != old.get(name)}


def test_a_digest_is_sixteen_hexadecimal_digits_and_the_same_each_time() -> None:
    whole = digests(encoded(FILES), ITEMS)
    assert whole == digests(encoded(dict(reversed(FILES.items()))), ITEMS)
    assert whole.keys() == EVERY
    assert len(set(whole.values())) == len(EVERY)
    assert all(len(digest) == 16 and int(digest, 16) >= 0 for digest in whole.values())


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        pytest.param("test_a.py", "doubled(DATA)", "doubled(DATA) + 1", {"a::one"}, id="body"),
        pytest.param("test_a.py", "sum = 4", "total = 4", {"a::four"}, id="local variable"),
        pytest.param("test_a.py", "value * by", "by * value", {"a::one"}, id="helper"),
        pytest.param("test_a.py", "by=2", "by=3", {"a::one"}, id="default argument"),
        pytest.param("test_a.py", "np.array([1.0, 2.0])", "np.array([1.0, 2.5])", {"a::one"}, id="constant"),
        pytest.param("test_a.py", "import numpy as np", "import math as np", {"a::one"}, id="what an import binds"),
        pytest.param(
            "observe.py", "return ROUND(value)", "return ROUND(value) + 0", {"a::two", "a::x", "a::y"}, id="deep"
        ),
        pytest.param("observe.py", "ROUND = float", "ROUND = int", {"a::two", "a::x", "a::y"}, id="deep constant"),
        pytest.param("observe.py", "return step(path)", "return step(path + '')", {"a::x", "a::y"}, id="helper of two"),
        pytest.param("observe.py", "return 1", "return 2", set(), id="unused helper"),
        pytest.param("sample.py", "ROWS = [1, 2]", "ROWS = [1, 3]", {"a::two", "a::four"}, id="by a module's name"),
        pytest.param("sample.py", "return 1", "return 2", {"a::four"}, id="method of a class"),
        pytest.param("sample.py", "return rows()", "return rows(1)", {"a::four"}, id="another method of it"),
        pytest.param("test_b.py", "return os.getpid()", "return os.getppid()", {"b::alone"}, id="fresh"),
        pytest.param("test_a.py", "import tensorflow as tf", "import keras as tf", FORKED, id="a package at import"),
        pytest.param("test_a.py", '"""One is one', '"""One is two', set(), id="title"),
        pytest.param("test_a.py", "    More.", "    Less.", set(), id="documentation"),
        pytest.param("test_a.py", '    """Twice."""\n', "", set(), id="a helper's documentation"),
        pytest.param("test_a.py", '"""Tests of a."""\n', "", set(), id="a file's documentation"),
        pytest.param("test_a.py", 'REFERENCE = "a page"', 'REFERENCE = "a book"', set(), id="reference"),
        pytest.param("test_a.py", "documented=[1, 2]", "documented_by_release={'<2': 1}", set(), id="documented"),
        pytest.param("test_a.py", '"a::one"', '"a::" + "one"', set(), id="how the id is written"),
        pytest.param(
            "test_a.py", "    return doubled(DATA)", "    # more\n\n    return doubled( DATA )", set(), id="layout"
        ),
        pytest.param("marks.py", "LIMIT = 30.0", "LIMIT = 60.0", set(), id="what only marks say"),
        pytest.param("runner/cell.py", "return plain(1)", "return plain(2)", set(), id="recorder"),
    ],
)
def test_an_edit_changes_those_that_use_it(file: str, old: str, new: str, expected: set[str]) -> None:
    assert changed(edited(file, old, new)) == expected


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        pytest.param("test_a.py", "def more():\n    return tf.nn", set(), id="function"),
        pytest.param("test_a.py", "MORE = np.zeros(3)", set(), id="constant"),
        pytest.param("test_a.py", "import math", set(), id="import of the standard library"),
        pytest.param("test_b.py", "import numpy", {"b::alone"}, id="numpy, in a new interpreter"),
        pytest.param("test_a.py", "import numpy.linalg", set(), id="numpy, elsewhere"),
        pytest.param("test_a.py", "from tensorflow import keras", FORKED, id="a part of TensorFlow"),
        pytest.param("test_a.py", "from __future__ import annotations", FORKED, id="future"),
        pytest.param("test_a.py", "tf.random.set_seed(1)", FORKED, id="call"),
        pytest.param("test_a.py", "SEED = tf.random.set_seed(1)", FORKED, id="call with a name"),
        pytest.param("test_a.py", "SEED = np.random.seed(1)", FORKED, id="numpy's random state"),
        pytest.param("test_a.py", "tf.version = '3'", FORKED, id="attribute"),
        pytest.param("test_a.py", "DATA[0] = 2", FORKED, id="item"),
        pytest.param("test_a.py", "DATA += 1", FORKED, id="augmented assignment"),
        pytest.param("test_a.py", "del REFERENCE", FORKED, id="del"),
        pytest.param("test_a.py", "if tf:\n    LATER = 1", FORKED, id="if"),
        pytest.param("test_a.py", "for number in range(3):\n    pass", FORKED, id="loop"),
        pytest.param("test_a.py", "class Layer(tf.keras.layers.Layer):\n    pass", set(), id="class"),
        pytest.param("test_a.py", "@tf.register('x')\nclass Layer:\n    pass", FORKED, id="registered class"),
        pytest.param("test_a.py", "class Layer:\n    tf.random.set_seed(1)", FORKED, id="effect in a class"),
        pytest.param("test_a.py", "@tf.register\nclass Layer:\n    pass", FORKED, id="class registered by a name"),
        pytest.param("test_a.py", "class Layer(metaclass=tf.Meta):\n    pass", FORKED, id="class of a metaclass"),
        pytest.param(
            "test_a.py",
            "class Base:\n    def __init_subclass__(cls):\n        tf.x = cls\n\nclass Layer(Base):\n    pass",
            FORKED,
            id="base that is told of its classes",
        ),
        pytest.param(
            "test_a.py", "class Base:\n    pass\n\nclass Layer(Base):\n    pass", set(), id="a class of another"
        ),
        pytest.param("test_a.py", "NONE = np.copyto(DATA, 7)", FORKED, id="an array that is written to"),
        pytest.param("test_a.py", "SUM = np.add(DATA, 7, out=DATA)", FORKED, id="an array that is given for a result"),
        pytest.param("test_a.py", "NONE = operator.setitem(DATA, 0, 7)", FORKED, id="an operator that writes"),
        pytest.param(
            "test_a.py", "FIRST = sorted([1], key=lambda x: DATA.fill(7) or 0)", FORKED, id="a lambda that is called"
        ),
        pytest.param("test_a.py", "def more(seed=tf.random.set_seed(1)):\n    pass", FORKED, id="effect in a default"),
        pytest.param("test_a.py", "LAZY = {'x': lambda: tf.random.set_seed(1)}", set(), id="in a lambda"),
        pytest.param("test_a.py", "MADE = doubled(2)", set(), id="call of a helper"),
        pytest.param("test_a.py", "MADE = list(map(tf.register, DATA))", FORKED, id="call by map"),
        pytest.param("test_a.py", "MADE = s.Table()", set(), id="an object"),
        pytest.param("test_a.py", "MADE = sorted(set(map.__name__.split()))", set(), id="methods of what is made"),
        pytest.param("test_a.py", "MADE = np.zeros(3).tolist() + list(np.ones(2).astype(int))", set(), id="of arrays"),
        pytest.param(
            "test_a.py", "MADE = (DATA - DATA.mean(axis=0)) / DATA.std(axis=0)", set(), id="what NumPy expects"
        ),
        pytest.param(
            "test_a.py",
            "class Served(tf.Module):\n    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])\n"
            "    def __call__(self, x):\n        return x",
            set(),
            id="a module with a signature",
        ),
        pytest.param("test_a.py", "MADE = np.zeros(3).fill(1)", FORKED, id="another method"),
        pytest.param("test_a.py", "MADE = tf.reshape(DATA, 1)", FORKED, id="a function that is called like a method"),
        pytest.param("test_a.py", "MADE = (lambda: tf.seed())()", FORKED, id="call of a lambda"),
        pytest.param("test_a.py", "MADE = DATA[0].fill(1)", FORKED, id="call of an item's method"),
        pytest.param("test_a.py", "import functools\nMADE = functools.partial(tf.seed, 1)", set(), id="partial"),
        pytest.param("test_a.py", "@tf.register\ndef more():\n    pass", FORKED, id="registered function"),
        pytest.param(
            "test_a.py", "import typing\nclass T(typing.NamedTuple):\n    x: int\n\nMADE = T(1)", set(), id="record"
        ),
        pytest.param("test_a.py", "class T(*DATA):\n    pass\n\nMADE = T(1)", FORKED, id="an object of unclear kind"),
        pytest.param("test_a.py", "T = (lambda: 1)()\n\nMADE = T(1)", FORKED, id="an object of no class"),
        pytest.param(
            "test_a.py", "class T(s.Table):\n    pass\n\nMADE = T()", FORKED, id="an object of another's kind"
        ),
        pytest.param(
            "test_a.py",
            "class T:\n    def __init__(self):\n        tf.x = 1\n\nT()",
            FORKED,
            id="an object that does more",
        ),
        pytest.param(
            "test_a.py",
            "import collections\nT = collections.namedtuple('T', 'x')\nMADE = T(1)",
            set(),
            id="a named tuple",
        ),
        pytest.param(
            "test_a.py", "def seed():\n    tf.random.set_seed(1)\n\nSEED = seed()", FORKED, id="effect in a helper"
        ),
        pytest.param("test_a.py", "def f():\n    DATA[0] = 1\n\nX = f()", FORKED, id="assignment in a helper"),
        pytest.param(
            "test_a.py", "def f():\n    global DATA\n    DATA = 1\n\nX = f()", FORKED, id="global in a helper"
        ),
        pytest.param("test_b.py", "os = print(1)", FORKED | {"b::alone"}, id="effect in the file of a fresh one"),
        pytest.param("sample.py", "print(1)", FORKED, id="effect in an imported file"),
        pytest.param("marks.py", "print(1)", EVERY, id="effect in a file that all import"),
        pytest.param("__init__.py", "print(1)", EVERY, id="effect of the package"),
        pytest.param("conftest.py", "print(1)", EVERY, id="effect in conftest.py"),
        pytest.param("other.py", "print(1)", set(), id="effect in a file that none imports"),
        pytest.param("test_a.py", "pytestmark = pytest.mark.skip", OF_A, id="pytestmark"),
        pytest.param("test_a.py", "def setup_function():\n    pass", OF_A, id="setup"),
        pytest.param("conftest.py", "def pytest_runtest_setup(item):\n    pass", EVERY, id="hook"),
        pytest.param("test_a.py", "from scenarios.sample import *", OF_A, id="star import"),
    ],
)
def test_what_a_file_does_at_import_changes_those_that_run_with_it(file: str, text: str, expected: set[str]) -> None:
    """All files of scenarios are imported into one process; a fresh scenario's has only its own."""
    assert changed(added(file, text)) == expected


def test_reordering_changes_nothing() -> None:
    """Functions may stand in another order, and the lines of imports."""
    for file in ("test_a.py", "observe.py"):
        statements = ast.parse(FILES[file]).body
        functions = [node for node in statements if isinstance(node, ast.FunctionDef)]
        imports = [node for node in statements if isinstance(node, ast.Import | ast.ImportFrom)]
        others = [node for node in statements if node not in functions and node not in imports]
        text = "\n".join(ast.unparse(node) for node in [*reversed(imports), *others, *reversed(functions)])
        assert changed({**FILES, file: text}) == set()


def test_the_order_of_values_counts_where_a_name_has_several() -> None:
    before = added("test_b.py", "A = 1\nB = A\nA = 2\n\ndef test_other():\n    return B")
    assert changed(edited("test_b.py", "B = A\nA = 2", "A = 2\nB = A", before), before) == {"b::other"}


def test_the_order_of_values_and_effects_counts() -> None:
    before = added("test_a.py", "A = []\nB = len(A)\nA.append(1)")
    assert changed(edited("test_a.py", "B = len(A)\nA.append(1)", "A.append(1)\nB = len(A)", before), before) == FORKED


@pytest.mark.parametrize(
    "setting", [{"limit": 31.0}, {"largest": 10}, {"fresh": True}, {"parameters": {"path": "'z'"}}]
)
def test_a_mark_that_is_behaviour_changes_its_scenario(setting: dict[str, object]) -> None:
    now = [replace(item, **setting) if item.id == "a::x" else item for item in ITEMS]  # type: ignore[arg-type]
    assert changed(FILES, now=now) == {"a::x"}


def test_a_mark_of_pytest_changes_its_scenario() -> None:
    mark = '@pytest.mark.skipif(doubled(1) == 2, reason="")\n@promise("a::two"'
    with_mark = edited("test_a.py", '@promise("a::two"', mark)
    assert changed(with_mark) == {"a::two"}
    assert changed(edited("test_a.py", "value * by", "by * value", with_mark), with_mark) == {"a::one", "a::two"}


def test_a_mark_with_a_name_changes_those_that_have_it() -> None:
    named = added("test_a.py", "on_small = pytest.mark.skipif(doubled(1) == 2, reason='')", edited(
        "test_a.py", '@promise("a::two"', '@on_small\n@promise("a::two"'
    ))  # fmt: skip
    assert changed(edited("test_a.py", "doubled(1) == 2", "doubled(1) == 3", named), named) == {"a::two"}
    assert changed(edited("test_a.py", "value * by", "by * value", named), named) == {"a::one", "a::two"}


def test_the_decorator_of_a_scenario_may_be_reached_through_its_file() -> None:
    before = edited("test_a.py", '@promise("a::two", reference="x"', '@o.promise("a::two", reference="x"')
    before = edited("test_a.py", "import pytest\n", "import pytest\nimport scenarios.marks as o\n", before)
    assert changed(edited("test_a.py", '"a::two", reference="x"', '"a::two", reference="y"', before), before) == set()


# Parameters


def test_a_value_more_in_a_list_changes_only_the_new_scenario() -> None:
    after = edited("test_a.py", '["x", "y"]', '["w", "x", "y"]')
    now = [*ITEMS, Item(id="a::w", function="test_path", parameters={"path": "'w'"})]
    assert changed(after, now=now) == {"a::w"}


FUNCTIONS = (
    TEST_A
    + '''
def small():
    return 1

def large():
    return 2

PAIRS = {"small": small}
MAKERS = [small, large]
ARRAYS = [np.zeros(1), np.ones(1)]
each_maker = pytest.mark.parametrize("make", MAKERS)

def each(question, values):
    """Parameters."""
    return pytest.mark.parametrize("value", [pytest.param(value, marks=promise(question, reference="x")) for value in values])

@pytest.mark.parametrize("make", [small, large])
@promise("f::{make}", reference="x")
def test_inline(make):
    return make()

@each_maker
@promise("g::{make}", reference="x")
def test_constant(make):
    return make()

@pytest.mark.parametrize(("kind", "make"), [("s", small), ("l", large), ("x", None)])
@promise("h::{kind}", reference="x")
def test_pairs(kind, make):
    return make and make()

@pytest.mark.parametrize("kind", sorted(PAIRS))
@promise("i::{kind}", reference="x")
def test_by_key(kind):
    return PAIRS[kind]()

@pytest.mark.parametrize("array", ARRAYS)
@promise("j::{array}", reference="x")
def test_array(array):
    return array

@each("k::{value}", [1, 2])
def test_made(value):
    return value

@pytest.mark.parametrize(" kind , make ,", [(["a", None], small), (["b"], large)])
@promise("o::{kind}", reference="x")
def test_lists(kind, make):
    return make()

@each("m::{value}", MAKERS)
def test_made_of_functions(value):
    return value()

@pytest.mark.parametrize("value", [1, pytest.param(2, marks=pytest.mark.skipif(small() == 1, reason="x"))])
@promise("n::{value}", reference="x")
def test_marked(value):
    return value
'''
)
SMALL, LARGE = "scenarios.test_a.small", "scenarios.test_a.large"


def parameterized(name: str, function: str, **parameters: str) -> Item:
    return Item(id=name, function=function, parameters=parameters)


MORE = [
    parameterized("f::small", "test_inline", make=SMALL),
    parameterized("f::large", "test_inline", make=LARGE),
    parameterized("g::small", "test_constant", make=SMALL),
    parameterized("g::large", "test_constant", make=LARGE),
    parameterized("h::s", "test_pairs", kind="'s'", make=SMALL),
    parameterized("h::l", "test_pairs", kind="'l'", make=LARGE),
    parameterized("h::x", "test_pairs", kind="'x'", make="None"),
    parameterized("i::small", "test_by_key", kind="'small'"),
    parameterized("j::0", "test_array", array="array([0.])"),
    parameterized("j::1", "test_array", array="array([1.])"),
    parameterized("k::1", "test_made", value="1"),
    parameterized("k::2", "test_made", value="2"),
    parameterized("m::small", "test_made_of_functions", value=SMALL),
    parameterized("m::large", "test_made_of_functions", value=LARGE),
    parameterized("n::1", "test_marked", value="1"),
    parameterized("o::a", "test_lists", kind="list('a', None)", make="an object"),
    parameterized("o::b", "test_lists", kind="list('b')", make="an object"),
    parameterized("n::2", "test_marked", value="2"),
]
USE_SMALL = {"o::a", "f::small", "g::small", "h::s", "i::small", "m::small", "m::large", "n::2"}
USE_LARGE = {"o::b", "f::large", "g::large", "h::l", "m::small", "m::large"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("return 1\n\ndef large", "return 3\n\ndef large", USE_SMALL, id="a function that is a value"),
        pytest.param("return 2\n\nPAIRS", "return 4\n\nPAIRS", USE_LARGE, id="another"),
        pytest.param("[small, large])\n@", "[doubled, small, large])\n@", set(), id="a value more"),
        pytest.param('("x", None)]', '("y", doubled), ("x", None)]', set(), id="a pair more"),
        pytest.param("np.zeros(1), ", "np.zeros(2), ", {"j::0", "j::1"}, id="a value that no text says"),
        pytest.param(
            'marks=promise(question, reference="x")', 'marks=promise(question, reference="y")', {"m::small", "m::large"},
            id="text of a function that makes values",
        ),
        pytest.param("[1, 2])\ndef test_made(", "[1, 2, 3])\ndef test_made(", set(), id="a value more of a function"),
        pytest.param("small() == 1", "small() == 2", {"n::2"}, id="a mark of one value"),
        pytest.param('pytest.param(2, marks=pytest.mark.skipif(small() == 1, reason="x"))', "2", {"n::2"}, id="without it"),
        pytest.param('sorted(PAIRS))', 'list(PAIRS))', set(), id="how the values are listed"),
        pytest.param('parametrize("kind", sorted(PAIRS))', 'parametrize("kind", sorted(PAIRS), ids=str)', set(), id="ids"),
        pytest.param(
            'parametrize("kind", sorted(PAIRS))', 'parametrize("kind", sorted(PAIRS), indirect=True)', {"i::small"},
            id="indirect",
        ),
    ],
)  # fmt: skip
def test_a_parameter_counts_for_those_that_have_it(old: str, new: str, expected: set[str]) -> None:
    files = {**FILES, "test_a.py": FUNCTIONS}
    items = [*ITEMS, *MORE]
    assert changed(edited("test_a.py", old, new, files), files, items) == expected


# Fixtures

FIXTURES = {
    **FILES,
    "conftest.py": '''
import pytest
from pytest import fixture as made

@pytest.fixture
def shared(deeper):
    """For all."""
    return deeper

@made(name="deeper")
def make_deeper():
    return 1

@pytest.fixture
def unused():
    return 1
''',
    "test_a.py": TEST_A
    + """
@pytest.fixture(autouse=False)
def data():
    return DATA

@promise("a::data", reference="x")
def test_data(data, shared):
    return data

@pytest.mark.usefixtures("shared")
@promise("a::used", reference="x")
def test_used():
    return 1

@promise("a::asked", reference="x")
def test_asked(request):
    return request.getfixturevalue("data")
""",
}
FIXTURE_ITEMS = [*ITEMS, *(Item(id=f"a::{name}", function=f"test_{name}") for name in ("data", "used", "asked"))]


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        pytest.param("conftest.py", "def make_deeper():\n    return 1", "def make_deeper():\n    return 2",
                     {"a::data", "a::used"}, id="of conftest"),
        pytest.param("conftest.py", "def unused():\n    return 1", "def unused():\n    return 2", set(), id="unused"),
        pytest.param("test_a.py", "    return DATA\n", "    return DATA + 1\n", {"a::data", "a::asked"}, id="of the file"),
        pytest.param("test_a.py", "autouse=False", "autouse=True", OF_A | {"a::data", "a::used", "a::asked"}, id="autouse"),
        pytest.param("test_a.py", 'getfixturevalue("data")', 'getfixturevalue("da" + "ta")', {"a::asked"}, id="asked"),
    ],
)  # fmt: skip
def test_a_fixture_counts_for_those_that_get_it(file: str, old: str, new: str, expected: set[str]) -> None:
    assert changed(edited(file, old, new, FIXTURES), FIXTURES, FIXTURE_ITEMS) == expected


def test_a_name_of_a_fixture_that_is_computed_may_be_any() -> None:
    before = edited("test_a.py", 'getfixturevalue("data")', 'getfixturevalue("da" + "ta")', FIXTURES)
    after = edited("conftest.py", "def unused():\n    return 1", "def unused():\n    return 2", before)
    assert changed(after, before, FIXTURE_ITEMS) == {"a::asked"}


def test_a_fixture_of_the_file_that_runs_unasked_counts_for_each_of_its_scenarios() -> None:
    before = added("test_a.py", "@pytest.fixture(autouse=True)\ndef always():\n    return doubled(1)")
    assert changed(edited("test_a.py", "value * by", "by * value", before), before) == OF_A


# In doubt, more


@pytest.mark.parametrize(
    "body",
    [
        "return globals()['doub' + 'led'](1)",
        "return eval('doubled(1)')",
        "return eval('doubled(1)', None)",
        "return list(map(eval, ['doubled(1)']))",
        "return inspect.getmodule(test_one).doubled(1)",
        "return s.Table.__subclasses__()",
        "import sys\n    return sys.modules[__name__].doubled(1)",
        "import scenarios.test_a\n    return scenarios.test_a.doubled(1)",
        "from scenarios import test_a as t\n    return getattr(t, 'dou' + 'bled')(1)",
        "from scenarios.test_a import doubled\n    return doubled(1)",
        "import importlib\n    return importlib.import_module('scenarios.test_a').doubled(1)",
        "import importlib\n    return importlib.import_module('.test_a', 'scenarios').doubled(1)",
        "return open('scenarios/test_a.py').read()",
        "import inspect\n    return inspect.getsource(test_alone)",
        "def inner():\n        return [doubled(value) for value in [1]]\n    return inner()",
        "class Inner:\n        value = doubled(1)\n    return Inner",
        "return [doubled for doubled in [doubled(1)]]",
        "return (lambda value=doubled(1): value)()",
        "global doubled\n    return doubled",
    ],
)
def test_whatever_way_a_name_is_used(body: str) -> None:
    """The helper may be in the scenario's own file, or in another one."""
    for file in ("test_a.py", "test_b.py"):
        text = f"def test_other():\n    {body}"
        before = added(file, text)
        if file == "test_b.py" and "scenarios" not in body and "getsource" not in body:
            before = added(file, "from scenarios.test_a import doubled", before)
        items = [replace(item, file=file) if item.id == "b::other" else item for item in ITEMS]
        assert "b::other" in changed(edited("test_a.py", "value * by", "by * value", before), before, items), file


def test_a_local_variable_hides_the_name_of_the_file() -> None:
    body = "def test_other(doubled=None):\n    total = 1\n    return [total for total in [doubled]]\n\ntotal = doubled"
    before = added("test_b.py", "from scenarios.test_a import doubled\n" + body)
    assert changed(edited("test_a.py", "value * by", "by * value", before), before) == {"a::one"}


def test_text_run_with_names_of_its_own_does_not_see_the_file() -> None:
    before = added("test_b.py", "def test_other():\n    bound = {}\n    exec('import os', bound)\n    return bound")
    assert changed(added("test_b.py", "def more():\n    return 1", before), before) == set()


def test_a_name_that_leads_in_a_circle_ends() -> None:
    """Python would not import these files either; the digest says so in no other way than by being there."""
    circle = added("first.py", "from scenarios.second import x")
    circle = added("second.py", "from scenarios.first import x", circle)
    circle = added("test_b.py", "from scenarios.first import x\n\ndef test_other():\n    return x.y", circle)
    assert changed(circle) == {"b::other"}


def test_documentation_counts_where_it_is_read() -> None:
    before = added("test_a.py", "def test_four():\n    return doubled.__doc__")
    assert changed(edited("test_a.py", '"""Twice."""', '"""Two times."""', before), before) == {"a::four"}
    own = added("test_a.py", 'def test_four():\n    """Four!"""\n    return test_four.__doc__')
    assert changed(edited("test_a.py", '"""Four!"""', '"""Five!"""', own), own) == {"a::four"}


def test_a_name_with_two_imports_may_be_either() -> None:
    either = "try:\n    import scenarios.sample as s\nexcept ImportError:\n    import scenarios.test_a as s"
    before = added("test_b.py", either + "\n\ndef test_other():\n    return s.rows")
    assert "b::other" in changed(edited("sample.py", "return ROWS[", "return ROWS[0:][", before), before)
    assert "b::other" in changed(edited("test_a.py", "value * by", "by * value", before), before)


def test_a_name_passed_on_by_another_file_is_followed() -> None:
    passing = added("passing.py", "from scenarios.sample import rows as lines\nfrom scenarios import sample as samples")
    before = added(
        "test_b.py",
        "from scenarios.passing import lines\nfrom scenarios import passing\n"
        "def test_other():\n    return lines(1)\n\ndef test_more():\n    return passing.samples.Table",
        passing,
    )
    items = [*ITEMS, Item(id="b::more", function="test_more", file="test_b.py")]
    of_rows = changed(edited("sample.py", "count=2", "count=3", before), before, items)
    assert of_rows == {"a::two", "a::four", "b::other", "b::more"}
    assert changed(edited("sample.py", "return 1", "return 3", before), before, items) == {"a::four", "b::more"}


def test_an_import_of_a_part_of_a_package_counts_for_those_that_use_the_package() -> None:
    before = added("test_b.py", "import xml\n\ndef test_other():\n    return xml.dom")
    assert changed(edited("test_b.py", "import xml", "import xml.dom", before), before) == {"b::other"}


def test_a_scenario_imported_from_another_file_is_that_function() -> None:
    before = added("test_b.py", "from scenarios.test_a import test_path")
    items = [*ITEMS, replace(ITEMS[2], id="b::x", file="test_b.py")]
    assert changed(edited("test_a.py", "resolve(path)", "resolve(path) + 1", before), before, items) == {
        "a::x", "a::y", "b::x",
    }  # fmt: skip


def test_a_scenario_whose_function_is_not_found_depends_on_the_whole_file() -> None:
    items = [*ITEMS, Item(id="a::method", function="test_in_a_class")]
    assert changed(edited("test_a.py", "value * by", "by * value"), items=items) == {"a::one", "a::method"}


# The recorder


@pytest.mark.parametrize(
    ("file", "old", "new", "is_changed"),
    [
        ("runner/cell.py", "return plain(1)", "return plain(2)", True),
        ("runner/cell.py", 'if __name__ == "__main__":', "if True:", True),
        ("runner/cell.py", "  # one", "", False),
        ("runner/cell.py", '"""Run."""', '"""Run"""', False),
        ("runner/cell.py", '"""Run it."""', '"""Run it"""', False),
        ("observe.py", "return ROUND(value)", "return ROUND(value) + 0", True),
        ("marks.py", "limit=limit,", "limit=2 * limit,", False),
        ("observe.py", "return step(path)", "return step(path + '')", False),
        ("test_a.py", "value * by", "by * value", False),
    ],
)
def test_the_recorder_is_its_code_with_what_it_uses(file: str, old: str, new: str, is_changed: bool) -> None:
    before, after = recorder_digest(encoded(FILES)), recorder_digest(encoded(edited(file, old, new)))
    assert (before != after) is is_changed


# What cannot be read


@pytest.mark.parametrize("text", [b"def (", b"\xff\xfe", b"x = '\0'", b"x = " + b"-" * 5000 + b"1"])
def test_a_file_that_is_not_python_is_one_sentence(text: bytes) -> None:
    with pytest.raises(DataError, match=r"correct it, and run again|split its longest"):
        digests({**encoded(FILES), "test_a.py": text}, ITEMS)
    with pytest.raises(DataError):
        recorder_digest({**encoded(FILES), "runner/cell.py": text})


def test_a_scenario_of_a_file_that_is_gone_is_one_sentence() -> None:
    with pytest.raises(DataError, match=r"the suite has no test_c\.py, where c::x was found"):
        digests(encoded(FILES), [Item(id="c::x", function="test_x", file="test_c.py")])


# Any graph


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[set[int]], list[int], int]:
    """Helpers that use one another, the file of each, and the one that is edited; circles are among them."""
    count = draw(st.integers(1, 9))
    uses = [draw(st.sets(st.integers(0, count - 1), max_size=3)) for _ in range(count)]
    return uses, draw(st.lists(st.integers(0, 2), min_size=count, max_size=count)), draw(st.integers(0, count - 1))


def suite_of_graph(uses: list[set[int]], places: list[int], edited_one: int | None) -> dict[str, str]:
    """A suite in which ``helper_1`` calls those that it uses, and ``test_1`` calls ``helper_1``."""
    texts = {place: ["import pytest"] for place in range(3)}
    for number, place in enumerate(places):
        used = uses[number]
        calls = " + ".join(
            [
                f"helper_{other}()" if places[other] == place else f"file_{places[other]}.helper_{other}()"
                for other in used
            ]
            or ["1"]
        )
        texts[place] += [f"def helper_{number}():", f"    return {calls}{' + 1' * (number == edited_one)}"]
    imports = "\n".join(f"import scenarios.file_{place} as file_{place}" for place in range(3))
    tests = [f"def test_{number}():\n    return file_{place}.helper_{number}()" for number, place in enumerate(places)]
    files = {f"file_{place}.py": imports + "\n" + "\n".join(lines) for place, lines in texts.items()}
    return {**files, "test_a.py": "\n".join([imports, *tests])}


@given(graphs())
def test_the_scenarios_that_change_are_those_that_reach_the_edit(graph: tuple[list[set[int]], list[int], int]) -> None:
    uses, places, edited_one = graph
    reaching = {edited_one}
    for _ in uses:
        reaching |= {number for number, used in enumerate(uses) if used & reaching}
    items = [Item(id=str(number), function=f"test_{number}") for number in range(len(uses))]
    before, after = suite_of_graph(uses, places, None), suite_of_graph(uses, places, edited_one)
    assert changed(after, before, items) == {str(number) for number in reaching}


# The suite of this project

SUITE = suite_files(ROOT / "scenarios")


def functions_of(files: Mapping[str, bytes]) -> list[tuple[str, ast.FunctionDef]]:
    """The scenario functions of the suite, each with its file."""
    return [
        (file, node)
        for file, content in files.items()
        if file.startswith("test_")
        for node in ast.parse(content).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def suite_items(files: Mapping[str, bytes]) -> list[Item]:
    return [Item(id=f"{file}::{node.name}", file=file, function=node.name) for file, node in functions_of(files)]


def with_another_constant(content: bytes, function: str) -> bytes:
    """A file with one statement more at the end of a function's documentation, where it runs before the others."""
    lines = content.decode().split("\n")
    node = next(node for node in ast.parse(content).body if getattr(node, "name", "") == function)
    assert isinstance(node, ast.FunctionDef)
    first = node.body[1] if ast.get_docstring(node) else node.body[0]
    lines.insert(first.lineno - 1, "    another_constant = 1")
    return "\n".join(lines).encode()


def test_an_edit_of_any_scenario_of_the_suite_changes_that_one() -> None:
    items = suite_items(SUITE)
    before = digests(SUITE, items)
    for item in items[:: len(items) // 12]:
        after = {**SUITE, item.file: with_another_constant(SUITE[item.file], item.function)}
        assert [name for name, digest in digests(after, items).items() if digest != before[name]] == [item.id]


def test_an_edit_of_a_helper_of_the_suite_changes_those_that_call_it() -> None:
    """The helper stands in a file that two others import."""
    items = suite_items(SUITE)
    before = digests(SUITE, items)
    after = {**SUITE, "sample.py": with_another_constant(SUITE["sample.py"], "batches")}
    different = {name for name, digest in digests(after, items).items() if digest != before[name]}
    calling = {
        f"{file}::{node.name}"
        for file, node in functions_of(SUITE)
        if file in ("test_inputs.py", "test_numerics.py") and re.search(r"\bbatches\(", ast.unparse(node))
    }
    assert calling <= different
    assert {name.split("::")[0] for name in different} == {"test_inputs.py", "test_numerics.py"}
    assert len(different) < len(items) / 4


def test_no_file_of_the_suite_does_anything_at_import() -> None:
    """Else an edit there would change what all scenarios depend on: the digest of each is its own code alone."""
    items = suite_items(SUITE)
    before = digests(SUITE, items)
    after = {name: content + (b"\nDATA = 1\n" if name == "test_map.py" else b"") for name, content in SUITE.items()}
    assert digests(after, items) == before
    effect = {name: content + (b"\nprint()\n" if name == "test_map.py" else b"") for name, content in SUITE.items()}
    with_effect = digests(effect, items)
    assert all(with_effect[item.id] != before[item.id] for item in items)


def test_the_digests_of_the_suite_take_no_time_that_anybody_notices() -> None:
    start = time.process_time()
    digests(SUITE, suite_items(SUITE))
    assert time.process_time() - start < 4, "0.8 s on an idle machine"
