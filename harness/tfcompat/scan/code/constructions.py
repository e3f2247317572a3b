"""Constructions: the layers and models that the user's code makes, by the arguments that it gives them."""

import ast
from collections.abc import Mapping, Sequence

from tfcompat.scan.code.layers import within
from tfcompat.scan.code.models import SHAPES, Models
from tfcompat.scan.code.values import Layer, Model, Several, Symbol, Value, Words
from tfcompat.scan.known.names import MEASURED, PLACES, Ask, arguments, asks_of_arguments, asks_of_path, is_api
from tfcompat.scan.known.traps import ADAPTABLE, NORMALIZATION


class Constructions(Models):
    """What is constructed. ``given`` are the arguments of the functions that run, as they are written, the innermost last."""

    given: list[dict[str, ast.expr]]

    def value(self, node: ast.AST | None) -> Value:
        """What an expression stands for."""
        raise NotImplementedError

    def layer(self, path: str, cls: str, node: ast.Call) -> Layer:
        """A layer that is constructed: each of its arguments is a use."""
        given = arguments(cls, node, self.written)
        keywords = {name: self.bound(value) for name, value in given.items()}
        layer = Layer(cls=cls, path=path, keywords=keywords, policy=self.policy)
        if is_api(path) and path.partition(".")[0] in MEASURED and cls not in ADAPTABLE - {NORMALIZATION}:
            within = asks_of_path(path).scenarios
            for subject, ask, optional, value in asks_of_arguments(cls, given):
                self.add(value, "argument", subject, ask, within=within, optional=optional)
            for value in node.args[len(PLACES.get(cls, ())) :][:1]:
                self.add(value, "argument", f"an argument of {cls} by its place", Ask(scenarios=()))
            if "**" in given:
                self.unfollowed(node, f"arguments of {cls} that are not written out")
        self.constructed(layer, node)
        return layer

    def bound(self, node: ast.expr) -> ast.expr:
        """What a parameter of the function that runs was given, as it is written; of anything else the expression itself."""
        return self.given[-1].get(node.id, node) if self.given and isinstance(node, ast.Name) else node

    def written(self, node: ast.expr) -> Mapping[str, ast.expr] | None:
        """The keys and values of a dictionary that is written out, here or where its name was given; None where they are not."""
        value = self.value(node)
        return value.keywords if isinstance(value, Words) else None

    def sequential(self, path: str, node: ast.Call, first: Value) -> Model:
        parts = first.parts if isinstance(first, Several) else (first,)
        shaped = isinstance(parts[0], Symbol) or (isinstance(parts[0], Layer) and bool(SHAPES & set(parts[0].keywords)))
        if isinstance(first, Layer):
            self.meet("sequential-of-a-layer", node)
        return self.modelled(Model(layers=list(within(parts)), path=path, shaped=shaped), node)

    def functional(self, path: str, node: ast.Call, values: Sequence[Value]) -> Model:
        """``Model(inputs, outputs)``, by place or by name."""
        given = by_name(node, values)
        outputs = given.get("outputs", given.get("1"))
        parts = outputs.parts if isinstance(outputs, Several) else (outputs,)
        layers = dict.fromkeys(layer for part in parts if isinstance(part, Symbol) for layer in part.layers)
        return self.modelled(Model(layers=list(layers), path=path, shaped=True), node)


def by_name(node: ast.Call, values: Sequence[Value]) -> dict[str | None, Value]:
    """The values of a call's arguments by name, those by place by their number; ``**`` is None."""
    names = [*(str(place) for place in range(len(node.args))), *(word.arg for word in node.keywords)]
    return dict(zip(names, values, strict=True))
