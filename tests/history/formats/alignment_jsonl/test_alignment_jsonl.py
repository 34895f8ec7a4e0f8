import json
import statistics
from datetime import UTC, datetime

import msgspec
import numpy as np
import pytest

from history.formats.alignment_jsonl import reading, writing
from history.words.records import Item, Measured, Variant

NOW = datetime(2026, 3, 1, tzinfo=UTC)
STAGES = ("forward", "post", "dp", "group", "conf")


def item(name: str = "1089-134686-0000", **changes) -> Item:
    rng = np.random.default_rng(len(name) + changes.get("seed", 0))
    samples = {f"{stage}_time": tuple(rng.uniform(0.001, 0.01, 30)) for stage in STAGES}
    align = tuple(np.sum([samples[f"{s}_time"] for s in ("dp", "group", "conf")], axis=0))
    total = tuple(np.sum(list(samples.values()), axis=0) + 1e-6)
    frames, states = 624, 401
    samples |= {"align_time": align, "total_time": total}
    samples["align_time_per_ts"] = tuple(np.array(align) / (frames * states))
    samples["align_time_per_t"] = tuple(np.array(align) / frames)
    return Item(
        suite="alignment",
        benchmark="align",
        item=name,
        params={"size": "mini"},
        variant=Variant(
            implementation="numpy", runtime=changes.get("runtime", "torch"), device="cpu",
            precision="fp32", threads="1", weights="synthetic(seed=0)", dataset="espeak-8",
        ),
        facts={
            "duration_s": 12.48, "frames": frames, "labels": 200, "states": states,
            "ts_product": frames * states, "vocab_size": 32, "warmup": 10,
            "aggregate": changes.get("aggregate", "median"), "audio": "1089/134686/x.flac",
        },
        samples=samples,
        text="HELLO 0.00-0.40 · THERE 0.50-0.90",
    )  # fmt: skip


PUBLIC_FIELDS = {
    "utterance_id", "audio_path", "duration_ms", "num_frames_t", "state_len", "ts_product",
    "vocab_size", "dtype", "device", "frame_stride_ms", "warmup", "repeats", "aggregate",
    "forward_ms", "post_ms", "dp_ms", "group_ms", "conf_ms", "align_ms", "align_ms_per_ts",
    "align_ms_per_t", "total_ms", "forward_ms_repeats", "post_ms_repeats", "dp_ms_repeats",
    "group_ms_repeats", "conf_ms_repeats", "align_ms_repeats", "total_ms_repeats",
}  # fmt: skip


def test_every_field_of_the_public_program_is_written():
    (line,) = writing.lines([item()])
    assert set(line) >= PUBLIC_FIELDS
    assert (line["duration_ms"], line["num_frames_t"], line["state_len"]) == (12_480, 624, 401)
    assert (line["dtype"], line["repeats"], line["warmup"]) == ("f32", 30, 10)


@pytest.mark.parametrize(
    ("how", "made"), [("median", statistics.median), ("mean", statistics.fmean)]
)
def test_every_aggregate_is_the_one_of_its_repeats(how, made):
    (line,) = writing.lines([item(aggregate=how)])
    for name in (*STAGES, "align", "total"):
        assert line[f"{name}_ms"] == pytest.approx(made(line[f"{name}_ms_repeats"]))
    parts = zip(*(line[f"{name}_ms_repeats"] for name in ("dp", "group", "conf")), strict=True)
    assert line["align_ms_repeats"] == pytest.approx([sum(times) for times in parts])


def test_stages_never_exceed_the_total_in_any_repeat():
    (line,) = writing.lines([item()])
    for times in zip(*(line[f"{name}_ms_repeats"] for name in (*STAGES, "total")), strict=True):
        assert sum(times[:-1]) <= times[-1]


def test_an_utterance_that_failed_is_left_out():
    failed = Item(suite="alignment", benchmark="align", item="x", facts={"error": "8 kHz"})
    assert writing.lines([failed]) == []


def test_appending_twice_changes_nothing_and_the_summary_covers_the_whole_file(tmp_path):
    path = tmp_path / "perf.jsonl"
    first, second = writing.lines([item("a")]), writing.lines([item("b")])
    assert writing.write(path, first, generated_at=NOW, append=True) == 1
    assert writing.write(path, first, generated_at=NOW, append=True) == 0
    assert writing.write(path, second, generated_at=NOW, append=True) == 1
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    told = json.loads(writing.summary_path(path).read_text())
    assert [row["utterance_id"] for row in rows] == ["a", "b"]
    assert told["schema_version"] == 1
    assert told["config"] == {"warmup": 10, "repeats": 30, "aggregate": "median", "append": True}
    assert told["aggregate"]["utterance_count"] == 2
    totals = [row["total_ms"] for row in rows]
    assert told["aggregate"]["total_ms"] == {
        "mean": pytest.approx(statistics.fmean(totals)),
        "median": pytest.approx(statistics.median(totals)),
        "min": min(totals),
        "max": max(totals),
    }


