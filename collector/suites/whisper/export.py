"""Make the three ONNX graphs of a model once per machine, in a process of its own.

Run as ``python -m collector.suites.whisper.export TARGET synthetic SIZE SEED`` or ``... TARGET
int8 GRAPH GRAPH GRAPH``: the child that measures ONNX Runtime must not carry torch's memory, so it
lets another process export.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from collector.speech import weights
from collector.suites.whisper import model, vocabulary
from history.errors import BrokenEnvironmentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from collector.speech.weights import Weights

OPSET: Final = 18
VERSION: Final = "2"
"""Raised when the way of exporting changes."""

TIMEOUT_S: Final = 900.0
_META: Final = "export.json"


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """A folder of graphs and what it was made of."""

    folder: Path
    weights: weights.Weights


def load_torch(size: str, seed: int, folder: Path | None) -> tuple[Any, Weights]:
    """A ``WhisperForConditionalGeneration`` in evaluation mode on the CPU, and its weights."""
    from transformers import GenerationConfig, WhisperConfig, WhisperForConditionalGeneration

    if folder is not None:
        loaded = WhisperForConditionalGeneration.from_pretrained(str(folder), local_files_only=True)
        label, spread, config = folder.name, 0.0, loaded.config.to_diff_dict()
    else:
        config = model.configuration(size)
        loaded = WhisperForConditionalGeneration(WhisperConfig(**config))
        loaded.generation_config = GenerationConfig(**model.generation_config(size))
        weights.fill(loaded, seed=seed, std=model.init_std(size))
        label, spread = weights.label(seed), model.init_std(size)
    known = weights.Weights(
        label=label,
        sha256=weights.sha256(loaded),
        parameters=weights.count(loaded),
        config_sha256=weights.config_sha256(config),
        init_std=spread,
    )
    return loaded.eval(), known


def cached(workspace: Path, size: str, seed: int) -> Exported:
    """The graphs of synthetic weights, exported first when the workspace does not hold them.

    Raises BrokenEnvironmentError with the last line of the exporter when it fails.
    """
    tools = [
        f"{n}={importlib.metadata.version(n)}" for n in ("torch", "transformers", "onnxscript")
    ]
    key = model.export_key(size, seed, VERSION, *tools)
    folder = workspace / "whisper" / f"{size}-{key}"
    if not (folder / _META).is_file():
        _elsewhere(folder, f"the export of the {size} model", ["synthetic", size, str(seed)])
    return _read(folder)


def quantised(workspace: Path, graphs: tuple[Path, ...]) -> tuple[Path, Path, Path]:
    """The same graphs with 8-bit weights, quantised dynamically, cached by their content."""
    tool = importlib.metadata.version("onnx")
    content = model.files_sha256(graphs)
    key = hashlib.sha256(f"{VERSION}\0{tool}\0{content}".encode()).hexdigest()[:16]
    folder = workspace / "whisper" / f"int8-{key}"
    if not (folder / _META).is_file():
        _elsewhere(folder, "the quantisation to int8", ["int8", *map(str, graphs)])
    encoder, first, step = (folder / name for name in model.GRAPHS)
    return encoder, first, step


def _read(folder: Path) -> Exported:
    known = msgspec.json.decode((folder / _META).read_bytes(), type=weights.Weights)
    return Exported(folder=folder, weights=known)


def _elsewhere(folder: Path, what: str, arguments: list[str]) -> None:
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__, str(folder), *arguments],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
            env={**os.environ, "OMP_NUM_THREADS": str(os.cpu_count() or 1)},
        )
    except subprocess.TimeoutExpired as error:
        raise BrokenEnvironmentError(f"{what} took more than {TIMEOUT_S:g} s.") from error
    if done.returncode != 0 or not (folder / _META).is_file():
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise BrokenEnvironmentError(
            f"{what} failed: {last}.",
            hint="Check that torch, transformers, onnx and onnxscript are installed.",
        )


def _make(folder: Path, fill: Callable[[Path], None]) -> None:
    """Fill a temporary folder and rename it: a folder that appears is complete."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as temporary:
        made = Path(temporary) / "export"
        made.mkdir()
        fill(made)
        try:
            made.rename(folder)
        except OSError:
            if not (folder / _META).is_file():  # else another process was faster
                raise


def export(folder: Path, size: str, seed: int) -> None:
    """Write graphs, tokenizer, generation config and description of synthetic weights."""

    def fill(made: Path) -> None:
        loaded, known = load_torch(size, seed, None)
        export_graphs(loaded, made)
        vocabulary.write(size, made / model.TOKENIZER)
        config = msgspec.json.encode(model.generation_config(size))
        (made / model.GENERATION).write_bytes(config)
        (made / _META).write_bytes(msgspec.json.encode(known))

    _make(folder, fill)


