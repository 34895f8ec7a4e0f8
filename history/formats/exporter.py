"""What an exporter is: a reading connection in, one file or standard output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb


class Exporter(Protocol):
    """One format."""

    name: str
    summary: str

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
        """Write every point; ``None`` is standard output. Raises UsageError when it cannot."""
