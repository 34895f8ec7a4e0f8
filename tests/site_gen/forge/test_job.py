"""A posting from its beginning to its end, as jobs of GitHub start it."""

import io
import zipfile

import pytest

from history.compare.results import ComparisonVerdict as Verdict
from history.report.review import codec
from history.report.review.result import Commit, How, Setting
from site_gen.forge import mark as marks
from site_gen.forge.artifact import FILE
from tests.history.report.review.reviews import HEAD, absence, review, row
from tests.site_gen.forge import jobs
from tests.site_gen.forge.github_server import NO_RIGHT, REPOSITORY
from tests.site_gen.forge.server import Refused

SHA = HEAD.sha
NEXT = "c" * 40
SLOWER = review(row(0.05, verdict=Verdict.REGRESSION))
WELL = review(row())
NO_ANSWER = review(row(verdict=Verdict.NOT_ENOUGH_DATA))
SUSPECT = review(row(0.03, verdict=Verdict.SUSPECT))


def zipped(found, name=FILE):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, codec.encode(found))
    return made.getvalue()


def at(found, sha):
    """The same result of another commit."""
    return review(*found.rows, *found.absences, head=Commit(sha=sha))


class Fork:
    """A pull request of a fork, its runs, and the jobs that post after them."""

    def __init__(self, server, folder):
        self.server, self.folder = server, folder
        self.configuration = jobs.loaded(folder)

    def configured(self, text):
        self.configuration = jobs.loaded(self.folder, text)

    def push(self, sha):
        self.server.pulls.clear()
        self.server.pull(7, sha)

    def post(self, found=None, *, sha=SHA, run=31, variables=None, **more):
        """What the job says that follows the run which measured `found`."""
        if found is not None:
            self.server.artifacts[run, "soundmark-report"] = zipped(found)
        payload = jobs.payload_of_run(sha, id=run, **more)
        seen = jobs.environ(self.server, self.folder, payload, **(variables or {}))
        return jobs.posted(self.configuration, seen, is_foreign=True)

    @property
    def conclusions(self):
        return [one["conclusion"] for one in self.server.checks]

    @property
    def summary(self):
        file = self.folder / "summary.md"
        return file.read_text(encoding="utf-8") if file.exists() else ""


@pytest.fixture
def fork(server, tmp_path):
    made = Fork(server, tmp_path)
    made.push(SHA)
    return made


def test_a_regression_of_a_fork_gets_a_comment_a_check_and_a_summary(server, fork):
    said = fork.post(SLOWER)
    (text,) = server.texts(7)
    assert "1 regression to look at" in text
    assert marks.read(text) == marks.Mark("soundmark", SHA, 31_001)
    assert fork.conclusions == ["neutral"]
    assert server.checks[0]["output"]["title"].startswith("1 regression to look at")
    assert "1 regression to look at" in fork.summary
    assert said == ["summary: written", 'check "soundmark": neutral', "comment on #7: made"]


def test_a_forge_of_another_package_with_a_name_of_ours_is_named_and_not_asked(fork, install):
    install("mine", {"soundmark.forges": {"github": "never_imported:FORGE"}})
    said = fork.post(SLOWER)
    assert said[-1] == "comment on #7: made"
    (warning,) = [line for line in said if line.startswith("::warning")]
    assert warning.startswith("::warning title=soundmark report::mine (")
    assert 'offers a forge called "github", which soundmark has itself' in warning


def test_a_comment_links_to_the_run_that_measured_as_the_forge_names_it(server, fork):
    fork.post(SLOWER, variables={"GITHUB_SERVER_URL": "https://github.example"})
    (text,) = server.texts(7)
    there = f"https://github.example/{REPOSITORY}/actions/runs/31"
    assert f"Measured by [this CI run](<{there}>)." in text


def test_a_check_names_what_to_look_at_once_and_not_again_when_it_is_edited(server, fork):
    fork.post(review(row(0.05, verdict=Verdict.REGRESSION), absence(Verdict.FAILED)))
    levels = [one["annotation_level"] for one in server.checks[0]["output"]["annotations"]]
    assert levels == ["failure", "failure"]
    fork.post(SLOWER, run=32)
    assert "annotations" not in server.checks[0]["output"]


