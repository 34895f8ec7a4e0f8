"""What soundmark itself measures: each metric, what a whole is made of, thresholds of suites.

The set of metrics that is always there; ``history.words.metrics`` looks things up in it and in the
sets of other packages alike.
"""

from __future__ import annotations

from typing import Any, Final

from history.words.metrics import (
    Composition,
    DefaultThreshold,
    Direction,
    Kind,
    Lead,
    Metric,
    OverItems,
    Ratio,
)

_AUDIO: Final = Ratio(below=("audio_duration", "duration_s", "audio_s"))
_FRAMES: Final = Ratio(below=("frames",))
_WORDS: Final = Ratio(below=("words", "reference_words"), above=("word_errors", "errors"))
_MEAN: Final = OverItems.MEAN
"""Of latencies: ten sentences do not make a first answer ten times as late."""
LEAK_FLOOR_BYTES: Final = 0.02e6
"""Bytes per iteration below which growth is no leak: an ONNX Runtime session that does not leak
reads up to 0.016 MB per iteration (60 iterations, 2026)."""


def _time(name: str, summary: str, **facts: Any) -> Metric:  # noqa: ANN401 - fields of Metric
    return Metric(name, "s", Direction.LOWER, Kind.TIME, summary, **facts)


def _memory(name: str, summary: str, **facts: Any) -> Metric:  # noqa: ANN401 - fields of Metric
    return Metric(name, "B", Direction.LOWER, Kind.MEMORY, summary, **facts)


_TIMES: Final = (
    _time("operation_time", "Time of one call of an operator.", headline=130),
    _time("wall_time", "Elapsed time of the whole piece of work.", headline=140),
    _time("cpu_time", "Processor time of all threads of the piece of work."),
    _time("user_time", "Processor time spent in user mode."),
    _time("system_time", "Processor time spent in the kernel."),
    _time("build_time", "Time to build the program before it is measured."),
    _time("load_time", "Time until the model is ready to be used.", headline=30, over_items=_MEAN),
    _time("unload_time", "Time to release the model.", over_items=_MEAN),
    _time("reset_time", "Time to bring a model back to its start without loading it again."),
    _time("inference_time", "Time of one inference with the model loaded.", headline=120),
    _time("forward_time", "Forward pass of the acoustic model.", headline=70),
    _time("post_time", "Log-softmax and extraction of the emissions after the forward pass."),
    _time("dp_time", "CTC Viterbi: dynamic programme and backtrace.", title="Viterbi time"),
    _time("group_time", "Path walk, blank expansion and grouping into words."),
    _time("conf_time", "Confidence of each word.", title="Confidence time"),
    _time("align_time", "Alignment without the model: dp + group + conf.", headline=90),
    _time(
        "align_time_per_ts",
        "Alignment time divided by frames times CTC states.",
        title="Alignment time per frame and state",
        over_items=Ratio(below=("ts_product",)),
    ),
    _time(
        "align_time_per_t",
        "Alignment time divided by frames.",
        title="Alignment time per frame",
        over_items=_FRAMES,
    ),
    _time("total_time", "The whole pipeline, end to end.", headline=160),
    _time("audio_load_time", "Reading and decoding of the audio file."),
    _time("mel_time", "Log-mel spectrogram."),
    _time("resample_time", "Resampling of the audio."),
    _time("preprocess_time", "Everything between decoded audio and the first model call."),
    _time("generate_setup_time", "What a library's generate does before its encoder runs."),
    _time("encoder_time", "Encoder forward pass.", headline=60),
    _time("prefill_time", "First decoder pass over the prompt."),
    _time(
        "decode_step_time",
        "One cached decoder step.",
        over_items=Ratio(below=("decode_steps", "steps")),
    ),
    _time("decode_loop_time", "All cached decoder steps."),
    _time("detokenize_time", "Turning token ids into text."),
    _time("sampling_time", "Choosing tokens from logits, all of a repeat."),
    _time("top_k_time", "Of the sampling: keeping the k likeliest tokens."),
    _time("top_p_time", "Of the sampling: keeping the likeliest tokens that come to p."),
    _time("synthesis_time", "Text to speech, from the text to the last sample."),
    _time("g2p_time", "Normalising a text and finding its phonemes.", title="Phoneme time"),
    _time("acoustic_time", "Acoustic model of a synthesiser, from phonemes to spectra."),
    _time("vocoder_time", "From spectra to audio."),
    _time("vad_time", "Voice activity detection.", title="Voice activity time"),
    _time("recognition_time", "From audio in memory to the text."),
    _time(
        "alignment_time",
        "Forced alignment of a known text, from audio to times of words.",
        headline=85,
    ),
    _time(
        "model_only_time",
        "Encoder, prefill and decoder loop without input and output.",
        headline=80,
    ),
    _time("end_to_end_time", "From the audio file to the text.", headline=150),
    _time(
        "first_token_time",
        "From the start of the work to the first token; of several items the mean.",
        headline=110,
        over_items=_MEAN,
    ),
    _time(
        "first_audio_time",
        "From the start of synthesis to the first audio chunk; of several items the mean.",
        headline=100,
        over_items=_MEAN,
    ),
    _time(
        "first_frame_time",
        "From the start of synthesis to the first codec frame; of several items the mean.",
        over_items=_MEAN,
    ),
    _time(
        "audio_underrun_time",
        "Silence a listener hears because the next chunk of audio arrives late.",
    ),
    _time("talker_time", "Talker decode loop, all frames."),
    _time("talker_step_time", "Talker decode, one frame.", over_items=_FRAMES),
    _time("code_predictor_time", "Code predictor, all frames."),
    _time("code_predictor_step_time", "Code predictor, one frame.", over_items=_FRAMES),
    _time("generation_time", "Talker and code predictor together, all frames."),
    _time("decoder_time", "Codec decoder from codes to audio."),
    _time(
        "decoder_frame_time", "Codec decoder, one frame; it works in chunks.", over_items=_FRAMES
    ),
    _time("frame_time", "One audio frame through talker and code predictor.", over_items=_FRAMES),
    _time(
        "latency_p50",
        "Median of the latency over requests.",
        title="Latency, median",
        over_items=OverItems.NONE,
    ),
    _time(
        "latency_p95",
        "95th percentile of the latency over requests; needs 20 of them.",
        title="Latency, 95th percentile",
        over_items=OverItems.NONE,
    ),
    _time(
        "latency_p99",
        "99th percentile of the latency over requests; needs 100 of them.",
        title="Latency, 99th percentile",
        over_items=OverItems.NONE,
    ),
    _time("calibration_compute_time", "Fixed arithmetic workload that gauges the machine."),
    _time("calibration_memory_time", "Fixed memory workload that gauges the machine."),
)

