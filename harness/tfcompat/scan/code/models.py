"""Models: what the user's code does to models, datasets and traced functions, and the traps that this meets."""

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence

from tfcompat.scan.code.layers import Layers
from tfcompat.scan.code.values import Checkpoint, Data, Known, Layer, Model, Symbol, Text, Traced, Value, every_part
from tfcompat.scan.known.names import Ask
from tfcompat.scan.known.traps import ADAPTABLE, NORMALIZATION

#: The classes of models, behind any root.
MODEL = ("keras.Model", "keras.models.Model")
#: The methods of a model that trace it, and those that change nothing.
TRACES = frozenset({"predict", "evaluate", "fit", "train_on_batch"})
QUIET = frozenset({"summary", "get_config", "to_json", "count_params", "build"})
#: What ends the name of a file, and the format that it is saved as.
FORMS = {".h5": "h5", ".hdf5": "h5", ".keras": "keras"}
#: What the formats are called.
NAMES = {"h5": "HDF5", "keras": "the Keras format", "savedmodel": "SavedModel"}
#: The arguments by which a first layer says what it is given.
SHAPES = frozenset({"input_shape", "batch_input_shape", "input_dim"})
#: The rows of what is exported: after predict() and before.
EXPORTS: Mapping[str, str] = {"export": "export::model_export", "saved": "export::tf_saved_model_save"}
#: What a way to save is called.
CALLED: Mapping[str, str] = {"saved": "tf.saved_model.save"}


