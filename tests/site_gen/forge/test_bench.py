"""`/bench` in a comment: who may, what is started, and where the answer stands."""

import io
import zipfile

import pytest

from history.compare.results import ComparisonVerdict as Verdict
from history.report.review import codec
from history.report.review.result import Commit
from history.words.errors import UsageError
from site_gen.forge import mark as marks
from site_gen.forge import request as requests
from site_gen.forge.artifact import FILE
from site_gen.forge.bench import read
from site_gen.forge.errors import NothingToPostError
from site_gen.forge.job import Job, run_bench
from site_gen.forge.request import Request
from tests.history.report.review.reviews import HEAD, review, row
from tests.site_gen.forge import jobs
from tests.site_gen.forge.github_server import BOT
from tests.site_gen.forge.server import Refused

SHA = HEAD.sha
MEASURES = "soundmark-pull-request.yml"
SLOWER = review(row(0.05, verdict=Verdict.REGRESSION))


class Asked:
    """A pull request, comments that ask for measurements, and the jobs behind them."""

    def __init__(self, server, folder):
        self.server, self.folder = server, folder
        self.configuration = jobs.loaded(folder)
        server.pull(7, SHA)

    def ask(self, body, *, variables=None, **more):
        """What the job says that follows the comment."""
        seen = jobs.environ(self.server, self.folder, jobs.payload_of_comment(body, **more))
        seen |= {"GITHUB_RUN_ID": "20"} | (variables or {})
        said: list[str] = []
        run_bench(Job(loaded=self.configuration, environ=seen, say=said.append), MEASURES)
        return said

    def answer(self, found=SLOWER, *, title=None, run=31, conclusion="success", **more):
        """What the job says that follows the run which was started."""
        if found is not None:
            made = io.BytesIO()
            with zipfile.ZipFile(made, "w") as archive:
                archive.writestr(FILE, codec.encode(found))
            self.server.artifacts[run, "soundmark-report"] = made.getvalue()
        (started,) = self.server.started
        given = started["inputs"]
        asked = Request(int(given["request"]), int(given["number"]), given["head"], given["only"])
        payload = jobs.payload_of_run(
            "d" * 40, id=run, event="workflow_dispatch", head_branch="main",
            display_title=asked.title if title is None else title, conclusion=conclusion, **more,
        )  # fmt: skip
        seen = jobs.environ(self.server, self.folder, payload)
        return jobs.posted(self.configuration, seen, is_foreign=True)


@pytest.fixture
def asked(server, tmp_path):
    return Asked(server, tmp_path)


def test_who_may_write_starts_a_measurement_at_the_head_as_it_is(server, asked):
    said = asked.ask("/bench cli.*")
    assert server.started == [
        {
            "workflow": MEASURES,
            "ref": "main",
            "inputs": {
                "request": "55", "number": "7", "head": SHA, "base": "main", "only": "cli.*",
            },
        }
    ]  # fmt: skip
    (text,) = server.texts(7)
    assert marks.read(text) == marks.Mark("soundmark:bench:55", SHA, 20_001, marks.OPEN)
    assert f"**Measuring** `cli.*` at `{SHA[:12]}` against main, as ada asked." in text
    assert said[-1] == f"{MEASURES}: started for {SHA[:12]}"


def test_the_result_stands_in_the_same_comment_and_no_check_is_touched(server, asked):
    asked.ask("/bench `cli.*`\n\nIs it slower now?")
    before = [one["id"] for one in server.comments]
    said = asked.answer()
    (text,) = server.texts(7)
    assert [one["id"] for one in server.comments] == before
    assert "comment on #7: answered" in said
    assert "**Measured as asked**: `cli.*` at" in text
    assert "1 regression to look at" in text
    assert server.checks == []


def test_the_comment_of_every_push_stays_as_it_is(server, asked):
    own = server.comment(7, BOT, marks.Mark("soundmark", SHA, 10_001).on("of the push"))
    asked.ask("/bench")
    asked.answer()
    (kept,) = [one["body"] for one in server.comments if one["id"] == own]
    assert kept.endswith("of the push")
    assert len(server.texts(7)) == 2


@pytest.mark.parametrize(("login", "permission"), [("guest", "read"), ("nobody", "none")])
def test_who_may_not_write_starts_nothing_and_gets_no_answer(server, asked, login, permission):
    (said,) = asked.ask("/bench", login=login)
    assert said.startswith("::notice title=soundmark report::")
    assert f'{login} may not write to acme/aligner (GitHub says "{permission}")' in said
    assert (server.started, server.texts(7)) == ([], [])


@pytest.mark.parametrize("body", ["", "please /bench", "> /bench", "/benchmark", "/bench\tme\n"])
def test_only_a_first_line_that_begins_with_the_word_asks_for_something(server, asked, body):
    asked.ask(body)
    assert [one["inputs"]["only"] for one in server.started] == (["me"] if "me" in body[:9] else [])


