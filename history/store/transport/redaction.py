"""Remove secrets from printed texts about a remote."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit


def without_secret(remote: str) -> str:
    """The address without a user or token in front of the host, and without what follows ``?``."""
    scheme, mark, rest = remote.partition("://")
    if not mark:
        return remote
    rest = rest.partition("?")[0]
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


def hidden(text: str, remote: str) -> str:
    """A text about a remote, as a library words it, without the secrets of the address."""
    text = text.replace(remote, without_secret(remote))
    for secret in sorted(_secrets(remote), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


def _secrets(remote: str) -> set[str]:
    """What stands in front of the host and behind ``?``, as written and as meant."""
    rest = remote.partition("://")[2]
    before, query = rest.partition("/")[0].rpartition("@")[0], urlsplit(remote).query
    found = {before, *before.split(":", 1)[1:], query, *(value for _, value in parse_qsl(query))}
    return {secret for one in found for secret in (one, unquote(one)) if secret}
