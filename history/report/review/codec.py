"""Write a review as JSON, and read one from an untrusted source.

A pull request from a fork brings its own result. A review is accepted only if it is small, of the
known schema, finite, without control characters and consistent with its own counts; anything else
is one error. Whether its numbers were really measured cannot be checked.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

import msgspec

from history.report.review import acceptance
from history.report.review.result import ACTIONS, FORMAT, Review, outcome_of
from history.words.errors import BrokenDataError
from history.words.patterns import in_words

MOST_BYTES: Final = 4 * 2**20
"""Largest size of an encoded review; ordinary names never reach it."""


class _Version(msgspec.Struct):
    """Read first, so that a newer schema is reported as such."""

    format: int


_encoder: Final = msgspec.json.Encoder(order="deterministic")
_decoder: Final = msgspec.json.Decoder(Review)
_version: Final = msgspec.json.Decoder(_Version)


class ReviewError(BrokenDataError):
    """A file that is no review of this version."""


def encode(review: Review) -> bytes:
    """The review as JSON, readable by `decode`.

    Raises ReviewError where `decode` would refuse it, as for a list or a text that is too long.
    """
    data = _encoder.encode(review)
    decode(data)
    return data


def decode(data: bytes) -> Review:
    """The review that these bytes hold. Raises ReviewError for anything else."""
    if len(data) > MOST_BYTES:
        raise ReviewError(
            f"expected a review of at most {MOST_BYTES} bytes, found {len(data)}.",
            hint="Write it with `soundmark report --format json`.",
        )
    try:
        found = _version.decode(data).format
        review = _decoder.decode(data) if found == FORMAT else None
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        # The message may quote what stands in the file, which is not to be trusted.
        raise ReviewError(
            f"expected a review of format {FORMAT}, found something else: {_plain(error)}.",
            hint="Write it with `soundmark report --format json` of the same version.",
        ) from None
    if review is None:
        raise ReviewError(
            f"expected a review of format {FORMAT}, found format {found}.",
            hint="Use the same version of soundmark for measuring and for posting.",
        )
    _check(review)
    return review


def _check(review: Review) -> None:
    """Check that its summary agrees with its rows."""
    listed = Counter(one.verdict for one in review.rows)
    listed += Counter(one.verdict for one in review.absences)
    for verdict, count in listed.items():
        counted = review.counts.verdicts.get(verdict, 0)
        if count > counted:
            raise ReviewError(
                f'the review lists {count} lines called "{verdict}" and counts {counted}.',
                hint="Do not edit it by hand.",
            )
    accepted = acceptance.count(review.rows, review.accepted)
    outcome = outcome_of(review.setting.how, review.counts, accepted)
    if (review.outcome, review.action) != (outcome, ACTIONS[outcome]):
        raise ReviewError(
            f'the review calls itself "{review.outcome}" and asks to "{review.action}", its counts '
            f'say "{outcome}".',
            hint="Do not edit it by hand.",
        )


def _plain(error: Exception) -> str:
    text = "".join(
        one if one.isascii() and one.isprintable() else "?" for one in in_words(str(error))
    )
    return text[:200]
