"""How the sides of a review were measured, in sentences."""

import pytest

from history.report.review.result import Counts, How, Noise, Setting
from history.report.wording import review_setting
from tests.history.report.review.reviews import DUET, review, row

STORED = Setting(how=How.HISTORY, machines=("box",), age_s=172_800.0)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (None, "an unknown time"),
        (725.0, "12 min 5 s"),
        (7_200.0, "2 hours"),
        (86_400.0, "24 hours"),
        (172_800.0, "2 days"),
    ],
)
def test_an_age_is_told_in_the_unit_a_person_would_take(seconds, told):
    assert review_setting.age(seconds) == told


def test_a_duet_is_one_job_and_stored_runs_are_not():
    assert review_setting.setting(review(row())) == (
        "Base 3f2a9c1d7b40 and head 91be00d4aa12, measured in turn in one job on epyc-7763-4c-16g."
    )
    assert review_setting.setting(review(row(), setting=STORED)) == (
        "91be00d4aa12 against the run at 3f2a9c1d7b40 on box, 2 days earlier; "
        "stored numbers, not measured in one job."
    )


def test_a_base_that_was_asked_for_and_is_not_the_one_measured_is_named():
    setting = Setting(how=How.HISTORY, age_s=7_200.0, asked="v1.4", steps_back=3)
    assert "(the nearest measured one, 3 commits before v1.4)" in review_setting.setting(
        review(row(), setting=setting)
    )


def test_noise_says_what_would_have_shown():
    assert review_setting.noise(review(row())) == (
        "Noise of this job ±1.2 %, up to ±3.1 %; on most benchmarks a change of 2.0 % would show."
    )
    alike = Noise(typical=0.012, largest=0.012)
    told = review_setting.noise(review(row(), setting=STORED, noise=alike))
    assert told == "Noise between runs ±1.2 %."
    assert review_setting.noise(review(row(), noise=None)) == ""


def test_lines_beyond_a_list_are_counted():
    made = review(row(), counted={row().verdict: 9_000}, setting=DUET)
    assert review_setting.unlisted(made) == 9_000
    assert "9000 lines are counted and not listed." in review_setting.remarks(made)
    assert review_setting.remarks(review(row(), counts=Counts(), noise=None)) == []
