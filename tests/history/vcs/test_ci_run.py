"""Which page of a CI service a run is a part of."""

import pytest

from history.vcs import ci_run
from history.words.errors import UsageError

GITHUB = {
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "acme/aligner",
    "GITHUB_RUN_ID": "77",
}


@pytest.mark.parametrize(
    ("variables", "address"),
    [
        (GITHUB, "https://github.com/acme/aligner/actions/runs/77"),
        ({"CI_JOB_URL": "https://gitlab.com/a/b/-/jobs/5"}, "https://gitlab.com/a/b/-/jobs/5"),
        ({"BUILD_URL": "http://jenkins:8080/job/a/5/"}, "http://jenkins:8080/job/a/5/"),
        (GITHUB | {"GITHUB_RUN_ID": ""}, ""),
        ({"CI_JOB_URL": "https://user:word@gitlab.com/a"}, ""),
        ({"CI_JOB_URL": "javascript:alert(1)"}, ""),
        ({}, ""),
    ],
)
def test_the_service_says_it_and_what_may_not_be_published_is_left_out(variables, address):
    assert ci_run.of_job(variables) == address


@pytest.mark.parametrize(
    "text",
    [
        "ftp://host/a", "javascript:alert(1)", "https://", "https://host/a b", "//host/a",
        'https://host/"onclick', "https://host/<b>", "https://me:word@host/a", "https://host\n/a",
        "https://host/\N{RIGHT-TO-LEFT OVERRIDE}", "https://host/" + "a" * 500,
    ],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_refused(text):
    assert not ci_run.is_address(text)
    with pytest.raises(UsageError, match="--ci-url: expected an address"):
        ci_run.checked(text)


@pytest.mark.parametrize("text", ["https://host", "http://[::1]:80/a", "https://host/a?b=c&d#e"])
def test_an_address_of_the_web_is_taken_as_it_is(text):
    assert ci_run.checked(text) == text
