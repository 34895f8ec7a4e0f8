"""Tell what a commit is called: hashes are cut to their beginning, names never."""

from __future__ import annotations

import re


def called(commit: str, letters: int = 12) -> str:
    """The beginning of a hash; a name that somebody gave (``WAPR-PERF-001``) is never cut."""
    return commit[:letters] if re.fullmatch(r"[0-9a-f]{12,64}", commit) else commit
