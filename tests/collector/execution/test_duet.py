"""Two commits measured in one job: real repositories, a small program, the command as it is."""

import os
import signal
import subprocess
import sys
import time

import duckdb
import pytest

from tests.collector.execution.projects import TABLE, TOOL, Project, project
from tests.history.vcs.repositories import Repository

SKIPPED_IDENTICAL = "identical program"


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    return place


@pytest.fixture
def repository(tmp_path, monkeypatch):
    found = project(tmp_path / "project")
    monkeypatch.chdir(found.path)
    return found


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


def test_a_duet_leaves_no_point_in_any_trend(repository):
    repository.commit("slower", value="0.110\n")
    repository.duet()
    found = repository.run("history", "query", "select count(*) as n from trend", "--format", "csv")
    assert found.stdout.splitlines() == ["n", "0"]


def test_the_order_is_drawn_balanced_and_can_be_read_back_from_the_samples(repository):
    repository.commit("slower", value="0.110\n")
    repository.duet("--seed", "7")
    order = _order(repository)
    assert set(order) == {"BHHB", "HBBH"}
    assert all(set(order[place : place + 2]) == {"BHHB", "HBBH"} for place in range(0, 4, 2))
    about = repository.shown()["environment"]["duet"]
    assert (about["seed"], about["harness"], about["against"]) == (7, "head", "HEAD~1")
    repository.duet("--seed", "7")
    again = _order(repository)
    shorter = min(len(order), len(again))
    assert order[:shorter] == again[:shorter]


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


def test_a_change_outside_of_the_declared_sources_is_no_other_program(repository):
    table = TABLE + 'sources = ["tool.sh", "value"]\n'
    repository.commit("declared", soundmark__toml=table)
    repository.commit("documentation", README__md="words\n")
    assert repository.duet().exit_code == 0
    assert repository.line("tool_time")["verdict"] == SKIPPED_IDENTICAL
    repository.commit("libraries", uv__lock="numpy 2\n")
    repository.duet()
    assert repository.line()["verdict"] == "no difference shown"


BUILT = """
[[suite]]
use = "command"
name = "cli"
benchmark = "decode"
build = "cp /bin/true built"
run = "./built"
"""


def test_a_native_program_that_comes_out_the_same_is_identical_whatever_its_sources(repository):
    repository.commit("native", soundmark__toml=BUILT)
    repository.commit("a comment", tool__sh="# a comment\n")
    done = repository.duet()
    assert done.exit_code == 0, done.output
    assert repository.line("wall_time")["verdict"] == SKIPPED_IDENTICAL
    assert repository.line("build_time", "build")["pairs"] == 1


def test_a_native_program_with_another_library_or_input_is_another(repository):
    table = BUILT + 'input_files = ["data"]\n'
    repository.commit("native", soundmark__toml=table, data="1\n", libone__so="1")
    repository.commit("another library", libone__so="2")
    repository.duet()
    assert repository.line("wall_time")["verdict"] != SKIPPED_IDENTICAL


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


def test_a_head_that_fails_in_a_later_round_has_failed(repository):
    counted = 'echo x >> ../count; [ "$(wc -l < ../count)" -lt 5 ] || exit 5\n'
    repository.commit("fails later", tool__sh=counted + TOOL)
    done = repository.duet()
    assert done.exit_code == 1
    line = repository.line("tool_time")
    assert (line["verdict"], line["why"]) == ("failed", "head: the run ended with exit code 5")


def test_each_side_may_have_its_own_harness_and_a_new_benchmark_is_new(repository):
    second = TABLE.replace("decode", "encode").replace('name = "cli"', 'name = "second"')
    repository.commit("one more", soundmark__toml=TABLE + second, tool__sh=f"# v2\n{TOOL}")
    repository.duet("--harness", "each")
    assert repository.line()["verdict"] == "no difference shown"
    assert repository.line("tool_time", "encode")["verdict"] == "new"
    repository.duet()
    assert repository.line("forward_time", "encode")["verdict"] == "no difference shown"


def test_without_a_benchmark_in_common_nothing_is_green(repository):
    repository.git("rm", "soundmark.toml")
    repository.commit("none")
    repository.commit("the first", soundmark__toml=TABLE)
    done = repository.duet("--harness", "each")
    assert done.exit_code == 1
    assert "1 new" in done.stdout


def test_a_dirty_tree_is_measured_as_it_is_and_named(repository):
    head = repository.git("rev-parse", "HEAD")
    repository.write("value", "0.120\n")
    before = repository.state()
    done = repository.run("collect", "--against", "HEAD")
    assert "the working tree with its uncommitted changes" in done.stdout
    assert repository.line()["ratio"] == pytest.approx(1.2)
    shown = repository.shown()
    assert (shown["dirty"], shown["commit"], shown["base"]) == (True, head, head)
    assert shown["environment"]["duet"]["head from"] == "working tree"
    after = repository.state()
    assert after[1:] == before[1:]
    assert after[0].splitlines()[0] == before[0].splitlines()[0] == "M value"


def test_inputs_of_the_head_are_those_of_both_sides(repository):
    table = TABLE.replace("sh tool.sh", "sh tool.sh bench/size data/big") + (
        'input_files = ["bench", "data/*"]\n'
    )
    tool = 'echo "took $(cat $1)$(cat value | tail -c 4)"; cat $2 > /dev/null\n'
    repository.write(".gitignore", ".soundmark/\ndata/\n")
    repository.write("data/big", "ignored by git")
    repository.write("bench/size", "0.1")
    repository.write("bench/old", "only the base has it")
    repository.commit("base", soundmark__toml=table, tool__sh=tool, value="000")
    repository.git("rm", "-q", "bench/old")
    repository.write("bench/size", "0.2")
    repository.commit("a larger benchmark", tool__sh=f"# v2\n{tool}")
    done = repository.duet()
    assert done.exit_code == 0, done.output
    line = repository.line()
    assert (line["before"], line["after"]) == (pytest.approx(0.2), pytest.approx(0.2))
    assert repository.shown()["environment"]["duet"]["inputs"] == 3
    repository.duet("--harness", "each")
    assert repository.line()["before"] == pytest.approx(0.1)


