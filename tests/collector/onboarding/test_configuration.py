"""The first configuration of a project, as text."""

import tomllib

import pytest

from collector.onboarding import configuration
from collector.onboarding.detect import detect
from collector.onboarding.findings import Bench, Findings, Need
from tests.collector.onboarding import repositories as of
from tests.collector.onboarding.repositories import made
from tests.conftest import ROOT


def nothing_lacks(needs):
    return ()


def everything_lacks(needs):
    return needs


@pytest.mark.parametrize(
    ("remote", "url"),
    [
        ("https://github.com/Speech/Aligner", "https://speech.github.io/Aligner"),
        ("https://github.com/speech/speech.github.io", "https://speech.github.io"),
        ("https://gitlab.com/speech/aligner", ""),
        ("https://github.com/", ""),
        ("", ""),
    ],
)
def test_only_githubs_pages_have_an_address_that_can_be_known(remote, url):
    assert configuration.pages_url(remote) == url


@pytest.mark.parametrize("files", [of.CRITERION, of.GOOGLE_BENCHMARK, of.PYTEST_BENCHMARK])
def test_the_page_for_beginners_shows_what_is_written(tmp_path, files):
    (bench,) = detect(made(tmp_path, files)).benches
    assert configuration.suite(bench) in (ROOT / "docs" / "getting-started.md").read_text()


NEED = Need("program", "cargo", "install Rust")
BENCH = Bench("criterion", "rust/Cargo.toml", 'a "b" \\', "rust", "rust", "cargo bench",
              needs=(NEED,))  # fmt: skip


def tables(text):
    return tomllib.loads(text).get("suite", [])


def test_names_are_quoted_so_that_any_name_comes_back():
    (table,) = tables(configuration.suite(BENCH))
    assert (table["name"], table["cwd"]) == (BENCH.name, "rust")


def test_a_suite_that_cannot_run_is_a_comment_beside_an_example():
    text = configuration.suites(Findings(benches=(BENCH,)), everything_lacks)
    assert [table["name"] for table in tables(text)] == ["example"]
    assert "# Found in rust/Cargo.toml; needs cargo (install Rust)." in text
    assert "None of the benchmarks that were found can run here yet" in text


def test_a_suite_that_can_run_needs_no_example():
    text = configuration.suites(Findings(benches=(BENCH,)), nothing_lacks)
    assert [table["name"] for table in tables(text)] == [BENCH.name]


def test_what_a_person_has_to_fill_in_is_told_once_all_needs_are_met():
    doubtful = BENCH._replace(doubt="the name of the program")
    assert configuration.why_not_yet(doubtful, everything_lacks) == "needs cargo (install Rust)"
    assert configuration.why_not_yet(doubtful, nothing_lacks) == "fill in the name of the program"
    assert configuration.why_not_yet(BENCH, nothing_lacks) == ""
