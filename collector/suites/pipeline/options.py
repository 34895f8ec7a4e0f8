"""Options of the pipeline suite."""

from __future__ import annotations

from typing import Literal

import msgspec

from collector.contract import Place, PositiveInt


class PipelineOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Its table in the configuration file."""

    texts: Place = ""
    """Own sentences instead of the ten: a text file in UTF-8, one a line."""
    audio_dir: Place = ""
    """Folder of own recordings to recognise; ``<name>.txt`` beside a file is its text."""
    convert: bool = False
    """Mix down and resample own recordings that are not 16 kHz mono, before anything is timed."""
    precisions: tuple[Literal["int8", "fp32"], ...] = ("int8", "fp32")
    """Precisions of the synthesiser: ``int8`` as its package ships it, ``fp32`` with the same
    weights. The quick profile takes the first.
    """
    threads: tuple[PositiveInt, ...] = (1, 2)
    """Threads of the synthesiser. The quick profile takes the first."""
    beams: tuple[Literal["wide", "narrow"], ...] = ("wide", "narrow")
    """Search beams of the recogniser: ``wide`` is the default of its package, ``narrow`` is faster
    and makes more errors.
    """
    normalisation: Literal["words", "cased", "none"] = "words"
    """Of texts before errors are counted: ``words`` (lower case, no punctuation), ``cased`` (upper
    and lower case as written) or ``none``."""
    repeats: PositiveInt | None = None
    """Samples of every benchmark. Default: 1 to 6 quick, 6 to 12 nightly."""
