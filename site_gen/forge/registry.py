"""The registry of forges: ours are files in this folder, other packages offer theirs.

A client holds a token that may write comments, so a name of ours is never another package's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from history.words.registry import Registry
from site_gen.forge.http import Http
from site_gen.forge.interface import Forge, ForgeKind

FORGES: Final = Registry[ForgeKind](
    kind="forge",
    protocol=ForgeKind,
    built_in={
        "github": "site_gen.forge.github:GITHUB",
        "gitlab": "site_gen.forge.gitlab:GITLAB",
        "gitea": "site_gen.forge.gitea:GITEA",
    },
    group="soundmark.forges",
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
    kind = FORGES.find(name)
    headers = {"Authorization": f"{kind.scheme} {token}", **kind.headers}
    return kind.client(Http(url or kind.usual_url, headers, wait=wait), repository, author)
