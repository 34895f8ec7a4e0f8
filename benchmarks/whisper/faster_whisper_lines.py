"""Transcribe the audio of a folder with faster-whisper, and print a JSON line about each file.

Runs in an environment of its own that holds faster-whisper and not soundmark, as the program of a
``command`` suite (docs/suites/whisper.md)::

    python faster_whisper_lines.py MODEL AUDIO [--threads 1] [--max-new-tokens 128]

MODEL is a folder of CTranslate2; nothing is downloaded. ``NAME.txt`` beside ``NAME.wav`` is what is
said in it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from pathlib import Path

from faster_whisper import WhisperModel, decode_audio

RATE = 16_000


def main() -> None:
    """Load once, warm up on the first file, then every file once."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("model")
    asked.add_argument("audio", type=Path)
    asked.add_argument("--threads", type=int, default=1)
    asked.add_argument("--language", default="en")
    asked.add_argument("--max-new-tokens", type=int, default=128)
    given = asked.parse_args()
    model = WhisperModel(
        given.model, device="cpu", compute_type="float32", cpu_threads=given.threads,
        local_files_only=True,
    )  # fmt: skip
    files = sorted(given.audio.glob("*.wav"))
    for count, file in enumerate([*files[:1], *files]):
        line = transcribed(model, file, given.language, given.max_new_tokens)
        print(json.dumps(line | ({"warmup": True} if count == 0 else {})), flush=True)


def transcribed(model: WhisperModel, file: Path, language: str, tokens: int) -> dict[str, object]:
    """One file from its path to its text, greedily, as the suite ``whisper`` decodes."""
    began = time.perf_counter()
    samples = decode_audio(str(file), sampling_rate=RATE)
    loaded = time.perf_counter()
    segments, _ = model.transcribe(
        samples, language=language, beam_size=1, temperature=0.0, max_new_tokens=tokens,
        condition_on_previous_text=False, without_timestamps=True,
        # Nothing is decoded twice or left out, whatever the model thinks of its own text.
        no_speech_threshold=None, log_prob_threshold=None, compression_ratio_threshold=None,
    )  # fmt: skip
    found = list(segments)  # it is a generator: the work is done here
    ended = time.perf_counter()
    text = " ".join(one.text.strip() for one in found)
    said = file.with_suffix(".txt")
    duration_s = len(samples) / RATE
    made = sum(len(one.tokens) for one in found)
    return {
        "soundmark": 1,
        "benchmark": "transcribe",
        "item": file.stem,
        "metrics": {
            "audio_load_time": loaded - began,
            "recognition_time": ended - loaded,
            "end_to_end_time": ended - began,
            "rtf": (ended - began) / duration_s,
            "tokens": made,
        },
        "facts": {"duration_s": duration_s, "tokens": made}
        | ({"reference": said.read_text(encoding="utf-8").strip()} if said.is_file() else {}),
        "text": text,
        "fingerprint": hashlib.sha256(text.encode()).hexdigest()[:16],
    }


if __name__ == "__main__":
    main()