def test_a_clean_push_after_it_resolves_the_comment(server, fork):
    fork.post(SLOWER)
    fork.push(NEXT)
    fork.post(at(WELL, NEXT), sha=NEXT, run=32)
    (text,) = server.texts(7)
    assert f"**Resolved at {NEXT[:12]}.** What was found at {SHA[:12]} is not found" in text
    assert "nothing to do" in text
    fork.post(at(WELL, NEXT), sha=NEXT, run=33)
    assert f"**Resolved at {NEXT[:12]}.**\n" in server.texts(7)[0]


def test_a_regression_that_comes_back_opens_the_same_comment_again(server, fork):
    fork.post(SLOWER)
    fork.post(WELL, run=32)
    fork.post(SLOWER, run=33)
    (text,) = server.texts(7)
    assert "Resolved" not in text
    assert marks.read(text).state == marks.OPEN


@pytest.mark.parametrize("found", [WELL, NO_ANSWER])
def test_where_nothing_was_ever_wrong_the_check_says_so_and_nobody_gets_mail(server, fork, found):
    said = fork.post(found)
    assert server.texts(7) == []
    assert said[-1] == "comment on #7: none, since nothing is to be done"
    assert len(fork.conclusions) == 1


def test_who_wants_a_comment_always_gets_one_that_is_never_called_resolved(server, fork):
    fork.configured('[report]\ncomment = "always"\n')
    fork.post(WELL)
    fork.post(WELL, run=32)
    (text,) = server.texts(7)
    assert "nothing to do" in text
    assert "Resolved" not in text


@pytest.mark.parametrize(
    ("found", "informational", "required"),
    [
        (WELL, "success", "success"),
        (SLOWER, "neutral", "failure"),
        (review(absence(Verdict.FAILED)), "neutral", "failure"),
        (SUSPECT, "neutral", "action_required"),
        (NO_ANSWER, "neutral", "neutral"),
        (review(setting=Setting(how=How.NOTHING), base=None), "neutral", "neutral"),
    ],
    ids=["well", "slower", "failed", "suspect", "no answer", "no base"],
)
def test_what_a_check_says(fork, found, informational, required):
    fork.post(found)
    fork.configured('[report]\ncheck = "required"\n')
    fork.server.checks.clear()
    fork.post(found, run=32)
    assert fork.conclusions == [required]
    fork.configured("")
    fork.server.checks.clear()
    fork.post(found, run=33)
    assert fork.conclusions == [informational]


def test_check_and_comment_can_be_switched_off(server, fork):
    fork.configured('[report]\ncheck = "off"\ncomment = "never"\n')
    assert fork.post(SLOWER) == ["summary: written"]
    assert (server.texts(7), server.checks) == ([], [])


def test_an_older_run_that_ends_late_changes_nothing(server, fork):
    fork.post(SLOWER, run=40)
    said = fork.post(WELL, run=39)
    assert "1 regression" in server.texts(7)[0]
    assert fork.conclusions == ["neutral"]
    assert 'check "soundmark": left as it is, a later job has set it' in said
    assert said[-1].startswith("::notice title=soundmark report::a later job has commented")


def test_a_push_between_measuring_and_posting_is_answered_with_the_new_head(server, fork):
    fork.push(NEXT)
    said = fork.post(SLOWER)
    assert "the pull request #7 was pushed to since 91be00d4aa12 was measured" in said[-1]
    assert f"its head is {NEXT[:12]} now. Nothing was posted" in said[-1]
    assert (server.texts(7), server.checks) == ([], [])


@pytest.mark.parametrize("state", ["closed", "merged"])
def test_a_closed_or_merged_pull_request_gets_nothing(server, fork, state):
    server.pulls.clear()
    server.pull(7, SHA, state=state)
    said = fork.post(SLOWER)
    assert "no open pull request has the head 91be00d4aa12: it was closed or merged" in said[-1]
    assert said[-1].startswith("::notice")
    assert server.requests("POST") == 0


