"""Settings of software and hardware as a run keeps them."""

import pytest

from collector.host import environment, kernel_files


def test_what_cannot_be_read_is_left_out(monkeypatch):
    monkeypatch.setattr(kernel_files, "text", lambda path: "")
    assert environment.cpu().keys() <= {"affinity"}
    assert 0 not in environment.cpu().values()


@pytest.mark.parametrize(
    ("variables", "service"),
    [
        ({}, ""),
        ({"RUNNER_ENVIRONMENT": "github-hosted"}, "GitHub"),
        ({"RUNNER_ENVIRONMENT": "self-hosted"}, ""),
        ({"CI_RUNNER_TAGS": '["saas-linux-small-amd64"]'}, "GitLab"),
        ({"AGENT_NAME": "Azure Pipelines 3"}, "Azure"),
        ({"CIRCLECI": "true"}, "CircleCI"),
    ],
)
def test_a_hosted_runner_is_known_by_its_variables(monkeypatch, variables, service):
    for name in ("RUNNER_ENVIRONMENT", "CI_RUNNER_TAGS", "AGENT_NAME", "CIRCLECI"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert environment.hosted() == service