def test_a_line_that_was_cut_off_is_replaced_when_appending(tmp_path):
    path = tmp_path / "perf.jsonl"
    path.write_text(json.dumps(writing.lines([item("a")])[0]) + '\n{"utterance_id": "b", "forw')
    writing.write(path, writing.lines([item("c")]), generated_at=NOW, append=True)
    assert [json.loads(line)["utterance_id"] for line in path.read_text().splitlines()] == [
        "a",
        "c",
    ]


def test_what_we_write_we_read_back(tmp_path):
    path = tmp_path / "perf.jsonl"
    given = [item("a"), item("b", seed=4), item("a", runtime="onnxruntime")]
    writing.write(path, writing.lines(given), generated_at=NOW, append=False)
    found = reading.parse(path.read_text(), path.name)
    assert found.rows_read == 3
    assert not found.refused
    assert not found.flagged
    assert [one.variant for one in found.items] == [one.variant for one in given]
    for one, original in zip(found.items, given, strict=True):
        for metric in ("forward_time", "align_time", "total_time"):
            assert one.samples[metric] == pytest.approx(original.samples[metric])
        assert one.text == original.text


def test_totals_over_utterances_are_sums_within_each_repeat():
    given = [item("a"), item("b", seed=4)]
    text = "\n".join(json.dumps(line) for line in writing.lines(given))
    found = reading.parse(text)
    (total,) = [point.outcome for point in found.points if point.metric == "total_time"]
    assert isinstance(total, Measured)
    sums = np.sum([one.samples["total_time"] for one in given], axis=0)
    assert total.samples == pytest.approx(tuple(sums))
    assert total.value == pytest.approx(np.median(sums))


def rust_line(**changes) -> dict:
    line = {key: writing.lines([item()])[0][key] for key in PUBLIC_FIELDS}
    # The Rust program adds the medians of the three stages.
    line["align_ms"] = line["dp_ms"] + line["group_ms"] + line["conf_ms"]
    line["audio_path"] = "/home/someone/data/LibriSpeech/test-clean/1089/134686/x.flac"
    return line | changes


def test_device_memory_that_is_not_known_is_left_out_and_never_zero():
    assert "memory" not in writing.lines([item()])[0]
    ours = msgspec.structs.replace(
        item(), facts={**item().facts, "rss_forward": 700, "rss_dp": 800}
    )
    line = writing.lines([ours])[0]
    assert line["memory"] == {"forward": {"rss": 700}, "dp": {"rss": 800}}
    used = msgspec.structs.replace(item(), facts=item().facts | {"gpu_used_forward": 900.0})
    assert writing.lines([used])[0]["memory"]["forward"] == {"gpu_used": 900}
    both = msgspec.structs.replace(used, facts=used.facts | {"gpu_total": 8_000.0})
    memory = writing.lines([both])[0]["memory"]
    assert memory["forward"] == {"gpu_used": 900, "gpu_total": 8_000}
    assert memory["dp"] is None
    assert "before" not in memory
    first = msgspec.structs.replace(both, facts=both.facts | {"gpu_used_before": 400})
    assert writing.lines([first])[0]["memory"]["before"] == {"gpu_used": 400, "gpu_total": 8_000}


def test_a_line_of_the_rust_program_is_told_by_its_fields():
    memory = {
        "forward": {"gpu_used": 900, "gpu_total": 8_000}, "post": None,
        "dp": {"gpu_used": 950, "gpu_total": 8_000}, "group": None, "conf": None,
    }  # fmt: skip
    found = reading.parse(json.dumps(rust_line(device="cuda", memory=memory)), "rust-cuda.jsonl")
    (one,) = found.items
    assert one.variant.implementation == "wav2vec2-rs"
    assert (one.variant.device, one.variant.dataset) == ("cuda", "rust-cuda")
    assert (one.facts["gpu_used_forward"], one.facts["gpu_used_dp"]) == (900, 950)
    assert one.facts["audio"] == "1089/134686/x.flac"


