"""Metrics of time: of stages, totals, and latencies."""

from __future__ import annotations

from typing import Any, Final

from history.words.metrics import Direction, Kind, Metric, OverItems, Ratio

_FRAMES: Final = Ratio(below=("frames",))
_MEAN: Final = OverItems.MEAN
"""Latencies are averaged over items, not summed."""


def _time(name: str, summary: str, **facts: Any) -> Metric:  # noqa: ANN401 - fields of Metric
    return Metric(name, "s", Direction.LOWER, Kind.TIME, summary, **facts)


TIMES: Final = (
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
