"""Soundmark's own JSON lines: what a program in any language can print about itself.

One line is one repeat of one benchmark, or of one item of it. Lines of other output between them
are left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.formats import fields, runs
from history.formats.fields import RefuseError
from history.formats.interface import Brings, Context, Imported, LeftOut, Parsed, Refused
from history.formats.soundmark_lines import line as lines
from history.formats.soundmark_lines.group import Groups
from history.formats.soundmark_lines.points import items_of, points_of

if TYPE_CHECKING:
    from pathlib import Path


class SoundmarkLines:
    """What a program printed, or wrote to a file."""

    name = "soundmark-lines"
    summary = 'one JSON object per line with "soundmark": 1'
    brings = Brings("any", samples="yes")
    repeats_itself = False

    def recognise(self, head: str) -> bool:
        """Whether any complete line is one of ours."""
        return any(lines.is_ours(line) for line in fields.lines(head))

    def parse(self, text: str, name: str = "") -> Parsed:
        """Points and items of all lines; repeats of one benchmark are the samples of one point.

        With items, the k-th repeat of a benchmark is the k-th of every item, and what they come to
        together is what ``history.words.totals`` makes of them.
        """
        del name
        return _parsed(text, Context())

    def read(self, path: Path, context: Context) -> Imported:
        """The same, held to the project's metrics and to the units of the history."""
        found = _parsed(fields.read_text(path), context)
        return runs.imported(found, context, self.name, path.name)


def _parsed(text: str, context: Context) -> Parsed:
    groups = Groups(context)
    refused: list[Refused] = []
    left_out: list[LeftOut] = []
    read = 0
    for number, line in enumerate(fields.lines(text), start=1):
        if not lines.is_ours(line):
            continue
        read += 1
        try:
            if not groups.take(lines.decode(line)):
                left_out.append(LeftOut(number, "a warm-up, which does not count"))
        except RefuseError as error:
            refused.append(Refused(number, str(error)))
    flagged = groups.flagged
    return Parsed(
        points=tuple(point for group in groups for point in points_of(group, flagged)),
        items=tuple(item for group in groups for item in items_of(group)),
        rows_read=read,
        left_out=tuple(left_out),
        refused=tuple(refused),
        flagged=tuple(flagged),
    )
