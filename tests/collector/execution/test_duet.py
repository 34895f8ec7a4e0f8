"""Two commits measured in one job: real repositories, a small program, the command as it is."""

import os
import signal
import subprocess
import sys

import duckdb
import pytest

from collector.planning.rounds import orders
from tests.collector.execution.projects import SKIPPED_IDENTICAL, TABLE, TOOL, Project
from tests.history.vcs.repositories import Repository
from tests.waiting import PATIENCE_S, hears_ctrl_c, wait_for


def test_a_slower_head_is_a_regression_and_the_working_tree_stays_as_it_was(repository, temporary):
    head = repository.commit("slower", value="0.110\n")
    before = repository.state()
    done = repository.duet()
    assert done.exit_code == 1, done.output
    assert "regression" in done.stdout
    assert "(HEAD~1)" in done.stdout
    line = repository.line()
    assert line["verdict"] == "regression"
    assert line["ratio"] == pytest.approx(1.1)
    assert line["noise"] == 0.0
    assert repository.state()[1:] == before[1:]
    assert repository.git("status", "--porcelain") == ""
    assert list(temporary.iterdir()) == []
    shown = repository.shown()
    assert (shown["kind"], shown["commit"], shown["source"]) == ("duet", head, "collect")
    found = repository.run("history", "query", "select count(*) as n from trend", "--format", "csv")
    assert found.stdout.splitlines() == ["n", "0"], "a duet is no part of any trend"


def test_the_order_is_drawn_balanced_and_can_be_read_back_from_the_samples(repository):
    repository.commit("slower", value="0.110\n")
    repository.duet("--seed", "7")
    order = _order(repository)
    assert set(order) == {"BHHB", "HBBH"}
    assert all(set(order[place : place + 2]) == {"BHHB", "HBBH"} for place in range(0, 4, 2))
    about = repository.shown()["environment"]["duet"]
    assert (about["seed"], about["harness"], about["against"]) == (7, "head", "HEAD~1")
    drawn = ["".join(side[0].upper() for side in one) for one in orders(7, "cli.decode", 2)]
    assert order[:2] == drawn


def _order(repository):
    """The sides in order of their processes, a text for each round."""
    with duckdb.connect(str(repository.path / ".soundmark" / "history.duckdb")) as connection:
        rows = connection.execute(
            "select rounds, process, upper(side[1]) from (select unnest(rounds) as rounds,"
            " unnest(processes) as process, side from duet_points where run_id ="
            " (select max_by(run_id, started_at) from duets) and metric = 'forward_time')"
            " order by process"
        ).fetchall()
    found: dict[int, str] = {}
    for round_, _, side in rows:
        found[round_] = found.get(round_, "") + side
    return list(found.values())


def test_the_merge_base_is_measured_and_said_to_be_one(repository):
    repository.git("checkout", "-b", "topic")
    repository.commit("slower", value="0.110\n")
    repository.git("checkout", "main")
    repository.commit("much slower", value="0.900\n")
    repository.git("checkout", "topic")
    done = repository.run("collect", "--against", "main")
    assert "(merge base of HEAD and main)" in done.stdout
    assert repository.line()["ratio"] == pytest.approx(1.1)
    assert repository.shown()["environment"]["duet"]["base is"] == "merge base"


def test_the_same_sources_are_identical_and_nothing_is_measured(repository):
    done = repository.run("collect", "--against", "HEAD")
    assert done.exit_code == 0, done.output
    assert "1 identical program" in done.stdout
    assert "0 rounds" in done.stdout
    assert repository.line("tool_time")["verdict"] == SKIPPED_IDENTICAL


def test_identical_programs_are_measured_when_asked_for(repository):
    repository.run("collect", "--against", "HEAD", "--measure-identical")
    line = repository.line()
    assert (line["verdict"], line["ratio"]) == ("no difference shown", 1.0)


def test_a_base_that_does_not_build_is_not_comparable_and_its_log_is_shown(repository):
    repository.commit(
        "broken",
        soundmark__toml=TABLE + 'build = "sh build.sh"\n',
        build__sh="echo one; echo missing header; exit 3\n",
    )
    repository.commit("mended", build__sh="true\n")
    done = repository.duet()
    assert done.exit_code == 1
    assert "not comparable" in done.stdout
    assert "base cannot run cli.build: the build ended with exit code 3" in done.stderr
    assert "  | one\n  | missing header\n" in done.stderr
    assert repository.line("tool_time")["verdict"] == "not comparable"


