"""What each side of a duet is made of: sources, inputs, preparation, folders, submodules."""

import pytest

from tests.collector.execution.projects import SKIPPED_IDENTICAL, TABLE, TOOL, Project, project


def test_a_change_outside_of_the_declared_sources_is_no_other_program(repository):
    table = TABLE + 'sources = ["tool.sh", "value"]\n'
    repository.commit("declared", soundmark__toml=table)
    repository.commit("documentation", README__md="words\n")
    assert repository.duet().exit_code == 0
    assert repository.line("tool_time")["verdict"] == SKIPPED_IDENTICAL


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


def test_each_side_may_have_its_own_harness_and_a_new_benchmark_is_new(repository):
    second = TABLE.replace("decode", "encode").replace('name = "cli"', 'name = "second"')
    repository.commit("one more", soundmark__toml=TABLE + second, tool__sh=f"# v2\n{TOOL}")
    repository.duet("--harness", "each")
    assert repository.line()["verdict"] == "no difference shown"
    assert repository.line("tool_time", "encode")["verdict"] == "new"


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


@pytest.mark.usefixtures("temporary")
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


TWO = TABLE + 'paths = ["tool.sh", "value"]\n' + TABLE.replace('"cli"', '"other"').replace(
    '"decode"', '"encode"'
) + 'paths = ["other.sh"]\n\n[collect]\nno_effect = ["*.md"]\n'  # fmt: skip


def test_only_suites_that_a_changed_file_asks_for_are_measured(repository):
    repository.commit("declared", soundmark__toml=TWO)
    repository.commit("slower", value="0.100\n# the same\n", other__sh="")
    repository.commit("other", other__sh="# changed\n")
    done = repository.duet()
    assert done.exit_code == 0, done.output
    assert "cli: not measured, no changed file is among its paths" in done.output
    assert repository.line("tool_time")["verdict"] == SKIPPED_IDENTICAL
    assert repository.line("forward_time", "encode")["verdict"] == "no difference shown"


def test_a_change_without_effect_measures_nothing_and_is_fine(repository):
    repository.commit("declared", soundmark__toml=TWO)
    repository.commit("words", README__md="words\n")
    done = repository.duet()
    assert done.exit_code == 0, done.output
    assert repository.line("tool_time")["verdict"] == SKIPPED_IDENTICAL
    assert repository.line("tool_time", "encode")["verdict"] == SKIPPED_IDENTICAL
    told = repository.run("report", "--format", "github")
    assert "identical program" in told.output


def test_a_changed_file_that_no_suite_knows_measures_everything_and_is_named(repository):
    repository.commit("declared", soundmark__toml=TWO)
    repository.commit("a build script", build__sh="make\n")
    done = repository.duet()
    assert "every suite is measured: no `paths` match build.sh" in done.output
    for benchmark in ("decode", "encode"):
        assert repository.line("forward_time", benchmark)["verdict"] == "no difference shown"
