"""Options of the golden suite, and their checks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from collector.contract import NonNegativeInt, Place, PositiveInt
from collector.suites.golden import trace
from collector.suites.whisper.options import Tokens, WhisperOptions
from collector.suites.whisper.options import check as check_whisper
from history.words.errors import UsageError

Seconds = Annotated[float, msgspec.Meta(ge=0.1, le=30)]
"""Length of a clip; the encoder takes 30 s."""


class GoldenOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Its table in the configuration file."""

    size: str = "micro"
    """Synthetic model: ``micro`` (0.5 M) or ``base`` (72.6 M parameters)."""
    seed: int = 0
    """Seed of the synthetic weights."""
    onnx_dir: Place = ""
    """Own model instead: a folder as optimum writes it."""
    tokenizer_json: Place = ""
    """Another tokenizer file than the one in onnx_dir."""
    audio: Place = ""
    """Own recording instead of generated speech; its beginning is used."""
    convert: bool = False
    """Mix down and resample a recording that is not 16 kHz mono, timed as ``resample_time``."""
    corpus: Literal["", "espeak", "tones"] = ""
    """Generated speech: ``espeak``, ``tones``, or empty for what this machine has."""
    seconds: tuple[Seconds, ...] | None = None
    """Lengths of the clips. Default: 1.5 and 3 quick, and 30 nightly."""
    language: str = "en"
    """Language code of the model."""
    task: str = "transcribe"
    """``transcribe`` or ``translate``."""
    max_new_tokens: Tokens | None = None
    """Tokens of every clip. Default: exactly 20 with synthetic weights, at most 128 with own ones.
    """
    precision: Literal["fp32", "int8"] = "fp32"
    """Precision of the graphs; ``int8`` by dynamic quantisation."""
    threads: PositiveInt = 1
    """Threads of ONNX Runtime."""
    device: Literal["cpu", "cuda"] = "cpu"
    """Device that the model runs on."""
    trace: Place = ""
    """A golden trace saved earlier; an output that differs makes its points invalid."""
    trace_tolerance: float = 1e-3
    """Share of a stage's spread by which its statistics may differ from the trace."""
    warmup: NonNegativeInt = 1
    """Repeats before the first sample."""
    repeats: PositiveInt | None = None
    """Samples. Default: 6 quick, 20 nightly."""

    def whisper(self) -> WhisperOptions:
        """The same model as options of the whisper suite, whose pipeline this is."""
        return WhisperOptions(
            size=self.size,
            seed=self.seed,
            onnx_dir=self.onnx_dir,
            tokenizer_json=self.tokenizer_json,
            language=self.language,
            task=self.task,
            max_new_tokens=self.max_new_tokens or (128 if self.onnx_dir else 20),
            threads=(self.threads,),
            precisions=(self.precision,),
            device=self.device,
        )


class GoldenFiles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Files that the golden suite can write from a run."""

    save_trace: Place = ""
    """Write the output of golden, stage by stage, as the trace that later runs are compared with.
    """


def check(options: GoldenOptions) -> None:
    """Raise UsageError for a value that cannot be."""
    check_whisper(options.whisper())
    if options.audio and not Path(options.audio).is_file():
        raise UsageError(f"suite golden: audio: there is no file {Path(options.audio).name}.")
    if options.trace:
        trace.load(Path(options.trace))
