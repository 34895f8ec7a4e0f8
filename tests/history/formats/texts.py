"""A text of every format of other tools: rows to be taken, to be refused, and no results at all."""

from __future__ import annotations

import json

GOOD, BAD, ODD = "good", "bad", "odd"
"""To be taken; to be refused; something that is no result at all."""


def value(kind, good=5.0):
    return good if kind == GOOD else "fast"


def cargo_bench_text(kinds):
    results = {
        GOOD: "bench:       3,296 ns/iter (+/- 521)",
        BAD: "bench:       3,29 ns/iter (+/- 521)",
        ODD: "bench: soon",
    }
    return "\n".join(f"test b{k} ... {results[kind]}" for k, kind in enumerate(kinds))


def cargo_criterion_text(kinds):
    return "\n".join(
        '{"reason": "benchmark-complete", "iteration_count'
        if kind == ODD
        else json.dumps(
            {"reason": "benchmark-complete", "id": f"b{k}", "iteration_count": [1, 2], "unit": "ns",
             "measured_values": [5.0, value(kind)], "throughput": []}
        )
        for k, kind in enumerate(kinds)
    )  # fmt: skip


def go_bench_text(kinds):
    rows = {GOOD: "100 5 ns/op", BAD: "100 fast ns/op", ODD: "100 5"}
    return "\n".join(f"BenchmarkB{k}-8 \t {rows[kind]}" for k, kind in enumerate(kinds))


def jmh_text(kinds):
    return json.dumps([
        3 if kind == ODD
        else {"benchmark": f"a.B.b{k}", "mode": "avgt", "threads": 1,
              "primaryMetric": {"score": 5.0, "scoreUnit": "us/op", "rawData": [[value(kind)]]}}
        for k, kind in enumerate(kinds)
    ])  # fmt: skip


def benchmarkdotnet_text(kinds):
    rows = [
        3 if kind == ODD
        else {"Namespace": "A", "Type": "B", "Method": f"M{k}", "Parameters": "",
              "Statistics": {"OriginalValues": [5.0, value(kind)], "N": 2}}
        for k, kind in enumerate(kinds)
    ]  # fmt: skip
    return json.dumps(
        {"Benchmarks": rows, "HostEnvironmentInfo": {"BenchmarkDotNetVersion": "0.13.12"}}
    )


def catch2_text(kinds):
    rows = "".join(
        f'<BenchmarkResults name="b{k}" samples="100" iterations="1">'
        + (
            ""
            if kind == ODD
            else f'<mean value="{value(kind)}" lowerBound="4" upperBound="6" ci="0.95"/>'
        )
        + "</BenchmarkResults>"
        for k, kind in enumerate(kinds)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Catch2TestRun name="bench">'
        f'<TestCase name="all">{rows}</TestCase></Catch2TestRun>'
    )


DIVAN = "bench   fastest       │ slowest       │ median        │ mean          │ samples │ iters"


def divan_text(kinds):
    cells = {
        GOOD: "5 ns          │ 6 ns          │ 5 ns          │ 5 ns          │ 100     │ 100",
        BAD: "5 ns          │ 6 ns          │ fast          │ 5 ns          │ 100     │ 100",
        ODD: "5 ns          │ 6 ns",
    }
    return "\n".join([DIVAN, *(f"├─ {k:<5}{cells[kind]}" for k, kind in enumerate(kinds))])


def iai_text(kinds):
    counts = {GOOD: "1735", BAD: "fast", ODD: "-1"}
    return "\n\n".join(
        f"b{k}\n  Instructions:            {counts[kind]}\n  Estimated Cycles:        2481"
        for k, kind in enumerate(kinds)
    )


def conbench_text(kinds):
    return json.dumps([
        3 if kind == ODD
        else {"run_id": "r1", "batch_id": "b", "timestamp": "2026-01-05T10:00:00Z",
              "tags": {"name": f"b{k}"}, "context": {}, "github": {"commit": "a" * 40},
              "machine_info": {"name": "box"}, "stats": {"data": [value(kind)], "unit": "s"}}
        for k, kind in enumerate(kinds)
    ])  # fmt: skip