_MEMORY: Final = (
    _memory("rss", "Resident memory at the end of the work.", title="Resident memory"),
    _memory(
        "peak_rss",
        "Highest resident memory during the work.",
        title="Peak resident memory",
        headline=20,
    ),
    _memory("pss", "Resident memory with shared pages divided by their users."),
    _memory("uss", "Memory that belongs to this process alone."),
    _memory("load_overhead", "Resident memory that loading the model added."),
    _memory("unload_release", "Resident memory that unloading the model gave back."),
    _memory("rss_before", "Resident memory at the start of an iteration."),
    _memory("rss_after_load", "Resident memory once the model is loaded."),
    _memory(
        "rss_after_inference", "Resident memory after an inference, before the model is let go of."
    ),
    _memory(
        "rss_growth",
        "Resident memory after the last iteration less that after the first.",
        floor=100 * LEAK_FLOOR_BYTES,
    ),
    _memory("gpu_used", "Device memory in use by all processes (cudaMemGetInfo)."),
    _memory("gpu_process_used", "Device memory of this process as the driver counts it (NVML)."),
    _memory("gpu_allocated_peak", "Highest memory allocated by torch on the device."),
    _memory("gpu_reserved_peak", "Highest memory reserved by torch's allocator on the device."),
    _memory("model_size", "Size of the model's files."),
)

