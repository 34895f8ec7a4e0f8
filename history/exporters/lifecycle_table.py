"""Put recreate and reuse side by side, as the table of the public memory study does.

The study's own rate, last less first over the iterations, stands beside the slope with its
interval, because the two often disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from history.exporters import suite_points
from history.exporters.lifecycle_json import document, groups

if TYPE_CHECKING:
    import duckdb

WAYS: Final = {"destroy_recreate": "destroy and recreate", "restart": "reuse and reset"}

_Cells = Callable[[Mapping[str, Any], Mapping[str, Any]], str]


def _number(key: str, unit: str, digits: int = 1) -> _Cells:
    def cell(summary: Mapping[str, Any], judged: Mapping[str, Any]) -> str:
        del judged
        return f"{summary[key]:.{digits}f} {unit}" if key in summary else "–"

    return cell


def _slope(summary: Mapping[str, Any], judged: Mapping[str, Any]) -> str:
    del summary
    if judged["slope_mb_per_iter"] is None:
        return "–"
    low, high = judged["low_mb_per_iter"], judged["high_mb_per_iter"]
    return f"{judged['slope_mb_per_iter']:.4f} [{low:.4f}, {high:.4f}] MB/iteration"


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


def markdown(name: str, made: Mapping[str, Any]) -> str:
    """One subject: a heading with what ran, then a row for each number and a column for each way.

    ``made`` is a document of ``lifecycle_json``; one without any way gives an empty text.
    """
    ways = [way for way in WAYS if way in made["summary"]]
    if not ways:
        return ""
    config = made["config"]
    threads = config["inference_threads"]
    ran = [f"{config['iterations']} iterations", f"{threads} thread{'s' * (threads != 1)}"]
    lines = [
        f"### {name}",
        "",
        ", ".join([*ran, config["model"] or "no model"]),
        "",
        "| | " + " | ".join(WAYS[way] for way in ways) + " |",
        "|---|" + "---|" * len(ways),
    ]
    for title, cell in ROWS.items():
        cells = [cell(made["summary"][way], made["soundmark"][way]) for way in ways]
        if set(cells) != {"–"}:
            lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


class LifecycleTableExporter:
    """The newest lifecycle run."""

    name = "lifecycle-table"
    summary = "Markdown table of the newest lifecycle run, recreate and reuse side by side"

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
        """Write the tables to a file; ``None`` prints them."""
        found = suite_points.newest(connection, "lifecycle")
        made = (markdown(name, document(ways)) for name, ways in groups(found.tables).items())
        text = "\n".join(part for part in made if part)
        if target is None:
            print(text, end="")  # noqa: T201 - this is the output
            return
        target.write_text(text, encoding="utf-8")
