"""What variants, commits and moments are called."""

from datetime import UTC, datetime

from history.report.wording import moments, names


def test_variants_are_told_apart_by_what_differs():
    torch = "runtime=torch;device=cpu;weights=synthetic(seed=0)"
    onnx = "runtime=onnxruntime;device=cpu;weights=synthetic(seed=0)"
    shared = names.shared([torch, onnx])
    assert names.variant(torch, shared) == "torch"
    assert names.variant(torch) == "torch · cpu · synthetic weights"
    assert names.shared([torch]) == frozenset()
    assert names.variant("") == "default"


def test_threads_and_features_say_what_they_are():
    assert names.variant("threads=1") == "1 thread"
    assert names.variant("threads=2;features=simd") == "2 threads · +simd"


def test_only_real_hashes_are_cut_short():
    assert names.short("0123456789abcdef0123") == "0123456789ab"
    long = "WAPR-PERF-002 with a name of more than twenty-four letters"
    assert names.short(long) == long


def test_durations():
    assert moments.duration(42.4) == "42 s"
    assert moments.duration(59.7) == "1 min 0 s"
    assert moments.duration(192) == "3 min 12 s"
    assert moments.duration(3700) == "1 h 1 min"


def test_a_day_and_a_minute():
    moment = datetime(2026, 11, 20, 3, 14, 15, tzinfo=UTC)
    assert (moments.day(moment), moments.minute(moment)) == ("2026-11-20", "2026-11-20 03:14 UTC")


def test_what_all_variants_of_a_table_have_is_said_once():
    variants = [f"runtime={one};device=cpu;threads=2" for one in ("torch", "onnx", "torch")]
    shared = names.common(variants)
    assert shared.words == "cpu · 2 threads"
    assert [shared.rest(one) for one in variants] == ["torch", "onnx", "torch"]
    assert names.common(variants, frozenset({("device", "cpu")})).words == "2 threads"
    alike = names.common(["runtime=torch"] * 3)
    assert (alike.words, alike.rest("runtime=torch")) == ("torch", "")
    assert names.common(["runtime=torch"]) == (frozenset(), "")
    assert names.common([""] * 3).rest("") == "default"
