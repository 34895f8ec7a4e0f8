"""Issues of events, and answers to what was merged: a history, its repository, and a forge."""

from dataclasses import replace

import pytest
from click.testing import CliRunner

from history.judge import changes, events
from history.judge.episodes import State
from history.project.triage import Decision
from history.report.review.links import Links
from history.words.errors import UsageError
from site_gen.forge import issues
from site_gen.forge import mark as marks
from site_gen.forge.mark import OPEN, RESOLVED, Mark
from site_gen.forge.nightly import Nightly
from soundmark import main
from tests.history.judge.builders import detections, noisy, point, repository, run, trend, trends
from tests.history.judge.builders import workspace as made
from tests.site_gen.forge import jobs
from tests.site_gen.forge.github_server import BOT
from tests.site_gen.forge.server import Refused

SITE = Links()


def found(*levels, decisions=(), series=3):
    """The events of a few series with these levels, fifteen nights each."""
    rows = [
        trend(
            [100 * value for value in noisy(*levels, n=15, seed=number)],
            series_id=f"box{number:04d}",
            series_key=number + 1,
            benchmark=f"work{number}",
        )
        for number in range(series)
    ]
    history = trends(*rows)
    told = detections(history)
    return events.events(history, told, changes.rows(history, told, decisions))


def keep(forge, told, text="what it is"):
    return issues.keep(forge, "soundmark", told, lambda _: text)


def test_an_event_of_three_series_opens_one_issue_and_the_next_night_opens_none(server, forge):
    told = found(1, 1.3)
    assert keep(forge, told) == [f"issue #{server.issues[0]['number']}: opened"]
    assert keep(forge, told) == []
    (issue,) = server.issues
    assert issue["title"].startswith("regression: 3 of 3 series on box: 3 worse by")
    assert issue["labels"] == ["soundmark"]
    assert marks.read(issue["body"]) == Mark(f"soundmark.event.{told[0].event_id}", state=OPEN)


def test_what_is_said_of_it_is_kept_up_to_date(server, forge):
    told = found(1, 1.3)
    keep(forge, told)
    assert keep(forge, told, "worse still")[0].endswith(": updated")
    assert server.issues[0]["body"].endswith("worse still")


def test_an_event_that_is_over_closes_its_issue_and_says_why(server, forge):
    keep(forge, found(1, 1.3))
    over = [one for one in found(1, 1.3, 1) if one.status is State.RECOVERED]
    assert keep(forge, over)[0].endswith(": closed")
    assert server.issues[0]["state"] == "closed"
    assert "**Closed: recovered.**" in server.issues[0]["body"]
    assert marks.read(server.issues[0]["body"]).state == RESOLVED


def test_an_event_that_somebody_decided_about_closes_its_issue(server, forge):
    told = found(1, 1.3)
    keep(forge, told)
    expected = found(1, 1.3, decisions=[Decision(state="expected", reason="bigger model",
                                                 event=told[0].event_id)])  # fmt: skip
    keep(forge, expected)
    assert "**Closed: expected.**" in server.issues[0]["body"]


def test_an_event_that_is_not_found_any_more_closes_its_issue(server, forge):
    keep(forge, found(1, 1.3))
    assert keep(forge, ())[0].endswith(": closed")
    assert "do not find it any more" in server.issues[0]["body"]


def test_an_issue_that_we_closed_opens_again_and_one_that_a_person_closed_does_not(server, forge):
    told = found(1, 1.3)
    keep(forge, told)
    keep(forge, ())
    assert keep(forge, told)[0].endswith(": opened again")
    server.issues[0]["state"] = "closed"
    assert keep(forge, told)[0].endswith(": closed by a person, left as it is")
    assert server.issues[0]["state"] == "closed"


def test_at_most_ten_issues_are_opened_at_once_and_the_others_are_counted(server, forge):
    (event,) = found(1, 1.3)
    many = [replace(event, event_id=f"{number:012x}") for number in range(13)]
    assert (
        keep(forge, many)[-1] == "issues: 3 more events have none yet, which the next run may open"
    )
    assert len(server.issues) == 10
    keep(forge, many)
    assert len(server.issues) == 13