@pytest.mark.parametrize("action", ["edited", "deleted"])
def test_a_comment_that_is_edited_starts_nothing(server, asked, action):
    asked.ask("/bench", action=action)
    assert server.started == []


def test_a_comment_below_an_issue_or_by_a_program_starts_nothing(server, asked):
    issue = {"number": 7, "title": "Slow", "state": "open"}
    robot = {"id": 55, "body": "/bench", "user": {"login": "robot[bot]", "type": "Bot"}}
    asked.ask("/bench", issue=issue)
    asked.ask("/bench", comment=robot)
    assert (server.started, server.texts(7)) == ([], [])


@pytest.mark.parametrize(
    "words", ["$(reboot)", "a;b", "--against=x", "a b", '"; rm -rf /', "x" * 201, "a\u202eb", "`"]
)
def test_what_is_no_pattern_is_answered_and_starts_nothing(server, asked, words):
    asked.ask(f"/bench {words}")
    (text,) = server.texts(7)
    assert "**Nothing was started**" in text
    assert "at most one pattern" in text
    assert server.started == []


def test_a_closed_pull_request_is_answered_and_not_measured(server, asked):
    server.pulls.clear()
    server.pull(7, SHA, state="merged")
    asked.ask("/bench")
    assert "#7 is merged" in server.texts(7)[0]
    assert server.started == []


def test_without_the_workflow_that_measures_it_is_said_how_to_get_it(server, asked):
    server.workflows.clear()
    said = asked.ask("/bench")
    assert "soundmark init --github" in said[-1]
    (text,) = server.texts(7)
    assert f"no workflow {MEASURES} with" in text.replace("`", "")


def test_without_the_right_to_start_one_it_is_said(server, asked):
    server.fail("POST", "/dispatches", Refused(403, "Resource not accessible by integration"))
    said = asked.ask("/bench")
    assert said[-1].startswith("::warning")
    assert "**Nothing was started**" in server.texts(7)[0]


def test_a_job_that_is_started_again_says_it_in_the_same_comment(server, asked):
    asked.ask("/bench")
    asked.ask("/bench", variables={"GITHUB_RUN_ATTEMPT": "2"})
    assert len(server.texts(7)) == 1


def test_a_measurement_that_failed_is_said_in_the_same_comment(server, asked):
    asked.ask("/bench nothing.*")
    asked.answer(None, conclusion="failure")
    (text,) = server.texts(7)
    assert "**No result** of `nothing.*`" in text
    assert server.checks == []


def test_a_result_of_another_commit_is_not_posted(server, asked):
    asked.ask("/bench")
    other = review(row(), head=Commit(sha="e" * 40))
    said = asked.answer(other)
    assert "the report is of eeeeeeeeeeee" in said[-1]
    assert "**Measuring**" in server.texts(7)[0]


@pytest.mark.parametrize(
    "more",
    [
        {"title": "nightly"},
        {"title": f"/bench 55 of #7 at {SHA}: cli.*; echo"},
        {"head_branch": "faster"},
        {"title": f"/bench 99 of #7 at {SHA}:"},
        {"title": f"/bench 55 of #7 at {'c' * 40}:"},
    ],
)
def test_a_run_that_no_comment_of_ours_asked_for_answers_nothing(server, asked, more):
    asked.ask("/bench cli.*")
    payload = jobs.payload_of_run(
        "d" * 40,
        event="workflow_dispatch",
        head_branch=more.get("head_branch", "main"),
        display_title=more.get("title", Request(55, 7, SHA, "cli.*").title),
    )
    seen = jobs.environ(server, asked.folder, payload)
    jobs.posted(asked.configuration, seen, is_foreign=True)
    assert ["**Measuring**" in text for text in server.texts(7)] == [True]


@pytest.mark.parametrize("pattern", ["", "cli.*", "micro.top_k[k=50,v=2]", "tests/x.py::test_a"])
def test_the_title_of_a_run_says_what_it_was_started_with(pattern):
    asked = Request(55, 7, SHA, pattern)
    assert requests.read(asked.title) == asked


def test_outside_of_such_a_job_it_says_what_it_is_for(tmp_path):
    with pytest.raises(UsageError, match="GITHUB_EVENT_PATH is not set"):
        read("")
    (tmp_path / "event.json").write_text("{}")
    with pytest.raises(UsageError, match="not that of a comment"):
        read(str(tmp_path / "event.json"))


def test_a_person_gets_the_reason_as_an_error(server, asked):
    with pytest.raises(NothingToPostError, match="may not write"):
        asked.ask("/bench", login="guest", variables={"CI": "", "GITHUB_ACTIONS": "true"})
