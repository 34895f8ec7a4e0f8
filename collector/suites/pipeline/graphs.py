"""Rewrite the synthesiser's graph: without quantisation, or with its durations as output.

Run as ``python -m collector.suites.pipeline.graphs FOLDER GRAPH``: the child that measures memory
must not load onnx, so another process writes the file.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from collector.speech import exporting, weights
from history.words.errors import BrokenEnvironmentError

if TYPE_CHECKING:
    import onnx

VERSION: Final = "1"
"""Raised when the way of rewriting changes."""
FP32: Final = "fp32.onnx"
DURATIONS: Final = "durations"
"""Output that ``with_durations`` adds: (phonemes,) float32, in frames of 25 ms."""


def dequantised(workspace: Path, graph: Path) -> Path:
    """The graph with the same weights in fp32 and nothing quantised, made when it is missing."""
    tool = importlib.metadata.version("onnx")
    content = weights.files_sha256(graph)
    key = hashlib.sha256(f"{VERSION}\0{tool}\0{content}".encode()).hexdigest()[:16]
    folder = workspace / "pipeline" / f"fp32-{key}"
    exporting.once(folder, __name__, [str(graph)], "the synthesiser in fp32")
    return folder / FP32


def with_durations(graph: Path, target: Path) -> None:
    """Write the graph with the length of every phoneme as a further output.

    Durations are what the graph rounds and sums up to place the frames: the input of its only sum
    along time. Raises BrokenEnvironmentError for a graph that has none or several.
    """
    import onnx
    from onnx import helper

    model = onnx.load(graph)
    sums = [node for node in model.graph.node if node.op_type == "CumSum"]
    if len(sums) != 1:
        raise BrokenEnvironmentError(
            f"{graph.name}: expected one running sum of durations, found {len(sums)}."
        )
    kind = onnx.TensorProto.FLOAT
    model.graph.node.append(
        helper.make_node("Cast", [sums[0].input[0]], [DURATIONS], name="soundmark/dur", to=kind)
    )
    model.graph.output.append(helper.make_tensor_value_info(DURATIONS, kind, ["L"]))
    onnx.save(model, target)


def dequantise(model: onnx.ModelProto) -> int:
    """Replace every dynamically quantised product by the one in fp32; how many there were.

    ``DynamicQuantizeLinear -> MatMulInteger -> Cast -> Mul`` becomes one ``MatMul``. The weights
    stay as rounding to 8 bits left them; the activations are no longer rounded.
    """
    from onnx import helper, numpy_helper

    graph = model.graph
    values = {one.name: one for one in graph.initializer}
    maker = {name: node for node in graph.node for name in node.output}
    users: dict[str, Any] = {name: node for node in graph.node for name in node.input}
    replaced: dict[str, Any] = {}
    gone: set[str] = set()
    for node in graph.node:
        if node.op_type != "MatMulInteger":
            continue
        quantised, weight, _, zero = node.input
        cast = users[node.output[0]]
        scaled = users[cast.output[0]]
        (both,) = (name for name in scaled.input if name != cast.output[0])
        (scale,) = (name for name in maker[both].input if name in values)
        name = f"{weight}_fp32"
        if name not in values:
            whole, middle, step = (
                numpy_helper.to_array(values[one]).astype("float32")
                for one in (weight, zero, scale)
            )
            values[name] = numpy_helper.from_array((whole - middle) * step, name)
        source = maker[quantised].input[0]
        replaced[scaled.output[0]] = helper.make_node("MatMul", [source, name], scaled.output)
        gone |= {node.output[0], cast.output[0], both}
    nodes = [replaced.get(one.output[0], one) for one in graph.node if one.output[0] not in gone]
    used = {name for one in nodes for name in one.input}
    nodes = [one for one in nodes if one.op_type != "DynamicQuantizeLinear"]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend(one for name, one in values.items() if name in used)
    return len(replaced)


def main() -> None:
    """Write the fp32 graph into a folder that appears complete."""
    import onnx

    folder, graph = Path(sys.argv[1]), Path(sys.argv[2])
    model = onnx.load(graph)
    if dequantise(model) == 0:
        raise BrokenEnvironmentError(f"{graph.name} holds nothing quantised.")
    onnx.checker.check_model(model)
    with exporting.appearing(folder) as made:
        onnx.save(model, made / FP32)


if __name__ == "__main__":
    with exporting.ending_with_message():
        main()
