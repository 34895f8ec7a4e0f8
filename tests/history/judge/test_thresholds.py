"""Thresholds look at the newest point alone, and say against what."""

from dataclasses import replace
from math import nan

import pytest

from history.judge import baseline, thresholds
from history.project import limits
from history.report.wording import thresholds as wording
from history.words import metrics
from history.words.errors import ConfigError
from tests.history.judge.builders import (
    config,
    detections,
    facts,
    git,
    noisy,
    repository,
    trend,
    trends,
)

SLOWER = {"name": "slower", "metric": "*_time", "worse_by": "20 %"}


def gate(history, **rule):
    return thresholds.judge(history, config(threshold=[SLOWER | rule]), detections(history))


def gate_one(values, rule=None, **about):
    return gate(trends(trend(values, **about)), **(rule or {}))


def test_a_21_percent_slower_component_fails():
    (finding,) = gate_one([1.0] * 10 + [1.21]).findings
    assert (finding.severity, round(finding.change, 6), finding.limit) == ("fail", 0.21, 1.2)
    assert finding.commit == "c0010"


def test_a_component_exactly_at_its_limit_passes():
    assert gate_one([1.0] * 10 + [1.2]).findings == ()


def test_a_rate_is_worse_when_it_is_lower():
    rule = {"metric": "throughput"}
    about = {"metric": "throughput", "unit": "ops/s", "direction": "higher"}
    assert len(gate_one([100.0] * 10 + [79.0], rule, **about).findings) == 1
    assert gate_one([100.0] * 10 + [130.0], rule, **about).findings == ()


def test_growth_of_memory_near_zero_fails_no_relative_rule_until_it_is_something():
    rule = {"metric": "rss_growth_rate"}
    about = {"metric": "rss_growth_rate", "unit": "B/iteration", "kind": "memory"}
    assert gate_one([90.0] * 10 + [200.0], rule, **about).findings == ()
    (finding,) = gate_one([90.0] * 10 + [1.05e6], rule, **about).findings
    assert "1.05 MB/iteration is worse than 90.0 B/iteration, " in wording.reason(finding)


def test_a_warning_is_not_a_failure():
    (finding,) = gate_one([1.0] * 10 + [1.5], {"severity": "warn"}).findings
    assert finding.severity == "warn"


def test_an_absolute_limit_needs_no_baseline():
    rule = {"metric": "peak_rss", "worse_by": "", "limit": "150 MB"}
    about = {"metric": "peak_rss", "unit": "B", "kind": "memory"}
    (finding,) = gate_one([151e6], rule, **about).findings
    assert (finding.baseline, finding.change) == (None, None)
    assert "151 MB is above the limit of 150 MB; n = 10" in wording.reason(finding)
    assert gate_one([150e6], rule, **about).findings == ()


def test_a_limit_of_zero_needs_no_unit():
    rule = {"metric": "rss_growth_rate", "worse_by": "", "limit": "0"}
    about = {"metric": "rss_growth_rate", "unit": "B/iteration", "kind": "memory"}
    found = gate_one([90.0], rule, **about)
    assert (len(found.findings), found.idle) == (1, ())


def test_a_finding_names_rule_limit_n_baseline_and_what_could_have_been_seen():
    (finding,) = gate_one([*noisy(1.0, n=40), 1.5]).findings
    assert wording.reason(finding).startswith("slower: 1.50 s is 49.9 % worse than 1.00 s, ")
    assert "median of 10 points (c0030..c0039, 1 day older)" in wording.reason(finding)
    assert "allowed are 20 %; n = 10, the series shows steps from" in wording.reason(finding)
    assert 0.01 < finding.minimum_detectable_change < 0.05


def test_a_first_point_has_no_baseline_and_that_is_counted():
    gated = gate_one([1.0])
    assert (gated.findings, gated.checked, gated.without_baseline) == ((), 1, {"slower": 1})


@pytest.mark.parametrize(
    ("mistake", "sentence"),
    [
        (
            {"metric": "first_tokn_time"},
            'threshold "wrong" is about no series: look at its metric and globs.',
        ),
        (
            {"worse_by": "", "limit": "150 MB"},
            'threshold "wrong" has a limit of 150 MB, and what it is about is measured in "s".',
        ),
        (
            {"worse_by": "", "limit": "150"},
            'threshold "wrong" has a limit of 150, and what it is about is measured in "s".',
        ),
        (
            {"baseline": "release:v9"},
            'threshold "wrong": nothing was measured at a release called "v9".',
        ),
    ],
)
def test_a_threshold_that_can_find_nothing_is_named_with_why(mistake, sentence):
    history = trends(trend([1.0, 1.0]))
    wrong = SLOWER | {"name": "wrong"} | mistake
    gated = thresholds.judge(history, config(threshold=[SLOWER, wrong]), detections(history))
    assert tuple(map(wording.idle, gated.idle)) == (sentence,)


