"""Which forges there are, and one of them opened. A new one is a file here and a line below."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, Protocol

from history.words.registry import Registry
from site_gen.forge.http import Http
from site_gen.forge.interface import Forge


class Opens(Protocol):
    """What is registered: makes the client of one repository."""

    usual_url: str
    """Address of its API; empty where each installation has its own."""

    def headers(self, token: str) -> dict[str, str]:
        """What every request carries."""

    def open(self, http: Http, repository: str, author: str) -> Forge:
        """The client; ``author`` is whom our comments are by, empty to ask."""


FORGES: Final = Registry[Opens](
    kind="forge",
    protocol=Opens,
    built_in={
        "github": "site_gen.forge.github:OpensGitHub",
        "gitlab": "site_gen.forge.gitlab:OpensGitLab",
        "gitea": "site_gen.forge.gitea:OpensGitea",
    },
)


def open_forge(
    name: str,
    repository: str,
    token: str,
    *,
    url: str = "",
    author: str = "",
    wait: Callable[[float], None] = time.sleep,
) -> Forge:
    """The client of one repository; ``url`` is the address of the API where it is not the usual."""
    opens = FORGES.find(name)
    http = Http(url or opens.usual_url, opens.headers(token), wait=wait)
    return opens.open(http, repository, author)
