"""Find the line of a program's output that explains its failure, and its last lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_BYTES: Final = 2**20
"""Only this many bytes at the end of the output are read."""
_LONGEST: Final = 200
"""Characters of a line that are shown."""
_LAST_LINES: Final = 20
"""Number of last lines that are printed in addition."""
_PYTEST_ERROR: Final = re.compile(r"E\s{2,}(\S.*)")
"""How pytest marks the lines of an error."""
_ERROR: Final = re.compile(
    r"\w(Error|Exception)\b|(?i:\b(error|fatal)\s*[:[(!]|\b(panicked|aborted)\b)"
)
"""Lines that report an error; a line about a word error rate does not."""
_FAILED_TEST: Final = re.compile(r"(?:FAILED|ERROR) (\S+::\S+)")


def reason(outputs: Iterable[Path]) -> str:
    """The first line that reports an error, else the last line; empty without output.

    ``outputs`` are searched in this order.
    """
    texts = [_lines(path) for path in outputs]
    spoken = [lines for lines in texts if lines]
    for lines in spoken:
        if error := _first_error(lines):
            return f"its first error: {error[:_LONGEST]}{_failed_tests(lines)}"
    return f"its last line: {spoken[0][-1][:_LONGEST]}" if spoken else ""


def last_lines(outputs: Iterable[Path]) -> tuple[str, ...]:
    """The last lines of the first output that is not empty."""
    texts = (_lines(path) for path in outputs)
    return next((tuple(lines[-_LAST_LINES:]) for lines in texts if lines), ())


def _lines(path: Path) -> list[str]:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _BYTES))
        text = file.read().decode("utf-8", "replace")
    return [line.strip() for line in text.splitlines() if line.strip()]


def _first_error(lines: list[str]) -> str:
    asserted = next((found.group(1) for line in lines if (found := _PYTEST_ERROR.match(line))), "")
    told = (line for line in lines if _ERROR.search(line))
    return asserted or next(told, "")


def _failed_tests(lines: list[str]) -> str:
    names = [found.group(1) for line in lines if (found := _FAILED_TEST.match(line))]
    if not names:
        return ""
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f" ({names[0]}{more})"
