"""Write a job's summary, which needs no permission and so works for forks too."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from history.report.review import markdown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from history.report.review.links import Links
    from history.report.review.result import Review


def write(environ: Mapping[str, str], review: Review, links: Links) -> bool:
    """Add the review to the summary of the step; False outside of a job that has one."""
    path = environ.get("GITHUB_STEP_SUMMARY", "")
    if not path:
        return False
    file = Path(path)
    there = file.stat().st_size if file.exists() else 0
    text = markdown.comment(review, links, most_bytes=max(0, markdown.SUMMARY_BYTES - there))
    with file.open("a", encoding="utf-8") as stream:
        stream.write(text)
    return True