_OTHERS: Final = (
    Metric(
        "rtf",
        "x",
        Direction.LOWER,
        Kind.RATIO,
        "Real-time factor: processing time divided by audio time; below 1 is faster than speech.",
        title="Real-time factor",
        headline=50,
        over_items=_AUDIO,
    ),
    Metric(
        "model_rtf",
        "x",
        Direction.LOWER,
        Kind.RATIO,
        "Real-time factor of the model stages alone.",
        title="Model real-time factor",
        over_items=_AUDIO,
    ),
    Metric(
        "rss_growth_rate",
        "B/iteration",
        Direction.LOWER,
        Kind.MEMORY,
        "Slope of resident memory over iterations after warm-up (Theil-Sen).",
        headline=10,
        floor=LEAK_FLOOR_BYTES,
    ),
    Metric(
        "rss_growth_naive",
        "B/iteration",
        Direction.LOWER,
        Kind.MEMORY,
        "Last less first resident memory divided by the iterations; printed for comparison only.",
        floor=LEAK_FLOOR_BYTES,
    ),
    Metric(
        "tokens_per_second",
        "tokens/s",
        Direction.HIGHER,
        Kind.THROUGHPUT,
        "Tokens produced per second of processing.",
        headline=40,
        over_items=Ratio(above=("tokens",)),
    ),
    Metric(
        "characters_per_second",
        "characters/s",
        Direction.HIGHER,
        Kind.THROUGHPUT,
        "Characters of text processed per second.",
        over_items=Ratio(above=("characters",)),
    ),
    Metric(
        "tool_time", "s", Direction.NONE, Kind.OTHER, "Run of a tool that measures; not judged."
    ),
    Metric("throughput", "ops/s", Direction.HIGHER, Kind.THROUGHPUT, "Operations per second."),
    Metric("bandwidth", "B/s", Direction.HIGHER, Kind.THROUGHPUT, "Bytes moved per second."),
    Metric(
        "tokens", "count", Direction.NONE, Kind.COUNT, "Tokens produced.", over_items=OverItems.SUM
    ),
    Metric(
        "frames",
        "count",
        Direction.NONE,
        Kind.COUNT,
        "Frames produced or aligned.",
        over_items=OverItems.SUM,
    ),
    Metric(
        "audio_duration",
        "s",
        Direction.NONE,
        Kind.OTHER,
        "Length of the audio, from its samples.",
        over_items=OverItems.SUM,
    ),
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
    Metric("energy", "J", Direction.LOWER, Kind.ENERGY, "Energy used by the work."),
    Metric(
        "unattributed_time",
        "s",
        Direction.NONE,
        Kind.OTHER,
        "Time of a repeat that no stage accounts for; not judged.",
        over_items=OverItems.SUM,
    ),
)

_COMPOSITIONS: Final = (
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
    # Of a decoder without a pass over its prompt the first token is that of its first step.
    Composition("first_token_time", ("mel_time", "encoder_time", "decode_step_time")),
    Composition("model_only_time", ("encoder_time", "prefill_time", "decode_loop_time")),
    Composition("align_time", ("dp_time", "group_time", "conf_time")),
)
"""From the outside in."""

_COMPONENTS: Final = (
    "mel_time",
    "encoder_time",
    "prefill_time",
    "decode_step_time",
    "decode_loop_time",
)
_TOTALS: Final = ("first_token_time", "model_only_time", "end_to_end_time", "total_time")

_GOLDEN: Final = (
    *(
        DefaultThreshold(
            name=f"component {metric} at most 20 % slower",
            suite="golden*",
            metric=metric,
            worse_by="20 %",
        )
        for metric in _COMPONENTS
    ),
    *(
        DefaultThreshold(
            name=f"pipeline {metric} at most 10 % slower",
            suite="golden*",
            metric=metric,
            worse_by="10 %",
            severity="warn",
        )
        for metric in _TOTALS
    ),
    DefaultThreshold(
        name="peak memory of tiny-int8 at most 150 MB",
        suite="golden*",
        metric="peak_rss",
        variant="*tiny-int8*",
        limit="150 MB",
    ),
)
"""A component more than 20 % slower fails, the whole pipeline more than 10 % slower warns. The
absolute limit holds for one model alone: it belongs to a model and not to a suite."""

_LEADS: Final = (
    Lead("synthesis_time", ("total_time", "rtf")),  # a stage of a pipeline that also listens
    Lead("first_audio_time", ("first_audio_time", "rtf")),
    Lead("acoustic_time", ("rtf", "total_time")),
    Lead("wer", ("rtf", "wer")),
    Lead("recognition_time", ("rtf",)),
    Lead("end_to_end_time", ("rtf", "end_to_end_time")),
    Lead("alignment_time", ("alignment_time", "word_boundary_error")),
    Lead("align_time", ("total_time",)),
)
"""A pipeline, synthesis, recognition, alignment."""

FACTS: Final = (*_TIMES, *_MEMORY, *_OTHERS, *_COMPOSITIONS, *_LEADS, *_GOLDEN)
