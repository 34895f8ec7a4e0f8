import json

import pytest

from history.formats.tts_json import TtsJson
from tests.history.formats.builders import outcome

FORMAT = TtsJson()

PLANNED = {
    "commit": "abc1234", "device": "cuda", "features": "cuda,flash-attn",
    "results": [{
        "input": "short", "wall_clock_ms": 342, "time_to_first_chunk_ms": 180,
        "peak_memory_mb": 2048, "tokens_per_second": 45.2, "realtime_factor": 2.9,
        "stages": {"talker_ms": 150, "code_predictor_ms": 120, "decoder_12hz_ms": 72},
    }],
}  # fmt: skip
PROGRAM = {
    "device": "cpu", "model_dir": "/home/ann/models/0.6B-Base", "iterations": 3,
    "results": [{
        "label": "short", "text": "Hello", "word_count": 13, "wall_clock_ms": 2000.0,
        "wall_clock_stddev_ms": 1.0, "wall_clock_min_ms": 1900.0, "wall_clock_max_ms": 2100.0,
        "audio_duration_secs": 4.0, "rtf": 0.5, "ttfa_ms": None, "tokens_per_sec": 25.0,
        "frames_generated": 50, "peak_memory_mb": 756.0,
        "stages": {
            "prefill_ms": 20.0, "generation_ms": 1500.0, "generation_frames": 50,
            "decode_ms": 480.0,
        },
    }],
}  # fmt: skip
SCRIPT = [
    {"label": "short", "words": 13, "wall_ms": 2000, "stddev_ms": 3, "audio_s": 4.0, "rtf": 0.5,
     "tok_s": 24.0, "mem_mb": 700}
]  # fmt: skip


def test_the_plan_is_read_and_its_realtime_factor_turned_over():
    found = FORMAT.parse(json.dumps(PLANNED))
    assert outcome(found, "rtf", input="short").value == pytest.approx(1 / 2.9)
    assert outcome(found, "total_time").value == pytest.approx(0.342)
    assert outcome(found, "first_audio_time").value == pytest.approx(0.18)
    assert outcome(found, "decoder_time").value == pytest.approx(0.072)
    assert found.points[0].variant.features == "flash-attn"
    assert any("inverse" in text for text in found.flagged)


def test_memory_of_nobody_knows_whom_is_left_out():
    found = FORMAT.parse(json.dumps(PLANNED))
    assert "peak_rss" not in {point.metric for point in found.points}
    on_cpu = FORMAT.parse(json.dumps(PLANNED | {"device": "cpu"}))
    assert outcome(on_cpu, "peak_rss").value == 2048 * 2**20


def test_the_programs_own_shape_is_read_without_its_paths():
    found = FORMAT.parse(json.dumps(PROGRAM))
    assert outcome(found, "rtf").value == 0.5
    total = outcome(found, "total_time")
    assert (total.value, total.n, total.minimum) == (2.0, 3, 1.9)
    assert outcome(found, "generation_time").value == 1.5
    assert "first_audio_time" not in {point.metric for point in found.points}
    assert found.points[0].variant.weights == "0.6B-Base"


@pytest.mark.parametrize(
    ("written", "device"),
    [
        ("CPU", "cpu"),
        ("CUDA (device 0)", "cuda"),
        ("Metal (Apple Silicon)", "metal"),
        ("TPU", "TPU"),
    ],
)
def test_a_device_is_named_as_everywhere_else(written, device):
    found = FORMAT.parse(json.dumps(PROGRAM | {"device": written}))
    assert found.points[0].variant.device == device


def test_memory_at_the_end_is_not_called_a_peak():
    found = FORMAT.parse(json.dumps(PROGRAM))
    assert outcome(found, "rss").value == 756 * 2**20
    assert "peak_rss" not in {point.metric for point in found.points}


def test_the_scripts_twelve_frames_a_second_are_corrected():
    found = FORMAT.parse(json.dumps(SCRIPT))
    assert outcome(found, "tokens_per_second").value == pytest.approx(4.0 * 12.5 / 2.0)


@pytest.mark.parametrize("shape", [PLANNED, PROGRAM, SCRIPT])
def test_each_shape_is_recognised(shape):
    assert FORMAT.recognise(json.dumps(shape))


def test_a_row_without_a_name_or_with_words_for_numbers_is_refused():
    broken = [{"wall_clock_ms": 1}, {"input": "short", "wall_clock_ms": "fast"}]
    found = FORMAT.parse(json.dumps({"results": broken}))
    assert len(found.refused) == 2


def changed(document, **cells):
    rows = document if isinstance(document, list) else document["results"]
    made = [rows[0] | cells]
    return json.dumps(made if isinstance(document, list) else document | {"results": made})


def test_a_real_time_factor_is_made_of_its_parts_and_a_disagreement_is_named():
    text = changed(PROGRAM, wall_clock_ms=1000, audio_duration_secs=4, rtf=4.0)
    found = FORMAT.parse(text)
    assert outcome(found, "rtf").value == 0.25
    assert any("rtf is 4 in the file and 0.25 of wall and audio" in one for one in found.flagged)
    assert not any("rtf is" in one for one in FORMAT.parse(json.dumps(PROGRAM)).flagged)


def test_a_real_time_factor_without_its_parts_is_taken_with_a_note():
    found = FORMAT.parse(changed(PROGRAM, audio_duration_secs=None))
    assert outcome(found, "rtf").value == 0.5
    assert any("rtf is taken as stated" in text for text in found.flagged)


@pytest.mark.parametrize(
    ("document", "key"), [(PROGRAM, "audio_duration_secs"), (SCRIPT, "audio_s")]
)
def test_audio_of_no_length_only_lacks_its_ratio(document, key):
    whole = FORMAT.parse(json.dumps(document))
    found = FORMAT.parse(changed(document, **{key: 0.0}))
    assert found.refused == ()
    lost = {point.metric for point in whole.points} - {point.metric for point in found.points}
    assert lost == {"rtf"}


def test_a_factor_of_zero_only_lacks_its_inverse():
    found = FORMAT.parse(changed(PLANNED, realtime_factor=0))
    assert outcome(found, "total_time").value == pytest.approx(0.342)
    assert "rtf" not in {point.metric for point in found.points}


def test_the_plans_factor_is_held_against_its_parts_too():
    found = FORMAT.parse(changed(PLANNED, wall_clock_ms=1000, audio_duration_secs=4))
    assert outcome(found, "rtf").value == 0.25
    assert any("realtime_factor is 2.9 in the file and 4 of" in text for text in found.flagged)


def test_rows_of_several_documents_are_counted_through():
    broken = {"results": [{"input": "short", "wall_clock_ms": "fast"}]}
    found = FORMAT.parse(json.dumps([PLANNED, broken, PLANNED]))
    assert (found.rows_read, found.rows_taken) == (3, 1)
    assert [one.row for one in found.refused] == [2, 3]
    assert "stands in row 1 already" in found.refused[1].reason
