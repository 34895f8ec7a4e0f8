"""Jobs as the runner of a forge starts them: variables, and the payload of their event."""

import json

from history.project import config
from site_gen.forge.job import Job, run
from tests.site_gen.forge.github_server import REPOSITORY, WORKFLOW


def loaded(folder, text=""):
    """The configuration of a project."""
    file = folder / "soundmark.toml"
    file.write_text(f'project = "aligner"\n{text}', encoding="utf-8")
    return config.load(file)


def payload_of_run(head, **more):
    """The event that tells that a run of a pull request from a fork has ended."""
    stated = {
        "id": 31,
        "event": "pull_request",
        "head_sha": head,
        "head_branch": "faster",
        "run_attempt": 1,
        "conclusion": "success",
        "head_repository": {"full_name": "guest/aligner"},
        "repository": {"full_name": REPOSITORY},
    }
    return {
        "action": "completed",
        "workflow_run": stated | more,
        "repository": {"full_name": REPOSITORY, "default_branch": "main"},
    }


def payload_of_pull_request(number, head, repository=REPOSITORY):
    """The event of a push to a pull request."""
    return {
        "number": number,
        "pull_request": {
            "number": number,
            "head": {"sha": head, "repo": {"full_name": repository}},
        },
        "repository": {"full_name": REPOSITORY},
    }


def payload_of_comment(body, *, login="ada", number=7, action="created", **more):
    """The event of a comment below a pull request."""
    issue = {"number": number, "title": "Faster", "state": "open", "pull_request": {"url": "x"}}
    return {
        "action": action,
        "comment": {"id": 55, "body": body, "user": {"login": login, "type": "User"}},
        "issue": issue,
        "repository": {"full_name": REPOSITORY, "default_branch": "main"},
    } | more


def environ(server, folder, payload, *, token=WORKFLOW, **more):
    """What a job of GitHub sees."""
    event = folder / "event.json"
    event.write_text(json.dumps(payload), encoding="utf-8")
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": server.url,
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_RUN_ID": "77",
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_EVENT_NAME": "workflow_run" if "workflow_run" in payload else "pull_request",
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "GITHUB_TOKEN": token,
    } | more


def posted(configuration, variables, **more):
    """What a job says."""
    said: list[str] = []
    run(Job(loaded=configuration, environ=variables, say=said.append, **more))
    return said
