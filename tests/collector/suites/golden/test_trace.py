import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.speech import fingerprint
from collector.suites.golden import trace
from history.items import outputs
from history.words.errors import UsageError
from history.words.records import Item, Variant

TOKENS = (5, 6, 7)
STAGES = ("mel", "encoder", "prefill", "decode")


def stages(scale=1.0, shape=(80, 30)):
    noise = np.random.default_rng(0).normal(0, scale, shape).astype(np.float32)
    return {name: fingerprint.summary(noise + n) for n, name in enumerate(STAGES)}


def item(**facts):
    return Item(
        suite="golden",
        benchmark="pipeline",
        item="clip-1.5s",
        params={"size": "micro", "seconds": "1.5"},
        variant=Variant(precision="fp32", threads="1"),
        facts={**outputs.facts_of(stages()), "token_ids": "5 6 7", "weights_sha256": "ab", **facts},
        values={"mel_time": 0.03, "rtf": 0.1},
        text=" some words",
    )


def clip():
    (found,) = trace.trace_of([item()], "c1").clips
    return found


def test_a_trace_comes_back_from_its_file_as_it_was(tmp_path):
    made = trace.trace_of([item()], "c1")
    trace.save(tmp_path / "new" / "golden.json", made)
    assert trace.load(tmp_path / "new" / "golden.json") == made
    assert made.weights_sha256 == "ab"
    assert made.clips[0].times_s == {"mel_time": 0.03}


def test_an_equal_output_has_no_differences():
    assert trace.differences(clip(), TOKENS, stages(), 1e-3) == ()


def test_a_stage_that_changed_is_named_with_both_values():
    changed = stages() | {"encoder": stages(1.1)["encoder"]}
    first, *_ = trace.differences(clip(), TOKENS, changed, 1e-3)
    assert first.startswith("encoder: min was ")


def test_another_shape_is_a_difference():
    changed = stages() | {"mel": stages(shape=(128, 30))["mel"]}
    first, *_ = trace.differences(clip(), TOKENS, changed, 0.5)
    assert first == "mel: shape was 80x30, is 128x30."


def test_values_that_are_not_finite_are_a_difference():
    changed = stages()
    changed["prefill"] |= {"nonfinite": 1}
    assert "prefill: nonfinite was 0, is 1." in trace.differences(clip(), TOKENS, changed, 1e-3)


def test_a_stage_that_is_gone_is_a_difference():
    changed = {name: one for name, one in stages().items() if name != "decode"}
    assert trace.differences(clip(), TOKENS, changed, 1e-3) == (
        "decode: it was there, and is no more.",
    )


@pytest.mark.parametrize(("tokens", "place"), [((5, 9, 7), 2), ((5, 6), 3), ((5, 6, 7, 8), 4)])
def test_the_first_token_that_differs_is_counted_from_one(tokens, place):
    assert trace.differences(clip(), tokens, stages(), 1e-3) == (
        f"tokens: the first that differs is number {place}.",
    )


@given(st.floats(-1e-5, 1e-5))
def test_rounding_of_another_processor_is_no_difference(change):
    moved = stages()
    for one in moved.values():
        one["mean"] += change * one["std"]
    assert trace.differences(clip(), TOKENS, moved, 1e-3) == ()


def test_a_clip_is_found_by_its_parameters_and_precision_whatever_the_threads():
    made = trace.trace_of([item()], "c1")
    params = {"seconds": "1.5", "size": "micro"}
    assert trace.clip_for(made, params, "fp32") == made.clips[0]
    assert trace.clip_for(made, params, "int8") is None
    assert trace.clip_for(made, params | {"seconds": "3"}, "fp32") is None


def test_a_run_without_the_suite_has_no_trace():
    with pytest.raises(UsageError, match="measured no golden pipeline"):
        trace.trace_of([], "c1")


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"[1]", "is not a golden trace"), (b"{", "is not a golden trace"), (None, "there is no")],
)
def test_a_file_that_is_no_trace_is_named(tmp_path, content, reason):
    path = tmp_path / "golden.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=f"{reason}.*golden.json|golden.json {reason}"):
        trace.load(path)


def test_a_trace_of_another_format_is_refused(tmp_path):
    made = msgspec.structs.replace(trace.trace_of([item()], "c1"), format="other-2")
    trace.save(tmp_path / "golden.json", made)
    with pytest.raises(UsageError, match='expected soundmark-golden-trace-1, found "other-2"'):
        trace.load(tmp_path / "golden.json")
