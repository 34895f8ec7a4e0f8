"""Find the forge, repository and pull request of a job.

The forge's own variables and event payload are trusted; output of untrusted jobs is not read here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import msgspec

from history.vcs import ci_run
from history.words.errors import UsageError
from site_gen.forge import request as requests
from site_gen.forge.errors import NothingToPostError
from site_gen.forge.github_shapes import Pull, Repository
from site_gen.forge.request import Request

if TYPE_CHECKING:
    from history.project.tables import ReportTable

ATTEMPTS: Final = 1000
"""The order of a job is its run number times this, plus the attempt."""
_TOKENS: Final = {
    "github": ("GITHUB_TOKEN", "GH_TOKEN"),
    "gitlab": ("GITLAB_TOKEN",),
    "gitea": ("GITEA_TOKEN",),
}
_TOKEN_OF_ANOTHER: Final = ("FORGE_TOKEN",)
"""Variable with the token of a forge that a package offers: it gets no token of ours."""
_HOSTS: Final = {"github.com": "github", "gitlab.com": "gitlab", "codeberg.org": "gitea"}


class _Run(msgspec.Struct):
    id: int
    event: str
    head_sha: str
    run_attempt: int = 1
    conclusion: str | None = None
    display_title: str = ""
    head_branch: str | None = None
    head_repository: Repository | None = None
    repository: Repository | None = None


class _Payload(msgspec.Struct):
    workflow_run: _Run | None = None
    pull_request: Pull | None = None
    repository: Repository | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One repository on a forge, and what this job is about."""

    forge: str
    """Name in the registry."""
    api: str = ""
    """Address of its API; empty for the usual one."""
    repository: str
    token: str
    order: int = 0
    """Order of the job that measured; later ones are higher. 0 outside a job."""
    head: str = ""
    """Hash of the commit, from the forge; may be empty."""
    number: int | None = None
    """Number of the pull request, from the forge, if known."""
    run: int | None = None
    """The run that measured, for a job started by ``workflow_run``."""
    run_conclusion: str = ""
    request: Request | None = None
    """The comment that asked for what was measured; None for what a push started."""
    head_repository: str = ""
    """Repository of that run's branch, to recognise a pull request with a newer head."""
    head_branch: str = ""


def is_ci(environ: Mapping[str, str]) -> bool:
    """Whether a job runs this; then our own failures are warnings."""
    return environ.get("CI", "").lower() in {"true", "1"}


def find(environ: Mapping[str, str], table: ReportTable, repository_url: str) -> Place:
    """The place by the job's variables, else by the configuration and a token.

    Raises UsageError where it cannot be told, NothingToPostError where there is none.
    """
    if environ.get("GITEA_ACTIONS") == "true":
        return _of_actions("gitea", environ, table)
    if environ.get("GITHUB_ACTIONS") == "true":
        return _of_actions("github", environ, table)
    if environ.get("GITLAB_CI") == "true":
        return _of_gitlab(environ, table)
    return _of_configuration(environ, table, repository_url)


def _token(environ: Mapping[str, str], *names: str) -> str:
    for name in names:
        if environ.get(name):
            return environ[name]
    raise UsageError(
        f"there is no token: none of {', '.join(names)} is set.",
        hint="In a workflow of GitHub, give the step "
        "`env: {GITHUB_TOKEN: ${{ github.token }}}`; elsewhere set one that may write comments.",
    )


def _of_actions(name: str, environ: Mapping[str, str], table: ReportTable) -> Place:
    payload = _payload(environ.get("GITHUB_EVENT_PATH", ""))
    repository = environ.get("GITHUB_REPOSITORY", "")
    token = _token(environ, "GITHUB_TOKEN", "GH_TOKEN", "GITEA_TOKEN")
    api = table.api or environ.get("GITHUB_API_URL", "")
    run = payload.workflow_run
    if run is not None:
        asked = _check_run(run, payload, repository)
        return Place(
            forge=name,
            api=api,
            repository=repository,
            token=token,
            order=run.id * ATTEMPTS + min(run.run_attempt, ATTEMPTS - 1),
            head=asked.head if asked else run.head_sha,
            number=asked.number if asked else None,
            request=asked,
            run=run.id,
            run_conclusion=run.conclusion or "",
            head_repository=run.head_repository.full_name if run.head_repository else "",
            head_branch=run.head_branch or "",
        )
    pull = payload.pull_request
    return Place(
        forge=name,
        api=api,
        repository=repository,
        token=token,
        order=_number(environ, "GITHUB_RUN_ID") * ATTEMPTS
        + min(_number(environ, "GITHUB_RUN_ATTEMPT"), ATTEMPTS - 1),
        head=pull.head.sha if pull else "",
        number=pull.number if pull else None,
    )


