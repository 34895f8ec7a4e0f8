"""A commit may accept a regression, with a reason, and everybody is told."""

import subprocess

import pytest

from history.compare.results import ComparisonVerdict as Verdict
from history.report.review import acceptance, annotations, codec
from history.report.review.result import Outcome
from history.report.review.tidy import Tidy
from history.report.wording import reviews
from history.vcs import trailers
from history.vcs.trailers import Trailer
from tests.history.report.review.reviews import absence, review, row

SLOWER = row(0.06, verdict=Verdict.REGRESSION, benchmark="cli.decode[frames=100]")
OTHER = row(0.09, verdict=Verdict.REGRESSION, benchmark="cli.encode")


def accepted(rows, *values):
    said = [Trailer("a" * 40, value) for value in values]
    return acceptance.apply(review(*rows), said, Tidy())


def test_regressions_that_are_all_accepted_are_told_as_that():
    made = accepted([SLOWER], "cli.decode: the new beam is worth it")
    assert made.outcome is Outcome.ACCEPTED
    assert "1 regression accepted by a commit" in reviews.headline(made)
    assert made.notes[-1] == (
        "aaaaaaaaaaaa accepts 1 regression of cli.decode: the new beam is worth it"
    )


def test_one_regression_that_is_not_accepted_still_stands():
    assert accepted([SLOWER, OTHER], "cli.decode: worth it").outcome is Outcome.REGRESSION
    assert accepted([SLOWER, OTHER], "cli.*: worth it").outcome is Outcome.ACCEPTED


def test_an_accepted_regression_is_a_notice_of_the_check_with_its_reason():
    made = accepted([SLOWER, OTHER], "cli.decode: worth it")
    found = annotations.of_review(made)
    assert [one.annotation_level for one in found] == ["failure", "notice"]
    assert found[0].title.startswith("regression: cli.encode")
    assert found[1].title.startswith("accepted regression: cli.decode[frames=100]")
    assert found[1].message.startswith("accepted by aaaaaaaaaaaa: worth it; ")


@pytest.mark.parametrize("value", ["cli.decode", "cli.decode:", ": reason"])
def test_without_a_reason_nothing_is_accepted(value):
    made = accepted([SLOWER], value)
    assert made.outcome is Outcome.REGRESSION
    assert "without a reason" in made.notes[-1]


def test_what_accepts_no_regression_is_told():
    made = accepted([SLOWER], "cli.other: worth it")
    assert made.outcome is Outcome.REGRESSION
    assert made.notes[-1].endswith("accepts a regression of cli.other, and there is none.")


def test_a_failure_is_not_accepted_with_a_regression():
    failed = absence(Verdict.FAILED)
    assert accepted([SLOWER, failed], "*: worth it").outcome is Outcome.FAILED


def test_it_travels_and_cannot_be_claimed_without_saying_for_what():
    made = accepted([SLOWER], "cli.decode: worth it")
    assert codec.decode(codec.encode(made)) == made
    claimed = codec.encode(made).replace(b'cli.decode","reason', b'cli.nothing","reason')
    assert claimed != codec.encode(made)
    with pytest.raises(codec.ReviewError):
        codec.decode(claimed)


def test_trailers_are_read_from_the_commits_of_the_head_alone(tmp_path):
    def git(*words: str) -> str:
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    git("init", "--quiet")
    for message in (
        "Base\n\nSoundmark-Accept: cli.*: of the base",
        "Head\n\nSoundmark-Accept: cli.a: one\nSoundmark-Accept: cli.b: two\n",
        "Nothing\n\nSoundmark-Accept: cli.c: in the middle\n\nMore text.",
    ):
        git("commit", "--quiet", "--allow-empty", "-m", message)
    found = trailers.between(tmp_path, "HEAD~2", "HEAD", trailers.ACCEPT)
    assert [(one.sha, one.value) for one in found] == [
        (git("rev-parse", "HEAD~1"), "cli.a: one"),
        (git("rev-parse", "HEAD~1"), "cli.b: two"),
    ]
    assert trailers.between(tmp_path, "unknown", "HEAD", trailers.ACCEPT) == ()
