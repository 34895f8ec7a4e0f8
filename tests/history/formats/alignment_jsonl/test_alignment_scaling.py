import json

import msgspec
import numpy as np
import pytest

from history.formats import alignment_scaling
from history.words.records import Item, Variant


def items(runtime: str, n: int) -> list[Item]:
    rng = np.random.default_rng(7)
    found = []
    for k in range(n):
        frames, states = int(rng.integers(100, 900)), int(rng.integers(50, 400))
        seconds = 6.6e-6 * frames + 0.034e-6 * frames * states
        found.append(
            Item(
                suite="alignment",
                benchmark="align",
                item=f"u{k}",
                variant=Variant(runtime=runtime),
                facts={"frames": frames, "states": states},
                values={"dp_time": seconds},
            )
        )
    return found


def test_each_way_of_running_has_its_own_fit_and_rows():
    found = alignment_scaling.report([*items("torch", 6), *items("onnxruntime", 5)])
    assert [entry["variant"] for entry in found] == ["runtime=onnxruntime", "runtime=torch"]
    assert [entry["n"] for entry in found] == [5, 6]
    for entry in found:
        assert entry["per_t_s"] == pytest.approx(6.6e-6, rel=1e-6)
        assert entry["per_ts_s"] == pytest.approx(0.034e-6, rel=1e-6)
        assert entry["outliers"] == ()
        for row in entry["utterances"]:
            assert row["ts"] == row["t"] * row["s"]
            assert abs(row["residual"]) < 1e-6


def test_a_planted_power_law_is_found_beside_the_two_terms():
    planted = []
    for item in items("torch", 20):
        size = int(item.facts["frames"]) * int(item.facts["states"])
        planted.append(msgspec.structs.replace(item, values={"dp_time": 2e-9 * size**1.2}))
    planted[4] = msgspec.structs.replace(planted[4], values={"dp_time": 1.0})
    (found,) = alignment_scaling.report(planted[:4] + planted[5:])
    assert found["power_exponent"] == pytest.approx(1.2)
    assert found["power_scale_s"] == pytest.approx(2e-9)
    assert found["power_r_squared"] == pytest.approx(1.0)
    assert (found["spearman_ts"], found["power_outliers"]) == (pytest.approx(1.0), ())
    (odd,) = alignment_scaling.report(planted)
    assert [one["item"] for one in odd["power_outliers"]] == ["u4"]
    low, high = odd["power_exponent_interval"]
    assert low < odd["power_exponent"] < high


def test_too_few_utterances_say_so_instead_of_a_fit():
    (found,) = alignment_scaling.report(items("torch", 2))
    assert "needs 3 utterances" in found["error"]


def test_an_utterance_that_failed_has_no_row():
    failed = Item(
        suite="alignment", benchmark="align", item="bad", variant=Variant(runtime="torch"),
        facts={"error": "8 kHz"},
    )  # fmt: skip
    (found,) = alignment_scaling.report([*items("torch", 4), failed])
    assert [row["utterance_id"] for row in found["utterances"]] == ["u0", "u1", "u2", "u3"]


def test_the_report_is_json():
    assert json.loads(json.dumps(alignment_scaling.report(items("torch", 4))))
