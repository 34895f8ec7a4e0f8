"""Describe the acoustic model: sizes, vocabulary, frames.

No inference library here: the parent plans with this, and the torch-free child needs it too.
"""

from __future__ import annotations

import hashlib
import math
from pathlib import Path
from typing import Any, Final

import msgspec

from collector.speech import model_folder, weights
from history.words.errors import BrokenDataError, UsageError


class Convolutions(msgspec.Struct, frozen=True, kw_only=True):
    """The stack that turns samples into frames; the default is every published wav2vec2's."""

    kernels: tuple[int, ...] = (10, 3, 3, 3, 3, 2, 2)
    strides: tuple[int, ...] = (5, 2, 2, 2, 2, 2, 2)

    @property
    def stride(self) -> int:
        """Samples between two frames."""
        return math.prod(self.strides)

    def frames(self, samples: int) -> int:
        """Frames made of so many samples; 0 when there are too few."""
        length = samples
        for kernel, stride in zip(self.kernels, self.strides, strict=True):
            length = (length - kernel) // stride + 1 if length >= kernel else 0
        return length


LETTERS: Final = "ETAONIHSRDLUMWCFGYPBVK'XJQZ"
"""In the order of base-960h's vocabulary; ids start at 5."""

BLANK: Final = 0

# What differs from the defaults of transformers' Wav2Vec2Config, which is base-960h.
SIZES: Final[dict[str, dict[str, Any]]] = {
    "tiny": {
        "hidden_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 128,
        "conv_dim": [32] * 7,
        "num_conv_pos_embeddings": 16,
        "num_conv_pos_embedding_groups": 4,
    },
    "mini": {
        "hidden_size": 256,
        "num_hidden_layers": 4,
        "num_attention_heads": 4,
        "intermediate_size": 1024,
        "conv_dim": [128] * 7,
        "num_conv_pos_embeddings": 64,
        "num_conv_pos_embedding_groups": 16,
    },
    "base": {},
}

_GRAPHS: Final = ("model.onnx", "onnx/model.onnx")


class ModelFolder(msgspec.Struct, frozen=True, kw_only=True):
    """What a user's folder holds."""

    name: str
    path: Path
    weights: Path | None
    """transformers' own file, for torch and for an export."""
    graph: Path | None
    """A ready ONNX graph."""
    vocabulary: dict[str, int]
    blank: int
    normalise: bool
    """Whether the extractor scales every utterance to zero mean and unit variance."""
    convolutions: Convolutions = Convolutions()
    config: dict[str, Any] = {}
    """``config.json``; empty without one."""


def vocabulary() -> dict[str, int]:
    """Vocabulary of the synthetic sizes: base-960h's."""
    specials = ("<pad>", "<s>", "</s>", "<unk>", "|")
    return {token: n for n, token in enumerate((*specials, *LETTERS))}


def configuration(size: str) -> dict[str, Any]:
    """Arguments of ``Wav2Vec2Config`` for a size. Raises UsageError for an unknown one."""
    if size not in SIZES:
        raise UsageError(
            f'size: expected one of {", ".join(SIZES)}, found "{size}".',
            hint="Own weights are named by model_dir.",
        )
    return {"vocab_size": 32, **SIZES[size]}


def export_key(size: str, seed: int, *versions: str) -> str:
    """Sixteen hex digits over everything that shapes an exported graph."""
    parts = (weights.config_sha256(configuration(size)), str(seed), *versions)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def read_folder(folder: Path) -> ModelFolder:
    """Read a user's model folder. Raises UsageError naming what is missing."""
    if not folder.is_dir():
        raise UsageError(
            f'model_dir: expected a folder, found nothing called "{folder.name}".',
            hint="Name a Hugging Face or optimum folder of a CTC model.",
        )
    listing = folder / "vocab.json"
    if not listing.is_file():
        raise UsageError(
            f"model_dir: {folder.name}/ has no vocab.json, so texts cannot be turned into labels."
        )
    found_weights = model_folder.weights_file(folder)
    graph = next((folder / n for n in _GRAPHS if (folder / n).is_file()), None)
    if found_weights is None and graph is None:
        raise UsageError(
            f"model_dir: {folder.name}/ holds neither {model_folder.WEIGHTS} nor {_GRAPHS[0]}.",
            hint="Copy the whole folder, or export it with `optimum-cli export onnx`.",
        )
    if found_weights is not None:
        model_folder.check(
            folder,
            "model_dir",
            "wav2vec2",
            "the layer that gives logits",
            has=lambda key: key.startswith("lm_head."),
        )
    try:
        letters = msgspec.json.decode(listing.read_bytes(), type=dict[str, int])
    except msgspec.DecodeError as error:
        raise UsageError(
            f"model_dir: {folder.name}/vocab.json is not a vocabulary: {error}."
        ) from error
    blank = next((letters[token] for token in ("<pad>", "[PAD]", "<blank>") if token in letters), 0)
    if "|" not in letters:
        raise UsageError(f'model_dir: {folder.name}/vocab.json has no word separator "|".')
    config = _json(folder / model_folder.CONFIG)
    return ModelFolder(
        name=folder.name,
        path=folder,
        weights=found_weights,
        graph=graph,
        vocabulary=letters,
        blank=blank,
        normalise=bool(_json(folder / "preprocessor_config.json").get("do_normalize", True)),
        convolutions=_convolutions(config),
        config=config,
    )


def check_vocabulary(letters: dict[str, int], vocab: int) -> None:
    """Raise BrokenDataError for a label beyond the logits; ``vocab`` 0 is not known."""
    highest = max(letters.values())
    if vocab and highest >= vocab:
        raise BrokenDataError(
            f"vocab.json does not fit the model: it names label {highest}, the logits end at"
            f" {vocab - 1}.",
            hint="Take vocab.json from the folder of the very model that was exported.",
        )


def _convolutions(config: dict[str, Any]) -> Convolutions:
    kernels, strides = config.get("conv_kernel"), config.get("conv_stride")
    if kernels is None or strides is None:
        return Convolutions()
    return Convolutions(kernels=tuple(kernels), strides=tuple(strides))


def _json(path: Path) -> dict[str, Any]:
    """The object in the file; empty without a file. Raises UsageError for anything else."""
    return model_folder.json_object(path, "model_dir") if path.is_file() else {}
