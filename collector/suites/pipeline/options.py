"""Options of the pipeline suite, and their checks."""

from __future__ import annotations

import msgspec

from collector.contract import Place
from collector.speech.choices import check_words
from history.items.error_rate import Normalisation
from history.words.errors import UsageError

PRECISIONS = ("int8", "fp32")
BEAMS = ("wide", "narrow")


class PipelineOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Its table in the configuration file."""

    texts: Place = ""
    """Own sentences instead of the ten: a text file in UTF-8, one a line."""
    audio_dir: Place = ""
    """Folder of own recordings to recognise; ``<name>.txt`` beside a file is its text."""
    convert: bool = False
    """Mix down and resample own recordings that are not 16 kHz mono, before anything is timed."""
    precisions: tuple[str, ...] = PRECISIONS
    """Precisions of the synthesiser: ``int8`` as its package ships it, ``fp32`` with the same
    weights. The quick profile takes the first.
    """
    threads: tuple[int, ...] = (1, 2)
    """Threads of the synthesiser. The quick profile takes the first."""
    beams: tuple[str, ...] = BEAMS
    """Search beams of the recogniser: ``wide`` is the default of its package, ``narrow`` is faster
    and makes more errors.
    """
    normalisation: str = Normalisation.WORDS
    """Of texts before errors are counted: ``words`` (lower case, no punctuation), ``cased`` (upper
    and lower case as written) or ``none``."""
    repeats: int | None = None
    """Samples of every benchmark. Default: 1 (what listens) to 6 quick, 6 to 12 nightly."""


def check(options: PipelineOptions) -> None:
    """Raise UsageError for a value that cannot be."""
    check_words(
        "pipeline",
        {
            "precisions": (options.precisions, PRECISIONS),
            "beams": (options.beams, BEAMS),
            "normalisation": ((options.normalisation,), tuple(Normalisation)),
        },
    )
    if any(count < 1 for count in options.threads):
        raise UsageError("suite pipeline: threads: expected whole numbers from 1.")
    if options.repeats is not None and options.repeats < 1:
        raise UsageError("suite pipeline: repeats: expected a whole number from 1.")
