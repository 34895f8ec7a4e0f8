"""A report that is posted by the job that measured, or by a person."""

import pytest
from click.testing import CliRunner

from history.report.review import codec
from history.words.errors import UsageError
from site_gen.forge import mark as marks
from site_gen.forge.artifact import FILE
from site_gen.forge.errors import ForgeError, NothingToPostError
from soundmark import main
from tests.site_gen.forge import jobs
from tests.site_gen.forge.test_job import NEXT, SHA, SLOWER, at, zipped


class Branch:
    """A pull request of a branch in the repository itself, whose job measures and posts."""

    def __init__(self, server, folder):
        self.server, self.folder = server, folder

    def post(self, found, *, text="", payload=None, **more):
        seen = jobs.environ(
            self.server, self.folder, payload or jobs.payload_of_pull_request(7, SHA), **more
        )
        return jobs.posted(jobs.loaded(self.folder, text), seen, source=lambda: found)


@pytest.fixture
def branch(server, tmp_path):
    server.pull(7, SHA, repository="acme/aligner")
    return Branch(server, tmp_path)


def test_a_branch_of_the_repository_is_told_by_the_job_that_measured(server, branch):
    branch.post(SLOWER)
    assert marks.read(server.texts(7)[0]).order == 77_001


def test_a_job_of_a_fork_that_posts_itself_is_told_where_to_post_and_fails_nothing(
    server, branch, tmp_path
):
    fork = jobs.payload_of_pull_request(7, SHA, "guest/aligner")
    said = branch.post(SLOWER, payload=fork, token="read-only")
    assert "1 regression" in (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert sum("post from `workflow_run`" in line for line in said) == 2
    assert server.texts(7) == []


def test_without_a_token_there_is_a_summary_and_a_warning(branch, tmp_path):
    said = branch.post(SLOWER, token="")
    assert "1 regression" in (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert said[-1].startswith("::warning title=soundmark report::there is no token")


def test_a_merge_commit_that_was_measured_in_place_of_the_head_says_what_to_check_out(branch):
    said = branch.post(at(SLOWER, NEXT))
    assert "github.event.pull_request.head.sha" in said[-1]


def test_a_forge_that_is_down_fails_no_job(branch, monkeypatch):
    monkeypatch.setattr("site_gen.forge.http.TRIES", 1)
    said = branch.post(SLOWER, GITHUB_API_URL="http://127.0.0.1:9")
    assert said[-1].startswith("::warning title=soundmark report::")
    assert "no answer from 127.0.0.1" in said[-1]


def test_a_site_that_is_not_published_yet_costs_the_links_and_nothing_else(server, tmp_path):
    server.pull(7, SHA)
    file = tmp_path / "review.json"
    file.write_bytes(codec.encode(SLOWER))
    jobs.loaded(tmp_path, '[site]\nurl = "http://127.0.0.1:9/x"\n')
    seen = jobs.environ(server, tmp_path, jobs.payload_of_run(SHA))
    words = ["report", "--post", "--from", str(file)]
    done = CliRunner(env=seen).invoke(main, [*words, "--config", str(tmp_path / "soundmark.toml")])
    assert done.exit_code == 0, done.output
    assert (
        "::warning title=soundmark report::no site answers at http://127.0.0.1:9/x" in done.output
    )
    assert "comment on #7: made" in done.output


def test_a_mistake_of_ours_fails_no_job(branch):
    said = branch.post(None)
    assert said[-1].startswith("::warning title=soundmark report::AttributeError")


def test_a_mistake_in_the_configuration_does(branch):
    with pytest.raises(UsageError, match=r"report\.check"):
        branch.post(SLOWER, text='[report]\ncheck = "sometimes"\n')


def test_a_person_gets_the_error_itself(server, tmp_path):
    loaded = jobs.loaded(tmp_path, f'[site]\nrepository = "https://github.com/acme/aligner"\n'
                                   f'[report]\napi = "{server.url}"\n')  # fmt: skip
    server.pull(7, NEXT)
    person = {"GITHUB_TOKEN": "person"}
    with pytest.raises(NothingToPostError, match="was pushed to"):
        jobs.posted(loaded, person, source=lambda: SLOWER, number=7)
    with pytest.raises(ForgeError, match="404"):
        jobs.posted(loaded, person, source=lambda: SLOWER, number=9)
    with pytest.raises(UsageError, match="there is no token"):
        jobs.posted(loaded, {}, source=lambda: SLOWER, number=7)


def test_a_person_may_post_what_a_file_holds_to_the_pull_request_they_name(server, tmp_path):
    loaded = jobs.loaded(tmp_path, f'[site]\nrepository = "https://github.com/acme/aligner"\n'
                                   f'[report]\napi = "{server.url}"\n')  # fmt: skip
    server.pull(7, SHA)
    person = {"GITHUB_TOKEN": "person"}
    with pytest.raises(NothingToPostError, match="does not say which pull request"):
        jobs.posted(loaded, person, source=lambda: SLOWER, is_foreign=True)
    said = jobs.posted(loaded, person, source=lambda: SLOWER, is_foreign=True, number=7)
    assert said[-1] == "comment on #7: made"
    assert len(server.texts(7, "ada")) == 1


def test_a_project_without_a_repository_learns_what_to_set(tmp_path):
    with pytest.raises(UsageError, match=r"site\.repository") as caught:
        jobs.posted(jobs.loaded(tmp_path), {"GITHUB_TOKEN": "t"}, source=lambda: SLOWER)
    assert "[report]" in caught.value.hint


def test_the_command_posts_the_artifact_of_the_run_that_its_event_names(server, tmp_path):
    server.pull(7, SHA)
    server.artifacts[31, "soundmark-report"] = zipped(SLOWER)
    jobs.loaded(tmp_path)
    seen = jobs.environ(server, tmp_path, jobs.payload_of_run(SHA))
    done = CliRunner(env=seen).invoke(
        main, ["report", "--post", "--config", str(tmp_path / "soundmark.toml")]
    )
    assert done.exit_code == 0, done.output
    assert "comment on #7: made" in done.output
    assert len(server.texts(7)) == 1


def test_the_command_posts_a_folder_that_was_fetched_before(server, tmp_path):
    server.pull(7, SHA)
    folder = tmp_path / "artifact"
    folder.mkdir()
    (folder / FILE).write_bytes(codec.encode(SLOWER))
    jobs.loaded(tmp_path)
    seen = jobs.environ(server, tmp_path, jobs.payload_of_run(SHA))
    words = ["report", "--post", "--artifact", str(folder)]
    done = CliRunner(env=seen).invoke(main, [*words, "--config", str(tmp_path / "soundmark.toml")])
    assert done.exit_code == 0, done.output
    assert len(server.texts(7)) == 1
