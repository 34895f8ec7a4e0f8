import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from collector.execution.backfill import chosen
from tests.collector.execution.projects import TABLE


def backfilled(repository, *words):
    return repository.run("collect", "--no-calibration", "--commits", *words)


def trend(repository, metric="forward_time"):
    query = (
        "select commit_sha, value, dirty from trend"
        f" where metric = '{metric}' and status = 'measured'"
    )
    rows = json.loads(repository.run("history", "query", query, "--format", "json").stdout)
    return {row["commit_sha"]: (row["value"], row["dirty"]) for row in rows}


def test_every_commit_of_a_range_gets_its_run_and_the_working_tree_stays_as_it_is(repository):
    shas = [repository.commit(value, value=value) for value in ("0.2", "0.3")]
    repository.write("value", "0.9")
    before = repository.state()
    done = backfilled(repository, "HEAD~2..HEAD")
    assert done.exit_code == 0, done.output
    assert "2 commits measured, 0 measured already" in done.stdout
    assert trend(repository) == {shas[0]: (0.2, False), shas[1]: (0.3, False)}
    after = repository.state()
    assert after[1:] == before[1:]
    assert repository.git("status", "--porcelain") == "M value"


def test_the_newest_and_every_nth_before_it_are_measured(repository):
    shas = [repository.commit(f"{n}", value=f"0.{n}") for n in range(1, 3)]
    done = backfilled(repository, "HEAD~2..HEAD", "--every", "2")
    assert "1 of the 2 commits" in done.stdout
    assert set(trend(repository)) == {shas[1]}


@given(st.integers(0, 30), st.integers(1, 9))
def test_the_newest_of_a_range_is_always_chosen_and_of_all_others_one_in_so_many(count, every):
    commits: list[Any] = list(range(count))
    found = chosen(commits, every)
    assert found == [at for at in reversed(commits) if (count - 1 - at) % every == 0]


def test_what_is_measured_already_is_left_out_and_what_is_missing_is_not(repository):
    [repository.commit(f"{n}", value=f"0.{n}") for n in range(1, 3)]
    backfilled(repository, "HEAD~1..HEAD")
    done = backfilled(repository, "HEAD~2..HEAD")
    assert "1 commit measured, 1 measured already" in done.stdout
    again = backfilled(repository, "HEAD~2..HEAD")
    assert "0 commits measured, 2 measured already" in again.stdout
    table = TABLE + TABLE.replace("decode", "encode").replace('name = "cli"', 'name = "second"')
    repository.write("soundmark.toml", table)
    assert "1 commit measured, 0 " in backfilled(repository, "HEAD~1..HEAD").stdout


def test_a_run_of_a_dirty_tree_is_no_measurement_of_its_commit(repository):
    repository.commit("2", value="0.2")
    repository.write("value", "0.9")
    repository.run("collect", "--no-calibration")
    assert "1 commit measured" in backfilled(repository, "HEAD~1..HEAD").stdout


def test_the_runs_of_past_commits_are_of_the_branch_and_tag_they_lie_on(repository):
    sha = repository.commit("2", value="0.2")
    repository.git("tag", "v2")
    repository.commit("3", value="0.3")
    backfilled(repository, "HEAD~2..HEAD~1")
    shown = json.loads(repository.run("history", "show", sha, "--format", "json").stdout)
    assert [(one["branch"], one["tag"], one["dirty"]) for one in shown] == [("main", "v2", False)]


def test_a_commit_at_which_nothing_runs_is_kept_with_its_reason_and_told(repository):
    repository.commit("broken", tool__sh="exit 3\n")
    done = backfilled(repository, "HEAD~1..HEAD")
    assert done.exit_code == 1
    assert "1 of which nothing could be measured" in done.stdout
    again = backfilled(repository, "HEAD~1..HEAD")
    assert "1 measured already" in again.stdout


def test_a_suite_that_cannot_be_prepared_at_a_commit_has_failed_there(repository):
    table = TABLE + 'prepare = "cat prepared"\n'
    repository.commit("unprepared")
    sha = repository.commit("prepared", prepared="")
    repository.write("soundmark.toml", table)
    backfilled(repository, "HEAD~2..HEAD")
    assert set(trend(repository)) == {sha}
    failed = repository.run(
        "history", "query", "select reason from trend where status = 'failed'", "--format", "csv"
    )
    assert "`prepare` ended with exit code 1" in failed.stdout


def test_an_empty_range_and_a_wrong_one_are_refused(repository):
    repository.commit("2")
    assert "holds no commit" in backfilled(repository, "HEAD..HEAD").output
    assert backfilled(repository, "HEAD..HEAD").exit_code == 2
    assert backfilled(repository, "v1..v9").exit_code == 2
