"""The same postings to GitLab and to Gitea, whose servers here speak as their documents do."""

import pytest

from history.compare.results import ComparisonVerdict as Verdict
from history.report.review.result import Commit
from site_gen.forge import mark as marks
from site_gen.forge.errors import ForgeError
from site_gen.forge.interface import Check, Conclusion
from site_gen.forge.registry import FORGES, open_forge
from tests.history.report.review.reviews import HEAD, review, row
from tests.site_gen.forge import jobs
from tests.site_gen.forge.gitea_server import GiteaServer
from tests.site_gen.forge.gitlab_server import PROJECT, GitLabServer
from tests.site_gen.forge.server import Refused, running

SHA = HEAD.sha
NEXT = "c" * 40
SLOWER = review(row(0.05, verdict=Verdict.REGRESSION))
WELL = review(row(), head=Commit(sha=NEXT))


@pytest.fixture
def gitlab():
    with running(GitLabServer(per_page=2)) as server:
        yield server
    assert server.mistakes == []


@pytest.fixture
def gitea():
    with running(GiteaServer(per_page=2)) as server:
        yield server
    assert server.mistakes == []


def client(name, server):
    return open_forge(name, PROJECT, "bot-token", url=server.url, wait=lambda _: None)


def pipeline(server, head, *, number=61):
    """What a job of a merge request's pipeline sees."""
    return {
        "CI": "true",
        "GITLAB_CI": "true",
        "CI_API_V4_URL": server.url,
        "CI_PROJECT_PATH": PROJECT,
        "CI_MERGE_REQUEST_IID": "7",
        "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": PROJECT,
        "CI_COMMIT_SHA": head,
        "CI_PIPELINE_ID": str(number),
        "GITLAB_TOKEN": "bot-token",
    }


def test_every_forge_of_the_registry_can_be_opened():
    for name in FORGES.names():
        opened = open_forge(name, PROJECT, "t", url="https://forge.example/api")
        assert opened.most_letters > 10_000, "a comment of a pull request fits"
        opened.close()


def test_a_merge_request_is_told_and_resolved_among_many_notes(gitlab, tmp_path):
    loaded = jobs.loaded(tmp_path, '[report]\ncheck = "required"\n')
    gitlab.merge_request(7, SHA)
    for number in range(5):
        gitlab.note(7, "ada", f"chatter {number}")
    said = jobs.posted(loaded, pipeline(gitlab, SHA), source=lambda: SLOWER)
    assert said == ['check "soundmark": failure', "comment on #7: made"]
    assert gitlab.statuses[SHA]["state"] == "failed"
    gitlab.merge_requests[0]["sha"] = NEXT
    jobs.posted(loaded, pipeline(gitlab, NEXT, number=62), source=lambda: WELL)
    assert gitlab.statuses[NEXT]["state"] == "success"
    assert "**Resolved at cccccccccccc.**" in gitlab.texts(7)[-1]
    assert len(gitlab.texts(7)) == 6


def test_an_older_pipeline_changes_no_note(gitlab, tmp_path):
    gitlab.merge_request(7, SHA)
    gitlab.note(7, gitlab.bot, marks.Mark("soundmark", SHA, 99_000).on("newer"))
    said = jobs.posted(jobs.loaded(tmp_path), pipeline(gitlab, SHA), source=lambda: SLOWER)
    assert said[-1].startswith("Notice: a later job has commented")
    assert len(gitlab.texts(7)) == 1


def test_a_status_that_is_set_already_is_no_error(gitlab):
    forge = client("gitlab", gitlab)
    check = Check(
        name="soundmark", head_sha=SHA, conclusion=Conclusion.SUCCESS, title="x" * 300, text=""
    )
    assert forge.set_check(check)
    assert forge.set_check(check)
    assert len(gitlab.statuses[SHA]["description"]) == 255
    gitlab.fail("POST", "/statuses/", Refused(400, "something else"))
    with pytest.raises(ForgeError, match="something else"):
        forge.set_check(check)
    forge.close()


def test_a_job_of_gitlab_without_a_token_says_which_one(gitlab, tmp_path):
    seen = pipeline(gitlab, SHA) | {"GITLAB_TOKEN": ""}
    said = jobs.posted(jobs.loaded(tmp_path), seen, source=lambda: SLOWER)
    assert said[-1].startswith("Warning: there is no token: none of GITLAB_TOKEN is set")


@pytest.mark.parametrize("name", ["gitlab", "gitea"])
def test_issues_and_merged_requests_are_found_on_every_page(name, request):
    server = request.getfixturevalue(name)
    forge = client(name, server)
    made = [forge.open_issue(f"issue {number}", "text", "soundmark") for number in range(3)]
    forge.edit_issue(made[1].number, title="issue 1", body="done", is_open=False)
    assert [one.is_open for one in forge.issues("soundmark")] == [True, False, True]
    if name == "gitlab":
        server.merge_request(5, SHA, state="merged", commits=[SHA])
    else:
        server.pull(5, SHA, state="merged")
        server.merged_by[SHA] = [5]
    assert [one.number for one in forge.merged_with(SHA)] == [5]
    assert forge.merged_with(NEXT) == ()
    with pytest.raises(ForgeError, match="hands on no artifact"):
        forge.artifact(1, "soundmark-report", 10)
    forge.close()


def test_gitea_is_told_by_a_status_and_one_comment(gitea, tmp_path):
    gitea.pull(7, SHA, repository=PROJECT)
    seen = jobs.environ(
        gitea,
        tmp_path,
        jobs.payload_of_pull_request(7, SHA),
        token="bot-token",
        GITEA_ACTIONS="true",
    )
    said = jobs.posted(jobs.loaded(tmp_path), seen, source=lambda: SLOWER)
    assert said[-2:] == ['check "soundmark": neutral', "comment on #7: made"]
    assert [(one["context"], one["state"]) for one in gitea.statuses] == [("soundmark", "success")]
    jobs.posted(jobs.loaded(tmp_path), seen, source=lambda: SLOWER)
    assert len(gitea.texts(7, "bench-bot")) == 1


def test_a_person_posts_to_a_forge_that_the_configuration_names(gitea, tmp_path):
    gitea.pull(7, SHA)
    loaded = jobs.loaded(
        tmp_path,
        '[site]\nrepository = "https://git.example/acme/aligner"\n'
        f'[report]\nforge = "gitea"\napi = "{gitea.url}"\n',
    )
    said = jobs.posted(loaded, {"GITEA_TOKEN": "bot-token"}, source=lambda: SLOWER, number=7)
    assert said[-1] == "comment on #7: made"
