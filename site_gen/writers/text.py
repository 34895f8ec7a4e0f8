"""Take from text what acts on a page instead of being read."""

from __future__ import annotations

import re

# Control characters would break YAML or pass for Markdown's own marks; the direction overrides
# would let a commit subject rewrite the line it stands in.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def clean(body: str) -> str:
    """Text without characters that act on the page instead of being seen."""
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", body)


def safe_url(link: str) -> str:
    """The link if it is a web address, else empty: ``javascript:`` may come from outside."""
    return link if re.match(r"https?://[^\s\"'<>]+$", link) else ""


def unbroken(body: str) -> str:
    """A number and its per cent sign stay in one line."""
    first, *others = body.split(" %")
    found = [first]
    for one in others:
        space = "\N{NO-BREAK SPACE}" if found[-1][-1:].isdecimal() else " "
        found.append(f"{space}%")
        found.append(one)
    return "".join(found)