def quantise(folder: Path, graphs: tuple[Path, ...]) -> None:
    """Write the graphs with their matrices in 8 bits; activations are quantised as they come."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    def fill(made: Path) -> None:
        for graph, name in zip(graphs, model.GRAPHS, strict=True):
            quantize_dynamic(graph, made / name, weight_type=QuantType.QInt8)
        (made / _META).write_bytes(b"{}")

    _make(folder, fill)


def _wrapped(loaded: Any) -> tuple[Any, Any, Any]:  # noqa: ANN401 - torch's types are not read
    """The model as three functions of tensors alone: encoder, first decoder pass, cached step."""
    import torch
    from transformers.cache_utils import DynamicCache, EncoderDecoderCache

    config = loaded.config
    layers = config.decoder_layers
    kinds = [(i, part) for i in range(layers) for part in ("key", "value")]

    class Whole(torch.nn.Module):  # type: ignore[misc] # torch's types are not read
        """Holds the model as a part of itself, so that shared weights are written once."""

        def __init__(self) -> None:
            super().__init__()
            self.inner = loaded

        def decode(self, ids: Any, hidden: Any, cache: Any) -> Any:  # noqa: ANN401 - as above
            out = self.inner.model.decoder(
                input_ids=ids, encoder_hidden_states=hidden, past_key_values=cache, use_cache=True
            )
            return self.inner.proj_out(out.last_hidden_state)

    def flat(cache: Any) -> list[Any]:  # noqa: ANN401 - as above
        layers_of = cache.layers
        return [layers_of[i].keys if part == "key" else layers_of[i].values for i, part in kinds]

    class Encoder(Whole):
        def forward(self, input_features: Any) -> Any:  # noqa: ANN401 - as above
            return self.inner.model.encoder(input_features).last_hidden_state

    class First(Whole):
        def forward(self, input_ids: Any, encoder_hidden_states: Any) -> Any:  # noqa: ANN401 - as above
            cache = EncoderDecoderCache(DynamicCache(), DynamicCache())
            logits = self.decode(input_ids, encoder_hidden_states, cache)
            return (logits, *flat(cache.self_attention_cache), *flat(cache.cross_attention_cache))

    class Next(Whole):
        def forward(self, input_ids: Any, own: Any, cross: Any) -> Any:  # noqa: ANN401 - as above
            cache = EncoderDecoderCache(DynamicCache(), DynamicCache())
            for i in range(layers):
                cache.self_attention_cache.update(own[2 * i], own[2 * i + 1], i)
                cache.cross_attention_cache.update(cross[2 * i], cross[2 * i + 1], i)
                cache.is_updated[i] = True  # so that the encoder's keys are taken from the cache
            unused = torch.zeros(1, 1, config.d_model)
            return (self.decode(input_ids, unused, cache), *flat(cache.self_attention_cache))

    return Encoder(), First(), Next()


def _caches(kind: str, side: str, layers: int) -> list[str]:
    """Names of the cache's tensors in order; ``kind`` is ``past_key_values`` or ``present``."""
    return [f"{kind}.{i}.{side}.{part}" for i in range(layers) for part in ("key", "value")]


def export_graphs(loaded: Any, made: Path) -> None:  # noqa: ANN401 - torch's types are not read
    """Write the three graphs with optimum's file and tensor names; one utterance at a time."""
    import torch

    config = loaded.config
    layers, heads = config.decoder_layers, config.decoder_attention_heads
    width, frames = config.d_model // heads, config.max_source_positions
    encoder, first, step = _wrapped(loaded)

    def write(name: str, module: Any, given: tuple[Any, ...], **rest: Any) -> None:  # noqa: ANN401 - as above
        with torch.inference_mode():
            torch.onnx.export(
                module.eval(),
                given,
                str(made / name),
                dynamo=True,
                opset_version=OPSET,
                external_data=False,
                verbose=False,
                **rest,
            )

    hidden = torch.zeros(1, frames, config.d_model)
    own = [torch.zeros(1, heads, 7, width) for _ in range(2 * layers)]
    cross = [torch.zeros(1, heads, frames, width) for _ in range(2 * layers)]
    length = torch.export.Dim("past", min=1, max=config.max_target_positions - 1)
    write(
        model.GRAPHS[0],
        encoder,
        (torch.zeros(1, config.num_mel_bins, 2 * frames),),
        input_names=["input_features"],
        output_names=["last_hidden_state"],
    )
    write(
        model.GRAPHS[1],
        first,
        (torch.zeros(1, 4, dtype=torch.int64), hidden),
        input_names=["input_ids", "encoder_hidden_states"],
        output_names=[
            "logits",
            *_caches("present", "decoder", layers),
            *_caches("present", "encoder", layers),
        ],
        dynamic_shapes=({1: torch.export.Dim("tokens", min=1, max=224)}, {}),
    )
    write(
        model.GRAPHS[2],
        step,
        (torch.zeros(1, 1, dtype=torch.int64), own, cross),
        input_names=[
            "input_ids",
            *_caches("past_key_values", "decoder", layers),
            *_caches("past_key_values", "encoder", layers),
        ],
        output_names=["logits", *_caches("present", "decoder", layers)],
        dynamic_shapes=({}, [{2: length} for _ in own], [{} for _ in cross]),
    )


if __name__ == "__main__":
    target, kind, *rest = sys.argv[1:]
    if kind == "int8":
        quantise(Path(target), tuple(map(Path, rest)))
    else:
        export(Path(target), rest[0], int(rest[1]))
