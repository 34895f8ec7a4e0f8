"""Print a duet: the verdict in one line, then a table; or rows for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from history.report.output import visible
from history.report.terminal import named, say, show
from history.report.wording import duets, numbers
from history.words.key import FIELDS

if TYPE_CHECKING:
    from history.compare.duet import Duet, Line

_COLUMNS: Final = (
    *("verdict", "benchmark", "metric", "base", "head", "change", "interval", "noise"),
    *("detectable", "why"),
)


def print_duet(found: Duet) -> None:
    """Print for people: findings first; rows that are left out are counted."""
    say(visible(duets.verdict(found)))
    say()
    rows = [_row(line) for line in duets.shown(found.lines)]
    show(rows, _COLUMNS, "text", empty="Nothing was compared.")
    rest = duets.unshown(found.lines)
    if rest:
        say(f"\n{rest}")


def fields(line: Line) -> dict[str, Any]:
    """A row for programs; shares and ratios as numbers."""
    own = line._asdict()
    key = own.pop("key")
    words = {"verdict": str(line.verdict), "why": duets.why(line)}
    return {name: getattr(key, name) for name in FIELDS} | own | words


def _row(line: Line) -> dict[str, str]:
    unit = line.key.shown_in
    return {
        "verdict": str(line.verdict),
        "benchmark": named(line.key),
        "metric": line.key.metric,
        "base": "" if line.before is None else numbers.value(line.before, unit),
        "head": "" if line.after is None else numbers.value(line.after, unit),
        "change": duets.change(line),
        "interval": duets.interval(line),
        "noise": "" if line.noise is None else f"±{numbers.share(line.noise)}",
        "detectable": "" if line.detectable is None else numbers.share(line.detectable),
        "why": duets.why(line),
    }