def test_a_line_of_the_python_program_lacks_stages_and_is_taken():
    line = rust_line()
    for name in ("dp", "group", "conf"):
        del line[f"{name}_ms"], line[f"{name}_ms_repeats"]
    for name in ("state_len", "ts_product", "align_ms_per_ts", "align_ms_per_t"):
        del line[name]
    line["memory"] = {"gpu_used": 5, "gpu_total": 8, "gpu_allocated": 3}
    found = reading.parse(json.dumps(line), "python.jsonl")
    (one,) = found.items
    assert one.variant.implementation == "wav2vec2aligner"
    assert "dp_time" not in one.samples
    assert "align_time" in one.samples
    assert one.facts["gpu_used"] == 5


def test_what_the_python_program_lacks_is_not_invented_when_its_lines_go_out_again():
    line = rust_line(aggregate="p90")
    for name in ("dp", "group", "conf"):
        del line[f"{name}_ms"], line[f"{name}_ms_repeats"]
    del line["state_len"], line["ts_product"], line["duration_ms"]
    sent = reading.parse(json.dumps(line), "python.jsonl").items
    (written,) = writing.lines(sent)
    assert not {"state_len", "ts_product", "duration_ms"} & written.keys()
    assert (written["aggregate"], written["dp_ms"], written["dp_ms_repeats"]) == ("median", 0.0, [])
    (back,) = reading.parse(json.dumps(written)).items
    assert back.samples == sent[0].samples
    assert back.variant == sent[0].variant


def test_a_text_with_a_separator_of_lines_inside_stays_one_line():
    sent = msgspec.structs.replace(item(), text="one\u2028two\x85three")
    text = json.dumps(writing.lines([sent])[0], ensure_ascii=False)
    (back,) = reading.parse(f"{text}\n").items
    assert back.text == sent.text


def test_two_ways_that_differ_in_precision_alone_have_a_file_each(tmp_path):
    sent = [
        msgspec.structs.replace(item(), variant=Variant(runtime="torch", precision=precision))
        for precision in ("fp32", "fp16")
    ]
    written = writing.write_ways(
        tmp_path / "perf.jsonl", sent, writing.Source("c", "r", NOW), append=False
    )
    assert [path.name for path in written] == ["perf-torch-fp16.jsonl", "perf-torch-fp32.jsonl"]
    assert [len(reading.parse(path.read_text()).items) for path in written] == [1, 1]


def test_an_aggregate_that_disagrees_with_its_repeats_is_said():
    found = reading.parse(json.dumps(rust_line(forward_ms=99.0)))
    assert any("forward_ms is not the aggregate" in text for text in found.flagged)
    (one,) = found.items
    assert one.values["forward_time"] == pytest.approx(np.median(one.samples["forward_time"]))


def test_a_truncated_last_line_is_counted_as_refused():
    text = json.dumps(rust_line()) + '\n{"utterance_id": "b", "forwa'
    found = reading.parse(text)
    assert found.rows_read == 2
    assert [(one.row, one.reason) for one in found.refused] == [
        (2, "expected a JSON object: Input data was truncated")
    ]


def test_the_report_form_without_append_is_read_too():
    report = {"schema_version": 1, "records": [rust_line()], "aggregate": {}}
    assert len(reading.parse(json.dumps(report)).items) == 1


def test_an_utterance_that_comes_twice_counts_once_and_is_said():
    text = "\n".join(json.dumps(rust_line()) for _ in range(2))
    found = reading.parse(text)
    assert len(found.items) == 1
    assert [(one.row, one.reason) for one in found.left_out] == [
        (1, "the utterance comes again, and its last line counts")
    ]
    assert (found.rows_read, found.rows_taken) == (2, 1)


def test_a_record_that_is_no_object_is_refused_alone():
    report = {"schema_version": 1, "records": [rust_line(), "b", None], "aggregate": {}}
    found = reading.parse(json.dumps(report))
    assert (found.rows_read, found.rows_taken) == (3, 1)
    assert [one.row for one in found.refused] == [2, 3]


def test_a_word_that_json_does_not_have_is_not_called_cut_off():
    text = json.dumps(rust_line()) + '\n{"utterance_id": "b", "total_ms": nan}'
    (refused,) = reading.parse(text).refused
    assert "invalid character" in refused.reason


def test_two_recordings_of_one_name_stay_two_and_no_user_is_named():
    lines = [
        rust_line(utterance_id=f"/data/{kind}/clip1.wav", audio_path="/home/ann/clip1.wav")
        for kind in ("clean", "noisy")
    ]
    found = reading.parse("\n".join(map(json.dumps, lines)))
    assert [one.item for one in found.items] == ["clean/clip1.wav", "noisy/clip1.wav"]
    assert found.items[0].facts["audio"] == "clip1.wav"
