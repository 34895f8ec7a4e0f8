"""Two sides can be named in many ways; what is no pair is refused."""

import subprocess

import pytest

from history.report.wording import comparisons
from history.words.errors import UsageError
from tests.history.compare.nights import compare, three_nights
from tests.history.compare.test_decide import samples
from tests.history.judge.builders import point, run, workspace


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


def test_an_excluded_run_is_not_compared(tmp_path):
    made = three_nights(tmp_path)
    with made.writing() as connection:
        connection.execute(
            "insert into exclusions select run_id, '', 'noisy', now()::timestamp, 'x' from runs"
            " join commits using (commit_key) where sha = 'c0002'"
        )
    with pytest.raises(UsageError, match="nothing that is asked for was measured on c0002"):
        compare(made, "c0000", "c0002")


def test_the_same_runs_are_not_compared_with_themselves(made):
    with pytest.raises(UsageError, match="are the same runs"):
        compare(made, "c0000", "c0000")


def test_what_has_no_value_on_either_side_says_why(tmp_path):
    gone = [run(night, point("no CUDA device")) for night in (0, 1)]
    with pytest.raises(UsageError, match=r"has a value on c0000 or c0001 \(failed: no CUDA device"):
        compare(workspace(tmp_path, *gone), "c0000", "c0001")


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
