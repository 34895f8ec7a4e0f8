"""Write the findings of a review as annotations of a check run.

A benchmark has no line in the source, so they are attached to the configuration file.
https://docs.github.com/rest/checks/runs
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from history.compare.results import ComparisonVerdict
from history.report.review import acceptance, parts
from history.report.review.inert import one_line
from history.report.wording import reviews
from history.report.wording.reviews import Voice

if TYPE_CHECKING:
    from history.report.review.result import Accepted, Review, Row

MOST: Final = 50
"""Most annotations of one GitHub request; the last one counts what is left out."""
PLACE: Final = "soundmark.toml"
_MOST_LETTERS_OF_A_TITLE: Final = 255
_VOICE: Final = Voice(one_line, one_line)


class Annotation(NamedTuple):
    """One annotation, with the field names of the forge's API."""

    annotation_level: str
    """failure, warning or notice."""
    title: str
    message: str
    path: str = PLACE
    start_line: int = 1
    end_line: int = 1


def of_review(review: Review) -> tuple[Annotation, ...]:
    """At most 50 annotations, failures first; none without a finding."""
    voice = _VOICE.about(review)
    found = [
        Annotation(
            "failure",
            _title(f"{one.verdict}: {reviews.name(one, voice)}"),
            one.reason or "no reason given",
        )
        for one in parts.gone(review)
    ]
    found += [
        Annotation(
            "failure", _title(f"target {one.target} is not held"), reviews.target(one, voice)
        )
        for one in review.targets
    ]
    regressions = [
        (row, acceptance.of_row(row, review.accepted))
        for row in review.rows
        if row.verdict is ComparisonVerdict.REGRESSION
    ]
    found += [_of_row(row, "failure", voice) for row, by in regressions if by is None]
    found += [
        _of_row(row, "warning", voice)
        for row in review.rows
        if row.verdict is ComparisonVerdict.SUSPECT
    ]
    found += [_of_accepted(row, by, voice) for row, by in regressions if by is not None]
    if len(found) <= MOST:
        return tuple(found)
    left = len(found) - MOST + 1
    last = Annotation("warning", reviews.left_out(left, "line"), reviews.headline(review, voice))
    return (*found[: MOST - 1], last)


def encode(review: Review) -> str:
    """The same as JSON, as the forge takes it."""
    found = [one._asdict() for one in of_review(review)]
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"


def _of_row(row: Row, level: str, voice: Voice) -> Annotation:
    name = f"{reviews.name(row, voice)} {one_line(row.metric)}"
    return Annotation(level, _title(f"{row.verdict}: {name} {reviews.change(row)}"), _message(row))


def _of_accepted(row: Row, by: Accepted, voice: Voice) -> Annotation:
    told = _of_row(row, "notice", voice)
    message = f"accepted by {one_line(by.sha[:12])}: {one_line(by.reason)}; {told.message}"
    return told._replace(title=_title(f"accepted {told.title}"), message=message)


def _message(row: Row) -> str:
    sides = f"{reviews.value(row.before, row)} before, {reviews.value(row.after, row)} after"
    parts_of = [sides, reviews.interval(row), reviews.because(row)]
    return "; ".join(filter(None, parts_of))


def _title(text: str) -> str:
    clean = one_line(text)
    end = _MOST_LETTERS_OF_A_TITLE - 1
    return clean if len(clean) <= end else f"{clean[:end]}…"
