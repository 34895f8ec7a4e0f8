"""Draw a profiler's stacks as a flame graph: a row for each depth, widths by share of samples."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape as escaped
from typing import Final

WIDTH: Final = 1200.0
ROW: Final = 17.0
_LEAST: Final = 0.8
"""Narrower boxes are left out, with all their children."""
_LETTER: Final = 6.6
_TONES: Final = ("#e4a672", "#dd8f5c", "#e8ba86", "#d98452")
_MOST_DEPTH: Final = 120


@dataclass
class _Frame:
    """A function in its caller, and its number of samples."""

    samples: int = 0
    inner: dict[str, _Frame] = field(default_factory=dict)


def svg(lines: Iterable[str], title: str) -> str:
    """The picture of folded stacks, a line each, such as ``main;loop 12``; others are left out.

    The outermost function is on top. Each box has its name and share as a tooltip.
    """
    whole = _tree(lines)
    boxes: list[str] = []
    depth = _boxes(whole, boxes)
    height = ROW * (depth + 1) + 6
    head = _escape(f"{title}, {whole.samples} samples")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}"'
        f' role="img" font-family="monospace" font-size="11"><title>{head}</title>'
        f'<text x="2" y="12">{head}</text>{"".join(boxes)}</svg>\n'
    )


def _escape(text: str) -> str:
    """Text of an SVG; characters that XML cannot hold are replaced."""
    return escaped("".join(one if one.isprintable() else "\ufffd" for one in text))


def _tree(lines: Iterable[str]) -> _Frame:
    whole = _Frame()
    for line in lines:
        names, _, count = line.strip().rpartition(" ")
        if not names or not count.isdecimal():
            continue
        whole.samples += int(count)
        at = whole
        for name in names.split(";")[:_MOST_DEPTH]:
            at = at.inner.setdefault(name, _Frame())
            at.samples += int(count)
    return whole


def _boxes(whole: _Frame, boxes: list[str]) -> int:
    """Add a box for each frame; returns the number of rows."""
    rows, total = 0, whole.samples
    waiting = [(whole, 0.0, 0)]
    while waiting:
        frame, x, depth = waiting.pop()
        for name, inner in sorted(frame.inner.items()):
            width = WIDTH * inner.samples / total
            if width >= _LEAST:
                boxes.append(_box(name, inner.samples / total, x, depth + 1, width))
                waiting.append((inner, x, depth + 1))
                rows = max(rows, depth + 1)
            x += width
    return rows


def _box(name: str, share: float, x: float, row: int, width: float) -> str:
    y = ROW * row
    fits = int(width / _LETTER) - 1
    told = name if len(name) <= fits else f"{name[: fits - 1]}…"
    text = f'<text x="{x + 3:.1f}" y="{y + 12:.1f}">{_escape(told)}</text>' if fits >= 3 else ""
    tone = _TONES[sum(name.encode()) % len(_TONES)]
    return (
        f'<g><title>{_escape(name)} {100 * share:.1f} %</title><rect x="{x:.1f}" y="{y:.1f}"'
        f' width="{width:.1f}" height="{ROW - 1:g}" fill="{tone}"/>{text}</g>'
    )
