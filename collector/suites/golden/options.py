"""Options of the golden suite, and their checks."""

from __future__ import annotations

from pathlib import Path

import msgspec

from collector.contract import Place
from collector.suites.golden import trace
from collector.suites.whisper.options import WhisperOptions
from collector.suites.whisper.options import check as check_whisper
from history.words.errors import UsageError


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
    corpus: str = ""
    """Generated speech: ``espeak``, ``tones``, or empty for what this machine has."""
    seconds: tuple[float, ...] | None = None
    """Lengths of the clips. Default: 1.5 and 3 quick, and 30 nightly."""
    language: str = "en"
    """Language code of the model."""
    task: str = "transcribe"
    """``transcribe`` or ``translate``."""
    max_new_tokens: int | None = None
    """Tokens of every clip. Default: exactly 20 with synthetic weights, at most 128 with own ones.
    """
    precision: str = "fp32"
    """``fp32``, or ``int8`` by dynamic quantisation."""
    threads: int = 1
    """Threads of ONNX Runtime."""
    device: str = "cpu"
    """``cpu`` or ``cuda``."""
    trace: Place = ""
    """A golden trace saved earlier; an output that differs makes its points invalid."""
    trace_tolerance: float = 1e-3
    """Share of a stage's spread by which its statistics may differ from the trace."""
    warmup: int = 1
    """Repeats before the first sample."""
    repeats: int | None = None
    """Samples. Default: 6 quick, 20 nightly."""

    def whisper(self) -> WhisperOptions:
        """The same model as options of the whisper suite, whose pipeline this is."""
        tokens = self.max_new_tokens
        return WhisperOptions(
            size=self.size,
            seed=self.seed,
            onnx_dir=self.onnx_dir,
            tokenizer_json=self.tokenizer_json,
            language=self.language,
            task=self.task,
            max_new_tokens=tokens or (128 if self.onnx_dir else 20),
            threads=(self.threads,),
            precisions=(self.precision,),
            device=self.device,
        )


def check(options: GoldenOptions) -> None:
    """Raise UsageError for a value that cannot be."""
    check_whisper(options.whisper())
    if any(not 0.1 <= seconds <= 30 for seconds in options.seconds or ()):
        raise UsageError("suite golden: seconds: expected lengths from 0.1 to 30.")
    if options.audio and not Path(options.audio).is_file():
        raise UsageError(f"suite golden: audio: there is no file {Path(options.audio).name}.")
    if options.trace:
        trace.load(Path(options.trace))
