"""Build the torch model, and export it to ONNX once per machine, in a process of its own.

Run as ``python -m collector.suites.alignment.export FOLDER SIZE SEED [MODEL_DIR]``: the child that
measures ONNX Runtime must not carry torch's memory, so it lets another process export.
"""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from collector import weights
from collector.suites.alignment import model
from history.errors import BrokenEnvironmentError

if TYPE_CHECKING:
    from collector.weights import Weights

OPSET: Final = 18
VERSION: Final = "1"
"""Raised when the way of exporting changes."""

TIMEOUT_S: Final = 900.0
_META: Final = "export.json"
_GRAPH: Final = "model.onnx"


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """A graph on disk and what it was made of."""

    graph: Path
    weights: weights.Weights


def load_torch(size: str, seed: int, model_dir: Path | None) -> tuple[Any, Weights]:
    """A ``Wav2Vec2ForCTC`` in evaluation mode on the CPU, and what is known of its weights."""
    from transformers import Wav2Vec2Config, Wav2Vec2ForCTC

    if model_dir is not None:
        loaded = Wav2Vec2ForCTC.from_pretrained(str(model_dir), local_files_only=True)
        label, config = model_dir.name, {}
    else:
        config = model.configuration(size)
        loaded = Wav2Vec2ForCTC(Wav2Vec2Config(**config))
        weights.fill(loaded, seed=seed)
        label = weights.label(seed)
    loaded = loaded.eval()
    known = weights.Weights(
        label=label,
        sha256=weights.sha256(loaded),
        parameters=weights.count(loaded),
        config_sha256=weights.config_sha256(config or loaded.config.to_diff_dict()),
    )
    return loaded, known


def cached(workspace: Path, size: str, seed: int, model_dir: Path | None) -> Exported:
    """The graph of these weights, exported first when the workspace does not hold it.

    Raises BrokenEnvironmentError with the last line of the exporter when it fails.
    """
    folder = workspace / "alignment" / _key(size, seed, model_dir)
    if not (folder / _META).is_file():
        _export_elsewhere(folder, size, seed, model_dir)
    known = msgspec.json.decode((folder / _META).read_bytes(), type=weights.Weights)
    return Exported(graph=folder / _GRAPH, weights=known)


def _key(size: str, seed: int, model_dir: Path | None) -> str:
    tools = [
        f"{n}={importlib.metadata.version(n)}" for n in ("torch", "transformers", "onnxscript")
    ]
    if model_dir is None:
        return f"{size}-{model.export_key(size, seed, VERSION, *tools)}"
    found = model.read_folder(model_dir)
    content = model.file_sha256(found.weights) if found.weights else ""
    return f"own-{model.export_key('base', 0, VERSION, content, *tools)}"


def _export_elsewhere(folder: Path, size: str, seed: int, model_dir: Path | None) -> None:
    command = [sys.executable, "-m", __name__, str(folder), size, str(seed)]
    command += [str(model_dir)] if model_dir else []
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
            env={**os.environ, "OMP_NUM_THREADS": str(os.cpu_count() or 1)},
        )
    except subprocess.TimeoutExpired as error:
        raise BrokenEnvironmentError(
            f"the ONNX export of the {size} model took more than {TIMEOUT_S:g} s."
        ) from error
    if done.returncode != 0 or not (folder / _META).is_file():
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise BrokenEnvironmentError(
            f"the ONNX export of the {size} model failed: {last}.",
            hint="Check that torch, transformers, onnx and onnxscript are installed.",
        )


def export(folder: Path, size: str, seed: int, model_dir: Path | None) -> None:
    """Write the graph and its description; a folder that appears is complete."""
    import torch

    class Logits(torch.nn.Module):  # type: ignore[misc] # torch's types are not read
        """The model as one function of samples: (1, n) float32 -> (1, T, V) float32."""

        def __init__(self, inner: Any) -> None:  # noqa: ANN401 - as above
            super().__init__()
            self.inner = inner

        def forward(self, input_values: Any) -> Any:  # noqa: ANN401 - as above
            return self.inner(input_values).logits

    loaded, known = load_torch(size, seed, model_dir)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as temporary:
        made = Path(temporary) / "export"
        made.mkdir()
        with torch.inference_mode():
            torch.onnx.export(
                Logits(loaded),
                (torch.zeros(1, 32_000),),
                str(made / _GRAPH),
                dynamo=True,
                opset_version=OPSET,
                external_data=False,
                input_names=["input_values"],
                output_names=["logits"],
                dynamic_shapes={"input_values": {1: torch.export.Dim("samples", min=400)}},
                verbose=False,
            )
        (made / _META).write_bytes(msgspec.json.encode(known))
        try:
            made.rename(folder)
        except OSError:
            if not (folder / _META).is_file():  # else another process was faster
                raise


if __name__ == "__main__":
    target, chosen, number, *own = sys.argv[1:]
    export(Path(target), chosen, int(number), Path(own[0]) if own else None)
