"""Put recreate and reuse side by side, as the table of the public memory study does.

The study's own rate, last less first over the iterations, stands beside the slope with its
interval, because the two often disagree. Here a MB is a million bytes, as everywhere in soundmark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from history.formats.lifecycle_json import document, groups, newest
from history.formats.put_out import put
from history.formats.suite_points import Table
from history.report.output import plain

if TYPE_CHECKING:
    import duckdb

WAYS: Final = {"destroy_recreate": "destroy and recreate", "restart": "reuse and reset"}

_Cells = Callable[[Mapping[str, Any], Mapping[str, Any]], str]
_MB_PER_MIB: Final = 2**20 / 1e6


def _number(key: str, unit: str, digits: int = 1) -> _Cells:
    factor = _MB_PER_MIB if unit.startswith("MB") else 1.0

    def cell(summary: Mapping[str, Any], judged: Mapping[str, Any]) -> str:
        del judged
        return f"{summary[key] * factor:.{digits}f} {unit}" if key in summary else "–"

    return cell


def _slope(summary: Mapping[str, Any], judged: Mapping[str, Any]) -> str:
    del summary
    keys = ("slope_bytes_per_iter", "low_bytes_per_iter", "high_bytes_per_iter")
    if judged[keys[0]] is None:
        return "–"
    slope, low, high = (judged[key] / 1e6 for key in keys)
    return f"{slope:.4f} [{low:.4f}, {high:.4f}] MB/iteration"


ROWS: Final[dict[str, _Cells]] = {
    "initial memory": _number("initial_memory_mb", "MB"),
    "final memory": _number("final_memory_mb", "MB"),
    "growth, last less first": _number("memory_growth_mb", "MB", 3),
    "the same per iteration": _number("growth_rate_mb_per_iter", "MB/iteration", 4),
    "slope after warm-up": _slope,
    "verdict": lambda _, judged: str(judged["verdict"]),
    "first token, mean": _number("avg_ttft_ms", "ms"),
    "speed, mean": _number("avg_speed_chars_per_sec", "characters/s"),
}


def rows(made: Mapping[str, Any]) -> list[dict[str, str]]:
    """A row for each number, with its name under "" and a cell for each way that was measured.

    ``made`` is a document of ``lifecycle_json``; rows without any number are left out.
    """
    ways = [way for way in WAYS if way in made["summary"]]
    found = []
    for title, cell in ROWS.items():
        cells = {WAYS[way]: cell(made["summary"][way], made["soundmark"][way]) for way in ways}
        if set(cells.values()) - {"–"}:
            found.append({"": title} | cells)
    return found


def heading(name: str, made: Mapping[str, Any]) -> str:
    """Subject, iterations, threads and model in a line."""
    config = made["config"]
    threads = config["inference_threads"]
    ran = [f"{config['iterations']} iterations", f"{threads} thread{'s' * (threads != 1)}"]
    return f"{name}: " + ", ".join([*ran, config["model"] or "no model"])


def markdown(name: str, made: Mapping[str, Any]) -> str:
    """One subject as a table under its heading; nothing measured gives an empty text."""
    found = rows(made)
    if not found:
        return ""
    lines = [f"### {heading(name, made)}", "", "| " + " | ".join(found[0]) + " |"]
    lines += ["|---|" + "---|" * (len(found[0]) - 1)]
    lines += ["| " + " | ".join(row.values()) + " |" for row in found]
    return "\n".join(lines) + "\n"


def terminal(tables: Iterable[Table]) -> str:
    """The same for every subject, aligned for a terminal."""
    parts = []
    for name, ways in groups(tables).items():
        made = document(ways)
        found = rows(made)
        if found:
            parts.append(f"{heading(name, made)}\n{plain(found, tuple(found[0]))}")
    return "\n".join(parts)


class LifecycleTable:
    """The newest lifecycle run."""

    name = "lifecycle-table"
    summary = "Markdown table, recreate and reuse side by side"
    written = "the newest lifecycle run"

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
        """Write the tables to a file; ``None`` prints them."""
        tables = newest(connection)
        made = (markdown(name, document(ways)) for name, ways in groups(tables).items())
        put(target, "\n".join(part for part in made if part).encode())
