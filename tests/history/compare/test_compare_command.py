"""Two sides can be named in many ways, and what they share is compared."""

import csv
import json
import math
import re
import subprocess
from datetime import timedelta

import pytest
from click.testing import CliRunner

from history.compare import two_sides
from history.compare.select import Filter, counted
from history.report.wording import comparisons
from history.words.errors import UsageError
from soundmark import main
from tests.history.compare.test_compare import samples
from tests.history.judge.builders import START, item, noisy, point, run, workspace

TORCH = {"runtime": "torch", "device": "cpu"}
ORT = {"runtime": "onnxruntime", "device": "cpu"}


def both(torch, ort, seed=0, **more):
    """One night's pipeline on two runtimes."""
    first = samples(torch, seed=seed)
    second = samples(ort, seed=seed + 1)
    return (
        point(torch, samples=first, variant=TORCH, **more),
        point(ort, samples=second, variant=ORT, **more),
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Three nights, of which all tests only read."""
    return three_nights(tmp_path_factory.mktemp("made"))


def three_nights(folder):
    return workspace(
        folder,
        run(0, *both(2.0, 1.0), point(1.0, benchmark="old"), tag="v1.0"),
        run(1, *both(2.0, 1.0, seed=10)),
        run(2, *both(1.0, 1.0, seed=20), point(2.0, benchmark="young"), branch="faster"),
        run(2, *both(4.0, 3.0, seed=30), machine="laptop", branch="faster"),
    )


def compare(made, base, head="", **wanted):
    with made.reading() as connection:
        return two_sides.compare_sides(connection, made.root, base, head, Filter(**wanted))


def verdicts(found):
    return {
        (row.key.benchmark, row.key.variant.partition(";")[0].removeprefix("runtime=")): str(
            row.verdict
        )
        for row in found.comparison.rows
    }


def test_two_commits(made):
    found = compare(made, "c0000", "c0002", machine="box")
    assert verdicts(found) == {
        ("pipeline", "torch"): "improvement",
        ("pipeline", "onnxruntime"): "no difference shown",
        ("old", ""): "missing",
        ("young", ""): "new",
    }


def test_a_tag_and_a_branch(made):
    found = compare(made, "v1.0", "faster", machine="box")
    assert (found.base, found.head) == ("v1.0", "faster (c0002)")
    assert verdicts(found)["pipeline", "torch"] == "improvement"


def test_without_a_second_side_it_is_the_newest_commit(made):
    assert compare(made, "c0000").head == "c0002"


def test_two_runs(made):
    with made.reading() as connection:
        rows = connection.execute("select run_id from runs order by run_id").fetchall()
    first, second = (f"run:{row[0]}" for row in (rows[0], rows[1]))
    assert verdicts(compare(made, first, second))["pipeline", "torch"] == "no difference shown"


def test_two_machines(made):
    found = compare(made, "machine:box", "machine:laptop")
    assert verdicts(found)["pipeline", "torch"] == "regression"
    assert verdicts(found)["young", ""] == "missing"


def test_two_variants(made):
    found = compare(made, "variant:runtime=torch", "variant:runtime=onnxruntime", machine="laptop")
    (row,) = found.comparison.rows
    assert (row.verdict, round(row.speedup, 1)) == ("improvement", 1.3)


def test_only_what_is_asked_for(made):
    found = compare(made, "c0000", "c0002", machine="box", metric="first_*", benchmark="*.pipe*")
    assert len(found.comparison.rows) == 2


@pytest.mark.parametrize(
    ("base", "head", "message"),
    [
        ("nowhere", "c0000", 'nothing was measured at a commit called "nowhere"'),
        ("run:zz", "c0000", 'no run begins with "zz"'),
        ("run:0", "c0000", 'several runs begin with "0"'),
        ("variant:colour=red", "c0000", 'a variant has no "colour"'),
        ("machine:box", "", "machine box needs a second side"),
        ("machine:nobody", "machine:box", "nothing that is asked for was measured on machine nob"),
    ],
)
def test_what_names_nothing_is_an_error(made, base, head, message):
    with pytest.raises(UsageError) as raised:
        compare(made, base, head)
    assert message in str(raised.value)


def test_commits_of_different_machines_are_not_compared_by_accident(tmp_path):
    made = workspace(tmp_path, run(0, point(1.0)), run(1, point(2.0), machine="laptop"))
    with pytest.raises(UsageError, match=r"c0000 was measured on box, c0001 on laptop"):
        compare(made, "c0000", "c0001")


def test_the_only_commit_has_nothing_to_be_compared_with(tmp_path):
    made = workspace(tmp_path, run(0, point(1.0)))
    with pytest.raises(UsageError, match="nothing newer than c0000 was measured"):
        compare(made, "c0000")


def test_utterances_are_compared_pair_by_pair(tmp_path):
    def utterances(factor):
        return [item(f"utt{n}", value=factor * 0.1 * 2**n) for n in range(10)]

    made = workspace(
        tmp_path,
        run(0, point(1.0), items=utterances(1.0)),
        run(1, point(1.1), items=utterances(1.1)),
    )
    (row,) = compare(made, "c0000", "c0001").comparison.rows
    assert (comparisons.test(row.test), round(row.ratio, 6)) == ("wilcoxon over 10 items", 1.1)


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


def test_a_commit_that_was_not_measured_stands_for_its_nearest_measured_ancestor(tmp_path):
    def git(*arguments):
        done = subprocess.run(
            ["git", "-C", tmp_path, "-c", "user.name=a", "-c", "user.email=a@b.c", *arguments],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout.strip()

    git("init", "--quiet", "--initial-branch=main")
    shas = []
    for number in range(3):
        git("commit", "--quiet", "--allow-empty", "--message", f"commit {number}")
        shas.append(git("rev-parse", "HEAD"))
    made = workspace(
        tmp_path, run(0, point(1.0), sha=shas[0]), run(1, point(1.0), sha=shas[1], branch="x")
    )
    found = compare(made, shas[0], "main")
    assert found.head == f"main ({shas[1][:12]}, nearest measured ancestor, 1 back)"


def test_a_series_with_a_history_is_compared_against_its_noise(tmp_path):
    values = [*noisy(1.0, n=30, noise=0.01), 1.02, 1.2]
    made = workspace(tmp_path, *(run(n, point(value)) for n, value in enumerate(values)))
    (row,) = compare(made, "c0029", "c0030").comparison.rows
    assert (row.verdict, comparisons.test(row.test)) == (
        "no difference shown",
        "noise of the series",
    )
    (row,) = compare(made, "c0029", "c0031").comparison.rows
    assert row.verdict == "regression"


def test_runs_at_one_commit_are_taken_together_and_show_how_far_runs_differ(tmp_path):
    def again(number, at, *values):
        """Several runs at the commit of one night, each with its value."""
        more = {"sha": f"c{at:04d}", "time": START + timedelta(days=at), "sequence": at}
        return [
            run(number + place, point(value, samples=samples(value, noise=0.01)), **more)
            for place, value in enumerate(values)
        ]

    calm = workspace(tmp_path / "calm", *again(0, 0, 1.0, 1.01), *again(2, 2, 1.2, 1.21))
    wild = workspace(tmp_path / "wild", *again(0, 0, 0.8, 1.2), *again(2, 2, 1.0, 1.4))
    (found,) = compare(calm, "c0000", "c0002").comparison.rows
    assert found.n_before == 60
    assert found.before == pytest.approx((1.0 * 1.01) ** 0.5)
    assert found.verdict == "regression"
    (unsure,) = compare(wild, "c0000", "c0002").comparison.rows
    assert unsure.verdict == "no difference shown"
    (single,) = compare(calm, f"run:{0:08x}", f"run:{2:08x}").comparison.rows
    assert (single.before, single.n_before) == (1.0, 30)
    wide, narrow = (one.ratio_high / one.ratio_low for one in (single, found))
    assert narrow < wide


def test_a_run_on_a_crowded_machine_is_named(tmp_path):
    def night(number, level, share):
        taken = samples(level, noise=0.01)
        return run(
            number, point(level, samples=taken), environment={"load": {"psi cpu share": share}}
        )

    made = workspace(tmp_path, night(0, 1.0, 0.02), night(1, 3.0, 0.6))
    (row,) = compare(made, "c0000").comparison.rows
    assert row.verdict == "suspect"
    assert (
        "in run 00000001 something waited for a processor 60 % of the time"
        in comparisons.reason(row)
    )


def soundmark(made, *arguments):
    command = [*arguments, "--history", str(made.history_file)]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output + result.stderr
    return result.stdout


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


def test_a_failed_benchmark_is_missing_with_its_reason(tmp_path):
    made = workspace(
        tmp_path,
        run(0, point(1.0), point(1.0, benchmark="other")),
        run(1, point("killed"), point(1.0, benchmark="other")),
    )
    rows = compare(made, "c0000", "c0001").comparison.rows
    lone = [row for row in rows if row.verdict == "missing"]
    assert [(row.key.benchmark, comparisons.reason(row)) for row in lone] == [
        ("pipeline", "failed: killed")
    ]


def test_an_excluded_run_is_not_compared(tmp_path):
    made = three_nights(tmp_path)
    with made.writing() as connection:
        connection.execute(
            "insert into exclusions select run_id, '', 'noisy', now()::timestamp, 'x' from runs"
            " join commits using (commit_key) where sha = 'c0002'"
        )
    with pytest.raises(UsageError, match="nothing that is asked for was measured on c0002"):
        compare(made, "c0000", "c0002")


def test_disturbed_samples_are_left_out_as_the_stored_value_leaves_them_out():
    assert counted(4, (1, 3), 2) == [0, 2]
    assert counted(4, (1, 3), 4) == [0, 1, 2, 3]
    assert counted(4, (), 4) == [0, 1, 2, 3]


def test_the_same_runs_are_not_compared_with_themselves(made):
    with pytest.raises(UsageError, match="are the same runs"):
        compare(made, "c0000", "c0000")


def test_what_has_no_value_on_either_side_says_why(tmp_path):
    gone = [run(night, point("no CUDA device")) for night in (0, 1)]
    with pytest.raises(UsageError, match=r"has a value on c0000 or c0001 \(failed: no CUDA device"):
        compare(workspace(tmp_path, *gone), "c0000", "c0001")


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


def test_machines_are_compared_at_the_newest_commit_that_both_have(tmp_path):
    made = workspace(
        tmp_path,
        run(0, point(1.0, samples=samples(1.0))),
        run(0, point(2.0, samples=samples(2.0)), machine="laptop"),
        run(1, point(5.0, samples=samples(5.0))),
        run(2, point(9.0), machine="laptop", sha="c0009"),
    )
    (row,) = compare(made, "machine:box", "machine:laptop").comparison.rows
    assert (row.base_commit, row.head_commit, row.before, row.after) == ("c0000", "c0000", 1.0, 2.0)
    assert "different commits" not in comparisons.reason(row)


def test_machines_without_a_common_commit_say_so(tmp_path):
    made = workspace(
        tmp_path,
        run(0, point(1.0, samples=samples(1.0))),
        run(1, point(2.0, samples=samples(2.0)), machine="laptop"),
    )
    (row,) = compare(made, "machine:box", "machine:laptop").comparison.rows
    assert comparisons.reason(row).endswith("at different commits, c0000 and c0001")


def test_of_two_variants_neither_is_a_regression(made):
    sides = ("variant:runtime=onnxruntime", "variant:runtime=torch")
    printed = soundmark(made, "compare", *sides, "--machine", "laptop")
    assert printed.startswith("first: runtime=onnxruntime, second: runtime=torch\n")
    assert "1 worse" in printed
    assert "regression" not in printed


@pytest.mark.parametrize(
    ("sides", "message"),
    [
        (("machine:box", "variant:runtime=torch"), "one is a machine, the other a variant"),
        (("c0000", "machine:box"), "one is a commit, the other a machine"),
        (("c0002",), r"nothing newer than c0002 was measured\."),
        (("machine:", "c0000"), 'expected a name after the colon, such as "machine:laptop"'),
    ],
)
def test_sides_that_are_no_pair_are_refused(made, sides, message):
    with pytest.raises(UsageError, match=message):
        compare(made, *sides)


@pytest.fixture
def leaking(tmp_path):
    """Ninety bytes an iteration, then a megabyte, then as little as before."""

    def night(number, rate):
        taken = samples(rate, noise=0.01, seed=number)
        growth = point(rate, metric="rss_growth_rate", unit="B/iteration", samples=taken)
        return run(number, growth)

    return workspace(tmp_path, night(0, 90.0), night(1, 1.05e6), night(2, 90.0))


@pytest.mark.parametrize("format_", ["text", "markdown"])
@pytest.mark.parametrize("sides", [("c0000", "c0001"), ("c0001", "c0002")])
def test_people_read_no_ratio_where_one_side_is_almost_nothing(leaking, format_, sides):
    printed = soundmark(leaking, "compare", *sides, "--format", format_)
    assert not re.search(r"\dx", printed)
    assert all(float(share) < 100 for share in re.findall(r"([\d.]+)%", printed))
    assert "1.05 MB/iteration" in printed
    assert "a ratio says nothing where one side is almost zero" in printed


def test_programs_get_the_ratio_all_the_same(leaking):
    (row,) = json.loads(soundmark(leaking, "compare", "c0000", "c0001", "--format", "json"))
    assert row["ratio"] > 1e4
    assert row["verdict"] == "regression"