def _check_run(run: _Run, payload: _Payload, repository: str) -> Request | None:
    """What the run was asked for by, if a comment did; raises where nothing is to be posted."""
    if not run.head_sha:
        raise UsageError("the payload of the event names no head: is it really GitHub's?")
    of = {one.full_name for one in (run.repository, payload.repository) if one is not None}
    if of - {repository}:
        raise NothingToPostError(
            f"the run {run.id} is of {', '.join(sorted(of - {repository}))}, this job is of "
            f"{repository}: nothing was posted.",
            hint="Post from the repository whose workflow measured.",
        )
    if run.event == "workflow_dispatch":
        return _asked(run, payload)
    if run.event not in {"pull_request", "pull_request_target"}:
        raise NothingToPostError(
            f'the run {run.id} was started by "{run.event}", not by a pull request: nothing was '
            "posted.",
            hint="Give the job `if: github.event.workflow_run.event == 'pull_request'`.",
        )
    return None


def _asked(run: _Run, payload: _Payload) -> Request:
    """The comment that a run was started for: its title says so, which only the forge writes."""
    found = requests.read(run.display_title)
    branch = payload.repository.default_branch if payload.repository else ""
    if found is None or not branch or run.head_branch != branch:
        raise NothingToPostError(
            f"the run {run.id} was started by hand: nothing was posted.",
            hint="Its log and its summary have the result.",
        )
    return found


def _payload(path: str) -> _Payload:
    if not path:
        return _Payload()
    try:
        return msgspec.json.decode(Path(path).read_bytes(), type=_Payload)
    except (OSError, msgspec.MsgspecError) as error:
        raise UsageError(
            f"the payload of the event cannot be read: {error}.",
            hint="GITHUB_EVENT_PATH must name the file that the runner wrote.",
        ) from None


def _of_gitlab(environ: Mapping[str, str], table: ReportTable) -> Place:
    number = environ.get("CI_MERGE_REQUEST_IID", "")
    return Place(
        forge="gitlab",
        api=table.api or environ.get("CI_API_V4_URL", ""),
        repository=environ.get("CI_PROJECT_PATH", ""),
        token=_token(environ, "GITLAB_TOKEN"),
        order=_number(environ, "CI_PIPELINE_ID") * ATTEMPTS,
        head=environ.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or environ.get("CI_COMMIT_SHA", ""),
        number=int(number) if number.isdigit() else None,
    )


def _of_configuration(environ: Mapping[str, str], table: ReportTable, repository_url: str) -> Place:
    parts = urlsplit(repository_url)
    name = table.forge or _HOSTS.get(parts.hostname or "", "")
    repository = parts.path.strip("/").removesuffix(".git")
    if not name or not repository:
        found = f'no forge is known by "{repository_url}"' if repository_url else "it is not set"
        raise UsageError(
            f"soundmark.toml: site.repository: {found}.",
            hint='Set `repository = "https://github.com/OWNER/NAME"` in the table [site]; for a '
            'forge of your own also `forge = "gitlab"` and `api = "https://..."` in [report].',
        )
    api = table.api
    if name == "gitea" and not api:
        api = f"{parts.scheme}://{parts.netloc}/api/v1"
    token = _token(environ, *_TOKENS.get(name, _TOKEN_OF_ANOTHER))
    return Place(forge=name, api=api, repository=repository, token=token)


def ci_run_of(place: Place, environ: Mapping[str, str]) -> str:
    """Page of the run that measured, by what the forge says; empty where it says none.

    On the side of ``workflow_run`` that is the other run, not the one that posts.
    """
    if place.run is None:
        return ci_run.of_job(environ)
    about = {"GITHUB_REPOSITORY": place.repository, "GITHUB_RUN_ID": str(place.run)}
    return ci_run.of_job({**environ, **about})


def _number(environ: Mapping[str, str], name: str) -> int:
    text = environ.get(name, "")
    return int(text) if text.isdigit() else 0
