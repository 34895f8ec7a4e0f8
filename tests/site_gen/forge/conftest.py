"""A GitHub on this computer, and clients that wait no time."""

import pytest

from site_gen.forge.registry import open_forge
from tests.site_gen.forge.github_server import REPOSITORY, WORKFLOW, Blobs, GitHubServer
from tests.site_gen.forge.server import running


@pytest.fixture
def waited():
    """Seconds that clients were asked to wait, which they did not."""
    return []


@pytest.fixture
def server():
    """Small pages, so that every list has several; what it was asked must be documented."""
    with running(GitHubServer(per_page=2)) as github, running(Blobs(github)) as blobs:
        github.blobs = blobs
        yield github
    assert github.mistakes == []


@pytest.fixture
def forge_as(server, waited):
    """`forge_as("read-only")` is the client with that token."""
    opened = []

    def make(token=WORKFLOW, **more):
        opened.append(
            open_forge("github", REPOSITORY, token, url=server.url, wait=waited.append, **more)
        )
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def forge(forge_as):
    """The client of a workflow that may write."""
    return forge_as()
