"""An issue while nothing new is published: a site of a certain age, and a forge."""

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from history import addresses
from history.project.workspace import open_workspace
from history.report.review import links
from site_gen.forge import mark as marks
from site_gen.forge.mark import OPEN, RESOLVED
from site_gen.shell.build import build
from soundmark import main
from tests.history.builders import record
from tests.site_gen.forge import jobs
from tests.site_gen.forge.github_server import BOT
from tests.site_gen.forge.server import Refused, Server, running


class Pages(Server):
    """Where the site is published."""

    def __init__(self):
        super().__init__()
        self.newest = None
        self.is_there = True

    def respond(self, method, path, query, body, headers):
        assert "Authorization" not in headers
        if not self.is_there or path != f"/{addresses.PAGES}":
            raise Refused(404, "Not Found")
        return 200, links.encode(self.url, ["suites/cli"], [], self.newest), {}


class Project:
    """A site, a forge, and what the alarm of a morning says."""

    def __init__(self, pages, server, folder):
        self.pages, self.server, self.folder = pages, server, folder

    def publish(self, days_ago):
        self.pages.newest = datetime.now(UTC) - timedelta(days=days_ago)

    def alarm(self, text=""):
        jobs.loaded(self.folder, f'[site]\nurl = "{self.pages.url}"\n{text}')
        seen = jobs.environ(self.server, self.folder, {})
        words = ["report", "--alarm", "--config", str(self.folder / "soundmark.toml")]
        done = CliRunner(env=seen).invoke(main, words, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output


@pytest.fixture
def project(server, tmp_path):
    with running(Pages()) as pages:
        yield Project(pages, server, tmp_path)


def test_after_three_days_without_a_run_one_issue_is_opened_and_the_next_day_none(project):
    project.publish(2.9)
    assert "nothing to tell" in project.alarm()
    project.publish(3.1)
    assert ": opened" in project.alarm()
    assert "nothing to tell" in project.alarm()
    (issue,) = project.server.issues
    assert issue["title"] == "nothing new published for more than 3 days"
    assert project.pages.url in issue["body"]
    assert marks.read(issue["body"]).state == OPEN


def test_it_is_closed_by_the_next_run_and_opens_again_when_that_was_the_last(project):
    project.publish(4)
    project.alarm()
    project.publish(0.2)
    assert ": closed" in project.alarm()
    (issue,) = project.server.issues
    assert issue["state"] == "closed"
    assert "**Closed: a run of 20" in issue["body"]
    assert marks.read(issue["body"]).state == RESOLVED
    assert "nothing to tell" in project.alarm()
    project.publish(5)
    assert ": opened again" in project.alarm()
    assert [one["state"] for one in project.server.issues] == ["open"]


def test_one_that_a_person_closed_stays_closed_until_the_next_time(project):
    project.publish(4)
    project.alarm()
    project.server.issues[0]["state"] = "closed"
    assert "closed by a person, left as it is" in project.alarm()
    project.publish(0)
    project.alarm()
    project.publish(4)
    assert ": opened again" in project.alarm()


def test_a_site_that_is_gone_is_as_good_as_one_that_is_old(project):
    project.pages.is_there = False
    assert ": opened" in project.alarm()
    assert "No site answers" in project.server.issues[0]["body"]


def test_the_limit_is_that_of_the_overview(project):
    project.publish(4)
    assert "nothing to tell" in project.alarm("stale_after_days = 7\n")


def test_a_site_that_does_not_say_its_age_opens_nothing_and_says_so(project):
    assert "does not say" in project.alarm()
    assert project.server.issues == []


def test_where_nobody_can_tell_there_is_a_warning_and_no_issue(project):
    project.publish(4)
    project.pages.url = "http://127.0.0.1:9"
    assert "::warning title=soundmark report::no site answers" in project.alarm()
    assert project.server.issues == []


def test_an_issue_of_an_event_is_left_alone(project):
    body = marks.Mark("soundmark.event.0123").on("slower")
    project.server.issues.append({"number": 3, "author": BOT, "state": "open", "title": "t",
                                  "body": body, "labels": ["soundmark"]})  # fmt: skip
    project.publish(0)
    assert "nothing to tell" in project.alarm()
    assert project.server.issues[0]["state"] == "open"


def test_a_site_that_is_built_says_when_its_newest_run_began(tmp_path):
    (tmp_path / "soundmark.toml").write_text('[site]\nurl = "https://example.org/speed"\n')
    workspace = open_workspace(tmp_path / "soundmark.toml")
    older, newer = record("a1"), record("b2", night=1)
    workspace.append([newer, older])
    build(workspace, tmp_path / "site", lambda _: None, "plain", 1)
    found = links.decode((tmp_path / "site" / addresses.PAGES).read_bytes())
    assert found.newest_run == newer.run.started_at > older.run.started_at


def test_without_an_address_the_configuration_lacks_something(server, tmp_path):
    jobs.loaded(tmp_path)
    seen = jobs.environ(server, tmp_path, {})
    words = ["report", "--alarm", "--config", str(tmp_path / "soundmark.toml")]
    done = CliRunner(env=seen).invoke(main, words)
    assert done.exit_code == 2
    assert "site.url" in done.output
