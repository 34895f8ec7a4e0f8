"""Write the words of an alignment with their times: Praat's TextGrid, or JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from history.formats import file_names
from history.formats import newest_items as stored
from history.items.aligned import Word, words_of
from history.words.errors import UsageError

if TYPE_CHECKING:
    import duckdb

    from history.words.records import Item


def textgrid(words: Sequence[Word], duration_s: float) -> str:
    """Praat's long text format with one tier ``words``; silence is an interval without text."""
    intervals: list[Word] = []
    before = 0.0
    for word in words:
        if word.start_s > before:
            intervals.append(Word("", before, word.start_s))
        intervals.append(word)
        before = word.end_s
    end = max(duration_s, before)
    if end > before or not intervals:
        intervals.append(Word("", before, end))
    head = (
        'File type = "ooTextFile"\nObject class = "TextGrid"\n\n'
        f"xmin = 0\nxmax = {end:g}\ntiers? <exists>\nsize = 1\nitem []:\n"
        '    item [1]:\n        class = "IntervalTier"\n        name = "words"\n'
        f"        xmin = 0\n        xmax = {end:g}\n        intervals: size = {len(intervals)}\n"
    )
    body = "".join(
        f"        intervals [{n}]:\n            xmin = {one.start_s:g}\n"
        f'            xmax = {one.end_s:g}\n            text = "{_quoted(one.text)}"\n'
        for n, one in enumerate(intervals, start=1)
    )
    return head + body


def _quoted(text: str) -> str:
    """Praat doubles quotation marks inside a text."""
    return text.replace('"', '""')


class _Words:
    """One file per utterance and way of running, in a folder."""

    name: str
    suffix: str

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
        """Write ``<target>/<runtime>-<implementation>/<utterance><suffix>``; needs a folder.

        No file replaces another of the same run: names that are equal are told apart.
        """
        if target is None or target.is_file():
            raise UsageError(f"{self.name} writes one file per utterance.", hint="Name a folder.")
        items = stored.newest(connection, "alignment").items
        variants = dict.fromkeys(item.variant for item in items)
        folders = file_names.of_variants(variants, ("runtime", "implementation"))
        taken: set[Path] = set()
        for item in items:
            words = words_of(item.text)
            if words:
                # Sign by sign, so that tools find the name by that of the audio.
                name = re.sub(r"[^\w.-]", "_", item.item)
                path = target / folders[item.variant] / (name if name.strip(".") else "unknown")
                file = file_names.free(path, self.suffix, taken)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(self.render(item, words))

    def render(self, item: Item, words: Sequence[Word]) -> bytes:
        """One utterance as the bytes of its file."""
        raise NotImplementedError


class TextGrid(_Words):
    """For Praat and the tools that read its files."""

    name = "textgrid"
    summary = "Praat's TextGrid, a file for each utterance"
    written = "the newest alignment run, a folder with the words of each utterance"
    suffix = ".TextGrid"

    def render(self, item: Item, words: Sequence[Word]) -> bytes:
        """UTF-8 text."""
        duration = float(item.facts.get("duration_s", words[-1].end_s))
        return textgrid(words, duration).encode()


class WordsJson(_Words):
    """One array of ``{"word", "start_s", "end_s"}`` per utterance."""

    name = "words-json"
    summary = "an array of words with their times, a file for each utterance"
    written = "the newest alignment run, a folder with the words of each utterance"
    suffix = ".words.json"

    def render(self, item: Item, words: Sequence[Word]) -> bytes:
        """Indented JSON."""
        del item
        rows = [{"word": w.text, "start_s": w.start_s, "end_s": w.end_s} for w in words]
        return msgspec.json.format(msgspec.json.encode(rows), indent=1) + b"\n"
