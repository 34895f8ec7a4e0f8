"""Remove from a text what must not leave this computer: paths, user and host names, secrets."""

from __future__ import annotations

import getpass
import os
import re
import socket
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

# An absolute path of two or more parts, up to white space, quotes, brackets or a colon; a URL's
# path does not count because a word character or a slash stands before it.
_PATH: Final = re.compile(r"(?<![\w./:])(?:/[^\s/'\"`,;:()<>\[\]]+){2,}/?")
_WINDOWS_PATH: Final = re.compile(r"(?<!\w)[A-Za-z]:\\[^\s'\"`,;()<>\[\]]+")
_HOME: Final = re.compile(r"(?<!\w)~[\w-]*/[^\s'\"`,;:()<>\[\]]+")
_SECRET_NAMES: Final = re.compile(
    r"TOKEN|SECRET|PASSW|APIKEY|API_KEY|ACCESS_KEY|PRIVATE|CREDENTIAL|AUTH|SESSION", re.IGNORECASE
)
_TOKENS: Final = re.compile(
    r"\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|hf_\w{20,}|AKIA[A-Z0-9]{12,}|sk-[\w-]{20,}|xox\w-[\w-]+)"
)
_CREDENTIALS: Final = re.compile(r"(?<=://)[^/\s@]+@")
_SHORTEST: Final = 4
"""Shorter names are too often ordinary words."""
_COMMON: Final = frozenset(
    {"root", "runner", "user", "ubuntu", "build", "admin", "localhost", "local", "main", "test"}
)


class _Rules(NamedTuple):
    """The replacements on this computer, read once for many texts."""

    secrets: tuple[str, ...]
    """Longest first."""
    names: tuple[tuple[re.Pattern[str], str], ...]
    """Names of user and host, each with its replacement."""


def text(value: str) -> str:
    """The text with paths cut to their last part and names and secrets replaced.

    ``/home/ann/models/base.onnx: not found`` becomes ``…/base.onnx: not found``.
    """
    return _clean(value, _rules())


def values(things: Mapping[str, object]) -> dict[str, Any]:
    """A mapping with every text in its values scrubbed; its own keys stay.

    Values that JSON does not have become text.
    """
    rules = _rules()
    return {name: _value(thing, rules) for name, thing in things.items()}


def _value(thing: object, rules: _Rules) -> Any:  # noqa: ANN401 - as plain as it came
    if thing is None or isinstance(thing, bool | int | float):
        return thing
    if isinstance(thing, Mapping):
        return {_clean(str(key), rules): _value(inner, rules) for key, inner in thing.items()}
    if isinstance(thing, list | tuple | set | frozenset):
        return [_value(inner, rules) for inner in thing]
    return _clean(str(thing), rules)


# A run stores the same texts with every result.
@lru_cache(maxsize=4_096)
def _clean(value: str, rules: _Rules) -> str:
    for secret in rules.secrets:
        value = value.replace(secret, "<secret>")
    value = _TOKENS.sub("<secret>", value)
    value = _CREDENTIALS.sub("", value)
    value = _HOME.sub(_last, value)
    value = _PATH.sub(_last, value)
    value = _WINDOWS_PATH.sub(_last, value)
    for pattern, label in rules.names:
        value = pattern.sub(label, value)
    return value


def _rules() -> _Rules:
    names = [
        (re.compile(rf"(?<!\w){re.escape(name)}(?!\w)"), label)
        for name, label in ((_user(), "<user>"), (_host(), "<host>"))
        if len(name) >= _SHORTEST and name.lower() not in _COMMON
    ]
    return _Rules(tuple(_secrets()), tuple(names))


def _last(match: re.Match[str]) -> str:
    found = match.group(0).rstrip("/\\")
    return "…/" + re.split(r"[/\\]", found)[-1]


def _secrets() -> list[str]:
    """Values of variables whose names say that they are secret, longest first."""
    found = {
        secret
        for name, secret in os.environ.items()
        if _SECRET_NAMES.search(name) and len(secret) >= 8
    }
    return sorted(found, key=len, reverse=True)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container may run a number without a name
        return ""


def _host() -> str:
    return socket.gethostname().split(".")[0]
