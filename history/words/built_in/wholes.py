"""The parts of totals, and the metrics that one line about a benchmark prints."""

from __future__ import annotations

from typing import Final

from history.words.metrics import Composition, Lead

COMPOSITIONS: Final = (
    Composition("total_time", ("forward_time", "post_time", "dp_time", "group_time", "conf_time")),
    Composition(
        "end_to_end_time",
        (
            "audio_load_time",
            "resample_time",
            "mel_time",
            "generate_setup_time",
            "encoder_time",
            "prefill_time",
            "decode_loop_time",
            "detokenize_time",
        ),
    ),
    Composition(
        "total_time",
        ("mel_time", "encoder_time", "prefill_time", "decode_loop_time", "detokenize_time"),
    ),
    Composition(
        "total_time",
        ("preprocess_time", "prefill_time", "talker_time", "code_predictor_time", "decoder_time"),
    ),
    Composition("total_time", ("load_time", "inference_time", "reset_time", "unload_time")),
    Composition("total_time", ("synthesis_time", "vad_time", "recognition_time", "alignment_time")),
    Composition("total_time", ("g2p_time", "acoustic_time", "vocoder_time")),
    Composition("first_token_time", ("mel_time", "encoder_time", "prefill_time")),
    # A decoder without a pass over its prompt makes the first token in its first step.
    Composition("first_token_time", ("mel_time", "encoder_time", "decode_step_time")),
    Composition("model_only_time", ("encoder_time", "prefill_time", "decode_loop_time")),
    Composition("align_time", ("dp_time", "group_time", "conf_time")),
)
"""From the outside in."""

LEADS: Final = (
    Lead("synthesis_time", ("total_time", "rtf")),  # a stage of a pipeline that also listens
    Lead("first_audio_time", ("first_audio_time", "rtf")),
    Lead("acoustic_time", ("rtf", "total_time")),
    Lead("wer", ("rtf", "wer")),
    Lead("recognition_time", ("rtf",)),
    Lead("end_to_end_time", ("rtf", "end_to_end_time")),
    Lead("alignment_time", ("alignment_time", "word_boundary_error")),
    Lead("align_time", ("total_time",)),
)
"""The first that matches counts, so those of a whole pipeline stand before those of its stages."""