def optimum_text(kinds):
    return json.dumps({
        f"target{k}": 3 if kind == ODD
        else {"memory": None, "latency": {"unit": "s", "values": [5.0, value(kind)]},
              "throughput": {"unit": "samples/s", "value": 3.0}}
        for k, kind in enumerate(kinds)
    })  # fmt: skip


def lnt_text(kinds):
    rows = [
        3 if kind == ODD else {"name": f"b{k}", "execution_time": [5.0, value(kind)]}
        for k, kind in enumerate(kinds)
    ]
    return json.dumps({
        "tests": rows, "format_version": "2", "machine": {"name": "box"},
        "run": {"start_time": "2026-01-05T10:00:00", "llvm_project_revision": "265649"},
    })  # fmt: skip


def hud_text(kinds):
    return json.dumps([
        3 if kind == ODD
        else {"benchmark": {"name": "speed"}, "model": {"name": f"m{k}"},
              "metric": {"name": "throughput", "benchmark_values": [value(kind)]}}
        for k, kind in enumerate(kinds)
    ])  # fmt: skip


def criterion_text(kinds):
    times = {GOOD: "1.2 ns 1.3 ns 1.4 ns", BAD: "1.2 ns fast ns 1.4 ns", ODD: "1.2 ns"}
    return "\n".join(f"b{k}      time:   [{times[kind]}]" for k, kind in enumerate(kinds))


def gnu_time_text(kinds):
    return "\n".join(
        f'\tCommand being timed: "run {k}"\n\tUser time (seconds): 1.50\n'
        f"\tElapsed (wall clock) time (h:mm:ss or m:ss): {'soon' if kind == BAD else '1:02.50'}"
        + ("" if kind == ODD else "\n\tExit status: 0")
        for k, kind in enumerate(kinds)
    )


def vllm_text(kinds):
    return json.dumps([
        3 if kind == ODD
        else {"model_id": f"m{k}", "completed": 3, "request_throughput": 1.0,
              "total_input_tokens": 3, "median_ttft_ms": value(kind)}
        for k, kind in enumerate(kinds)
    ])  # fmt: skip


def codspeed_text(kinds):
    """After the public sources of codspeed-rust 4.1."""
    stats = {"min_ns": 4, "max_ns": 9, "q1_ns": 5, "q3_ns": 6, "rounds": 20, "total_time": 1e-7}
    rows = [
        3 if kind == ODD
        else {"name": "mel", "uri": f"benches/mel.rs::b{k}", "config": {},
              "stats": stats | {"median_ns": value(kind)}}
        for k, kind in enumerate(kinds)
    ]  # fmt: skip
    return json.dumps({
        "benchmarks": rows, "creator": {"name": "codspeed-rust", "version": "4.1.0", "pid": 7},
        "instrument": {"type": "walltime"},
    })  # fmt: skip


def whisper_apr_text(kinds):
    models = {
        f"tiny{k}_model": 3 if kind == ODD else {"load_time_ms": value(kind)}
        for k, kind in enumerate(kinds)
    }
    return json.dumps({"version": "1.0", "project": "whisper.apr", "benchmarks": models})


OTHER_TOOLS = {
    "benchmarkdotnet": benchmarkdotnet_text,
    "cargo-bench": cargo_bench_text,
    "cargo-criterion": cargo_criterion_text,
    "catch2": catch2_text,
    "codspeed": codspeed_text,
    "conbench": conbench_text,
    "criterion-text": criterion_text,
    "divan": divan_text,
    "gnu-time": gnu_time_text,
    "go-bench": go_bench_text,
    "iai": iai_text,
    "jmh": jmh_text,
    "lnt": lnt_text,
    "optimum-benchmark": optimum_text,
    "pytorch-hud": hud_text,
    "vllm-bench": vllm_text,
    "whisper-apr": whisper_apr_text,
}
