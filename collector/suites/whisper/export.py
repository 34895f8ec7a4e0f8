"""Make the three ONNX graphs of a model once per machine, in a process of its own.

Run as ``python -m collector.suites.whisper.export TARGET synthetic SIZE SEED``, ``... TARGET own
MODEL_DIR`` or ``... TARGET int8 GRAPH GRAPH GRAPH``: the child that measures ONNX Runtime must not
hold torch's memory, so another process exports. The graphs of the usual size are kept without their
weights (``templates``) and need no torch at all; ``... TARGET template SIZE`` writes them anew.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from collector.speech import exporting, graph_template, model_folder, pretrained, weights
from collector.suites.whisper import model, vocabulary

if TYPE_CHECKING:
    from collector.speech.weights import Weights

VERSION: Final = "2"
"""Raised when the way of exporting changes."""

_TEMPLATES: Final = Path(__file__).with_name("templates")


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """A folder of graphs and the description of its weights."""

    folder: Path
    weights: weights.Weights


def load_torch(size: str, seed: int, folder: Path | None) -> tuple[Any, Weights]:
    """A ``WhisperForConditionalGeneration`` in evaluation mode on the CPU, and its weights."""
    from transformers import GenerationConfig, WhisperConfig, WhisperForConditionalGeneration

    if folder is not None:
        loaded = pretrained.load(WhisperForConditionalGeneration, folder, "model_dir")
        label, spread, config = folder.name, 0.0, loaded.config.to_diff_dict()
    else:
        config = model.configuration(size)
        loaded = WhisperForConditionalGeneration(WhisperConfig(**config))
        loaded.generation_config = GenerationConfig(**model.generation_config(size))
        weights.fill(loaded, seed=seed, std=model.init_std(size))
        label, spread = weights.label(seed), model.init_std(size)
    return loaded.eval(), weights.of_model(loaded, label, config, spread)


def cached(workspace: Path, size: str, seed: int) -> Exported:
    """The graphs of synthetic weights, exported first when the workspace does not hold them.

    Raises BrokenEnvironmentError with the last line of the exporter when it fails.
    """
    key = model.export_key(size, seed, VERSION, *graph_template.versions(_TEMPLATES / size))
    folder = workspace / "whisper" / f"{size}-{key}"
    what = f"the graphs of the {size} model"
    exporting.once(folder, __name__, ["synthetic", size, str(seed)], what)
    return Exported(folder=folder, weights=exporting.described(folder))


def of_weights(workspace: Path, own: Path) -> Exported:
    """The graphs of a user's model in transformers' own form, exported once.

    Raises BrokenEnvironmentError with the last line of the exporter when it fails.
    """
    files = sorted((*own.glob("*.safetensors"), *own.glob("*.bin"), own / model_folder.CONFIG))
    content = (weights.files_sha256(*files), VERSION, *exporting.tools())
    key = hashlib.sha256("\0".join(content).encode()).hexdigest()[:16]
    folder = workspace / "whisper" / f"own-{key}"
    exporting.once(folder, __name__, ["own", str(own)], f"the graphs of {own.name}")
    return Exported(folder=folder, weights=exporting.described(folder))


def quantised(workspace: Path, graphs: tuple[Path, ...]) -> tuple[Path, Path, Path]:
    """The same graphs with 8-bit weights, quantised dynamically, cached by their content."""
    tool = importlib.metadata.version("onnx")
    content = weights.of_graphs("", *graphs).sha256
    key = hashlib.sha256(f"{VERSION}\0{tool}\0{content}".encode()).hexdigest()[:16]
    folder = workspace / "whisper" / f"int8-{key}"
    exporting.once(folder, __name__, ["int8", *map(str, graphs)], "the graphs in int8")
    encoder, first, step = (folder / name for name in model.GRAPHS)
    return encoder, first, step


def export(folder: Path, size: str, seed: int) -> None:
    """Write graphs, tokenizer, generation config and description of synthetic weights."""
    template = _TEMPLATES / size
    with exporting.appearing(folder) as made:
        if graph_template.identity(template):
            known = graph_template.fill(template, made, seed)
        else:
            _, known = _exported(made, size, seed, None)
        vocabulary.write(size, made / model.TOKENIZER)
        config = msgspec.json.encode(model.generation_config(size))
        (made / model.GENERATION).write_bytes(config)
        exporting.describe(made, known)


def export_own(folder: Path, own: Path) -> None:
    """Write graphs and description of a user's weights."""
    with exporting.appearing(folder) as made:
        _, known = _exported(made, "", 0, own)
        exporting.describe(made, known)


def _exported(made: Path, size: str, seed: int, own: Path | None) -> tuple[Any, weights.Weights]:
    loaded, known = load_torch(size, seed, own)
    export_graphs(loaded, made)
    return loaded, msgspec.structs.replace(known, made_with=", ".join(exporting.tools()))


def write_template(size: str, target: Path) -> None:
    """Export anew and keep the graphs without their weights."""
    with tempfile.TemporaryDirectory() as temporary:
        made = Path(temporary)
        loaded, known = _exported(made, size, 0, None)
        graph_template.take(loaded, [made / name for name in model.GRAPHS], known, target)


def quantise(folder: Path, graphs: tuple[Path, ...]) -> None:
    """Write the graphs with their matrices in 8 bits; activations are quantised as they come."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with exporting.appearing(folder) as made:
        for graph, name in zip(graphs, model.GRAPHS, strict=True):
            quantize_dynamic(graph, made / name, weight_type=QuantType.QInt8)


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

    hidden = torch.zeros(1, frames, config.d_model)
    own = [torch.zeros(1, heads, 7, width) for _ in range(2 * layers)]
    cross = [torch.zeros(1, heads, frames, width) for _ in range(2 * layers)]
    length = torch.export.Dim("past", min=1, max=config.max_target_positions - 1)
    exporting.export_graph(
        encoder.eval(),
        (torch.zeros(1, config.num_mel_bins, 2 * frames),),
        made / model.GRAPHS[0],
        inputs=["input_features"],
        outputs=["last_hidden_state"],
    )
    exporting.export_graph(
        first.eval(),
        (torch.zeros(1, 4, dtype=torch.int64), hidden),
        made / model.GRAPHS[1],
        inputs=["input_ids", "encoder_hidden_states"],
        outputs=[
            "logits",
            *_caches("present", "decoder", layers),
            *_caches("present", "encoder", layers),
        ],
        shapes=({1: torch.export.Dim("tokens", min=1, max=224)}, {}),
    )
    exporting.export_graph(
        step.eval(),
        (torch.zeros(1, 1, dtype=torch.int64), own, cross),
        made / model.GRAPHS[2],
        inputs=[
            "input_ids",
            *_caches("past_key_values", "decoder", layers),
            *_caches("past_key_values", "encoder", layers),
        ],
        outputs=["logits", *_caches("present", "decoder", layers)],
        shapes=({}, [{2: length} for _ in own], [{} for _ in cross]),
    )


def main() -> None:
    """Export as the arguments say."""
    target, kind, *rest = sys.argv[1:]
    if kind == "int8":
        quantise(Path(target), tuple(map(Path, rest)))
    elif kind == "own":
        export_own(Path(target), Path(rest[0]))
    elif kind == "template":
        write_template(rest[0], Path(target))
    else:
        export(Path(target), rest[0], int(rest[1]))


if __name__ == "__main__":
    with exporting.ending_with_message():
        main()
