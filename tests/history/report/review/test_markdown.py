"""However much there is to tell, a comment fits, and says what it lacks."""

import re
from functools import cache

import pytest

from history.compare.results import ComparisonVerdict as Verdict
from history.report.review import codec, markdown
from history.report.review.result import MOST_LETTERS, MOST_ROWS, Counts, How, Setting, Target
from tests.history.report.review.reviews import absence, review, row
from tests.history.report.review.states import STATES
from tests.history.report.review.test_inert import SITE, acts

LONG = "w" * (MOST_LETTERS - 4)


@cache
def huge(*, letters=LONG, notes=50):
    """As much of everything as a review may hold, with names as long as they may be."""
    slower = [
        row(0.1, verdict=Verdict.REGRESSION, benchmark=f"{letters}{place}", variant=letters)
        for place in range(MOST_ROWS)
    ]
    lost = [absence(benchmark=f"{letters}{place}") for place in range(MOST_ROWS)]
    target = Target(
        target=letters, benchmark=letters, metric="t", unit="s", machine="box", limit=1, value=2
    )
    return review(
        *slower,
        *lost,
        counts=Counts(
            verdicts={Verdict.REGRESSION: 5000, Verdict.FAILED: MOST_ROWS}, targets_broken=MOST_ROWS
        ),
        targets=(target,) * MOST_ROWS,
        setting=Setting(how=How.DUET, machines=("box",)),
        notes=("n" * 900,) * notes,
    )


@pytest.mark.parametrize("most_bytes", [markdown.SUMMARY_BYTES, markdown.COMMENT_BYTES, 2_000, 400])
def test_the_largest_review_fits_into_any_room(most_bytes):
    told = markdown.comment(huge(), SITE, most_bytes=most_bytes)
    assert 0 < len(told.encode()) <= most_bytes
    assert acts(told) == []


def test_without_room_for_a_line_there_is_none():
    assert markdown.comment(huge(), SITE, most_bytes=10) == ""


@pytest.mark.parametrize("most_bytes", [300_000, markdown.COMMENT_BYTES])
def test_every_line_is_listed_or_counted(most_bytes):
    told = markdown.comment(huge(letters="w", notes=0), SITE, most_bytes=most_bytes)
    listed = len(re.findall(r"^\| regression ", told, re.MULTILINE))
    listed += len(re.findall(r"^- failed: ", told, re.MULTILINE))
    listed += len(re.findall(r"^- target ", told, re.MULTILINE))
    left_out = sum(map(int, re.findall(r"(\d+) further lines are left out here", told)))
    unlisted = sum(map(int, re.findall(r"(\d+) lines are counted and not listed", told)))
    assert listed + left_out == 3 * MOST_ROWS
    assert unlisted == 4000


def test_a_smaller_room_shows_less_and_never_another_verdict():
    found = STATES["10000-benchmarks"]()
    told = [
        markdown.comment(found, SITE, most_bytes=most) for most in (10**6, 64_000, 20_000, 3_000)
    ]
    assert [len(text) for text in told] == sorted(map(len, told), reverse=True)
    assert len({text.splitlines()[0] for text in told}) == 1


def test_the_largest_review_can_travel():
    assert len(codec.encode(huge())) < codec.MOST_BYTES
