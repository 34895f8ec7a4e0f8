"""What a series could have shown, in percent or near zero in its unit."""

import csv
import re
from math import isclose

import numpy as np
import pytest
from click.testing import CliRunner

from history.detect import Observations, detector
from history.judge import detectable
from history.report.wording import sizes, verdicts
from history.words.built_in.memory import LEAK_FLOOR_BYTES
from soundmark import main
from tests.history.judge.builders import noisy, point, run, trend, workspace

GROWTH = {"metric": "rss_growth_rate", "unit": "B/iteration"}
QUIET = np.random.default_rng(5).normal(0.0, 9e3, 60)
"""Growth of nothing much, as a session that does not leak reads it."""


def seen(values, **what):
    series = trend(values, **what)
    return detectable.of_series(series, detector().detect(Observations(series.values)))


def test_a_step_from_an_ordinary_level_is_a_share_of_it():
    found = seen(noisy(0.1, n=60))
    assert sizes.amount(found) == f"{100 * found.share:.1f} %"
    assert 0.02 <= found.share < 0.05
    assert isclose(found.step, 0.1 * found.share, rel_tol=0.02)


def test_a_step_from_near_zero_is_told_in_the_unit():
    found = seen(QUIET, **GROWTH)
    assert sizes.amount(found).endswith(" kB/iteration")
    assert "%" not in sizes.amount(found)
    assert found.step >= LEAK_FLOOR_BYTES - abs(float(np.median(QUIET)))


def test_a_planted_step_as_large_as_said_is_found_and_told():
    step = seen(QUIET, **GROWTH).step
    grown = np.concatenate([QUIET, QUIET[:10] + 1.1 * step])
    (change,) = detector().detect(Observations(grown)).changes
    assert abs(change.index - 60) <= 4


def test_a_share_is_one_of_the_newest_level_where_older_values_went_below_zero():
    leaking = np.concatenate([QUIET, 1e6 + QUIET])
    found = seen(leaking, **GROWTH)
    assert isclose(found.share, found.step / 1e6, rel_tol=0.01)
    assert 0.005 < found.share < 0.2


def test_too_few_points_can_show_nothing_and_say_how_many_a_verdict_needs():
    found = seen([1.0, 1.1])
    assert (found.share, found.step) == (None, None)
    assert sizes.could_show(found) == f"2 of {found.points_needed} points"


def test_the_sentence_about_a_quiet_series_has_no_percentage_of_almost_nothing():
    series = trend(QUIET, **GROWTH)
    told = verdicts.power(detectable.power(series, detector().detect(Observations(QUIET))))
    assert "%" not in told
    assert told.count("kB/iteration") == 2
    usual = trend(noisy(0.1, n=60), metric="total_time", unit="s")
    found = detector().detect(Observations(usual.values))
    assert verdicts.power(detectable.power(usual, found)).count("%") == 2


@pytest.fixture
def project(tmp_path, prepared, monkeypatch):
    prepared(growth_that_steps, tmp_path)
    (tmp_path / "soundmark.toml").write_text(
        '[history]\ndatabase = "history.duckdb"\nledger = "runs"\n'
        '[[target]]\nname = "growth"\nmetric = "rss_growth_rate"\nlimit = "2 MB/iteration"\n'
    )
    monkeypatch.chdir(tmp_path)


def growth_that_steps(folder):
    workspace(
        folder,
        *(
            run(night, point(float(value), suite="lifecycle", **GROWTH))
            for night, value in enumerate(np.concatenate([QUIET, QUIET[:12] + 1e6]))
        ),
    )


def printed(*words):
    return CliRunner().invoke(main, words).stdout


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("format_", ["text", "markdown"])
@pytest.mark.parametrize("command", ["sla", "regressions --all"])
def test_people_read_the_unit_as_long_as_growth_was_near_zero(command, format_):
    shown = printed(*command.split(), "--as-of", "c0059", "--format", format_)
    assert all(float(share) <= 100 for share in re.findall(r"([\d.]+) ?%", shown))
    assert ("kB/iteration" in shown) == (command == "sla")


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("command", ["sla", "regressions --all", "check"])
def test_programs_read_the_step_in_the_unit_of_the_series(command):
    (row,) = csv.DictReader(printed(*command.split(), "--format", "csv").splitlines())
    share, step = (float(row[name]) for name in detectable.COLUMNS)
    assert isclose(share * 1e6, step, rel_tol=0.02)
    assert 5e3 < step < 1e5