class Models(Layers):
    """What is done to models, datasets and functions."""

    def modelled(self, model: Model, node: ast.AST) -> Model:
        """A new model; a layer of another Keras in it is a trap."""
        for layer in model.all_layers():
            if model.path.startswith("tf.keras") and layer.cls.endswith("BatchNormalization"):
                if layer.path.startswith("tf.python.keras"):
                    self.meet("private-layer", node)
                elif layer.path.startswith("keras."):
                    self.meet("layer-of-keras", node)
        self.keep(model)
        return model

    def of_model(self, model: Model, method: str, call: ast.Call, values: Sequence[Value]) -> Value:
        """A method of a model."""
        first = values[0] if values else None
        if method == "compile":
            self.change(
                model,
                compiled=Known.YES,
                eager=runs_eagerly(call),
                traced=frozenset(),
                stale=frozenset(),
                pending=frozenset(),
            )
        elif method in TRACES:
            self.trace(model, method, call)
        elif method == "add":
            self.add_layer(model, first, call)
        elif method == "load_weights":
            self.load(model, first)
        elif method in ("save", "export"):
            self.save(model, call, method, first)
        elif method == "save_weights":
            self.save_weights(model, call, first)
        elif method not in QUIET:
            self.escape(model)
        return None

    def load(self, model: Model, place: Value) -> None:
        """``load_weights()``: what was traced by predict() keeps what it had."""
        state = self.world.state(model)
        rule = (
            "weights-h5-after-predict"
            if isinstance(place, Text) and place.end.endswith(".h5")
            else "weights-after-predict"
        )
        stale = {("predict", rule)} if "predict" in state.traced and isinstance(place, Text) else set()
        self.escape(model)
        self.change(model, stale=frozenset(stale), traced=state.traced)

    def restore(self, kept: Checkpoint) -> None:
        """A checkpoint that is restored: a layer that is built already does not notice."""
        for value in kept.parts:
            self.escape(value)
            for layer in value.all_layers() if isinstance(value, Model) and value.shaped else ():
                if layer.cls == NORMALIZATION and not layer.given:
                    self.change(layer, pending=frozenset({"restored-without-finalize"}))

    def add_layer(self, model: Model, part: Value, node: ast.AST) -> None:
        """``model.add()``: what it traced is forgotten."""
        if isinstance(part, Layer | Model):
            model.shaped = model.shaped or (not model.layers and has_shape(part))
            model.layers.append(part)
        elif isinstance(part, Symbol):
            model.shaped = model.shaped or not model.layers
        self.change(model, traced=frozenset(), stale=frozenset())

    def trace(self, model: Model, method: str, node: ast.AST) -> None:
        """A method that traces a model: what is stale shows now."""
        state = self.world.state(model)
        classes = [layer.cls for layer in model.all_layers() if layer.cls in ADAPTABLE]
        for name, rule in state.stale:
            if name == method:
                for cls in classes:
                    self.meet(rule, node, cls)
        self.before_adapt(model, method, node)
        for layer in model.all_layers():
            self.use_pending(layer, node)
        if method == "fit" and "frozen-after-compile" in state.pending:
            self.meet("frozen-after-compile", node)
        model.shaped = True  # what has seen data is built
        stale = frozenset(pair for pair in state.stale if pair[0] != method)
        self.change(model, traced=state.traced | ({method} if not state.eager else set()), stale=stale)

    def before_adapt(self, model: Model, method: str, node: ast.AST) -> None:
        fits = method in ("fit", "train_on_batch")
        for layer in model.all_layers():
            within = self.built_within(model, layer)
            if self.unadapted(layer) and layer not in self.warned:
                self.warned.add(layer)
                shaped = "-with-input" if model.shaped else ""
                self.meet(f"fit-before-adapt{within}" if fits else f"predict-before-adapt{shaped}", node, layer.cls)
            elif fits and within and {"mean", "variance"} <= set(layer.keywords):
                self.meet(f"fit-given{within}", node, layer.cls)

    def built_within(self, model: Model, layer: Layer) -> str:
        """The kind of a model that builds a layer inside the function that it trains by; empty where the layer is built before."""
        parts = [part for part in every_part(model) if isinstance(part, Model) and part.holds(layer)]
        if layer in self.built or any(part.shaped for part in parts):
            return ""
        return "-in-subclass" if model.own else "-deferred"

    def save(self, model: Model, call: ast.Call, method: str, place: Value) -> None:
        """A model that is saved or exported, for each layer of it that a scenario asks for; none asks for the user's classes."""
        if model.own:
            return
        traced, form = self.world.state(model).traced, form_of(call, place)
        if method == "save" and not form and any(layer.cls in ADAPTABLE for layer in model.all_layers()):
            self.add(call, "save", "save(): its format is not known", Ask(scenarios=()))
        for layer in model.all_layers():
            saving = method == "save"
            scenarios = tuple(of_saving(layer, form, model.shaped)) if saving else exporting(layer, method, traced)
            for scenario in scenarios:
                self.add(
                    call,
                    "save",
                    f"{CALLED.get(method, method)}() of {layer.cls}: {in_words(scenario, layer.cls)}",
                    Ask(scenarios=(scenario,)),
                    optional=True,
                )

    def save_weights(self, model: Model, call: ast.Call, place: Value) -> None:
        """The weights of a model that are saved: whether a new model gets the statistics that adapt() gave."""
        if not any(layer.cls == NORMALIZATION and not layer.given for layer in model.all_layers()):
            return
        into = "subclassed_model" if model.own else "fresh_model"
        if form := weights_of(place):
            self.add(
                call, "save", f"save_weights() of {NORMALIZATION}", Ask(scenarios=(f"weights::{form}_into_{into}",))
            )
        else:
            self.add(call, "save", "save_weights(): its format is not known", Ask(scenarios=()))

    def freeze(self, value: Value, node: ast.expr) -> None:
        """``trainable = False`` of a layer or a model: one that is compiled already takes no notice."""
        frozen = isinstance(node, ast.Constant) and node.value is False
        for holder in self.holders:
            if not isinstance(holder, Model) or not of_batches(holder, value):
                continue
            state = self.world.state(holder)
            if frozen and state.compiled is Known.YES:
                self.change(holder, pending=state.pending | {"frozen-after-compile"})
            elif not frozen:
                self.change(holder, pending=frozenset())

    # Datasets and functions

    def mapped(self, data: Data, call: ast.Call, layers: Sequence[Layer], elements: str) -> Data:
        for layer in layers:
            self.use_pending(layer, call)
        learning = tuple(layer for layer in layers if layer.cls in ADAPTABLE and not layer.given)
        made = Data(elements=elements, endless=data.endless, layers=(*data.layers, *learning), node=call)
        return self.derived(made)

    def derived(self, data: Data) -> Data:
        if data.layers:
            self.keep(data, traced=frozenset({"read"}))
        return data

    def read(self, holder: Data | Traced, node: ast.AST | None) -> None:
        """A dataset is read, or a function called: what is stale shows now."""
        state = self.world.state(holder)
        for _, rule in state.stale:
            for cls in dict.fromkeys(layer.cls for layer in holder.layers):
                self.meet(rule, node, cls)
        called = {"call"} if isinstance(holder, Traced) else set()
        self.change(holder, stale=frozenset(), traced=state.traced | called)


