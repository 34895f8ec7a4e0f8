"""Frames for pages inside another MkDocs project: Markdown files that hold our HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from site_gen.shell import frame
from site_gen.shell.interface import Frames, Plan

if TYPE_CHECKING:
    from pathlib import Path

    from site_gen.shell.frame import Frame

# Titles are escaped for HTML, so no quote ends such a text early. What a page needs is named on the
# page itself: the project's own configuration stays as it is.
_SOURCE: Final = """\
---
title: '{title}'
description: '{description}'
hide: [toc]
search: {{exclude: true}}
---
<div class="soundmark"><link rel="stylesheet" href="{root}assets/soundmark.css">
{content}
<script src="{root}assets/soundmark.js"></script></div>
"""


class Mounted:
    """Frames that are no pages yet: whoever takes them in has a theme put around them."""

    method_pages: tuple[tuple[str, str], ...] = ()
    made_of = ""

    def __init__(self, root: Path, work: Path) -> None:
        """As every shell; it reads and keeps nothing."""

    def frames(self, plan: Plan) -> Frames:
        """One frame for each depth."""
        return Frames(
            frames={one: _frame(one) for one in (*plan.named, *plan.loose)}, files={}, documents=()
        )


def _frame(address: str) -> Frame:
    root = "../" * (address.count("/") + 1) if address else ""
    source = _SOURCE.format(
        title=frame.TITLE, description=frame.DESCRIPTION, content=frame.CONTENT, root=root
    )
    return frame.cut(source, address)
