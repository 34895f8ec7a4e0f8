"""What `soundmark compare` prints for people and for programs."""

import csv
import json
import math
import re

import pytest

from tests.history.compare.nights import soundmark
from tests.history.compare.test_decide import samples
from tests.history.judge.builders import item, point, run, workspace


@pytest.fixture(scope="module")
def leaking(tmp_path_factory):
    """Ninety bytes an iteration, then a megabyte, then as little as before; tests only read it."""

    def night(number, rate):
        taken = samples(rate, noise=0.01, seed=number)
        growth = point(rate, metric="rss_growth_rate", unit="B/iteration", samples=taken)
        return run(number, growth)

    nights = (night(0, 90.0), night(1, 1.05e6), night(2, 90.0))
    return workspace(tmp_path_factory.mktemp("leaking"), *nights)


def test_a_comparison_tells_how_times_spread_over_utterances_on_either_side(tmp_path):
    def utterances(factor, count):
        return [item(f"utt{n:02}", value=factor * (n + 1) / 10) for n in range(count)]

    made = workspace(
        tmp_path,
        run(0, point(1.0), items=utterances(1.0, 21)),
        run(1, point(2.0), items=utterances(2.0, 19)),
    )
    text = soundmark(made, "compare", "c0000", "c0001", "--format", "csv")
    (row,) = csv.DictReader(text.splitlines())
    assert (row["before_items"], row["after_items"]) == ("21", "19")
    assert [float(row[name]) for name in ("before_p50", "after_p50")] == pytest.approx([1.1, 2.0])
    assert float(row["before_p95"]) == pytest.approx(2.0)
    assert row["after_p95"] == ""
    told = "items p50 1.10 s to 2.00 s, largest 2.10 s to 3.80 s"
    assert told in soundmark(made, "compare", "c0000", "c0001", "--format", "markdown")


@pytest.mark.parametrize(("format_", "ending"), [("text", "txt"), ("markdown", "md")])
def test_people_read_a_speedup_table(made, golden, format_, ending):
    printed = soundmark(made, "compare", "v1.0", "faster", "--machine", "box", "--format", format_)
    golden(printed, f"compare.{ending}")


def test_markdown_folds_what_says_nothing(made):
    printed = soundmark(made, "compare", "v1.0", "faster", "--machine", "box", "--format=markdown")
    before, summary, folded = printed.partition(
        "<details><summary>1 without a difference shown</summary>"
    )
    assert summary
    assert "| improvement |" in before
    assert "no difference shown" not in before
    assert folded.count("| no difference shown |") == 1


def test_programs_read_one_row_per_benchmark(made):
    text = soundmark(made, "compare", "c0000", "c0002", "--format", "csv")
    rows = list(csv.DictReader(text.splitlines()))
    assert ",".join(rows[0]) == (
        "suite,benchmark,params,variant,metric,unit,machine,before,after,ratio,ratio_low,"
        "ratio_high,speedup,cliffs_delta,p,q,test,n_before,n_after,verdict,base_commit,"
        "head_commit,reason,minimum_detectable_change,minimum_detectable_step,direction,kind,"
        "mean_speedup,mean_low,mean_high,mean_count,trade,"
        "before_items,before_p50,before_p95,after_items,after_p50,after_p95"
    )
    found = json.loads(soundmark(made, "compare", "c0000", "c0002", "--format", "json"))
    assert [row["verdict"] for row in found] == [row["verdict"] for row in rows]


def test_differences_stand_first_and_machines_are_named_where_there_are_several(tmp_path):
    slow, same = [2.0 + k / 1000 for k in range(10)], [1.0 + k / 1000 for k in range(10)]
    runs = [
        run(
            night,
            point(1.0, samples=same, benchmark="a"),
            point(1.0, samples=slow if night else same, benchmark="z"),
            machine=machine,
        )
        for night in (0, 1)
        for machine in ("box", "laptop")
    ]
    printed = soundmark(workspace(tmp_path, *runs), "compare", "c0000", "c0001")
    lines = printed.splitlines()[2:6]
    assert [line.split("  ")[0] for line in lines] == ["regression"] * 2 + [
        "no difference shown"
    ] * 2
    assert "golden.z on box" in lines[0]


def test_programs_read_the_geometric_mean_that_a_line_is_a_part_of(made):
    rows = json.loads(soundmark(made, "compare", "c0000", "c0002", "--format", "json"))
    with_ratio = [row for row in rows if row["speedup"] is not None]
    product = math.prod(row["speedup"] for row in with_ratio)
    for row in with_ratio:
        assert row["mean_count"] == len(with_ratio)
        assert math.isclose(row["mean_speedup"] ** len(with_ratio), product)
        assert row["mean_low"] < row["mean_speedup"] < row["mean_high"]


def test_of_two_variants_neither_is_a_regression(made):
    sides = ("variant:runtime=onnxruntime", "variant:runtime=torch")
    printed = soundmark(made, "compare", *sides, "--machine", "laptop")
    assert printed.startswith("first: runtime=onnxruntime, second: runtime=torch\n")
    assert "1 worse" in printed
    assert "regression" not in printed


@pytest.mark.parametrize("format_", ["text", "markdown"])
@pytest.mark.parametrize("sides", [("c0000", "c0001"), ("c0001", "c0002")])
def test_people_read_no_ratio_where_one_side_is_almost_nothing(leaking, format_, sides):
    printed = soundmark(leaking, "compare", *sides, "--format", format_)
    assert not re.search(r"\d×|×\d", printed)
    assert all(float(share) < 100 for share in re.findall(r"([\d.]+) %", printed))
    assert "1.05 MB/iteration" in printed
    assert "a ratio says nothing where one side is almost zero" in printed


def test_programs_get_the_ratio_all_the_same(leaking):
    (row,) = json.loads(soundmark(leaking, "compare", "c0000", "c0001", "--format", "json"))
    assert row["ratio"] > 1e4
    assert row["verdict"] == "regression"
