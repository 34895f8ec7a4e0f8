"""Columns of ``inference_per_file`` and the metrics they are."""

from __future__ import annotations

from typing import Final

SUITE: Final = "whisper"

PER_FILE: Final = {
    "load_s": "audio_load_time",
    "preprocess_s": "preprocess_time",
    "setup_s": "generate_setup_time",
    "encoder_s": "encoder_time",
    "prefill_s": "prefill_time",
    "decode_loop_s": "decode_loop_time",
    "detok_s": "detokenize_time",
    "end_to_end_s": "end_to_end_time",
    "first_token_s": "first_token_time",
    "model_only_s": "model_only_time",
    "rtf": "rtf",
    "tokens_per_s": "tokens_per_second",
}
OURS: Final = PER_FILE | {"preprocess_s": "mel_time"}
"""In files that we wrote; what other programs do before the encoder may be more than mel."""

STAGES: Final = {
    key: metric
    for key, metric in OURS.items()
    if key not in {"end_to_end_s", "rtf", "tokens_per_s"}
}
"""Those that are part of the end-to-end time, as we write them."""
