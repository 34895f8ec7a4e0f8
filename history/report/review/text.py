"""Write a review as plain text, for a terminal or a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from history.report.output import plain
from history.report.review import parts
from history.report.review.inert import visible
from history.report.review.parts import AT_ONCE
from history.report.wording import review_setting, reviews
from history.report.wording.reviews import Voice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.report.review.result import Review, Row

_COLUMNS: Final = (
    *("verdict", "benchmark", "metric", "before", "after", "change", "interval", "detectable"),
    "why",
)
_VOICE: Final = Voice(visible, visible)


def text(review: Review) -> str:
    """What asks for something in full; the rest counted, as ``--format json`` has it."""
    voice, changed = _VOICE.about(review), parts.speaking(review)
    blocks = [
        reviews.headline(review, voice),
        _lines([reviews.absence(one, voice) for one in parts.gone(review)]),
        _lines([reviews.target(one, voice) for one in review.targets]),
        _lines([reviews.event(one, voice) for one in review.events]),
        _table(changed[:AT_ONCE], voice),
        _lines(reviews.others(review, voice)),
        "\n".join(reviews.counted(review, max(0, len(changed) - AT_ONCE))),
        "\n".join([review_setting.setting(review, voice), *review_setting.remarks(review, voice)]),
    ]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _lines(told: Sequence[str]) -> str:
    more = reviews.left_out(max(0, len(told) - AT_ONCE), "line")
    return "\n".join([*told[:AT_ONCE], *([more] if more else [])])


def _table(rows: Sequence[Row], voice: Voice) -> str:
    if not rows:
        return ""
    cells = [
        {
            "verdict": str(row.verdict),
            "benchmark": reviews.name(row, voice),
            "metric": visible(row.metric),
            "before": reviews.value(row.before, row),
            "after": reviews.value(row.after, row),
            "change": reviews.change(row),
            "interval": reviews.interval(row),
            "detectable": reviews.detectable(row),
            "why": reviews.because(row),
        }
        for row in rows
    ]
    return plain(cells, _COLUMNS).rstrip("\n")
