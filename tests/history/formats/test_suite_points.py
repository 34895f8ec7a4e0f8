"""What the tts and lifecycle exporters write, the readers of the same shapes take back."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from history.formats import lifecycle_json, lifecycle_table, take_in, tts_json, tts_json_writing
from history.formats.interface import Context
from history.formats.suite_points import Series, Table
from history.words.errors import UsageError
from history.words.records import Item, Variant
from tests.history.judge.builders import START, point, run, workspace

MB, MIB = 1e6, 2**20
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def life(way: str, rss: list[float], **more: list[float]) -> Table:
    metrics = {"rss": rss, "rss_before": rss, "rss_after_inference": rss} | more
    metrics |= {"rss_growth_rate": [0.0]}  # is there unless the planted leak was misread
    return Table(
        "onnx_session",
        {},
        Variant(implementation=way, features="trimmed", threads="2", weights="model.onnx"),
        {name: Series(values[-1], tuple(values)) for name, values in metrics.items()},
    )


def speech(implementation: str = "own-loop") -> Table:
    metrics = {
        "total_time": (0.342, 0.340, 0.342, 0.345),
        "first_audio_time": (0.18, 0.18),
        "talker_time": (0.15, 0.15),
        "decoder_time": (0.072, 0.072),
        "rtf": (0.345, 0.345),
        "tokens_per_second": (45.2, 45.2),
        "decoder_peak_rss": (2048 * MIB,),
    }
    series = {name: Series(values[0], values[1:]) for name, values in metrics.items()}
    variant = Variant(device="cpu", implementation=implementation)
    return Table("synthesize", {"input": "short", "frames": "12"}, variant, series)


def values(points, metric):
    return [point.outcome.value for point in points if point.metric == metric]


def test_the_plans_shape_has_its_own_names_and_units():
    (made,) = tts_json_writing.documents([speech()], "abc1234def", NOON)
    assert made["commit"] == "abc1234"
    (row,) = made["results"]
    assert row["wall_clock_ms"] == pytest.approx(342)
    assert row["realtime_factor"] == pytest.approx(1 / 0.345)
    assert row["peak_memory_mb"] == 2048
    assert set(row["stages"]) == {"talker_ms", "decoder_12hz_ms"}


def test_the_peak_of_speech_on_a_device_is_the_devices():
    on_cpu = speech()
    peak = {"decoder_gpu_allocated_peak": Series(512 * MIB, ())}
    on_cuda = on_cpu._replace(
        variant=Variant(device="cuda", features="flash-attn"), metrics={**on_cpu.metrics, **peak}
    )
    rows = [
        made["results"][0]
        for made in tts_json_writing.documents([on_cpu, on_cuda], "abc1234", NOON)
    ]
    assert [row["peak_memory_mb"] for row in rows] == [2048, 512]


def test_speech_that_was_exported_is_read_back_the_same():
    made = tts_json_writing.documents([speech(), speech("hf-generate")], "abc1234", NOON)
    found = tts_json.TtsJson().parse(json.dumps(made))
    assert found.refused == ()
    assert values(found.points, "rtf") == pytest.approx([0.345, 0.345])
    assert values(found.points, "total_time") == pytest.approx([0.342, 0.342])  # of three repeats
    assert {point.variant.implementation for point in found.points} == {"own-loop", "hf-generate"}


def test_speech_comes_back_at_the_commit_it_was_measured_at(tmp_path):
    measured = point(
        0.342, suite="tts", benchmark="synthesize", metric="total_time", params={"input": "short"}
    )
    made = workspace(tmp_path, run(7, measured))
    with made.reading() as connection:
        tts_json.TtsJson().write(connection, tmp_path / "speech.json")
    found = take_in.read(tts_json.TtsJson(), tmp_path / "speech.json", Context())
    (record,) = found.records
    assert record.run.commit.sha == "c0007"
    assert record.run.commit.time == START + timedelta(days=7)
    assert values(record.points, "total_time") == [0.342]
    assert found.flagged == ()


def test_documents_of_several_commits_have_none():
    made = [
        *tts_json_writing.documents([speech()], "a" * 40, NOON),
        *tts_json_writing.documents([speech("hf-generate")], "b" * 40, NOON),
    ]
    found = tts_json.TtsJson().parse(json.dumps(made))
    assert found.commit is None
    assert any("different commits" in one for one in found.flagged)


def test_the_studys_shape_has_its_formulas_and_our_verdict_beside_them():
    climb = [100 * MB + 2 * MB * k for k in range(40)]
    made = lifecycle_json.documents(
        [life("recreate", climb, load_overhead=[3 * MB] * 40), life("reuse", [50 * MB] * 40)]
    )
    assert made["config"]["iterations"] == 40
    assert made["summary"]["destroy_recreate"]["growth_rate_mb_per_iter"] == pytest.approx(
        78 / 40 * MB / MIB
    )
    assert made["soundmark"]["destroy_recreate"]["verdict"] == "leak"
    assert made["soundmark"]["restart"]["verdict"] == "no leak"
    assert made["iterations"]["destroy_recreate"][3]["mem_after_unload_mb"] == round(
        106 * MB / MIB, 4
    )
    assert "mem_after_unload_mb" not in made["iterations"]["restart"][0]


def test_what_the_last_iteration_put_out_stands_beside_it():
    reuse = life("reuse", [50 * MB] * 40)
    said = Item(
        suite="lifecycle", benchmark=reuse.benchmark, item="last iteration", variant=reuse.variant,
        facts={"transcript": "and so"}, text="[" + "x" * 300,
    )  # fmt: skip
    made = lifecycle_json.documents([reuse, life("recreate", [60 * MB] * 40)], [said])
    assert made["config"]["transcript"] == "and so"
    assert made["iterations"]["restart"][-1]["alignment_result"] == "[" + "x" * 199
    assert made["iterations"]["restart"][0]["alignment_result"] == ""
    assert made["iterations"]["destroy_recreate"][-1]["alignment_result"] == ""


def test_memory_that_was_exported_is_read_back_the_same():
    climb = [100 * MB + 2 * MB * k for k in range(40)]
    first = life("recreate", climb, first_token_time=[0.02] * 40)
    made = lifecycle_json.documents([first, first._replace(benchmark="chatllm")])
    found = lifecycle_json.LifecycleJson().parse(json.dumps(made))
    assert {point.benchmark for point in found.points} == {"onnx_session", "chatllm"}
    assert values(found.points, "rss_growth_rate") == pytest.approx([2 * MB, 2 * MB])
    assert values(found.points, "first_token_time") == pytest.approx([0.02, 0.02])
    assert found.flagged == ()


def test_threads_that_are_no_number_are_not_counted():
    automatic = life("reuse", [50 * MB] * 4)
    automatic = automatic._replace(variant=Variant(implementation="reuse", threads="auto"))
    assert lifecycle_json.document([automatic])["config"]["inference_threads"] == 0


def test_both_methods_stand_side_by_side(golden):
    climb = [100 * MB + 2 * MB * k for k in range(40)]
    recreate = life("recreate", climb, first_token_time=[0.02] * 40)
    made = lifecycle_json.document([recreate, life("reuse", [50 * MB] * 40)])
    golden(lifecycle_table.markdown("onnx_session trimmed", made), "lifecycle_table.md")


def test_on_a_terminal_the_columns_are_aligned(golden):
    climb = [100 * MB + 2 * MB * k for k in range(40)]
    found = lifecycle_table.terminal([life("recreate", climb), life("reuse", [50 * MB] * 40)])
    golden(found, "lifecycle_table.txt")


def test_where_the_planted_leak_was_misread_there_is_no_verdict():
    blind = life("recreate", [50 * MB] * 40)
    blind = blind._replace(metrics={k: v for k, v in blind.metrics.items() if "rate" not in k})
    made = lifecycle_json.document([blind])
    assert made["soundmark"]["destroy_recreate"]["verdict"] == "invalid"
    assert "| verdict | invalid |" in lifecycle_table.markdown("onnx_session", made)


def test_a_subject_that_was_not_measured_has_no_table():
    assert lifecycle_table.markdown("chatllm", lifecycle_json.document([])) == ""


def test_the_control_is_not_part_of_the_comparison():
    control = life("recreate", [1.0] * 20)._replace(benchmark="control")
    assert lifecycle_json.documents([control]) == {}


def test_a_lifecycle_run_without_single_iterations_is_refused_and_not_an_empty_table(tmp_path):
    reuse = {"suite": "lifecycle", "variant": {"implementation": "reuse"}}
    memory = point(3.0, metric="rss", samples=(1.0, 2.0), **reuse)
    made = workspace(tmp_path, run(0, point(3.0, metric="rss_growth_rate", **reuse), memory))
    both = (lifecycle_json.LifecycleJson(), lifecycle_table.LifecycleTable())
    for exporter in both:
        with made.reading() as connection, pytest.raises(UsageError, match="no memory of single"):
            exporter.write(connection, tmp_path / "out")
    assert not (tmp_path / "out").exists()