def test_two_pull_requests_of_one_head_are_not_guessed_between(server, fork):
    server.pull(8, SHA, branch="again")
    said = fork.post(SLOWER)
    assert "2 open pull requests have the head 91be00d4aa12 (#7, #8)" in said[-1]
    assert server.requests("POST") == 0


def test_an_artifact_cannot_choose_whose_pull_request_it_is_told_to(server, fork):
    server.pull(8, NEXT, branch="somebody-else")
    said = fork.post(at(SLOWER, NEXT))
    assert "the report is of cccccccccccc, and the job is about 91be00d4aa12" in said[-1]
    assert (server.texts(7), server.texts(8), server.checks) == ([], [], [])


def test_a_run_of_another_repository_is_refused(server, fork):
    said = fork.post(SLOWER, repository={"full_name": "mallory/aligner"})
    assert "the run 31 is of mallory/aligner, this job is of acme/aligner" in said[-1]
    assert server.requests("POST") == 0


def test_a_run_that_no_pull_request_started_is_refused(server, fork):
    said = fork.post(SLOWER, event="push")
    assert 'the run 31 was started by "push", not by a pull request' in said[-1]
    assert server.requests("POST") == 0


@pytest.mark.parametrize(
    ("mode", "conclusion"), [("informational", "neutral"), ("required", "action_required")]
)
def test_an_artifact_that_is_no_report_is_said_by_the_check(server, fork, mode, conclusion):
    fork.configured(f'[report]\ncheck = "{mode}"\n')
    server.artifacts[31, "soundmark-report"] = b"<html>"
    said = fork.post()
    assert fork.conclusions == [conclusion]
    assert "expected a zip" in server.checks[0]["output"]["summary"]
    assert any(line.startswith("::warning") and "expected a zip" in line for line in said)
    assert server.texts(7) == []


@pytest.mark.parametrize(
    ("mode", "conclusion"), [("informational", "neutral"), ("required", "action_required")]
)
def test_half_a_gigabyte_of_artifact_is_refused_unread_and_passes_no_required_check(
    server, fork, mode, conclusion
):
    fork.configured(f'[report]\ncheck = "{mode}"\n')
    server.artifacts[31, "soundmark-report"] = bytes(33 * 2**20)
    said = fork.post()
    assert "expected at most 33554432 bytes, found 34603008. It was not read" in said[-1]
    assert server.requests("GET", "/zip") == 0
    assert fork.conclusions == [conclusion]


def test_a_forge_that_refuses_the_artifact_is_no_fault_of_the_pull_request(server, fork):
    fork.configured('[report]\ncheck = "required"\n')
    server.fail("GET", "/artifacts", Refused(403, NO_RIGHT))
    fork.post(SLOWER)
    assert fork.conclusions == ["neutral"]


def test_a_measuring_job_that_failed_is_named(fork):
    fork.configured('[report]\ncheck = "required"\n')
    said = fork.post(conclusion="failure")
    assert 'the job that measured ended with "failure" and left none' in "".join(said)
    assert fork.conclusions == ["action_required"]


def test_names_from_a_fork_do_nothing_in_comment_check_and_log(server, fork):
    name = "cli.@maintainer ![x](https://evil.example/a.png) <img src=x> ::error::"
    said = fork.post(review(row(0.05, verdict=Verdict.REGRESSION, benchmark=name)))
    for text in (server.texts(7)[0], server.checks[0]["output"]["summary"], fork.summary):
        assert f"`{name}`" in text
        assert "@maintainer" not in text.replace(f"`{name}`", "")
    assert not any("evil" in line for line in said)


def test_without_the_right_for_checks_there_is_still_a_comment(server, fork):
    server.fail("POST", "/check-runs", Refused(403, NO_RIGHT))
    said = fork.post(SLOWER)
    assert len(server.texts(7)) == 1
    assert any("checks: write" in line and line.startswith("::warning") for line in said)
