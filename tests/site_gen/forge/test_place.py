"""Forge, repository and token of whoever posts: by the variables of a job, or as configured."""

import pytest

from history.words.errors import UsageError
from site_gen.forge import place
from tests.site_gen.forge import jobs


def found(folder, environ, repository="", text=""):
    return place.find(environ, jobs.loaded(folder, text).values.report, repository)


@pytest.mark.parametrize(
    ("repository", "token", "expected"),
    [
        ("https://github.com/a/b.git", "GH_TOKEN", ("github", "a/b", "")),
        ("https://gitlab.com/g/sub/b", "GITLAB_TOKEN", ("gitlab", "g/sub/b", "")),
        (
            "https://codeberg.org/a/b/",
            "GITEA_TOKEN",
            ("gitea", "a/b", "https://codeberg.org/api/v1"),
        ),
    ],
)
def test_a_forge_that_everybody_knows_is_told_by_the_address_of_the_repository(
    tmp_path, repository, token, expected
):
    one = found(tmp_path, {token: "t"}, repository)
    assert (one.forge, one.repository, one.api) == expected
    assert (one.token, one.order, one.head, one.number) == ("t", 0, "", None)


def test_a_token_of_another_forge_is_not_taken(tmp_path):
    with pytest.raises(UsageError, match="there is no token: none of GITLAB_TOKEN is set"):
        found(tmp_path, {"GITHUB_TOKEN": "t"}, "https://gitlab.com/a/b")
    own = '[report]\nforge = "mine"\napi = "https://forge.example/api"\n'
    with pytest.raises(UsageError, match="none of FORGE_TOKEN is set"):
        found(tmp_path, {"GITHUB_TOKEN": "t"}, "https://forge.example/a/b", own)


def test_a_later_attempt_of_a_job_comes_after_an_earlier_one_and_before_the_next_job(tmp_path):
    job = {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "a/b", "GITHUB_TOKEN": "t"}
    orders = [
        found(tmp_path, job | {"GITHUB_RUN_ID": run, "GITHUB_RUN_ATTEMPT": attempt}).order
        for run, attempt in (("7", "1"), ("7", "2"), ("7", "4000"), ("8", "1"))
    ]
    assert orders == sorted(set(orders))


def test_the_api_of_the_configuration_goes_before_that_of_the_job(tmp_path):
    job = {"GITLAB_CI": "true", "GITLAB_TOKEN": "t", "CI_API_V4_URL": "https://a.example/api/v4"}
    assert found(tmp_path, job).api == "https://a.example/api/v4"
    text = '[report]\napi = "https://b.example/api/v4"\n'
    assert found(tmp_path, job, text=text).api == "https://b.example/api/v4"
