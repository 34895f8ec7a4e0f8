"""Make file names of hostile text: readable, unique, and the same for ever."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from history.words.key import benchmark_id

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_HASHED = re.compile(r"-[0-9a-f]{8}$")
# Names that mean something to a web server, to Windows or to this site's own layout.
_RESERVED = frozenset({"index", "con", "prn", "aux", "nul", "assets", "data"})


def slug(text: str) -> str:
    """A plain name stays as it is; any other one is cleaned and gets eight digits of its hash.

    The answer depends on the text alone, so a new benchmark never moves the page of an old one, and
    no two texts share a slug: a plain name that ends like a hash is hashed as well.
    """
    if _PLAIN.fullmatch(text) and not _HASHED.search(text) and text not in _RESERVED:
        return text
    clean = re.sub(r"[^a-z0-9_]+", "-", text.lower())[:48].strip("-_")
    digits = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{clean or 'x'}-{digits}"


def benchmark_path(suite: str, name: str, params: Mapping[str, str]) -> str:
    """Address of a benchmark's page, whatever order its parameters were written in."""
    ordered = dict(sorted(params.items(), key=lambda pair: natural(*pair)))
    inside = benchmark_id("", name, ordered)
    return f"suites/{slug(suite)}/{slug(inside)}"


def natural(name: str, text: str) -> tuple[str, float, str]:
    """Order parameters by name, then by number where they are numbers: 3072 before 32000."""
    try:
        return name, float(text), text
    except ValueError:
        return name, float("inf"), text
