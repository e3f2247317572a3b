"""Tests of pieces of code: which names they use, held against what Python compiles them to."""

import ast
import dis
import inspect
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from tfcompat.suite.code.syntax import read

#: Files with every kind of statement that Python has, but those of the newest versions.
LIBRARY = sorted(Path(inspect.__file__).parent.glob("*.py"))[::3]
GLOBAL = {"LOAD_GLOBAL", "LOAD_NAME", "STORE_GLOBAL", "DELETE_GLOBAL"}

#: What the body of any class loads by itself.
OF_CLASSES = {"__name__", "__annotations__"}


def compiled(path: Path) -> tuple[ast.Module, types.CodeType]:
    content = path.read_bytes()
    return ast.parse(content), compile(content, str(path), "exec", dont_inherit=True)


def globals_of(code: types.CodeType) -> Iterator[str]:
    """The names of the module that a function's code loads or stores, those of the functions in it included."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in GLOBAL:
            yield instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from globals_of(constant)


def used(text: str) -> set[str]:
    return {".".join(chain) for chain in read(ast.parse(text).body).uses}


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_no_name_of_the_module_is_overlooked(path: Path) -> None:
    """The code that Python makes of a function loads no name of its module that the piece does not have."""
    tree, code = compiled(path)
    codes = {(code.co_name, code.co_firstlineno): code for code in code.co_consts if isinstance(code, types.CodeType)}
    for node in tree.body:
        # The code of a generic function (def f[T]) is one level deeper, and not looked for here.
        if isinstance(node, ast.FunctionDef) and not getattr(node, "type_params", []):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            piece = read([node], [])
            roots = {chain[0] for chain in piece.uses}
            assert set(globals_of(codes[node.name, first])) - OF_CLASSES <= roots


@pytest.mark.parametrize("path", LIBRARY[::4], ids=lambda path: path.stem)
def test_a_text_is_the_same_after_another_layout_and_another_otherwise(path: Path) -> None:
    tree = ast.parse(path.read_bytes())
    assert read(tree.body).text == read(ast.parse(ast.unparse(tree)).body).text
    texts = [read([node]).text for node in tree.body]
    assert len(set(texts)) == len({ast.dump(without_documentation(node)) for node in tree.body})


def without_documentation(node: ast.stmt) -> ast.stmt:
    for inner in ast.walk(node):
        if (
            isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and ast.get_docstring(inner) is not None
        ):
            inner.body = inner.body[1:]
    return node


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a.b.c(d)", {"a.b.c", "d"}),
        ("a().b", {"a"}),
        ("def f(a, *b, c=d, **e):\n    return a, b, c, e, g", {"d", "g"}),
        ("def f(a: b) -> c:\n    d = a", {"b", "c"}),
        ("def f():\n    a = a.b", set()),
        ("def f():\n    global a\n    a = 1", {"a"}),
        ("def f():\n    a = 1\n    def g():\n        return a\n    return g", set()),
        ("def f():\n    a = 1\n    def g():\n        global a\n        return a\n    return g", {"a"}),
        ("[a for a in a]", {"a"}),
        ("[a for a in b if a.c for d in a]", {"b"}),
        ("{a: b for a, b in c}", {"c"}),
        ("[a for b in c for a in d(b)]", {"c", "d"}),
        ("f(x).__doc__", {"f", "x"}),
        ("lambda a: (a, b)", {"b"}),
        ("class A(b):\n    c = 1\n    def d(self):\n        return c", {"b", "c"}),
        ("def f():\n    try:\n        pass\n    except a as b:\n        return b", {"a"}),
        ("def f():\n    import a.b, c as d\n    from e import g\n    return a, d, g", set()),
        ("def f(a):\n    match a:\n        case [b, *c]:\n            return b, c", set()),
        ("def f(a):\n    match a:\n        case {'x': d, **e}:\n            return e, d", set()),
        ("def f():\n    if (a := 1):\n        return a", set()),
        ("@a\ndef f():\n    return b", {"a", "b"}),
        ("async def f():\n    async with a as b:\n        await b", {"a"}),
    ],
)  # fmt: skip
def test_the_names_that_a_piece_uses(text: str, names: set[str]) -> None:
    assert used(text) == names


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("[a for a in b]", "(a for a in b)"),
        ("[a for a in b]", "{a for a in b}"),
        ("{a: b for a in c}", "{(a, b) for a in c}"),
        ("[a for a in b if c]", "[a for a in b if d]"),
        ("[a for b in c for a in b]", "[a for b in c for a in d]"),
        ("lambda a: b", "lambda a, b: b"),
        ("lambda: (a, b)", "(lambda: a, b)"),
        ("def f(a=1):\n    pass", "def f(*, a=1):\n    pass"),
        ("def f():\n    pass", "async def f():\n    pass"),
        ("def f():\n    def g():\n        pass\n    h()", "def f():\n    def g():\n        pass\n        h()"),
        ("class A:\n    pass\nB = 1", "class A:\n    pass\n    B = 1"),
        ("class A(b):\n    pass", "class A(metaclass=b):\n    pass"),
        ("1", "True"),
        ("1", "1.0"),
        ("'1'", "1"),
        ("'a'", "b'a'"),
        ("a.b", "a.c"),
        ("a().b", "a().c"),
        ("a if b else c", "c if b else a"),
        ("a = b", "b = a"),
        ("a < b", "a <= b"),
        ("f'{a}'", "f'{a!r}'"),
        ("x[1:]", "x[:1]"),
        ("x = {**a, 'b': c}", "x = {'b': c, **a}"),
        ("import a as b", "import b as a"),
        ("match a:\n    case None:\n        pass", "match a:\n    case True:\n        pass"),
    ],
)
def test_other_code_has_another_text(text: str, other: str) -> None:
    assert read(ast.parse(text).body).text != read(ast.parse(other).body).text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("f(x).__doc__", {"__doc__"}),
        ("f(__name__)", {"globals"}),
        ("f(__doc__)", {"__doc__", "globals"}),
        ("exec(a)", {"globals"}),
        ("exec(a, b)", set()),
        ("exec(a, None)", {"globals"}),
        ("run = eval", {"globals"}),
        ("list(map(eval, a))", {"globals"}),
        ("f(a.__name__)", set()),
    ],
)
def test_words_of_code_that_reads_code(text: str, words: set[str]) -> None:
    assert read(ast.parse(text).body).words == words


def test_a_piece_says_what_else_is_in_it() -> None:
    text = (
        "def f():\n    '''Doc.'''\n    from scenarios import sample\n    request.getfixturevalue('x')\n"
        "    return getattr(f, '__doc__'), 'scenarios/sample.py', 'scenariosx'"
    )
    piece = read(ast.parse(text).body)
    assert piece.documentation == "Doc."
    assert piece.words == {"__doc__"}
    assert [ast.unparse(node) for node in piece.imports] == ["from scenarios import sample"]
    assert piece.strings == {"scenarios/sample.py"}
    assert piece.fixtures == {"x"}
    assert piece.bound == {"f"}
