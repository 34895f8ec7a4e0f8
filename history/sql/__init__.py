"""Find SQL texts: one query a file, numbered migrations apart."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def query(name: str) -> str:
    """Text of ``queries/<name>.sql``."""
    return (files(__package__) / "queries" / f"{name}.sql").read_text(encoding="utf-8")


@cache
def migrations() -> tuple[tuple[int, str, str], ...]:
    """(number, name, text) of every migration, ascending."""
    found = []
    for entry in (files(__package__) / "migrations").iterdir():
        if entry.name.endswith(".sql"):
            number, _, rest = entry.name.removesuffix(".sql").partition("_")
            found.append((int(number), rest, entry.read_text(encoding="utf-8")))
    return tuple(sorted(found))
