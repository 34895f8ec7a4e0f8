"""Describe a Whisper model: sizes, folder, special tokens.

No inference library here: the parent plans with this, and the torch-free child needs it too.
"""

from __future__ import annotations

import hashlib
import math
from pathlib import Path
from typing import Any, Final

import msgspec

from collector.speech import model_folder, weights
from history.words.errors import UsageError

GRAPHS: Final = ("encoder_model.onnx", "decoder_model.onnx", "decoder_with_past_model.onnx")
"""The files of optimum's layout with three graphs."""
GENERATION: Final = "generation_config.json"
TOKENIZER: Final = "tokenizer.json"

TIMESTAMPS: Final = 1_501
"""Tokens from 0.00 to 30.00 s in steps of 20 ms; always the last ones of the vocabulary."""

# What differs from the defaults of transformers' WhisperConfig.
SIZES: Final[dict[str, dict[str, Any]]] = {
    "micro": {
        "vocab_size": 2_048,
        "d_model": 64,
        "encoder_layers": 2,
        "decoder_layers": 2,
        "encoder_attention_heads": 2,
        "decoder_attention_heads": 2,
        "encoder_ffn_dim": 256,
        "decoder_ffn_dim": 256,
    },
    "base": {
        "vocab_size": 51_865,
        "d_model": 512,
        "encoder_layers": 6,
        "decoder_layers": 6,
        "encoder_attention_heads": 8,
        "decoder_attention_heads": 8,
        "encoder_ffn_dim": 2_048,
        "decoder_ffn_dim": 2_048,
    },
}


class Generation(msgspec.Struct, frozen=True, kw_only=True):
    """The special tokens of ``generation_config.json``."""

    start: int
    """The first token of every prompt."""
    eos: int
    no_timestamps: int
    languages: dict[str, int] = {}
    """Code -> token; empty for a model of English alone."""
    tasks: dict[str, int] = {}
    suppress: tuple[int, ...] = ()
    begin_suppress: tuple[int, ...] = ()
    """Suppressed for the first generated token only."""
    max_initial_timestamp: int | None = None
    """The first timestamp may be at most this many steps of 20 ms."""

    @property
    def timestamp_begin(self) -> int:
        """The token of 0.00 s; every later token is a timestamp too."""
        return self.no_timestamps + 1


class ModelFolder(msgspec.Struct, frozen=True, kw_only=True):
    """A folder with a model."""

    name: str
    graphs: tuple[Path, ...]
    """Encoder, first decoder pass, cached decoder step; empty when they have to be exported."""
    tokenizer: Path
    generation: Generation
    weights: Path | None = None
    """Folder of transformers' own weights, for the torch baseline and for an export."""


def configuration(size: str) -> dict[str, Any]:
    """Arguments of ``WhisperConfig`` for a size. Raises UsageError for an unknown one."""
    if size not in SIZES:
        raise UsageError(
            f'size: expected one of {", ".join(SIZES)}, found "{size}".',
            hint="Own weights are named by onnx_dir or model_dir.",
        )
    special = _specials(SIZES[size]["vocab_size"])
    return {
        **SIZES[size],
        "init_std": init_std(size),
        "bos_token_id": special["eot"],
        "eos_token_id": special["eot"],
        "pad_token_id": special["eot"],
        "decoder_start_token_id": special["sot"],
        "suppress_tokens": None,
        "begin_suppress_tokens": None,
    }


def init_std(size: str) -> float:
    """Spread of synthetic weights.

    At a width of 64, 0.02 to 0.2 make one to five different tokens, the same for every audio; 0.4
    makes 11 to 18 of 24 (measured 2026, transformers 5.23). The same gain per layer at another
    width needs a spread that falls with its root: with 0.4 at a width of 512 the rounding of two
    runtimes grows until their tokens differ, with 0.14 they agree, and 12 of 16 are different.
    """
    width = float(SIZES[size]["d_model"])
    return round(0.4 * math.sqrt(64 / width), 4)


def special_tokens(size: str) -> dict[str, int]:
    """Text -> id of the special tokens of a synthetic size, in order of id, timestamps last."""
    vocab = int(configuration(size)["vocab_size"])
    found = {_SPECIAL_TEXT.get(key, f"<|{key}|>"): n for key, n in _specials(vocab).items()}
    first = vocab - TIMESTAMPS
    return found | {f"<|{n * 0.02:.2f}|>": first + n for n in range(TIMESTAMPS)}


def generation_config(size: str) -> dict[str, Any]:
    """``generation_config.json`` of a synthetic size, in transformers' words.

    The single bytes of the vocabulary are suppressed, so that random text is readable.
    """
    vocab = int(configuration(size)["vocab_size"])
    ids = _specials(vocab)
    never = ("sot", "translate", "transcribe", "startoflm", "startofprev", "nospeech")
    return {
        "decoder_start_token_id": ids["sot"],
        "bos_token_id": ids["eot"],
        "eos_token_id": ids["eot"],
        "pad_token_id": ids["eot"],
        "is_multilingual": True,
        "lang_to_id": {f"<|{code}|>": ids[code] for code in LANGUAGES},
        "task_to_id": {"translate": ids["translate"], "transcribe": ids["transcribe"]},
        "no_timestamps_token_id": ids["notimestamps"],
        "max_initial_timestamp_index": 50,
        "max_length": 448,
        "suppress_tokens": [*range(256), *(ids[key] for key in (*never, *LANGUAGES))],
        "begin_suppress_tokens": [256, ids["eot"]],
        "return_timestamps": False,
    }


