import json

import pytest

from history.formats.lifecycle_json import LifecycleJson
from history.words.records import Measured
from tests.history.formats.builders import outcome

FORMAT = LifecycleJson()


def study(n=40, leak_mb=2.0):
    """The study's file: the first way leaks, the second does not."""
    recreate = [
        {
            "iteration": k + 1, "alignment_result": "[]", "ttft_ms": 6665.0, "gen_speed": 144000.0,
            "mem_before_mb": 100 + leak_mb * k, "mem_after_load_mb": 700 + leak_mb * k,
            "mem_after_infer_mb": 720 + leak_mb * k, "mem_after_unload_mb": 100 + leak_mb * (k + 1),
            "load_overhead_mb": 600.0, "unload_release_mb": 618.0, "net_leak_mb": leak_mb,
        }
        for k in range(n)
    ]  # fmt: skip
    restart = [
        {"iteration": k + 1, "ttft_ms": 6665.0, "mem_before_mb": 700.0,
         "mem_after_infer_mb": 700.0 + (k % 2) * 0.01, "net_growth_mb": 0.0}
        for k in range(n)
    ]  # fmt: skip
    return {
        "config": {"iterations": n, "model": "/home/ann/models/aligner-q4_0.bin",
                   "audio": "/home/ann/samples/jfk.wav", "inference_threads": 6},
        "summary": {"destroy_recreate": {}, "restart": {}},
        "iterations": {"destroy_recreate": recreate, "restart": restart},
    }  # fmt: skip


def by_way(found, way, metric):
    fitting = [
        point.outcome
        for point in found.points
        if point.variant.implementation == way and point.metric == metric
    ]
    assert len(fitting) == 1
    return fitting[0]


def test_growth_is_judged_again_from_the_iterations():
    found = FORMAT.parse(json.dumps(study()))
    leaking = by_way(found, "recreate", "rss_growth_rate")
    assert isinstance(leaking, Measured)
    assert leaking.value == pytest.approx(2 * 2**20)
    assert "Verdict: leak" in leaking.warnings[0]
    assert by_way(found, "reuse", "rss_growth_rate").high < 0.02e6


def test_times_taken_after_the_call_returned_are_not_taken():
    found = FORMAT.parse(json.dumps(study()))
    assert "first_token_time" not in {point.metric for point in found.points}
    assert "not trustworthy" in found.flagged[0]


def test_weights_are_named_without_the_folder():
    variant = FORMAT.parse(json.dumps(study())).points[0].variant
    assert (variant.weights, variant.dataset, variant.threads) == (
        "aligner-q4_0.bin",
        "jfk.wav",
        "6",
    )


def test_a_method_with_one_iteration_is_refused():
    found = FORMAT.parse(json.dumps(study(n=1)))
    assert found.points == ()
    assert [one.row for one in found.refused] == [1, 2]


def test_a_method_that_cannot_be_read_is_refused_with_all_its_iterations():
    whole = study(n=40)
    whole["iterations"]["destroy_recreate"][7]["mem_after_unload_mb"] = "much"
    found = FORMAT.parse(json.dumps(whole))
    assert (found.rows_read, found.rows_taken) == (80, 40)
    assert {one.reason for one in found.refused} == {
        'destroy_recreate: mem_after_unload_mb: expected a number, found "much"'
    }


@pytest.mark.parametrize("rows", [None, 3, [1, 2, 3], {}])
def test_iterations_that_are_no_list_of_objects_are_refused(rows):
    whole = study(n=40)
    whole["iterations"]["restart"] = rows
    found = FORMAT.parse(json.dumps(whole))
    assert found.rows_taken == 40
    assert "restart: expected a list of objects" in found.refused[0].reason


def test_recognised_by_content():
    assert FORMAT.recognise(json.dumps(study(2)))
    assert not FORMAT.recognise('{"config": {}, "summary": {}}')


def test_what_unloading_gave_back_is_counted_from_the_inference_on():
    gave = by_way(FORMAT.parse(json.dumps(study())), "recreate", "unload_release")
    assert gave.value == pytest.approx((720 - 102) * 2**20)


def test_every_series_is_there_once():
    found = FORMAT.parse(json.dumps(study()))
    assert outcome(found, "load_overhead").value == 600 * 2**20


def test_memory_that_no_machine_has_costs_its_method_alone():
    data = study(4)
    data["iterations"]["restart"][1]["mem_after_infer_mb"] = 1e300
    found = FORMAT.parse(json.dumps(data))
    (reason,) = {one.reason for one in found.refused}
    assert reason == "restart: expected finite numbers up to 1e+150 in base units"
    assert len(found.refused) == 4
    assert {point.variant.implementation for point in found.points} == {"recreate"}
