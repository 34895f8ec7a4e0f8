"""Write OpenMetrics text, the format in which Prometheus and others read numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from history.formats import exported
from history.formats.put_out import put
from history.words.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from history.formats.exported import Row

_UNITS: Final = {
    "s": "seconds",
    "B": "bytes",
    "x": "ratio",
    "J": "joules",
    "W": "watts",
    "Hz": "hertz",
    "C": "celsius",
}
_MACHINE: Final = exported.Row._fields.index("machine")
"""Up to this field a row says which series it is of."""
_NO_NAME: Final = re.compile(r"[^a-zA-Z0-9_]+")


class OpenMetrics:
    """A gauge for every metric, a sample of it for every series: its newest point."""

    name = "openmetrics"
    summary = "OpenMetrics text, a gauge for each metric"
    written = "the newest point of every series"

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> tuple[str, ...]:
        """The newest measured point of every series, at the time of its run."""
        newest: dict[tuple[object, ...], Row] = {}
        lost = exported.NotHeld()
        for row in exported.rows(connection):
            series = row[: _MACHINE + 1]
            if not row.is_measured:
                lost.add("{} that failed or were skipped left out")
                continue
            if series in newest:
                lost.add("{} left out: a newer one of the series is written")
            newest[series] = row
        if not newest:
            raise UsageError("there is no measured point to write.")
        families: dict[str, list[Row]] = defaultdict(list)
        for row in newest.values():
            families[family(row)].append(row)
        lines = [line for name in sorted(families) for line in _lines(name, families[name])]
        put(target, "".join(f"{line}\n" for line in (*lines, "# EOF")).encode())
        return lost.sentences()


def family(row: Row) -> str:
    """``soundmark_operation_time_seconds``: the unit is the end of the name, as the format asks."""
    unit = _unit(row)
    name = f"soundmark_{_NO_NAME.sub('_', row.metric).strip('_')}"
    return name if not unit or name.endswith(f"_{unit}") else f"{name}_{unit}"


def _unit(row: Row) -> str:
    amount, stroke, per = row.unit.partition("/")
    parts = [
        _UNITS.get(amount, amount),
        *(["per", "second" if per == "s" else per] if stroke else []),
    ]
    return _NO_NAME.sub("_", "_".join(filter(None, parts))).strip("_")


def _lines(name: str, rows: list[Row]) -> list[str]:
    lines = [f"# TYPE {name} gauge"]
    if _unit(rows[0]):
        lines.append(f"# UNIT {name} {_unit(rows[0])}")
    way = {"lower": "lower is better", "higher": "higher is better"}.get(rows[0].direction, "")
    about = f"{rows[0].metric}{f', {way}' if way else ''}"
    lines.append(f"# HELP {name} {_escaped(about)}")
    for row in sorted(rows, key=lambda one: one[: _MACHINE + 1]):
        labels = {
            "suite": row.suite,
            "benchmark": row.benchmark,
            "params": row.params,
            "variant": row.variant,
            "machine": row.machine,
            "commit": row.commit,
        }
        text = ",".join(f'{key}="{_escaped(value)}"' for key, value in labels.items() if value)
        lines.append(f"{name}{{{text}}} {row.value!r} {row.run_time.timestamp():.3f}")
    return lines


def _escaped(text: str) -> str:
    """Within quotes, or in a help text."""
    return text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