def test_a_head_that_does_not_build_has_failed(repository):
    table = TABLE + 'build = "sh build.sh"\n'
    repository.commit("builds", soundmark__toml=table, build__sh="true\n")
    repository.commit("broken", build__sh="echo missing header >&2; exit 3\n")
    done = repository.duet()
    assert done.exit_code == 1
    assert "head cannot run cli.build" in done.stderr
    line = repository.line("tool_time")
    assert (line["verdict"], line["why"]) == (
        "failed",
        "head: the build ended with exit code 3; its last line: missing header",
    )


def test_a_base_that_cannot_run_the_benchmark_is_never_green(repository):
    repository.commit("without", tool__sh="exit 4\n")
    repository.commit("with", tool__sh=TOOL)
    done = repository.duet()
    assert done.exit_code == 1
    line = repository.line("tool_time")
    assert line["verdict"] == "not comparable"
    assert line["why"] == "base: the run ended with exit code 4"
    assert "tool.sh stands in `run` and differs from the base's" in done.stderr


def test_a_head_that_fails_in_a_later_round_has_failed(repository):
    counted = 'echo x >> ../count; [ "$(wc -l < ../count)" -lt 5 ] || exit 5\n'
    repository.commit("fails later", tool__sh=counted + TOOL)
    done = repository.duet()
    assert done.exit_code == 1
    line = repository.line("tool_time")
    assert (line["verdict"], line["why"]) == ("failed", "head: the run ended with exit code 5")


def test_without_a_benchmark_in_common_nothing_is_green(repository):
    repository.git("rm", "soundmark.toml")
    repository.commit("none")
    repository.commit("the first", soundmark__toml=TABLE)
    done = repository.duet("--harness", "each")
    assert done.exit_code == 1
    assert "1 new" in done.stdout


def test_what_a_killed_duet_left_is_taken_away_by_the_next(repository, temporary):
    repository.commit("slower", value="0.110\n")
    process = _started(repository, temporary, "--budget", "600s")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert len(repository.git("worktree", "list").splitlines()) == 3
    done = repository.duet()
    assert "Removed 2 checkouts that a killed run had left." in done.stderr
    assert len(repository.git("worktree", "list").splitlines()) == 1
    assert list(temporary.iterdir()) == []


def test_a_cancelled_job_keeps_the_rounds_that_were_finished(repository, temporary):
    repository.commit("slower", value="0.110\n")
    process = _started(repository, temporary, "--budget", "600s")
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert "Interrupted; the rounds that were finished are kept." in told
    rounds = repository.shown()["environment"]["rounds"]["cli.decode"]
    assert rounds >= 4
    assert repository.line()["pairs"] == 2 * rounds
    assert len(repository.git("worktree", "list").splitlines()) == 1
    assert list(temporary.iterdir()) == []


def _started(repository, temporary, *words):
    """A duet in a process of its own that has finished four rounds at least."""
    count = repository.path.parent / "count"
    noisy = f"echo x >> {count}; sleep 0.00$(( $$ % 7 ))\n"
    repository.commit("counted", tool__sh=noisy + TOOL)
    repository.commit("again", tool__sh=f"# v2\n{noisy}{TOOL}")
    process = subprocess.Popen(
        [sys.executable, "-m", "soundmark", "collect", "--against", "HEAD~1", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(temporary)},
        preexec_fn=hears_ctrl_c,  # noqa: PLW1509
    )

    def has_measured():
        assert process.poll() is None, process.communicate()
        return count.exists() and count.read_text().count("x") >= 20

    wait_for(has_measured)
    return process


def test_a_budget_ends_the_rounds(repository):
    repository.commit("slower", value="0.110\n")
    repository.duet("--budget", "0.2s")
    assert repository.shown()["environment"]["duet"]["budget s"] == 0.2


def test_a_revision_nobody_knows_is_named(repository):
    done = repository.run("collect", "--against", "v9")
    assert done.exit_code == 2
    assert 'no commit called "v9"' in done.output


def test_a_shallow_clone_without_the_merge_base_says_what_to_do(repository, tmp_path, monkeypatch):
    repository.git("checkout", "-b", "topic")
    repository.commit("topic")
    repository.git("checkout", "main")
    repository.commit("further")
    clone = Repository(tmp_path)
    clone.git(*("clone", "--depth=1", "--no-single-branch", f"file://{repository.path}", "shallow"))
    monkeypatch.chdir(tmp_path / "shallow")
    done = Project(tmp_path / "shallow").run("collect", "--against", "origin/topic")
    assert done.exit_code == 3
    assert "fetch-depth: 0" in done.output


@pytest.mark.usefixtures("temporary")
def test_outside_of_a_repository_there_is_nothing_to_measure_against(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = Project(tmp_path).run("collect", "--against", "HEAD")
    assert done.exit_code == 2
    assert "git repository" in done.output
