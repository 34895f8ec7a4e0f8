"""Limits proposed from clean runs, and the false alarms that each would have had."""

import tomllib

import numpy as np
import pytest
from click.testing import CliRunner

from history.judge import judge, proposals, targets
from history.judge.targets import Compliance
from history.project import config as configuration
from history.report.wording import proposals as wording
from history.stats import rate
from soundmark import main
from tests.history.judge.builders import config, noisy, point, run, trend, trends, workspace


def proposed(*series, **asked):
    """What is proposed for these series."""
    judged = judge.judge_view(trends(*series), config())
    return proposals.propose(judged, (), proposals.Asked(**asked))


def only(*series, **asked):
    (one,) = proposed(*series, **asked).proposals
    return one


def test_the_limit_is_the_tightest_that_fails_few_enough_and_the_one_before_fails_more():
    values = [100 * value for value in noisy(1, n=60, noise=0.02, seed=3)]
    one = only(trend(values))
    assert one.clean == 60
    assert one.limit.failed <= 0.01 * 60 < one.tighter.failed
    assert one.tighter.value < one.limit.value


def test_the_false_alarms_are_those_that_the_target_itself_would_have_raised():
    values = noisy(1, n=60, noise=0.03, seed=5)
    one = only(trend(values), allowed=0.2)
    failed = [
        targets.complies(value, np.nan, np.nan, 0, one.limit.value, one.direction)
        is Compliance.FAIL
        for value in values
    ]
    assert sum(failed) == one.limit.failed > 0


def test_more_false_alarms_allowed_is_never_a_wider_limit():
    values = noisy(1, n=80, noise=0.03, seed=7)
    limits = [only(trend(values), allowed=share).limit.value for share in (0, 0.01, 0.05, 0.3)]
    assert limits == sorted(limits, reverse=True)


def test_a_rate_is_limited_from_below():
    values = [1 / value for value in noisy(1, n=40, noise=0.02)]
    one = only(trend(values, direction="higher", metric="throughput"), metric="*")
    assert one.limit.value < one.level
    assert one.limit.failed == 0


def test_what_is_exact_has_its_own_value_as_limit():
    one = only(trend([0.25] * 30, n=1), metric="*")
    assert (one.limit.value, one.limit.margin, one.limit.failed) == (0.25, 0.0, 0)


def test_only_what_came_after_the_newest_change_counts():
    one = only(trend(noisy(1, 1.5, n=30, noise=0.01)))
    assert 28 <= one.clean <= 30
    assert one.level == pytest.approx(1.5, rel=0.02)
    assert one.clean + one.others == 60


def test_nineteen_clean_runs_are_too_few():
    one = only(trend(noisy(1, n=19)))
    assert (one.limit, one.clean) == (None, 19)
    assert only(trend(noisy(1, n=20))).limit is not None


@pytest.mark.parametrize(
    ("value", "up", "expected"),
    [(0.10234, True, 0.103), (0.10234, False, 0.102), (0.1, True, 0.1), (0.0, True, 0.0),
     (123456.0, True, 124000.0), (0.0009991, True, 0.001)],
)  # fmt: skip
def test_a_limit_has_three_digits_and_is_never_rounded_towards_what_is_to_be_met(
    value, up, expected
):
    assert proposals.rounded(value, "s", up=up) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("seen", "of", "highest"), [(0, 59, 0.0495), (0, 20, 0.1391), (3, 34, 0.2125), (5, 5, 1.0)]
)
def test_the_highest_rate_is_that_of_clopper_and_pearson(seen, of, highest):
    assert rate.highest(seen, of) == pytest.approx(highest, abs=2e-4)


class Project:
    """Nights of a benchmark that is clean, one that is young, and one whose tree was changed."""

    def __init__(self, folder):
        self.folder = folder
        self.workspace = workspace(folder)
        self.toml = folder / "soundmark.toml"
        self.toml.write_text("")

    def sla(self, *words, code=0):
        places = ["--config", str(self.toml), "--history", str(self.workspace.history_file),
                  "--ledger", str(self.workspace.ledger.folder)]  # fmt: skip
        done = CliRunner().invoke(main, ["sla", *words, *places], catch_exceptions=False)
        assert done.exit_code == code, done.output
        return done


@pytest.fixture
def project(tmp_path, prepared):
    return Project(prepared(twenty_five_nights, tmp_path))


def twenty_five_nights(folder):
    workspace(folder, *(
        run(night, point(value, metric="total_time"),
            *([point(1.0, benchmark="young", metric="total_time")] if night > 20 else []))
        for night, value in enumerate(noisy(0.1, n=25, noise=0.01))
    ))  # fmt: skip


def test_what_is_printed_is_configuration_that_every_run_meets(project):
    said = project.sla("--propose")
    assert "golden.young total_time on box: expected at least 20 clean runs, found 4" in said.stderr
    (table,) = tomllib.loads(said.stdout)["target"]
    assert (table["benchmark"], table["metric"]) == ("golden.pipeline", "total_time")
    assert "it would have failed 0 of 25 clean runs (0.0 %)" in said.stdout
    assert "a rate of up to 11.3 % cannot be ruled out" in said.stdout
    project.toml.write_text(said.stdout)
    (target,) = configuration.load(project.toml).targets
    assert target.limit.unit == "s"
    assert "pass" in project.sla("--format", "csv").stdout
    again = project.sla("--propose", code=2)
    assert "1 series has a target already" in again.stderr


def test_rows_for_programs_have_the_same_limit(project):
    said = project.sla("--propose", "--format", "csv").stdout.splitlines()
    row = dict(zip(said[0].split(","), said[1].split(","), strict=True))
    assert row["clean_runs"] == "25"
    assert row["limit_text"].endswith(" ms")


def test_with_too_few_runs_it_refuses(project):
    said = project.sla("--propose", "--only", "golden.young", code=2).stderr
    assert "no limit can be proposed" in said
    assert "A limit needs 20 clean runs" in said


def test_a_refusal_counts_series_instead_of_naming_each():
    few = proposed(trend([0.1] * 4), trend([0.1] * 7, benchmark="other"))
    assert wording.nothing(few) == (
        "no limit can be proposed: 2 series with fewer than 20 clean runs, at most 7."
    )


def test_no_limit_is_proposed_for_the_reference_work_unless_it_is_asked_for():
    reference = trend(noisy(0.1, n=30), suite="calibration")
    assert proposed(reference).proposals == ()
    assert len(proposed(reference, only="calibration.*", metric="*").proposals) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--only", "x"], "--only is for --propose, which is not given"),
        (["--propose", "--false-alarms", "many"], "--false-alarms: expected"),
    ],
)
def test_a_wrong_option_is_exit_code_2(project, words, said):
    assert said in project.sla(*words, code=2).stderr
