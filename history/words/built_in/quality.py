"""Metrics of quality: error rates, scores, agreement."""

from __future__ import annotations

from typing import Final

from history.words.metrics import Direction, Kind, Metric, OverItems, Ratio

_AUDIO: Final = Ratio(below=("audio_duration", "duration_s", "audio_s"))
_WORDS: Final = Ratio(below=("words", "reference_words"), above=("word_errors", "errors"))
_MEAN: Final = OverItems.MEAN
"""Latencies are averaged over items, not summed."""
QUALITY: Final = (
    Metric(
        "dp_frame_mismatches",
        "count",
        Direction.LOWER,
        Kind.QUALITY,
        "Frames whose label differs between two Viterbi backends.",
        over_items=OverItems.SUM,
    ),
    Metric(
        "wer",
        "x",
        Direction.LOWER,
        Kind.QUALITY,
        "Word error rate against reference texts; never on synthetic weights.",
        title="Word error rate",
        over_items=_WORDS,
        shown_in="%",
    ),
    Metric(
        "cer",
        "x",
        Direction.LOWER,
        Kind.QUALITY,
        "Character error rate against reference texts; never on synthetic weights.",
        title="Character error rate",
        over_items=Ratio(below=("characters", "reference_characters"), above=("character_errors",)),
        shown_in="%",
    ),
    Metric(
        "substitutions",
        "count",
        Direction.LOWER,
        Kind.QUALITY,
        "Words recognised as other ones.",
        over_items=OverItems.SUM,
    ),
    Metric(
        "deletions",
        "count",
        Direction.LOWER,
        Kind.QUALITY,
        "Words that were said and not recognised.",
        over_items=OverItems.SUM,
    ),
    Metric(
        "insertions",
        "count",
        Direction.LOWER,
        Kind.QUALITY,
        "Words recognised that were not said.",
        over_items=OverItems.SUM,
    ),
    Metric(
        "word_boundary_error",
        "s",
        Direction.LOWER,
        Kind.QUALITY,
        "Mean distance of aligned starts and ends of words from the known ones.",
    ),
    Metric(
        "speech_share",
        "x",
        Direction.NONE,
        Kind.RATIO,
        "Share of the audio that a detector takes for speech.",
        shown_in="%",
    ),
    Metric(
        "round_trip_wer",
        "x",
        Direction.LOWER,
        Kind.QUALITY,
        "Word error rate of synthesised speech that a recogniser hears, against the text.",
        title="Round-trip word error rate",
        over_items=_WORDS,
        shown_in="%",
    ),
    Metric(
        "der",
        "x",
        Direction.LOWER,
        Kind.QUALITY,
        "Diarisation error rate: missed, false and confused speech by the speech of the reference.",
        title="Diarisation error rate",
        over_items=Ratio(below=("speech_s",), above=("error_s",)),
        shown_in="%",
    ),
    Metric(
        "utmos",
        "MOS",
        Direction.HIGHER,
        Kind.QUALITY,
        "Mean opinion score of speech as UTMOS predicts it, from 1 to 5.",
        title="UTMOS",
        over_items=_MEAN,
    ),
    Metric(
        "speaker_similarity",
        "x",
        Direction.HIGHER,
        Kind.QUALITY,
        "Cosine of the speaker embeddings of synthesised and reference speech; 1 is the same.",
        over_items=_MEAN,
        shown_in="count",
    ),
    Metric(
        "playback_continuity",
        "x",
        Direction.HIGHER,
        Kind.QUALITY,
        "Share of the audio that is played without waiting for its next chunk.",
        over_items=_AUDIO,
        shown_in="%",
    ),
    Metric(
        "token_agreement",
        "x",
        Direction.HIGHER,
        Kind.QUALITY,
        "Share of tokens on which two implementations agree.",
        over_items=Ratio(below=("tokens",)),
        shown_in="%",
    ),
)
