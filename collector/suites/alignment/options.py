"""Options of the alignment suite."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from collector.contract import NonNegativeInt, Place, PositiveInt
from collector.speech import audio

ERROR: Final = "error"
"""Fact of an utterance that could not be aligned: the reason."""


class AlignmentOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[[suite]]`` with ``use = "alignment"`` in the configuration file."""

    size: str = "mini"
    """Synthetic model: ``tiny`` (0.1 M), ``mini`` (3.7 M) or ``base`` (94 M parameters)."""
    seed: int = 0
    """Seed of the synthetic weights."""
    model_dir: Place = ""
    """Own model instead: a Hugging Face or optimum folder with vocab.json."""
    dataset_root: Place = ""
    """Own data instead of generated speech: a folder laid out as LibriSpeech is."""
    subsets: tuple[str, ...] = ()
    """Subsets of the data set, such as ``test-clean``; empty takes all."""
    utterances: NonNegativeInt = 8
    """How many, in order of id; 0 takes all of an own data set."""
    max_seconds: Annotated[float, msgspec.Meta(gt=0, le=audio.MAX_SECONDS)] = 120.0
    """Longest utterance: attention needs memory with the square of the length (base at 120 s: about
    1.7 GB a layer)."""
    convert: bool = False
    """Mix down and resample audio that is not 16 kHz mono; once, before anything is timed."""
    corpus: Literal["", "espeak", "tones"] = ""
    """Generated speech: ``espeak``, ``tones``, or empty for what this machine has."""
    runtimes: tuple[Literal["torch", "onnxruntime"], ...] | None = None
    """Runtimes of the model. Default: ``onnxruntime`` in the quick profile, also ``torch`` in the
    nightly one, since importing it takes longer than a quick measurement.
    """
    backends: tuple[Literal["numpy", "torchaudio"], ...] = ("numpy",)
    """Viterbi: ``numpy``, and ``torchaudio`` where it can be loaded."""
    threads: tuple[PositiveInt, ...] = (1,)
    """Of the runtime; each number is measured."""
    spinning: tuple[bool, ...] = (False,)
    """Whether ONNX Runtime's waiting threads spin."""
    device: Literal["cpu", "cuda"] = "cpu"
    """Device that the model runs on."""
    warmup: NonNegativeInt | None = None
    """Repeats before the first sample; the origin program uses 10. Default: 1 quick, 3 nightly."""
    repeats: PositiveInt | None = None
    """Samples; the origin program uses 30. Default: 4 quick, 20 nightly."""
    aggregate: Literal["median", "mean"] = "median"
    """Number that stands for the samples of a point."""


class AlignmentFiles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Files that the alignment suite can write from a run."""

    perf_out: Place = ""
    """Write the utterances of alignment as JSON lines too, with a .summary.json."""
    perf_append: bool = False
    """Add to the file of --perf-out."""
