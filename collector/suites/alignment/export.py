"""Build the torch model, and make its ONNX graph once per machine, in a process of its own.

Run as ``python -m collector.suites.alignment.export FOLDER SIZE SEED [MODEL_DIR]``: the child that
measures ONNX Runtime must not carry torch's memory, so it lets another process export. The graphs
of the usual sizes are kept without their weights (``templates``) and need no torch at all;
``... export template SIZE FOLDER`` writes one anew.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from collector.speech import exporting, graph_template, model_folder, pretrained, weights
from collector.suites.alignment import model

if TYPE_CHECKING:
    from collector.speech.weights import Weights

VERSION: Final = "1"
"""Raised when the way of exporting changes."""

_TRAINING: Final = frozenset({"wav2vec2.masked_spec_embed"})
"""Of masked spectrograms; published models often lack it."""

_GRAPH: Final = "model.onnx"
_TEMPLATES: Final = Path(__file__).with_name("templates")


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """A graph on disk and the description of its weights."""

    graph: Path
    weights: weights.Weights


def load_torch(size: str, seed: int, model_dir: Path | None) -> tuple[Any, Weights]:
    """A ``Wav2Vec2ForCTC`` in evaluation mode on the CPU, and what is known of its weights."""
    from transformers import Wav2Vec2Config, Wav2Vec2ForCTC

    if model_dir is not None:
        loaded = pretrained.load(Wav2Vec2ForCTC, model_dir, "model_dir", unused=_TRAINING)
        label, config = model_dir.name, loaded.config.to_diff_dict()
    else:
        config = model.configuration(size)
        loaded = Wav2Vec2ForCTC(Wav2Vec2Config(**config))
        weights.fill(loaded, seed=seed)
        label = weights.label(seed)
    return loaded.eval(), weights.of_model(loaded, label, config)


def cached(workspace: Path, size: str, seed: int, model_dir: Path | None) -> Exported:
    """The graph of these weights, exported first when the workspace does not hold it.

    Raises BrokenEnvironmentError with the last line of the exporter when it fails.
    """
    folder = workspace / "alignment" / _key(size, seed, model_dir)
    arguments = [size, str(seed), *([str(model_dir)] if model_dir else [])]
    exporting.once(folder, __name__, arguments, f"the ONNX graph of the {size} model")
    return Exported(graph=folder / _GRAPH, weights=exporting.described(folder))


def _key(size: str, seed: int, model_dir: Path | None) -> str:
    if model_dir is None:
        versions = graph_template.versions(_TEMPLATES / size)
        return f"{size}-{model.export_key(size, seed, VERSION, *versions)}"
    found = model.read_folder(model_dir)
    config = model_dir / model_folder.CONFIG
    content = weights.files_sha256(found.weights, config) if found.weights else ""
    return f"own-{model.export_key('base', 0, VERSION, content, *exporting.tools())}"


def export(folder: Path, size: str, seed: int, model_dir: Path | None) -> None:
    """Write the graph and its description; a folder that appears is complete."""
    template = _TEMPLATES / size
    with exporting.appearing(folder) as made:
        if model_dir is None and graph_template.identity(template):
            known = graph_template.fill(template, made, seed)
        else:
            _, known = export_graph(made / _GRAPH, size, seed, model_dir)
        exporting.describe(made, known)


def export_graph(
    path: Path, size: str, seed: int, model_dir: Path | None
) -> tuple[Any, weights.Weights]:
    """Export the graph by torch; returns the model and the description of its weights."""
    import torch

    class Logits(torch.nn.Module):  # type: ignore[misc] # torch's types are not read
        """The model as one function of samples: (1, n) float32 -> (1, T, V) float32."""

        def __init__(self, inner: Any) -> None:  # noqa: ANN401 - as above
            super().__init__()
            self.inner = inner

        def forward(self, input_values: Any) -> Any:  # noqa: ANN401 - as above
            return self.inner(input_values).logits

    loaded, known = load_torch(size, seed, model_dir)
    exporting.export_graph(
        Logits(loaded),
        (torch.zeros(1, 32_000),),
        path,
        inputs=["input_values"],
        outputs=["logits"],
        shapes={"input_values": {1: torch.export.Dim("samples", min=400)}},
    )
    return loaded, msgspec.structs.replace(known, made_with=", ".join(exporting.tools()))


def write_template(size: str, target: Path) -> None:
    """Export anew and keep the graph without its weights."""
    with tempfile.TemporaryDirectory() as temporary:
        graph = Path(temporary) / _GRAPH
        loaded, known = export_graph(graph, size, 0, None)
        graph_template.take(loaded, (graph,), known, target)


def main() -> None:
    """Export as the arguments say."""
    if sys.argv[1] == "template":
        write_template(sys.argv[2], Path(sys.argv[3]))
        return
    folder, size, seed, *own = sys.argv[1:]
    export(Path(folder), size, int(seed), Path(own[0]) if own else None)


if __name__ == "__main__":
    with exporting.ending_with_message():
        main()
