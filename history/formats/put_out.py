"""Write the output of a format to a file, atomically, or to standard output."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec


def put(target: Path | None, content: bytes) -> None:
    """Write a file, with the folders above it; ``None`` is standard output."""
    if target is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f"{target.name}.part")
    temporary.write_bytes(content)
    temporary.replace(target)


def put_json(target: Path | None, content: Any, indent: int = 2) -> None:  # noqa: ANN401 - any JSON
    """Write JSON, indented."""
    put(target, msgspec.json.format(msgspec.json.encode(content), indent=indent) + b"\n")
