"""Draw small static badges, and describe them for badge services."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from history import addresses
from site_gen.pages.tally import tally

if TYPE_CHECKING:
    from site_gen.pages.context import Context

# White words on these have a contrast of at least 4.5.
_COLOURS = {"good": "#00734f", "bad": "#b34700", "warn": "#8a5a00", "calm": "#555f6b"}


@dataclass(frozen=True, slots=True)
class Badge:
    """One badge."""

    name: str
    label: str
    message: str
    tone: str

    @property
    def path(self) -> str:
        """Address of the image."""
        return addresses.badge(self.name)

    def svg(self) -> str:
        """The image; widths are estimated, the words are fitted into them."""
        left, right = _width(self.label), _width(self.message)
        whole = left + right
        colour = _COLOURS.get(self.tone, _COLOURS["calm"])
        label, message = escape(self.label), escape(self.message)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="20" role="img" '
            f'aria-label="{label}: {message}"><title>{label}: {message}</title>'
            f'<rect width="{whole}" height="20" rx="4" fill="#3b434d"/>'
            f'<path fill="{colour}" '
            f'd="M{left} 0h{right - 4}a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4H{left}z"/>'
            '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
            f'<text x="7" y="14" textLength="{left - 14}">{label}</text>'
            f'<text x="{left + 7}" y="14" textLength="{right - 14}">{message}</text></g></svg>\n'
        )

    def endpoint(self) -> dict[str, object]:
        """What badge services read."""
        return {
            "schemaVersion": 1,
            "label": self.label,
            "message": self.message,
            "color": _COLOURS.get(self.tone, _COLOURS["calm"]),
        }


def badges(context: Context) -> tuple[Badge, ...]:
    """One about regressions, one about targets, one about what is not measured any more."""
    told = tally(context)
    found = [
        Badge("regressions", "regressions", told.regressions_words, told.regressions_tone),
        Badge("failing", "failing", told.failing_words or "none", told.failing_tone),
    ]
    if told.every_target:
        found.append(Badge("sla", "targets", told.targets_words, told.targets_tone))
    return tuple(found)


def _width(words: str) -> int:
    """About 6.6 pixels per letter of 11 pixel Verdana, with room at both ends."""
    return round(len(words) * 6.6) + 14
