"""Write a review as plain text, for a terminal or a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from history.report.output import plain
from history.report.review import parts
from history.report.review.inert import one_line
from history.report.review.parts import AT_ONCE
from history.report.wording import review_setting, reviews
from history.report.wording.reviews import Voice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from history.report.review.result import Review, Row

    Table = Callable[[Sequence[Mapping[str, Any]], Sequence[str]], str]

_COLUMNS: Final = (
    *("verdict", "benchmark", "metric", "before", "after", "change", "interval", "detectable"),
    "why",
)
_VOICE: Final = Voice(one_line, one_line)


def text(review: Review, *, table: Table = plain, fold: Callable[[str], str] = str) -> str:
    """The review as text: findings in full, the rest counted; ``--format json`` has everything.

    ``table`` lays out rows and ``fold`` sentences, for a terminal that is too narrow.
    """
    voice, changed = _VOICE.about(review), parts.speaking(review)
    sentences = [
        reviews.headline(review, voice),
        _lines([reviews.absence(one, voice) for one in parts.gone(review)]),
        _lines([reviews.target(one, voice) for one in review.targets]),
        _lines([reviews.event(one, voice) for one in review.events]),
    ]
    after = [
        _lines(reviews.others(review, voice)),
        "\n".join(reviews.counted(review, max(0, len(changed) - AT_ONCE))),
        "\n".join([review_setting.setting(review, voice), *review_setting.remarks(review, voice)]),
    ]
    rows = _table(changed[:AT_ONCE], voice, table)
    blocks = [*map(fold, sentences), rows, *map(fold, after)]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _lines(told: Sequence[str]) -> str:
    more = reviews.left_out(max(0, len(told) - AT_ONCE), "line")
    return "\n".join([*told[:AT_ONCE], *([more] if more else [])])


def _table(rows: Sequence[Row], voice: Voice, table: Table) -> str:
    if not rows:
        return ""
    cells = [
        {
            "verdict": str(row.verdict),
            "benchmark": reviews.name(row, voice),
            "metric": one_line(row.metric),
            "before": reviews.value(row.before, row),
            "after": reviews.value(row.after, row),
            "change": reviews.change(row),
            "interval": reviews.interval(row),
            "detectable": reviews.detectable(row),
            "why": reviews.because(row),
        }
        for row in rows
    ]
    return table(cells, _COLUMNS).rstrip("\n")
