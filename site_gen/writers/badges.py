"""Draw small static badges, and describe them for badge services."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from history import addresses
from history.report.wording import standing
from site_gen.pages import findings
from site_gen.pages.tally import tally
from site_gen.writers.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    page: str = ""
    """Address of the page that it is about."""

    def markdown(self, root: str) -> str:
        """A line for a README: the image, which leads to its page, at a site with that root."""
        alt = "".join(one for one in self.label if one not in "[]()\\`*_<>!")
        page = f"{root}{self.page}/" if self.page else root or "./"
        return f"[![{alt}]({root}{self.path})]({page})"

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
    """Regressions, what is not measured any more and targets, then each suite and each target."""
    told = tally(context)
    found = [
        Badge(
            "regressions",
            "regressions",
            told.regressions_words,
            told.regressions_tone,
            addresses.REGRESSIONS,
        ),
        Badge("failing", "failing", told.failing_words or "none", told.failing_tone),
    ]
    if told.every_target:
        found.append(Badge("sla", "targets", told.targets_words, told.targets_tone, addresses.SLA))
    return (*found, *_of_suites(context), *_of_targets(context))


def _of_suites(context: Context) -> Iterator[Badge]:
    rows = findings.regressions(context)
    confirmed = Counter(one.change.key.suite for one in rows.open_)
    suspected = Counter(one.change.key.suite for one in rows.suspects)
    for suite in context.catalogue.suites:
        name = suite.name
        tone = "bad" if confirmed[name] else "warn" if suspected[name] else "good"
        words = standing.regressions(confirmed[name], suspected[name])
        label = f"{clean(name)} regressions"
        page = addresses.suite(name)
        yield Badge(f"suite-{addresses.slug(name)}", label, clean(words), tone, page)


def _of_targets(context: Context) -> Iterator[Badge]:
    found: dict[str, Counter[str]] = {}
    for one in findings.targets(context):
        found.setdefault(one.row.target, Counter())[one.status] += 1
    for name, statuses in sorted(found.items()):
        held = statuses[standing.HELD] == statuses.total()
        tone = "bad" if statuses["fail"] else "good" if held else "warn"
        words = standing.targets(statuses)
        yield Badge(f"target-{addresses.slug(name)}", clean(name), words, tone, addresses.SLA)


def _width(words: str) -> int:
    """About 6.6 pixels per letter of 11 pixel Verdana, with room at both ends."""
    return round(len(words) * 6.6) + 14
