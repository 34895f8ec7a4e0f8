"""Read the files in which the kernel describes a machine."""

from __future__ import annotations

import re
from pathlib import Path


def text(path: str | Path) -> str:
    """The whole file; empty where there is none that may be read."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def field(text: str, *names: str) -> str:
    """The first value of the first of these names that lines ``name : value`` have; else empty."""
    for name in names:
        if match := re.search(rf"^{name}\s*:\s*(.+)$", text, re.MULTILINE):
            return match.group(1).strip()
    return ""
