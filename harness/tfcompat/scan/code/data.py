"""Data: how many axes an array of the user's code has, and what a dataset's elements are, as far as the code says so."""

import ast
from dataclasses import replace

from tfcompat.scan.code.values import Data, Rank, Several, Text, Value

#: What keeps the rank of an array, a Series or a DataFrame, and what keeps the elements of a dataset.
KEEPS = frozenset(
    {"astype", "copy", "dropna", "fillna", "sample", "head", "tail", "clip", "round", "numpy", "sort_values"}
)
OF_DATASET = frozenset(
    {"batch", "shuffle", "prefetch", "cache", "take", "skip", "repeat", "filter", "with_options", "shard"}
)
#: What makes an array of what it is given, of one axis, and of a shape.
CONVERTS = frozenset({"np.array", "np.asarray", "tf.constant", "tf.convert_to_tensor", "np.float32", "tf.cast"})
LINES = frozenset({"np.arange", "np.linspace", "tf.range", "tf.linspace"})
SHAPED = frozenset(
    {
        "np.zeros",
        "np.ones",
        "np.full",
        "np.empty",
        "tf.zeros",
        "tf.ones",
        "tf.fill",
        "tf.random.normal",
        "tf.random.uniform",
    }
)
BY_COUNT = frozenset({"np.random.rand", "np.random.randn"})
SIZED = frozenset({"normal", "uniform", "standard_normal", "random", "integers", "randint", "random_sample", "poisson"})
FRAMES = frozenset({"pd.read_csv", "pd.DataFrame", "pd.read_parquet", "pd.read_excel", "pd.concat"})


def literal(node: ast.expr) -> Value:
    """A list or a tuple that is written out, if it is of numbers, or of lists of numbers."""
    axes = depth(node)
    return Rank(kind="list", axes=axes) if axes else None


def depth(node: ast.expr) -> int | None:
    """How deep the lists of numbers are; 0 for a number, None where something else is in them."""
    if isinstance(node, ast.UnaryOp):
        return depth(node.operand)
    if isinstance(node, ast.Constant):
        return 0 if isinstance(node.value, int | float) else None
    if not isinstance(node, ast.List | ast.Tuple) or not node.elts:
        return None
    inner = depth(node.elts[0])
    return None if inner is None else inner + 1


def made(path: str, call: ast.Call, first: Value) -> Value:
    """What a function of NumPy, pandas or TensorFlow makes; ``first`` is its first argument."""
    path = path.replace("numpy", "np", 1) if path.startswith("numpy") else path.replace("pandas", "pd", 1)
    if path in CONVERTS:
        return Rank(kind="array", axes=first.axes) if isinstance(first, Rank) else None
    if path in LINES:
        return Rank(kind="array", axes=1)
    if path in BY_COUNT:
        return Rank(kind="array", axes=len(call.args)) if plain(call) else None
    if path in SHAPED:
        return of_shape(call.args[0] if call.args else keyword(call, "shape"))
    if path in FRAMES:
        return Rank(kind="frame", axes=2)
    if path == "pd.Series":
        return Rank(kind="series", axes=1)
    if path == "np.expand_dims" and isinstance(first, Rank) and first.axes:
        return Rank(kind="array", axes=first.axes + 1)
    if path.startswith("np.random.") and path.rpartition(".")[2] in SIZED:
        return of_shape(keyword(call, "size"))
    return dataset(path, call)


def plain(call: ast.Call) -> bool:
    return not any(isinstance(argument, ast.Starred) for argument in call.args)


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((word.value for word in call.keywords if word.arg == name), None)


def of_shape(node: ast.expr | None) -> Value:
    if isinstance(node, ast.Tuple | ast.List) and not any(isinstance(part, ast.Starred) for part in node.elts):
        return Rank(kind="array", axes=len(node.elts))
    return Rank(kind="array", axes=1) if isinstance(node, ast.Constant) and isinstance(node.value, int) else None


def dataset(path: str, call: ast.Call) -> Value:
    """A dataset that is made of something."""
    prefix, _, method = path.rpartition(".")
    if prefix != "tf.data.Dataset":
        return None
    if method == "zip":
        return Data(elements="pair")
    return Data(elements=elements(call.args[0]) if call.args and method.startswith("from_tensor") else "")


def elements(node: ast.expr) -> str:
    if isinstance(node, ast.Tuple):
        return "pair" if len(node.elts) > 1 else ""
    return "dict" if isinstance(node, ast.Dict) else ""


def of_method(owner: Rank, method: str, call: ast.Call) -> Value:
    """What a method of an array, a Series or a DataFrame gives."""
    if method in KEEPS:
        return owner
    if method in ("to_numpy", "to_list", "tolist") and owner.axes:
        return Rank(kind="array" if method == "to_numpy" else "list", axes=owner.axes)
    if method in ("ravel", "flatten"):
        return Rank(kind="array", axes=1)
    if method == "to_frame":
        return Rank(kind="frame", axes=2)
    if method == "reshape" and call.args and plain(call):
        return (
            of_shape(call.args[0])
            if isinstance(call.args[0], ast.Tuple | ast.List)
            else Rank(kind="array", axes=len(call.args))
        )
    if method == "pop" and owner.kind == "frame":
        return Rank(kind="series", axes=1)
    return owner if method == "drop" and owner.kind == "frame" else None


def of_dataset(owner: Data, method: str, call: ast.Call) -> Value:
    """What a method of a dataset gives, beside map()."""
    if method not in OF_DATASET:
        return Data(elements="pair") if method == "zip" else None
    endless = owner.endless
    if method == "repeat" and not call.args and not call.keywords:
        endless = True
    if method == "take":
        endless = False
    return replace(owner, endless=endless)


def of_attribute(owner: Rank, name: str) -> Value:
    """What an attribute of an array, a Series or a DataFrame is."""
    match name:
        case "values":
            return replace(owner, kind="array")
        case "columns":
            return Several(parts=(Text(end=""),))
    return owner if name == "T" else None


def item(owner: Rank, node: ast.expr, index: Value) -> Value:
    """What a subscript of an array, a Series or a DataFrame gives; ``index`` is what is known of it."""
    if owner.kind == "frame":
        return of_frame(node, index)
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    if owner.axes is None or owner.kind == "list":
        return None
    new = sum(is_new_axis(part) for part in parts)
    gone = sum(is_number(part) for part in parts)
    known = all(isinstance(part, ast.Slice | ast.Constant | ast.UnaryOp) or is_new_axis(part) for part in parts)
    axes = owner.axes + new - gone
    return Rank(kind=owner.kind if not new + gone else "array", axes=axes) if known and axes > 0 else None


def of_frame(node: ast.expr, index: Value) -> Value:
    if isinstance(node, ast.List):
        return Rank(kind="frame", axes=2)
    return Rank(kind="series", axes=1) if isinstance(index, Text) else None


def is_number(node: ast.expr) -> bool:
    """Whether a part of a subscript takes an axis away; ``...`` stands for those that are not named."""
    return isinstance(node, ast.UnaryOp) or (isinstance(node, ast.Constant) and node.value not in (None, ...))


def is_new_axis(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return node.value is None
    return isinstance(node, ast.Attribute) and node.attr == "newaxis"
