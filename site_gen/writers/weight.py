"""How much room a site takes up, and where, before somebody refuses to publish it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from history.report.wording import numbers
from history.words.errors import BrokenDataError

if TYPE_CHECKING:
    from pathlib import Path

NEAR: Final = 0.8
"""Share of the limit from which it is said that the limit is near."""
_MOST_PARTS: Final = 3


class Weight(NamedTuple):
    """The files of a site together."""

    total_bytes: int
    parts: tuple[tuple[str, int], ...] = ()
    """What lies at the top of the site and how many bytes it takes up, the largest first."""

    def share(self, limit_bytes: float | None) -> float:
        """Of the limit; 0 where there is none."""
        return self.total_bytes / limit_bytes if limit_bytes else 0.0


def of(site: Path) -> Weight:
    """The weight of every file below that folder."""
    found: Counter[str] = Counter()
    for path in site.rglob("*"):
        if path.is_file():
            found[path.relative_to(site).parts[0]] += path.stat().st_size
    ordered = sorted(found.items(), key=lambda part: (-part[1], part[0]))
    return Weight(found.total(), tuple(ordered))


def told(weight: Weight, limit_bytes: float | None) -> str:
    """``36.1 MB, 3.6 % of site.size_limit``."""
    size = numbers.value(weight.total_bytes, "B")
    if limit_bytes is None:
        return size
    return f"{size}, {numbers.share(weight.share(limit_bytes))} of site.size_limit"


def warning(weight: Weight, limit_bytes: float | None) -> str:
    """A line where the limit is near or passed; empty where it is neither."""
    share = weight.share(limit_bytes)
    if share < NEAR:
        return ""
    how = "larger than" if share > 1 else "nearly as large as"
    return f"Warning: the site is {how} site.size_limit allows: {_largest(weight)}."


def refuse_over(weight: Weight, limit_bytes: float | None) -> None:
    """Raise BrokenDataError when it is heavier than that."""
    if limit_bytes is None or weight.total_bytes <= limit_bytes:
        return
    raise BrokenDataError(
        f"the site takes up {numbers.value(weight.total_bytes, 'B')}, and site.size_limit allows "
        f"{numbers.limit(limit_bytes, 'B')}: {_largest(weight)}.",
        hint="GitHub Pages takes 1 GB. Leave runs out (exclusions.toml), or publish it where there "
        "is more room and raise `size_limit` in the table [site] of soundmark.toml.",
    )


def _largest(weight: Weight) -> str:
    named = [f"{name} has {numbers.value(size, 'B')}" for name, size in weight.parts[:_MOST_PARTS]]
    return ", ".join(named)
