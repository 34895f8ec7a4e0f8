"""Find SQL texts: one query a file, conditions that several queries share, numbered migrations."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_USE = re.compile(r"\{(\w+)\(([^)]*)\)\}")


@cache
def query(name: str) -> str:
    """Text of ``queries/<name>.sql``.

    ``{name(a, b)}`` in it is replaced by ``fragments/<name>.sql`` with its arguments.
    """
    text = (files(__package__) / "queries" / f"{name}.sql").read_text(encoding="utf-8")
    return _USE.sub(_fragment, text)


@cache
def migrations() -> tuple[tuple[int, str, str], ...]:
    """(number, name, text) of every migration, ascending."""
    found = []
    for entry in (files(__package__) / "migrations").iterdir():
        if entry.name.endswith(".sql"):
            number, _, rest = entry.name.removesuffix(".sql").partition("_")
            found.append((int(number), rest, entry.read_text(encoding="utf-8")))
    return tuple(sorted(found))


def _fragment(use: re.Match[str]) -> str:
    text = (files(__package__) / "fragments" / f"{use[1]}.sql").read_text(encoding="utf-8")
    for number, value in enumerate(filter(None, use[2].split(", ")), 1):
        text = text.replace(f"${number}", value)
    return text.strip()