def test_a_bare_limit_is_for_units_that_nothing_is_known_about():
    lumen = {"metric": "sparkle", "unit": "lumen"}
    (finding,) = gate_one([5.0], {"worse_by": "", "limit": "4", "metric": "*"}, **lumen).findings
    assert finding.limit == 4.0


def test_points_without_direction_and_absent_points_are_not_judged():
    assert gate_one([1.0, 2.0], direction="none").checked == 0
    assert gate_one([1.0, nan], status=[0, 1]).checked == 0


def test_rules_are_about_the_series_they_name():
    assert gate_one([1.0, 2.0], {"machine": "other"}, suite="micro").checked == 0
    assert gate_one([1.0, 2.0], {"benchmark": "micro.pipe*"}, suite="micro").checked == 1
    cuda = {"variant": "*cuda*"}
    assert gate_one([1.0, 2.0], cuda, suite="micro", variant="device=cpu").checked == 0


def night(*metrics, slower=(), **about):
    """One benchmark with these times, some of which became half as slow again last night."""
    return trends(
        *(
            trend(
                [1.0] * 10 + [1.5 if metric in slower else 1.0],
                metric=metric,
                series_id=metric,
                series_key=number,
                **about,
            )
            for number, metric in enumerate(metrics)
        )
    )


def test_the_speed_of_the_machine_is_judged_only_where_a_rule_says_so():
    times = ("calibration_compute_time", "calibration_memory_time")
    history = night(*times, slower=times, suite="calibration")
    assert gate(history).checked == 0
    assert gate(history, benchmark="*").checked == 0
    assert len(gate(history, benchmark="calibration.*").findings) == 2


def test_a_slower_stage_is_one_finding_of_a_glob_not_two():
    names = ("forward_time", "post_time", "dp_time", "group_time", "conf_time")
    every = (*names, "align_time", "total_time", "unattributed_time")
    history = night(*every, slower=("forward_time", "total_time"))
    found = gate(history)
    assert [one.key.metric for one in found.findings] == ["forward_time"]
    assert found.checked == len(names) + 1


def test_a_total_is_judged_where_it_is_written_out_or_its_parts_are_not():
    history = night("forward_time", "post_time", "total_time", slower=("total_time",))
    assert [one.key.metric for one in gate(history, metric="total_time").findings] == ["total_time"]
    assert [one.key.metric for one in gate(history, metric="total*").findings] == ["total_time"]
    whole = night("load_time", "total_time", slower=("total_time",))
    assert [one.key.metric for one in gate(whole).findings] == ["total_time"]


def test_parts_of_another_variant_do_not_stand_for_a_total():
    parts = night("forward_time", "post_time", variant="device=cpu").series
    whole = night("total_time", slower=("total_time",), variant="device=cuda").series
    history = trends(*parts, *(replace(one, series_key=9) for one in whole))
    assert [one.key.variant for one in gate(history).findings] == ["device=cuda"]


def test_an_absolute_limit_by_a_glob_holds_for_totals_too():
    history = night("forward_time", "post_time", "total_time", slower=("total_time",))
    found = gate(history, worse_by="", limit="1200 ms").findings
    assert [one.key.metric for one in found] == ["total_time"]


def judge_golden(metric, *values, configured=(), **about):
    history = trends(trend(values, metric=metric, **about))
    return thresholds.judge(history, config(threshold=configured), detections(history)).findings


@pytest.mark.parametrize("metric", ["mel_time", "encoder_time", "decode_step_time"])
def test_without_configuration_a_golden_component_fails_above_20_percent(metric):
    assert [one.severity for one in judge_golden(metric, 1.0, 1.21)] == ["fail"]
    assert judge_golden(metric, 1.0, 1.19) == ()


def test_without_configuration_the_golden_pipeline_warns_above_10_percent():
    assert [one.severity for one in judge_golden("total_time", 1.0, 1.11)] == ["warn"]


def test_without_configuration_only_tiny_int8_has_a_memory_limit():
    memory = {"unit": "B", "kind": "memory"}
    tiny = {"variant": "precision=int8;weights=whisper-tiny-int8"}
    assert [one.severity for one in judge_golden("peak_rss", 151e6, **memory, **tiny)] == ["fail"]
    assert judge_golden("peak_rss", 314e6, **memory, variant="weights=synthetic(seed=0)") == ()


def test_a_rule_about_the_golden_suite_replaces_the_default_ones():
    assert judge_golden("mel_time", 1.0, 1.3, configured=[SLOWER | {"worse_by": "50 %"}]) == ()


