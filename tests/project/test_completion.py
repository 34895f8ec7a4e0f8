"""Tab offers the suites, benchmarks, formats and commits that there are, and never an error."""

import subprocess

import pytest
from click.testing import CliRunner

from history.project.workspace import open_workspace
from soundmark import main
from tests.history.builders import point, record


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "soundmark.toml").write_text('[[suite]]\nuse = "command"\nname = "mine"\n')
    return tmp_path


def offered(*words):
    """What bash is given for the last word."""
    typed = " ".join(("soundmark", *words))
    asked = {"COMP_WORDS": typed, "COMP_CWORD": str(len(words))}
    done = CliRunner().invoke(
        main, [], prog_name="soundmark", env={"_SOUNDMARK_COMPLETE": "bash_complete", **asked}
    )
    return [line.partition(",")[2] for line in done.output.splitlines() if line[:5] == "plain"]


def test_commands_and_options_are_offered(project):
    assert offered("reg") == ["regressions"]
    assert offered("sla", "--as") == ["--as-of"]


def test_formats_are_offered_where_they_can_be_used(project):
    assert offered("import", "hyper") == ["hyperfine"]
    assert offered("export", "hyper") == []
    assert "parquet" in offered("export", "")


def test_suites_of_the_configuration_and_ours_are_offered(project):
    assert offered("collect", "mi") == ["mine", "micro"]


def test_benchmarks_and_commits_of_the_history_are_offered(project):
    open_workspace().append([record("abc123", point(0.1, benchmark="utterances"))])
    assert offered("compare", "x", "--only", "al") == ["alignment.utterances"]
    assert offered("check", "abc") == ["abc123"]


def test_a_hash_is_shortened_and_a_name_that_somebody_gave_is_whole(project):
    named, sha = "WAPR-BENCH-001", "0a1b2c3d4e5f" + "0" * 28
    open_workspace().append([record(named, point(0.1)), record(sha, point(0.1))])
    assert offered("check", "WAPR") == [named]
    listed = CliRunner().invoke(main, ["history", "list"]).output.split()
    assert {named, "0a1b2c3d4e5f"} <= set(listed)
    assert offered("check", "0a1b") == ["0a1b2c3d4e5f"]


def test_branches_and_tags_are_offered(project):
    for words in (("init", "-q", "-b", "trunk"), ("add", "."), ("tag", "v1.0")):
        if words[0] == "tag":
            who = ("-c", "user.name=t", "-c", "user.email=t@example.org")
            subprocess.run(["git", *who, "commit", "-qm", "x"], check=True)
        subprocess.run(["git", *words], check=True)
    assert offered("history", "show", "v") == ["v1.0"]
    assert set(offered("compare", "")) == {"HEAD", "trunk", "v1.0"}


def test_whatever_is_in_the_way_nothing_is_said(project):
    (project / "soundmark.toml").write_text("this is no TOML")
    assert offered("collect", "mi") == []
    (project / ".soundmark").mkdir()
    (project / ".soundmark" / "history.duckdb").write_text("no database")
    assert offered("check", "abc") == []


@pytest.mark.parametrize(
    ("word", "told"), [("regresions", "Did you mean 'regressions'?"), ("zzz", "No such command")]
)
def test_a_word_that_is_no_command_says_the_nearest(word, told):
    done = CliRunner().invoke(main, [word])
    assert (done.exit_code, told in done.output) == (2, True)


def test_a_run_is_shown_by_what_git_calls_its_commit(project):
    who = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    for words in (("init", "-q"), (*who, "commit", "-q", "--allow-empty", "-m", "first")):
        subprocess.run(["git", *words], check=True)
    sha = subprocess.run(
        ["git", "rev-parse", "HEAD"], check=True, capture_output=True, text=True
    ).stdout.strip()
    open_workspace().append([record(sha)])
    done = CliRunner().invoke(main, ["history", "show", "HEAD"])
    assert (done.exit_code, sha in done.output) == (0, True), done.output
    subprocess.run(["git", *who, "commit", "-q", "--allow-empty", "-m", "second"], check=True)
    done = CliRunner().invoke(main, ["history", "show", "HEAD"])
    assert (done.exit_code, 'nothing was measured at "HEAD" (' in done.output) == (2, True)
