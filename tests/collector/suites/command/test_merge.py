"""What several runs of one program make together."""

from __future__ import annotations

from collector.contract import Case
from collector.suites.command.merge import merge
from history.formats.interface import Parsed
from history.formats.soundmark_lines import SoundmarkLines
from history.words.records import Failed, Measured, Variant

CASE = Case(
    benchmark="work",
    process="p",
    metrics=("wall_time",),
    params={"size": "2"},
    variant=Variant(device="cpu"),
)


def lines(*texts: str) -> Parsed:
    return SoundmarkLines().parse("\n".join(texts))


def test_what_a_program_does_not_say_is_taken_from_the_case():
    merged = merge(
        [lines('{"soundmark": 1, "params": {"k": 1}, "metrics": {"dp_time": 0.5}}')], CASE
    )
    (point,) = merged.points
    assert (point.benchmark, point.params) == ("work", {"size": "2", "k": "1"})
    assert point.variant.device == "cpu"


def test_samples_of_all_runs_count_with_the_run_as_their_round():
    line = '{"soundmark": 1, "metrics": {"dp_time": [%s]}}'
    merged = merge([lines(line % "1, 2"), lines(line % "3, 4")], CASE)
    outcome = merged.points[0].outcome
    assert isinstance(outcome, Measured)
    assert (outcome.samples, outcome.rounds, outcome.n) == ((1, 2, 3, 4), (0, 0, 1, 1), 4)


def test_a_number_the_harness_takes_itself_is_not_taken_from_the_program():
    merged = merge([lines('{"soundmark": 1, "metrics": {"wall_time": 1.0, "dp_time": 1.0}}')], CASE)
    assert [point.metric for point in merged.points] == ["dp_time"]
    assert "whole process is measured under that name" in merged.warnings[0]


def test_a_series_that_some_runs_lack_says_so():
    merged = merge(
        [
            lines('{"soundmark": 1, "metrics": {"dp_time": 1.0, "conf_time": 2.0}}'),
            lines('{"soundmark": 1, "metrics": {"dp_time": 1.0}}'),
        ],
        CASE,
    )
    outcome = merged.points[1].outcome
    assert isinstance(outcome, Measured)
    assert "1 of 2 runs did not report it." in outcome.warnings


def test_an_absence_a_program_reports_stays_one():
    line = '{"soundmark": 1, "status": "failed", "reason": "no GPU", "metrics": {"dp_time": null}}'
    merged = merge([lines(line)], CASE)
    assert merged.points[0].outcome == Failed(reason="no GPU")


def test_refused_lines_become_a_warning():
    merged = merge(
        [lines('{"soundmark": 1, "metrics": {"dp_time": 1.0}}', '{"soundmark": 1, "metr')], CASE
    )
    assert "1 of 2 results could not be taken" in merged.warnings[0]