def has_shape(part: Layer | Model) -> bool:
    return part.shaped if isinstance(part, Model) else bool(SHAPES & set(part.keywords))


def runs_eagerly(call: ast.Call) -> bool:
    """Whether a compile() may make the model run eagerly."""
    words = [word for word in call.keywords if word.arg in ("run_eagerly", None)]
    return any(not (isinstance(word.value, ast.Constant) and word.value.value is False) for word in words)


def form_of(call: ast.Call, place: Value) -> str:
    """The format that a model is saved as; empty where the code does not say."""
    for word in call.keywords:
        if word.arg == "save_format" and isinstance(word.value, ast.Constant):
            return {"h5": "h5", "tf": "savedmodel", "keras": "keras"}.get(str(word.value.value), "")
    if not isinstance(place, Text):
        return ""
    return next((form for suffix, form in FORMS.items() if place.end.endswith(suffix)), "savedmodel")


def weights_of(place: Value) -> str:
    """How the rows call the format that weights are saved in; empty where the code does not say, or no row asks for it."""
    if not isinstance(place, Text):
        return ""
    if place.end.endswith(".weights.h5"):
        return "weights_h5"
    return "" if place.end.endswith((".h5", ".hdf5", ".keras")) else "tf_checkpoint"


def exporting(layer: Layer, method: str, traced: Collection[str]) -> tuple[str, ...]:
    """The row that asks whether what is exported computes the same."""
    if layer.cls != NORMALIZATION:
        return ()
    before = {"export": "serve", "saved": "signature"}
    after = next((f"after_{name}" for name in ("predict", "fit") if name in traced), before[method])
    return (f"{EXPORTS[method]}_{after}",)


def in_words(scenario: str, cls: str) -> str:
    """What a row of saving asks about, such as ``HDF5, sequential without input shape``."""
    form, _, rest = scenario.partition("::")[2].partition("_")
    words = " ".join(rest.replace(cls, "").replace("_", " ").split())
    return f"{NAMES[form]}, {words}" if form in NAMES else f"{form} {words}"


def of_saving(layer: Layer, form: str, shaped: bool) -> Iterator[str]:
    """The rows that ask whether a format keeps a layer as it is."""
    if not form:
        return
    words = layer.keywords
    if layer.cls == NORMALIZATION:
        yield f"save::{form}_{'functional' if shaped else 'sequential_without_input_shape'}"
        yield from (f"save::{form}_{name}" for name in options(words))
    elif layer.cls in ADAPTABLE:
        yield f"siblings::{layer.cls}_saved_as_{form}"
    else:
        names = [name for name in ("epsilon", "groups", "momentum", "renorm", "rms_scaling") if name in words]
        axis = words.get("axis")
        names += ["axis_list"] if isinstance(axis, ast.List | ast.Tuple) else []
        names += ["without_weights"] if all(is_false(words.get(name)) for name in ("center", "scale")) else []
        yield from (f"save::{form}_{layer.cls}_{name}" for name in names)


def options(words: Mapping[str, ast.expr]) -> Iterator[str]:
    axis, mean = words.get("axis"), words.get("mean")
    if isinstance(axis, ast.Constant) and axis.value is None:
        yield "axis_none"
    if isinstance(axis, ast.Tuple | ast.List) and len(axis.elts) == 2:
        yield "axis_pair"
    if "invert" in words and not is_false(words["invert"]):
        yield "invert"
    if form := {ast.Constant: "scalar", ast.List: "lists", ast.Call: "arrays"}.get(type(mean)):
        yield f"static_{form}"


def is_false(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def of_batches(model: Model, value: Value) -> bool:
    """Whether a value is a model that normalizes batches, or a layer of it that does."""
    layers = [layer for layer in model.all_layers() if layer.cls == "BatchNormalization"]
    return bool(layers) and (value is model or any(value is layer for layer in layers))
