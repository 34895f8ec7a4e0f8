"""Check the values of a suite's options against the known ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from history.words.errors import UsageError


def check_words(suite: str, words: Mapping[str, tuple[Iterable[str], tuple[str, ...]]]) -> None:
    """Raise UsageError for a value that is not among the known ones. Option -> (values, known)."""
    for key, (values, known) in words.items():
        for value in values:
            if value not in known:
                choices = ", ".join(name for name in known if name)
                raise UsageError(f'suite {suite}: {key}: expected {choices}, found "{value}".')
