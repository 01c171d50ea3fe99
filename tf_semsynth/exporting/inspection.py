"""Looks into a SavedModel without running it.

Loading a SavedModel runs what its author wrote. Here only the file is parsed,
so that one can know what a stranger's model would do.
"""

import collections
import dataclasses
import re
import textwrap

import tensorflow as tf
from google.protobuf import message, text_format
from tensorflow.core.protobuf import saved_model_pb2

from tf_semsynth.core import storage
from tf_semsynth.exporting.operations import LOADER_OPERATIONS, find_risk

_INIT_SIGNATURE = "__saved_model_init_op"


@dataclasses.dataclass
class Part:
    """One part of a model and the operations that it can run.

    Attributes:
        title: str, such as "signature serving_default".
        tensors: list of str, one line for each input and output.
        operations: Counter, name of an operation -> how often it is there;
            a function that is called twice counts once.
        risks: Counter, `(operation, kind, words)` -> how often.
    """

    title: str
    tensors: list = dataclasses.field(default_factory=list)
    operations: collections.Counter = dataclasses.field(
        default_factory=collections.Counter
    )
    risks: collections.Counter = dataclasses.field(
        default_factory=collections.Counter
    )


def inspect_saved_model(directory):
    """Lists what a SavedModel can run, without loading or running it.

    Args:
        directory: str, the folder with `saved_model.pb` (or `.pbtxt`).

    Returns:
        list of `Part`: one for each signature, one for what loading runs, and
        one for what none of them reaches (a program may call it by name).

    Raises:
        OSError: There is no SavedModel.
        ValueError: The file is damaged.
    """
    parts = []
    for meta_graph in _read(directory).meta_graphs:
        parts += _inspect_graph(meta_graph)
    return parts


def format_parts(directory, parts):
    """What `inspect_saved_model` found, as lines of text."""
    lines = [f"{directory} (parsed, not run)"]
    for part in parts:
        total, kinds = part.operations.total(), len(part.operations)
        listing = ", ".join(
            name if count == 1 else f"{name} x{count}"
            for name, count in sorted(part.operations.items())
        )
        lines += ["", part.title, *(f"  {line}" for line in part.tensors)]
        text = f"{total} operations of {kinds} kinds: {listing}"
        lines += textwrap.wrap(
            text, 78, initial_indent="  ", subsequent_indent="    "
        )
    flagged = [
        f"FLAGGED {kind}: {name} x{count} in {part.title}: {words}"
        for part in parts
        for (name, kind, words), count in sorted(part.risks.items())
    ]
    nothing = (
        "Nothing flagged: no file, network or Python operation, no custom or "
        "opaque one, and no XLA mark."
    )
    return "\n".join([*lines, "", *(flagged or [nothing])])


def _read(directory):
    binary = storage.join(directory, "saved_model.pb")
    text = storage.join(directory, "saved_model.pbtxt")
    model = saved_model_pb2.SavedModel()
    try:
        if storage.exists(binary):
            with tf.io.gfile.GFile(binary, "rb") as file:
                model.ParseFromString(file.read())
        elif storage.exists(text):
            text_format.Parse(storage.read_text(text), model)
        else:
            raise OSError(
                f"{directory} holds no SavedModel: there is no saved_model.pb "
                "in it. Expected the folder of one version, such as "
                "exports/cc_fpse/1."
            )
    except (message.DecodeError, text_format.ParseError, ValueError) as error:
        raise ValueError(
            f"The SavedModel in {directory} is damaged and cannot be parsed: "
            f"{error}."
        ) from error
    if not model.meta_graphs:
        raise ValueError(f"The SavedModel in {directory} is empty.")
    return model


def _inspect_graph(meta_graph):
    graph = _Graph(meta_graph.graph_def)
    parts = []
    for name, signature in sorted(meta_graph.signature_def.items()):
        if name == _INIT_SIGNATURE:
            continue
        part = Part(f"signature {name}", _describe_tensors(signature))
        outputs = [info.name for info in signature.outputs.values()]
        graph.collect(outputs, part)
        parts.append(part)
    loader = Part("loading (runs when the model is opened)")
    graph.collect(_loader_tensors(meta_graph), loader, LOADER_OPERATIONS)
    rest = Part("reached by no signature (a program can call it by name)")
    graph.collect_rest(rest)
    return parts + [part for part in (loader, rest) if part.operations]


def _describe_tensors(signature):
    lines = []
    for word, tensors in (
        ("input", signature.inputs),
        ("output", signature.outputs),
    ):
        for name, info in sorted(tensors.items()):
            dtype = tf.dtypes.as_dtype(info.dtype).name
            shape = tf.TensorShape(info.tensor_shape)
            lines.append(f"{word} {name}: {dtype} {shape}")
    return lines


def _loader_tensors(meta_graph):
    saver = meta_graph.saver_def
    names = [saver.save_tensor_name, saver.restore_op_name]
    signature = meta_graph.signature_def.get(_INIT_SIGNATURE)
    if signature is not None:
        names += [info.name for info in signature.outputs.values()]
    for key in ("saved_model_main_op", "legacy_init_op"):
        if key in meta_graph.collection_def:
            names += meta_graph.collection_def[key].node_list.value
    return [name for name in names if name]


class _Graph:
    """A graph's nodes and functions, and which of them were reached."""

    def __init__(self, graph_def):
        self.nodes = {node.name: node for node in graph_def.node}
        self.functions = {
            function.signature.name: function.node_def
            for function in graph_def.library.function
        }
        self.reached_nodes = set()
        self.reached_functions = set()

    def collect(self, tensors, part, allowed=frozenset()):
        """Adds to `part` what `tensors` need, functions included."""
        nodes, functions = {}, {}
        waiting = list(tensors)
        while waiting:
            name = re.sub(r"^\^|:\d+$", "", waiting.pop())
            if name in self.nodes and name not in nodes:
                nodes[name] = self.nodes[name]
                waiting += nodes[name].input
        waiting = [f for n in nodes.values() for f in self._called_by(n)]
        while waiting:
            name = waiting.pop()
            if name not in functions:
                functions[name] = self.functions[name]
                for node in functions[name]:
                    waiting += self._called_by(node)
        self.reached_nodes |= set(nodes)
        self.reached_functions |= set(functions)
        self._count(nodes.values(), part, allowed)
        for body in functions.values():
            self._count(body, part, allowed)

    def collect_rest(self, part):
        """Adds to `part` what no call of `collect` has reached."""
        for name, node in self.nodes.items():
            if name not in self.reached_nodes:
                self._count([node], part)
        for name, body in self.functions.items():
            if name not in self.reached_functions:
                self._count(body, part)

    def _count(self, nodes, part, allowed=frozenset()):
        for node in nodes:
            if node.op in self.functions:
                continue  # A call; its body is counted.
            part.operations[node.op] += 1
            risk = None if node.op in allowed else find_risk(node)
            if risk:
                part.risks[node.op, *risk] += 1

    def _called_by(self, node):
        names = [node.op]
        for value in node.attr.values():
            names.append(value.func.name)
            names += [function.name for function in value.list.func]
        return [name for name in names if name in self.functions]
