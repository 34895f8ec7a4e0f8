"""Words for the word errors behind a rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from history.items.error_rate import Normalisation
from history.report.wording import numbers

if TYPE_CHECKING:
    from history.items.error_rate import Errors

KINDS: Final = ("substitutions", "deletions", "insertions")
"""The metrics and facts that count them."""


_COMPARED: Final = {
    Normalisation.WORDS: "both in lower case and without punctuation",
    Normalisation.CASED: "both without punctuation, in upper and lower case as written",
    Normalisation.NONE: "both as they are written",
}


def compared(how: str) -> str:
    """What was made of reference and transcript before they were compared."""
    known = {str(one): told for one, told in _COMPARED.items()}
    return known.get(how, known[Normalisation.WORDS])


def beside(substitutions: float, deletions: float, insertions: float) -> str:
    """What stands beside a rate on its line: ``5 sub + 2 del + 1 ins``."""
    counts = (substitutions, deletions, insertions)
    return " + ".join(
        f"{numbers.whole(round(count))} {name}"
        for count, name in zip(counts, ("sub", "del", "ins"), strict=True)
    )


def kinds(found: Errors) -> str:
    """``8 errors in 85 words: 5 substitutions, 3 deletions``; ``no error in 85 words``."""
    words = numbers.counted(found.length, "word")
    if not found.errors:
        return f"no error in {words}"
    told = [
        numbers.counted(count, name[:-1])
        for name, count in zip(KINDS, found[: len(KINDS)], strict=True)
        if count
    ]
    return f"{numbers.counted(found.errors, 'error')} in {words}: {', '.join(told)}"


def remark(otherwise: int, without_text: int) -> str:
    """What the marks of a way do not show, or show otherwise than its run did."""
    parts = []
    if otherwise:
        told = numbers.counted(otherwise, "recording")
        parts.append(f"the run counted other errors in {told}, by a normalisation of its own")
    if without_text:
        told = numbers.counted(without_text, "recording has", "recordings have")
        parts.append(f"{told} a reference and no transcript that was kept")
    return "; ".join(parts)