def test_a_rule_about_another_suite_leaves_the_default_ones():
    other = SLOWER | {"benchmark": "micro.*"}
    assert len(judge_golden("mel_time", 1.0, 1.3, configured=[other])) == 1


def test_another_package_has_default_thresholds_for_its_own_suite(install):
    source = """
        from history.words.metrics import DefaultThreshold

        FACTS = (
            DefaultThreshold("toll at most 5 % slower", "bells", "total_time", worse_by="5 %"),
        )
    """
    install("bells", {"soundmark.metrics": {"bells": "bells_facts:FACTS"}}, bells_facts=source)
    metrics._gathered.cache_clear()
    (finding,) = judge_golden("total_time", 1.0, 1.06, suite="bells")
    assert (finding.rule, finding.severity) == ("toll at most 5 % slower", "fail")
    own = SLOWER | {"benchmark": "bells.*"}
    assert judge_golden("total_time", 1.0, 1.06, suite="bells", configured=[own]) == ()
    metrics._gathered.cache_clear()


def find(values, kind="median", runs=None, index=-1, **about):
    series = trend(values, **about)
    history = trends(series, runs=runs)
    return baseline.find(history, series, index % series.size, kind)


def test_the_median_baseline_is_of_the_ten_nearest_points():
    found = find([9.0] * 5 + [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0] + [99.0])
    assert (found.value, found.points, found.oldest, found.newest) == (5.5, 10, "c0005", "c0014")


def test_a_repeated_run_is_not_its_own_baseline():
    nights = [facts(0), facts(1), facts(1, run_id="again")]
    assert find([1.0, 2.0, 2.1], runs=nights).value == 1.0


def test_a_baseline_tells_its_age_when_points_are_missing():
    nights = [facts(0), facts(1), facts(40)]
    found = find([1.0, nan, 2.0], runs=nights, status=[0, 2, 0])
    assert wording.baseline(found) == "the point before (c0000, 40 days older)"


def test_the_parent_is_the_parent_even_if_a_branch_was_measured_since():
    nights = [facts(0), facts(1), facts(2, branch="try"), facts(3, parents=("c0001",))]
    found = find([1.0, 2.0, 9.0, 3.0], "parent", nights)
    assert (found.kind, found.value, found.points_back) == ("parent", 2.0, 2)
    assert wording.baseline(found) == "parent (c0001, 2 points back, 2 days older)"


def test_points_of_another_branch_are_no_ancestors():
    nights = [facts(0), facts(1), facts(2, branch="try"), facts(3)]
    assert find([1.0, 1.0, 9.0, 1.0], runs=nights).value == 1.0
    on_branch = [facts(0), facts(1), facts(2, branch="try"), facts(3, branch="try")]
    assert find([1.0, 1.0, 4.0, 1.0], runs=on_branch).newest == "c0002"


def test_a_parent_that_was_not_measured_is_replaced_by_the_nearest_ancestor():
    nights = [facts(0), facts(1), facts(5)]
    assert find([1.0, 2.0, 3.0], "parent", nights).kind == "nearest measured ancestor"


def test_a_release_is_found_by_its_tag():
    nights = [facts(0), facts(1, tag="v1.0"), facts(2), facts(3)]
    found = find([1.0, 2.0, 3.0, 4.0], "release:v1.0", nights)
    assert (found.tag, found.value, found.points_back) == ("v1.0", 2.0, 2)
    assert find([1.0, 2.0], "release:v9") is None


def test_a_tag_that_was_set_after_the_night_is_asked_of_git(tmp_path):
    shas = repository(tmp_path, "one", "two", "three")
    nights = [facts(place, sha=sha) for place, sha in enumerate(shas)]
    git(tmp_path, "tag", "v1.0", shas[1])
    released = baseline.releases(["release:v1.0", "release:v9", "median"], nights, tmp_path)
    assert released == {"release:v1.0": shas[1]}
    history = trends(trend([1.0, 2.0, 3.0]), runs=nights)
    found = baseline.find(history, history.series[0], 2, "release:v1.0", released)
    assert (found.tag, found.value, found.points_back) == ("v1.0", 2.0, 1)


def test_an_unknown_baseline_is_a_mistake_in_the_configuration():
    with pytest.raises(ConfigError, match=r'threshold\[0\].baseline: expected "median"'):
        gate_one([1.0, 2.0], {"baseline": "mean"})


def test_kinds_of_baseline_are_known_by_name():
    assert all(map(limits.is_baseline, ("median", "parent", "release:v1")))
    assert not any(map(limits.is_baseline, ("mean", "release:", "")))
