"""The columns of plain CSV, and the check of a header."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from history.words.errors import ImportRefusedError
from history.words.records import VARIANT_KEYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.formats.interface import Context

REQUIRED: Final = (
    "suite",
    "benchmark",
    "params",
    "metric",
    "unit",
    "direction",
    "machine",
    "commit",
    "commit_time",
    "value",
)
COMMIT: Final = (
    "commit_subject",
    "commit_branch",
    "commit_tag",
    "commit_parents",
    "dirty",
    "position",
)
MACHINE: Final = ("machine_name", "cpu_model", "cores", "memory_gib", "gpu", "gpu_driver")
OUTCOME: Final = (
    *("samples", "low", "high", "qualifier", "status", "reason", "n", "aggregate"),
    *("interval_method", "q1", "q3", "minimum", "maximum"),
)
OPTIONAL: Final = (
    *OUTCOME,
    "variant",
    *VARIANT_KEYS,
    *COMMIT,
    *MACHINE,
    *("project", "origin", "run_id", "run_time", "fingerprint"),
)
DERIVED: Final = ("series_id",)
"""Columns of an export that are computed again from the others."""
FIRST: Final = (*REQUIRED, "samples")
"""What a file has that is written by hand."""


NAMING: Final = (
    *("suite", "benchmark", "params", "metric", "unit", "direction", "machine"),
    *MACHINE,
    "variant",
    *VARIANT_KEYS,
)
"""Columns that identify the series and the machine of a row."""
DATING: Final = ("commit", "commit_time", *COMMIT, "project", "origin", "run_id", "run_time")
"""Columns of its commit and its run."""
TELLING: Final = ("value", *OUTCOME, "fingerprint")
"""Columns of the measurement."""

_MARKS: Final = {";": "semicolons", "\t": "tabs"}


def recognise(head: str) -> bool:
    """Whether the first line names columns of ours; those that are missing are named later."""
    first = head.lstrip("\ufeff").partition("\n")[0]
    named = {
        name.strip().strip('"') for mark in ",;\t" for name in first.split(mark)
    } & set(FIRST)  # fmt: skip
    return len(named) >= 3


def check(header: Sequence[str], name: str, context: Context) -> None:
    """Raise ImportRefusedError, naming the columns, when the header cannot be used."""
    if len(header) == 1 and (mark := next((one for one in _MARKS if one in header[0]), "")):
        raise ImportRefusedError(
            f"{name}: expected commas between columns, found {_MARKS[mark]}.",
            hint="Write the file anew with commas, and points before decimals.",
        )
    given = {
        "suite": context.suite,
        "machine": context.machine,
        "commit": context.commit,
        "commit_time": context.commit,
    }
    missing = [column for column in REQUIRED if column not in header and not given.get(column)]
    if missing:
        raise ImportRefusedError(
            f"{name}: the header lacks {_listed(missing)}; it has"
            f" {', '.join(header) or 'nothing'}.",
            hint=f"Expected {','.join(REQUIRED)}, and if need be samples,low,high and more.",
        )
    twice = sorted({column for column in header if column and header.count(column) > 1})
    if twice:
        raise ImportRefusedError(
            f"{name}: {_listed(twice)} stands more than once in the header.",
            hint="Give every column a name of its own.",
        )


def _listed(columns: Sequence[str]) -> str:
    plural = "s" if len(columns) > 1 else ""
    return f"the column{plural} {', '.join(columns)}"


def unknown(header: Sequence[str]) -> list[str]:
    """Columns that are ignored."""
    return [name for name in header if name not in {*REQUIRED, *OPTIONAL, *DERIVED}]
