"""Write a small acoustic model as ONNX: ``python -m collector.suites.lifecycle.onnx_model FILE``.

A program of its own, so that the child whose memory is watched never imports the library that
makes models. Its shape is that of an encoder: convolutions over a log-mel, then a projection.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

MELS: Final = 80
CHANNELS: Final = 256
LAYERS: Final = 4
LABELS: Final = 512
SEED: Final = 0


def write(path: Path) -> None:
    """One million float32 weights, 4 MB; the same bytes every time."""
    import numpy as np
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    rng = np.random.default_rng(SEED)
    nodes, weights = [], []

    def weight(name: str, *shape: int) -> str:
        spread = (2.0 / np.prod(shape[1:])) ** 0.5
        values = rng.normal(0.0, spread, shape).astype(np.float32)
        weights.append(numpy_helper.from_array(values, name))
        return name

    here = "mel"
    for layer in range(LAYERS):
        kernel = weight(f"w{layer}", CHANNELS, MELS if layer == 0 else CHANNELS, 3)
        nodes.append(
            helper.make_node("Conv", [here, kernel], [f"c{layer}"], pads=[1, 1], strides=[1])
        )
        nodes.append(helper.make_node("Relu", [f"c{layer}"], [f"h{layer}"]))
        here = f"h{layer}"
    nodes.append(helper.make_node("Transpose", [here], ["frames_first"], perm=[0, 2, 1]))
    nodes.append(
        helper.make_node("MatMul", ["frames_first", weight("head", CHANNELS, LABELS)], ["logits"])
    )
    graph = helper.make_graph(
        nodes,
        "encoder",
        [helper.make_tensor_value_info("mel", TensorProto.FLOAT, [1, MELS, "frames"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, "frames", LABELS])],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    model.ir_version = 10  # the newest that ONNX Runtime 1.20 reads
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


if __name__ == "__main__":
    write(Path(sys.argv[1]))
