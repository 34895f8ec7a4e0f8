"""Short names of commits: hashes are abbreviated, other names are not."""

from __future__ import annotations

import re


def called(commit: str) -> str:
    """The first twelve characters of a hash; another name (``WAPR-PERF-001``) is never cut."""
    return commit[:12] if re.fullmatch(r"[0-9a-f]{12,64}", commit) else commit