def test_an_issue_of_somebody_else_with_our_mark_is_not_ours(server, forge):
    told = found(1, 1.3)
    body = Mark(f"soundmark.event.{told[0].event_id}").on("all is well")
    server.issues.append({"number": 1, "author": "mallory", "state": "open", "title": "t",
                          "body": body, "labels": ["soundmark"]})  # fmt: skip
    keep(forge, told)
    assert [one["author"] for one in server.issues] == ["mallory", BOT]
    assert server.issues[0]["body"] == body


def test_an_issue_whose_answer_was_lost_is_not_opened_twice(server, forge):
    told = found(1, 1.3)

    def arrives():
        body = Mark(f"soundmark.event.{told[0].event_id}").on("what it is")
        server.add_issue(BOT, {}, {"title": "t", "body": body, "labels": ["soundmark"]})

    server.rights = {"issues"}
    server.before["POST", "/issues"] = arrives
    server.fail("POST", "/issues", Refused(502, "Bad Gateway"))
    assert keep(forge, told)[0].endswith(": opened")
    assert len(server.issues) == 1


def test_nothing_is_done_before_it_is_switched_on(tmp_path):
    table = jobs.loaded(tmp_path).values.report
    with pytest.raises(UsageError, match=r"neither report\.issues nor report\.nightly"):
        Nightly(None, table, None, tmp_path, SITE).tell()


class Project:
    """A repository whose last commits made `work` slower, and what a nightly says of it."""

    def __init__(self, server, folder):
        self.server, self.folder = server, folder
        self.shas = repository(folder, *(f"commit {number}" for number in range(30)))
        self.measured = [*self.shas[:14], *self.shas[-14:]]
        before, after = noisy(1, n=14, noise=0.002), noisy(1.4, n=14, noise=0.002)
        nights = [
            run(night, point(value, metric="total_time"), sha=sha,
                parents=(self.measured[night - 1],) if night else ())
            for night, (sha, value) in enumerate(zip(self.measured, [*before, *after], strict=True))
        ]  # fmt: skip
        self.workspace = made(folder, *nights)
        self.range = self.shas[14:17]

    def told(self, text="[report]\nissues = true\nnightly = true\n"):
        """Lines of `soundmark report --issues`."""
        jobs.loaded(self.folder, text)
        seen = jobs.environ(self.server, self.folder, {})
        words = ["report", "--issues", "--config", str(self.folder / "soundmark.toml")]
        places = ["--history", str(self.workspace.history_file)]
        places += ["--ledger", str(self.workspace.ledger.folder)]
        done = CliRunner(env=seen).invoke(main, [*words, *places], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output


@pytest.fixture
def project(server, tmp_path):
    return Project(server, tmp_path)


def test_the_pull_request_that_is_all_of_a_range_is_answered_once(server, project):
    server.pull(12, project.range[-1], state="merged")
    for sha in project.range:
        server.merged_by[sha] = [12]
    said = project.told()
    assert "pull request #12: told about the event" in said
    (text,) = server.texts(12)
    assert "The nightly of 20" in text
    assert "this pull request is all that was merged between them" in text
    assert "Merged in between: #12." in server.issues[0]["body"]
    assert "nothing to tell" in project.told()
    assert len(server.texts(12)) == 1


def test_of_several_nobody_is_told_and_the_issue_names_them(server, project):
    for number, sha in enumerate(project.range, start=12):
        server.pull(number, sha, state="merged")
        server.merged_by[sha] = [number]
    project.told()
    assert [server.texts(number) for number in (12, 13, 14)] == [[], [], []]
    assert "Merged in between: #12, #13, #14." in server.issues[0]["body"]


def test_a_range_with_a_commit_that_nobody_reviewed_accuses_nobody(server, project):
    server.pull(12, project.range[0], state="merged")
    server.merged_by[project.range[0]] = [12]
    project.told()
    assert server.texts(12) == []


def test_each_of_the_two_is_switched_on_alone(server, project):
    server.pull(12, project.range[-1], state="merged")
    for sha in project.range:
        server.merged_by[sha] = [12]
    project.told("[report]\nnightly = true\n")
    assert (len(server.texts(12)), server.issues) == (1, [])
    said = project.told("")
    assert "::warning title=soundmark report::soundmark.toml: neither report.issues" in said
