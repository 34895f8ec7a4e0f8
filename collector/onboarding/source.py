"""Find the address and version from which a workflow can install soundmark."""

from __future__ import annotations

import json
import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

from history.vcs import commits, worktrees
from history.words.errors import UsageError

NAME: Final = "soundmark"
_ADDRESSES: Final = ("repository", "source", "source code", "homepage")
_GIT: Final = re.compile(r"(?:https?|ssh|file)://")
_ARCHIVE: Final = re.compile(r"\.(?:whl|zip|tar\.gz)(?:#.*)?$")


def requirement(given: str) -> str:
    """The requirement for pip: ``soundmark @ git+URL@VERSION``.

    ``given`` is what a person says: an address of a git repository, of an archive, or a
    requirement such as ``soundmark==1.0``. Empty asks how this program was installed itself, then
    the address in its metadata. Raises UsageError when nobody knows one.
    """
    place = given.strip() or _installed_from()
    if not place:
        raise UsageError(
            "a workflow must install soundmark, and this installation does not know from where.",
            hint="Say it: --from https://HOST/OWNER/soundmark@VERSION, the address of a git "
            "repository and a tag or commit of it. Without --github and --gitlab, `soundmark "
            "init` writes soundmark.toml alone, and that is enough to measure here.",
        )
    if any(letter.isspace() or letter in "\"'`$\\" for letter in place):
        raise UsageError(f"--from: expected an address or a requirement of pip, found {place!r}.")
    if place.startswith("git+"):
        return f"{NAME} @ {place}"
    if _GIT.match(place):
        return f"{NAME} @ {place if _ARCHIVE.search(place) else f'git+{place}'}"
    if re.match(rf"{NAME}\b", place):
        return place
    raise UsageError(
        f'--from: expected an address, or a requirement that begins with {NAME}, found "{place}".',
        hint="For example https://HOST/OWNER/soundmark@v1.0.",
    )


def with_extras(wanted: str, extras: tuple[str, ...]) -> str:
    """The same requirement with extras: ``soundmark[speech] @ …``."""
    return re.sub(rf"^{NAME}", f"{NAME}[{','.join(extras)}]", wanted) if extras else wanted


def names_version(wanted: str) -> bool:
    """Whether the requirement is pinned to a version."""
    _, _, place = wanted.partition("git+")
    if place:
        return "@" in place.partition("://")[2].partition("/")[2]
    return "==" in wanted or bool(_ARCHIVE.search(wanted))


def _installed_from() -> str:
    """The repository and commit that pip noted, else the address in the metadata; else empty."""
    try:
        found = distribution(NAME)
    except PackageNotFoundError:
        return ""
    return _noted(found) or _declared(found)


def _noted(found: Distribution) -> str:
    direct = json.loads(found.read_text("direct_url.json") or "{}")
    version = direct.get("vcs_info", {})
    if version.get("vcs") != "git":
        return of_checkout(direct)
    return f"git+{direct['url']}@{version['commit_id']}"


def of_checkout(direct: dict[str, Any]) -> str:
    """The address that a checkout was cloned from, and its commit; ``direct`` is pip's note.

    So ``pip install ./soundmark`` is enough. Empty where it is no checkout, or has no ``origin``
    that a workflow could reach.
    """
    address = urlsplit(str(direct.get("url", "")))
    if "dir_info" not in direct or address.scheme != "file":
        return ""
    folder = Path(url2pathname(address.path))
    if not folder.is_dir() or worktrees.top_of(folder) != folder.resolve():
        return ""
    remote = commits.remote_url(folder)
    if not remote.startswith("https://"):
        return ""
    return f"git+{remote}@{commits.resolve(folder, 'HEAD').sha}"


def _declared(found: Distribution) -> str:
    for line in found.metadata.get_all("Project-URL") or []:
        label, _, url = line.partition(",")
        if label.strip().lower() in _ADDRESSES and url.strip():
            return f"git+{url.strip()}@v{found.version}"
    return ""