def test_an_input_that_is_not_there_is_named(repository):
    repository.commit("wrong", soundmark__toml=TABLE + 'input_files = ["bnech/**"]\n')
    done = repository.duet()
    assert done.exit_code == 2
    assert 'called "bnech/**"' in done.output


def test_a_pattern_that_leads_out_of_the_project_is_refused(repository):
    repository.commit("wrong", soundmark__toml=TABLE + 'input_files = ["../data"]\n')
    done = repository.duet()
    assert done.exit_code == 2
    assert "suite[0].input_files: expected a pattern below the folder" in done.output


def test_a_file_of_the_command_that_differs_and_is_no_input_is_pointed_out(repository):
    repository.commit("another", tool__sh=f"# v2\n{TOOL}")
    done = repository.duet()
    assert "tool.sh stands in `run` and differs from the base's" in done.stderr


PREPARED = TABLE.replace("sh tool.sh", "mytool") + (
    "prepare = 'mkdir $SOUNDMARK_ENV/bin && cp tool.sh $SOUNDMARK_ENV/bin/mytool"
    " && chmod +x $SOUNDMARK_ENV/bin/mytool && cat prepared'\n"
)


def test_each_side_is_prepared_in_an_environment_of_its_own(repository):
    tool = "#!/bin/sh\necho took 0.1; test -f value\n"
    repository.commit("prepared", soundmark__toml=PREPARED, tool__sh=tool, prepared="")
    repository.commit("slower", tool__sh=tool.replace("0.1", "0.2"))
    done = repository.duet()
    assert repository.line()["ratio"] == pytest.approx(2.0), done.output


def test_a_side_that_cannot_be_prepared_is_named_with_its_log(repository):
    tool = "#!/bin/sh\necho took 0.1\n"
    repository.commit("unprepared", soundmark__toml=PREPARED, tool__sh=tool)
    repository.commit("prepared", prepared="")
    done = repository.duet()
    assert done.exit_code == 1
    assert "base cannot run cli.decode: `prepare` ended with exit code 1" in done.stderr
    assert "prepared: No such file" in done.stderr
    assert repository.line("tool_time")["verdict"] == "not comparable"


def test_what_a_killed_duet_left_is_taken_away_by_the_next(repository, temporary):
    repository.commit("slower", value="0.110\n")
    process = _started(repository, temporary, "--budget", "60s")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert len(repository.git("worktree", "list").splitlines()) == 3
    done = repository.duet()
    assert "Took away 2 checkouts that a killed run had left." in done.stderr
    assert len(repository.git("worktree", "list").splitlines()) == 1
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_keeps_the_rounds_that_were_finished(repository, temporary, how):
    repository.commit("slower", value="0.110\n")
    process = _started(repository, temporary, "--budget", "60s")
    process.send_signal(how)
    _, told = process.communicate(timeout=60)
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
    )
    deadline = time.monotonic() + 60
    while not count.exists() or count.read_text().count("x") < 20:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return process


def test_a_budget_ends_the_rounds(repository):
    repository.commit("slower", value="0.110\n")
    began = time.monotonic()
    repository.duet("--budget", "2s")
    assert time.monotonic() - began < 60
    assert repository.shown()["environment"]["duet"]["budget s"] == 2.0


@pytest.mark.parametrize("text", ["soon", "0s", "-1m"])
def test_a_budget_that_is_no_time_is_refused(repository, text):
    done = repository.duet(f"--budget={text}")
    assert done.exit_code == 2
    assert "expected a time" in done.output


def test_benchmarks_can_be_chosen(repository):
    second = TABLE.replace("decode", "encode").replace('name = "cli"', 'name = "second"')
    repository.commit("two", soundmark__toml=TABLE + second)
    repository.commit("slower", value="0.110\n")
    repository.duet("--only", "second.*")
    assert {one["suite"] for one in repository.shown()["points"]} == {"second"}


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


def test_outside_of_a_repository_there_is_nothing_to_measure_against(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = Project(tmp_path).run("collect", "--against", "HEAD")
    assert done.exit_code == 2
    assert "git repository" in done.output


def test_a_project_in_a_folder_of_the_repository_is_measured_there(tmp_path, monkeypatch):
    whole = Project(tmp_path / "whole")
    whole.path.mkdir()
    whole.git("init", "--initial-branch=main")
    inner = project(tmp_path / "plain").path
    for name in ("soundmark.toml", "tool.sh", "value", ".gitignore"):
        whole.write(f"speech/{name}", (inner / name).read_text())
    whole.commit("first")
    whole.write("speech/value", "0.110\n")
    whole.commit("slower")
    monkeypatch.chdir(whole.path / "speech")
    whole.duet()
    assert whole.line()["ratio"] == pytest.approx(1.1)


def test_submodules_are_there_on_both_sides(repository, tmp_path):
    library = project(tmp_path / "library")
    repository.git("submodule", "add", str(library.path), "lib")
    repository.commit("with a library", tool__sh='echo "took $(cat lib/value)"\n')
    library.commit("slower", value="0.150\n")
    repository.git("-C", "lib", "-c", "protocol.file.allow=always", "pull", "-q")
    repository.commit("a slower library")
    repository.duet()
    assert repository.line()["ratio"] == pytest.approx(1.5)
