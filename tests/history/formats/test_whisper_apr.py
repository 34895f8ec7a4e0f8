"""What whisper.apr publishes: its baseline, and the tables that its golden traces came with.

Written by hand after `demos/baseline.json` and `test_data/format_comparison.json` of the project.
"""

import json

import pytest

from history.formats.whisper_apr import WhisperApr
from history.words.errors import ImportRefusedError
from history.words.records import Measured

BASELINE = {
    "version": "1.0",
    "project": "whisper.apr",
    "benchmarks": {
        "tiny_model": {"rtf": 1.8, "memory_mb": 145, "load_time_ms": 450, "wer": 0.12},
        "base_model": {"first_token_ms": 180},
    },
    "latency_targets": {"p50_ms": 100},
    "throughput_targets": {"min_rps": 100},
    "browser_benchmarks": {
        "chrome": {"simd_speedup": 3.2, "threads_supported": 8, "wasm_compile_ms": 120}
    },
}
TABLES = """\
    Finished `release` profile [optimized] target(s) in 0.26s
║        Whisper.apr - Model Format Comparison              ║
│                    FILE SIZE COMPARISON                     │
│ Format        │ Size         │ Compression  │ WASM Ready    │
│ APR-int8      │     38.7 MB │       25.6% │ ✅ Yes         │
│                    LOADING PERFORMANCE                       │
│ Format        │ File Read    │ Parse        │ Model Load    │
│ APR-int8      │       7.6ms │      18.0ms │      445.0ms │
│ APR-f32       │      75.0ms │      soon │      542.5ms │
│                 FIRST TOKEN LATENCY                         │
│ Mel Spectrogram (1s audio)          │               1.0ms │
│ Encoder                             │             121.6ms │
│ Half a decoder                      │             160.9ms │
│ Total First Token Latency           │             283.5ms │
{ "format": "renacer-json-v1", "syscalls": [] }
"""


def parsed(text):
    found = WhisperApr().parse(text)
    values = {}
    for one in found.points:
        assert isinstance(one.outcome, Measured)
        values[one.benchmark, *one.params.values(), one.metric] = one.outcome.value
    return found, values


def test_a_baseline_gives_its_numbers_and_leaves_limits_and_facts_out():
    found, values = parsed(json.dumps(BASELINE))
    assert values == pytest.approx(
        {
            ("tiny_model", "rtf"): 1.8,
            ("tiny_model", "memory"): 145e6,
            ("tiny_model", "load_time"): 0.45,
            ("tiny_model", "wer"): 0.12,
            ("base_model", "first_token_time"): 0.18,
            ("chrome", "simd_speedup"): 3.2,
            ("chrome", "wasm_compile_time"): 0.12,
        }
    )
    assert [one.reason.partition(",")[0] for one in found.left_out] == [
        "threads_supported: a fact of the browser", "a limit", "a limit",
    ]  # fmt: skip
    assert (found.rows_read, found.rows_taken) == (10, 7)


def test_a_number_whose_unit_is_not_known_is_refused():
    found, _ = parsed('{"benchmarks": {"tiny_model": {"rtf": 1, "joules": 3}}}')
    (refused,) = found.refused
    assert refused.reason == '"tiny_model": "joules" is not known, and its unit is not stated'


def test_the_tables_before_a_trace_are_read_and_the_trace_is_not():
    found, values = parsed(TABLES)
    assert values == pytest.approx(
        {
            ("format", "APR-int8", "model_size"): 38.7e6,
            ("format", "APR-int8", "file_read_time"): 0.0076,
            ("format", "APR-int8", "parse_time"): 0.018,
            ("format", "APR-int8", "load_time"): 0.445,
            ("first-token", "mel_time"): 0.001,
            ("first-token", "encoder_time"): 0.1216,
            ("first-token", "first_token_time"): 0.2835,
        }
    )
    assert [(one.row, one.reason) for one in found.refused] == [
        (9, 'parse_time: expected a number with its unit, found "soon"'),
        (13, '"Half a decoder" is no known part of the first token'),
    ]


def test_a_trace_alone_has_no_times():
    text = '{"version": "0.6.5", "format": "renacer-json-v1", "syscalls": []}'
    assert WhisperApr().recognise(text)
    with pytest.raises(ImportRefusedError, match="found a trace of system calls, which has none"):
        WhisperApr().parse(text)