LANGUAGES: Final = ("en", "de", "es", "fr")
_SPECIAL_TEXT: Final = {"eot": "<|endoftext|>", "sot": "<|startoftranscript|>"}


def _specials(vocab: int) -> dict[str, int]:
    """The specials stand just before the timestamps, in Whisper's order."""
    names = ["eot", "sot", *LANGUAGES, "translate", "transcribe", "startoflm", "startofprev"]
    names += ["nospeech", "notimestamps"]
    first = vocab - TIMESTAMPS - len(names)
    return {name: first + n for n, name in enumerate(names)}


def parse_generation(text: bytes, name: str) -> Generation:
    """Read ``generation_config.json``. Raises UsageError naming the file and what it lacks."""
    try:
        found = msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise UsageError(f"{name}: expected a JSON object: {error}.") from error
    lacking = [key for key in ("decoder_start_token_id", "eos_token_id") if key not in found]
    if "no_timestamps_token_id" not in found:
        lacking.append("no_timestamps_token_id")
    if lacking:
        raise UsageError(
            f"{name} lacks {', '.join(lacking)}.",
            hint="Copy the file that belongs to the model from its original folder.",
        )
    eos = found["eos_token_id"]
    return Generation(
        start=int(found["decoder_start_token_id"]),
        eos=int(eos[0] if isinstance(eos, list) else eos),
        no_timestamps=int(found["no_timestamps_token_id"]),
        languages={str(key).strip("<|>"): n for key, n in (found.get("lang_to_id") or {}).items()},
        tasks=dict(found.get("task_to_id") or {}),
        suppress=tuple(found.get("suppress_tokens") or ()),
        begin_suppress=tuple(found.get("begin_suppress_tokens") or ()),
        max_initial_timestamp=found.get("max_initial_timestamp_index"),
    )


def prompt(
    generation: Generation, *, language: str, task: str, timestamps: bool
) -> tuple[int, ...]:
    """Tokens that every decoding begins with. Raises UsageError naming the known languages."""
    found = [generation.start]
    if generation.languages:
        for key, value, known in (
            ("language", language, generation.languages),
            ("task", task, generation.tasks),
        ):
            if value not in known:
                raise UsageError(
                    f'{key}: the model does not know "{value}".',
                    hint=f"It knows {', '.join(sorted(known)) or 'none'}.",
                )
            found.append(known[value])
    elif language not in {"", "en"} or task != "transcribe":
        raise UsageError(f"this model only transcribes English; found {language}, {task}.")
    return (*found,) if timestamps else (*found, generation.no_timestamps)


def read_folder(folder: Path, tokenizer: Path | None = None) -> ModelFolder:
    """Read a folder in optimum's layout. Raises UsageError naming what is missing."""
    if not folder.is_dir():
        raise UsageError(
            f'onnx_dir: expected a folder, found nothing called "{folder.name}".',
            hint="Export one with `optimum-cli export onnx`; without one, weights are synthetic.",
        )
    where = folder / "onnx" if (folder / "onnx" / GRAPHS[0]).is_file() else folder
    missing = [name for name in GRAPHS if not (where / name).is_file()]
    if missing:
        raise UsageError(
            f"onnx_dir: {folder.name}/ lacks {' and '.join(missing)}.",
            hint="Export with `--task automatic-speech-recognition-with-past`, not merged.",
        )
    return _with_words(folder, "onnx_dir", tokenizer, tuple(where / name for name in GRAPHS))


def read_weights(folder: Path, tokenizer: Path | None = None) -> ModelFolder:
    """Read a folder in transformers' layout; its graphs have to be exported.

    Raises UsageError for missing files and for another model type.
    """
    if not folder.is_dir():
        raise UsageError(f'model_dir: expected a folder, found nothing called "{folder.name}".')
    check_weights(folder, "model_dir")
    found = _with_words(folder, "model_dir", tokenizer, ())
    if found.weights is None:
        raise UsageError(f"model_dir: {folder.name}/ holds no {model_folder.WEIGHTS}.")
    return found


def check_weights(folder: Path, option: str) -> None:
    """Raise UsageError unless this is a Whisper with its decoder, as transformers saves it."""
    model_folder.check(
        folder, option, "whisper", "the decoder", has=lambda key: "decoder.layers." in key
    )


def _with_words(
    folder: Path, option: str, tokenizer: Path | None, graphs: tuple[Path, ...]
) -> ModelFolder:
    words = tokenizer or folder / TOKENIZER
    for path, advice in (
        (words, "Name it by tokenizer_json, or copy it from the original model's folder."),
        (folder / GENERATION, "Copy it from the original model's folder."),
    ):
        if not path.is_file():
            raise UsageError(f"{option}: {folder.name}/ has no {path.name}.", hint=advice)
    name = f"{folder.name}/{GENERATION}"
    return ModelFolder(
        name=folder.name,
        graphs=graphs,
        tokenizer=words,
        generation=parse_generation((folder / GENERATION).read_bytes(), name),
        weights=folder if model_folder.weights_file(folder) else None,
    )


def export_key(size: str, seed: int, *versions: str) -> str:
    """Sixteen hex digits over everything that shapes exported graphs."""
    shape = weights.config_sha256(configuration(size) | generation_config(size))
    return hashlib.sha256("\0".join((shape, str(seed), *versions)).encode()).hexdigest()[:16]
