"""Write a review as Markdown, for a comment or a job summary, within a size limit.

What does not fit is left out from the end, first the folded tables, then all but the verdict; the
text states how much was left out.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from history.report.review import parts
from history.report.review.inert import code, inert
from history.report.review.links import NONE
from history.report.review.parts import AT_ONCE
from history.report.review.result import QUIET
from history.report.wording import numbers, review_setting, reviews
from history.report.wording.reviews import Voice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.report.review.links import Links
    from history.report.review.result import Review, Row

COMMENT_BYTES: Final = 65_536 - 1024
"""GitHub allows 65,536 characters; the mark of our comments needs some of them."""
NOTE_BYTES: Final = 1_000_000 - 1024
"""GitLab allows a million characters."""
SUMMARY_BYTES: Final = 2**20 - 1024
"""GitHub allows 1 MiB of summary a step."""
MOST_BYTES: Final = {"github": COMMENT_BYTES, "gitlab": NOTE_BYTES, "summary": SUMMARY_BYTES}
"""Largest size, by the format of the command line."""
_FOLDED: Final = (1000, 300, 100, 30, 0)
"""Numbers of folded lines that are tried, largest first."""
_HEADER: Final = ("benchmark", "metric", "before", "after", "change", "detectable")


def comment(review: Review, links: Links = NONE, *, most_bytes: int = COMMENT_BYTES) -> str:
    """The review as Markdown of at most so many bytes in UTF-8.

    Nothing where there is no room for the shortest line about it, which has some hundred bytes.
    """
    tried = (
        *(partial(_whole, review, links, most) for most in _FOLDED),
        partial(_verdict_alone, review, voice_of(links).about(review)),
        partial(_counts_alone, review),
    )
    texts = (write() for write in tried)
    return next((text for text in texts if len(text.encode()) <= most_bytes), "")


def voice_of(links: Links) -> Voice:
    """The voice of Markdown: names are escaped, and linked to existing pages."""

    def link(text: str, address: str) -> str:
        url = links.of(address)
        return f"[{text}]({url})" if url and text else text

    return Voice(inert, code, link)


def _whole(review: Review, links: Links, most: int) -> str:
    """The whole review, with at most so many lines in each folded part."""
    voice = voice_of(links).about(review)
    changed, quiet = parts.speaking(review), parts.quiet(review)
    more = changed[AT_ONCE:]
    blocks = [
        _title(review, voice),
        *_bullets([reviews.absence(one, voice) for one in parts.gone(review)], most),
        *_bullets([reviews.target(one, voice) for one in review.targets], most),
        *_bullets([reviews.event(one, voice) for one in review.events], most),
        _table(changed[:AT_ONCE], voice),
        *_bullets(reviews.doubts(changed[:AT_ONCE], voice), most),
        _picture(changed[:AT_ONCE], links),
        _folded_rows(more, voice, most, _more(len(more))),
        _folded_rows(quiet, voice, most, reviews.rest(review)),
        *_bullets(reviews.others(review, voice), most),
        _small_print(review, voice, links),
    ]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _picture(rows: Sequence[Row], links: Links) -> str:
    """The picture of the trend of the first benchmark that the site has."""
    for row in rows:
        url = links.picture(row.page)
        if url:
            return f"![{reviews.picture(row, voice_of(links))}]({url})"
    return ""


def _verdict_alone(review: Review, voice: Voice) -> str:
    """The verdict, and how it was measured."""
    told = f"All lines are left out here, they are too long: {reviews.everything(review)}."
    return "\n\n".join([_title(review, voice), told, review_setting.setting(review, voice)]) + "\n"


def _counts_alone(review: Review) -> str:
    """Counts without names: even a single name may be too long."""
    return f"**{reviews.everything(review)}**; everything else is left out here, it is too long.\n"


def _title(review: Review, voice: Voice) -> str:
    of = f" of {inert(review.project)}" if review.project else ""
    return f"Performance{of}: **{reviews.headline(review, voice)}**"


def _bullets(lines: Sequence[str], most: int) -> list[str]:
    """The first lines visible, the next ones folded, the last ones counted."""
    listed = "\n".join(f"- {line}" for line in lines[:AT_ONCE])
    more = lines[AT_ONCE:]
    folded = "\n".join(f"- {line}" for line in more[:most])
    return [listed, _folded(folded, _more(len(more)), len(more), most)]


def _more(count: int) -> str:
    return f"{numbers.whole(count)} more" if count else ""


def _folded_rows(rows: Sequence[Row], voice: Voice, most: int, summary: str) -> str:
    """A folded table of at most so many rows; without rows their summary, which may be empty."""
    if not rows:
        return f"{summary}." if summary else ""
    return _folded(_table(rows[:most], voice), summary, len(rows), most)


def _folded(text: str, summary: str, lines: int, most: int) -> str:
    """A folded part; it states how many lines it lacks. ``summary`` is our own text."""
    if not lines:
        return ""
    lacking = reviews.left_out(max(0, lines - most), "line")
    inside = "\n\n".join(filter(None, [text, f"{lacking}." if lacking else ""]))
    if not text:
        return f"{summary[:1].upper()}{summary[1:]}; {inside}"
    return f"<details><summary>{summary}</summary>\n\n{inside}\n\n</details>"


def _table(rows: Sequence[Row], voice: Voice) -> str:
    """A table; without a column of verdicts if all rows have the same."""
    if not rows:
        return ""
    told = len({row.verdict for row in rows}) > 1 or rows[0].verdict not in QUIET
    first, ruler = ("| ", "|---") if told else ("", "")
    lines = [f"{first}| {' | '.join(_HEADER)} |", f"{ruler}|---|---|--:|--:|--:|--:|"]
    for row in rows:
        verdict = f"| {row.verdict} " if told else ""
        lines.append(f"{verdict}| {' | '.join(_cells(row, voice))} |")
    return "\n".join(lines)


def _cells(row: Row, voice: Voice) -> tuple[str, ...]:
    change, interval = inert(reviews.change(row)), inert(reviews.interval(row))
    if row.verdict not in QUIET:
        change = f"**{change}**" if change else ""
    return (
        reviews.name(row, voice),
        code(row.metric),
        inert(reviews.value(row.before, row)),
        inert(reviews.value(row.after, row)),
        f"{change} ({interval})" if interval else change,
        inert(reviews.detectable(row)),
    )


def _small_print(review: Review, voice: Voice, links: Links) -> str:
    """How it was measured, and what else must be known."""
    by = [review_setting.by_run(links.ci_run)] if links.ci_run else []
    return "\n".join(
        [review_setting.setting(review, voice), *review_setting.remarks(review, voice), *by]
    )
