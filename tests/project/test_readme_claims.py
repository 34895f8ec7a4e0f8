"""What README claims of soundmark beside other tools: each claim names the test that shows it."""

import ast
import re

import pytest

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
CLAIMS = {
    ("needs", "git and a static host"): [
        "project/test_wheel.py::test_the_nightly_road_from_a_run_file_to_a_site",
    ],
    ("measures by itself", "any program, and speech suites"): [
        "collector/suites/command/test_command.py::test_the_whole_process_is_measured",
    ],
    ("more than one metric and both directions", "each metric has its own"): [
        "history/words/test_metrics.py::test_times_are_better_low_and_rates_better_high",
    ],
    (
        "a pull request is compared with",
        "its merge base, in the same job, each side against itself too",
    ): [
        "collector/execution/test_duet.py::test_the_merge_base_is_measured_and_said_to_be_one",
        "history/compare/test_duet.py::test_a_difference_that_the_control_could_have_shown_is_no_change",
    ],
    (
        "a changed trend",
        "steps with an interval, a suspect first, then confirmed; by commit",
    ): [
        "history/detect/test_confirmation.py::test_a_weak_step_is_a_suspect_first_and_confirmed_as_points_arrive",
    ],
    ("noise", "stated for every series and job; instructions counted on request"): [
        "history/judge/test_detectable.py::test_a_planted_step_as_large_as_said_is_found_and_told",
        "collector/suites/command/test_counts.py::test_a_run_is_counted_twice_beside_its_times_and_both_counts_agree",
    ],
    ("limits to keep (SLA)", "a table of targets"): [
        "history/judge/test_targets.py::test_a_target_is_met_at_its_limit_and_missed_above_it",
    ],
    ("raw data for everybody", "Parquet, DuckDB, CSV"): [
        "site_gen/writers/test_downloads.py::test_the_file_has_the_rows_of_the_record_without_those_left_out",
    ],
    ("expected", "needs five points before it, is suspected at its second point"): [
        "history/detect/test_clear_steps.py::test_in_a_first_week_the_second_point_makes_a_suspect_and_the_fourth_confirms",
    ],
    ("expected", "A change\nalong a trend needs eight points"): [
        "history/judge/test_detectable.py::test_too_few_points_can_show_nothing_and_say_how_many_a_verdict_needs",
    ],
}


def test_every_claim_of_the_table_is_one_that_names_a_test():
    rows = re.findall(
        r"^\| (?!\*\*|soundmark)([^|]+?) \| ([^|]+?) \|.*\|.*\|.*\|.*\|$", README, re.MULTILINE
    )
    claimed = {(what, ours) for what, ours in rows if "---" not in what}
    assert claimed == {claim for claim in CLAIMS if claim[0] != "expected"}


@pytest.mark.parametrize("claim", [words for what, words in CLAIMS if what == "expected"])
def test_what_to_expect_is_said_in_these_words(claim):
    assert claim in README


@pytest.mark.parametrize("test", sorted(test for tests in CLAIMS.values() for test in tests))
def test_the_test_that_a_claim_names_is_there(test):
    file, name = test.split("::")
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    assert name in {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}


def test_the_facts_about_others_have_a_date_and_an_honest_row():
    assert re.search(r"Facts about others are of [A-Z][a-z]+ 20\d\d\.", README)
    (row,) = re.findall(r"^\| \*\*where they are better\*\* \|(.*)\|$", README, re.MULTILINE)
    assert [bool(cell.strip()) for cell in row.split("|")] == [False, True, True, True, True]
