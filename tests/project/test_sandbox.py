"""The written workflows at work, in a sandbox: every step is executed, from a push to the site.

The short story runs always; the long one, with everything that can happen in between, by night and
on demand: `make test ARGS="-m nightly"`.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from site_gen.forge import mark as marks
from site_gen.forge.artifact import NAME
from tests.conftest import ROOT
from tests.project import installing
from tests.project.sandbox import (
    QUICKLY,
    Project,
    as_it_stands,
    event_of,
    git_that_waits,
    installs,
    read_only,
)
from tests.site_gen.forge import jobs
from tests.site_gen.forge.conftest import server
from tests.site_gen.forge.github_server import WORKFLOW
from tests.site_gen.notices.conftest import hook

__all__ = ["hook", "server"]

by_night = pytest.mark.nightly
NIGHT = {
    "measure": "success", "append": "success", "build": "success", "deploy": "success",
    "check": "success",
}  # fmt: skip
OFF = {"issues", "notify"}
"""Jobs that somebody has to switch on."""


@pytest.fixture
def project(tmp_path):
    """A project whose jobs have this program as it stands."""
    return Project(tmp_path / "sandbox", as_it_stands(tmp_path / "environment"), "soundmark")


def went(run):
    """What became of the jobs that are on by themselves."""
    return {name: result for name, result in run.results.items() if name not in OFF}


def test_a_night_goes_from_a_push_to_a_point_on_the_published_site(project):
    # By night the site is built in the frame of MkDocs, too.
    project.sandbox.stated = QUICKLY | {
        "soundmark site build": "soundmark site build --shell plain"
    }
    night = project.night()
    assert went(night) == NIGHT, night.log
    assert project.trend() == [(project.clone.git("rev-parse", "HEAD"), 0.1)]
    assert len(project.record()) == 1


@by_night
def test_two_nights_are_two_points_of_one_trend(project):
    first = project.clone.git("rev-parse", "HEAD")
    project.night()
    second = project.push("slower", value="0.200\n")
    night = project.night()
    assert went(night) == NIGHT, night.log
    assert project.trend() == [(first, 0.1), (second, 0.2)]
    assert len(project.record()) == 2


@by_night
def test_a_night_whose_append_never_ran_is_made_up_for_by_the_next(project):
    first = project.clone.git("rev-parse", "HEAD")
    cut = project.night(only=("measure",))
    assert cut.jobs["append"].result == "skipped"
    second = project.push("next", value="0.100\n# the same\n")
    night = project.night()
    assert went(night) == NIGHT, night.log
    assert {commit for commit, _ in project.trend()} == {first, second}


@by_night
def test_a_night_that_measures_nothing_leaves_the_site_as_it_was(project):
    first = project.clone.git("rev-parse", "HEAD")
    project.night()
    project.push("broken", tool__sh="exit 3\n")
    night = project.night()
    assert night.jobs["measure"].result == "failure"
    assert night.jobs["append"].result == "success", night.log
    assert (first, 0.1) in project.trend()


@by_night
def test_a_webhook_is_told_once_by_nights_that_keep_the_record_alone(project, hook):
    project.sandbox.secrets["SOUNDMARK_WEBHOOK"] = hook.address
    quiet = project.night()
    assert went(quiet) == NIGHT, quiet.log
    project.push("broken", tool__sh="exit 3\n")
    broken = project.night()
    assert broken.jobs["notify"].result == "success", broken.log
    (message,) = hook.messages
    assert "1 benchmark failed on" in message["text"]
    again = project.night()
    assert again.jobs["notify"].result == "success", again.log
    assert len(hook.messages) == 1
    assert hook.address not in quiet.log + broken.log + again.log


@by_night
def test_two_that_append_at_the_same_moment_both_arrive(project, tmp_path):
    nights = [project.next(), project.next()]
    for number in nights:
        project.night(number=number, only=("measure",))
    gate = tmp_path / "gate"
    project.sandbox.programs.append(str(git_that_waits(tmp_path / "git", gate, 2)))
    rivals = [project.next(), project.next()]
    with ThreadPoolExecutor() as pool:
        both = list(pool.map(lambda number: project.night(number=number), rivals))
    for night in both:
        assert night.jobs["append"].result == "success", night.log
    assert len({name.split("-")[0] for name in (one.name for one in gate.iterdir())}) >= 2
    assert len(project.record()) == 4
    project.sandbox.programs.clear()
    last = project.night()
    assert went(last) == NIGHT, last.log
    assert [value for _, value in project.trend()] == [0.1] * 5


@by_night
def test_a_protected_branch_is_named_and_the_night_is_not_lost(project):
    read_only(project.sandbox.remote, "soundmark-history")
    night = project.night()
    assert night.jobs["append"].result == "failure"
    assert "[remote rejected]" in night.jobs["append"].log
    assert "the rules of the branch must let this job push" in night.jobs["append"].log
    (project.sandbox.remote / "hooks" / "pre-receive").unlink()
    again = project.night()
    assert went(again) == NIGHT, again.log
    assert len(project.record()) == 2


@by_night
def test_without_pages_the_night_is_on_the_record_and_published_later(project):
    project.sandbox.has_pages = False
    night = project.night()
    assert went(night) == NIGHT | {"deploy": "failure"}, night.log
    assert "Get Pages site failed" in night.jobs["deploy"].log
    page = (ROOT / "docs" / "getting-started.md").read_text(encoding="utf-8")
    assert "Get Pages site failed" in page  # and what to do
    project.sandbox.has_pages = True
    project.night()
    assert len(project.trend()) == 2


@by_night
def test_a_pull_request_of_a_fork_is_measured_by_one_and_told_by_the_other(project, server):
    project.sandbox.variables_of_jobs["GITHUB_API_URL"] = server.url
    head = project.fork(7, "broken", tool__sh="exit 3\n")
    server.pull(7, head)
    measured = project.pull_request(7, head)
    assert measured.results == {"measure": "success"}, measured.log
    assert "to look at: `cli.decode`" in measured.jobs["measure"].summary

    server.artifacts[measured.id, NAME] = project.artifact(measured)
    told = project.react(
        "soundmark-comment.yml", "workflow_run", event_of(measured, "pull_request", head)
    )
    assert told.results == {"comment": "success"}, told.log
    (text,) = server.texts(7)
    assert "to look at: `cli.decode`" in text
    assert marks.read(text).head == head
    assert [one["head_sha"] for one in server.checks] == [head]


@by_night
def test_a_comment_starts_a_measurement_and_gets_its_result(project, server):
    project.sandbox.variables_of_jobs["GITHUB_API_URL"] = server.url
    head = project.fork(7, "broken", tool__sh="exit 3\n")
    server.pull(7, head)
    asked = project.react(
        "soundmark-bench.yml", "issue_comment", jobs.payload_of_comment("/bench cli.*")
    )
    assert asked.results == {"start": "success"}, asked.log
    (started,) = server.started
    assert started["workflow"] == "soundmark-pull-request.yml"

    measured = project.dispatched(started)
    assert measured.results == {"measure": "success"}, measured.log
    server.artifacts[measured.id, NAME] = project.artifact(measured)
    ended = event_of(
        measured, "workflow_dispatch", project.clone.git("rev-parse", "HEAD"), head_branch="main"
    )
    told = project.react("soundmark-comment.yml", "workflow_run", ended)
    assert told.results == {"comment": "success"}, told.log
    (text,) = server.texts(7)
    assert "**Measured as asked**: `cli.*`" in text
    assert "to look at: `cli.decode`" in text
    assert server.checks == []


@by_night
def test_without_a_token_the_result_stays_in_the_job_and_it_is_said(project, server):
    head = project.fork(7, "broken", tool__sh="exit 3\n")
    project.sandbox.token = ""
    told = project.react(
        "soundmark-comment.yml", "workflow_run",
        event_of(project.pull_request(7, head), "pull_request", head),
    )  # fmt: skip
    assert told.results == {"comment": "success"}, told.log
    assert "there is no token" in told.log
    project.sandbox.token = WORKFLOW


@by_night
def test_a_night_installs_the_program_from_where_the_workflow_says(tmp_path):
    source = installing.repository(tmp_path / "program", "v0")
    sha = source.git("rev-parse", "HEAD")
    project = Project(
        tmp_path / "sandbox", installs(tmp_path / "environment"), f"{source.path.as_uri()}@{sha}"
    )
    night = project.night()
    assert went(night) == NIGHT, night.log
    assert [value for _, value in project.trend()] == [0.1]
