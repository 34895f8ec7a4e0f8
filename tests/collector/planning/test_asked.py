"""Which suites changed files ask for: one that nobody knows asks for all of them."""

import pytest

from collector.planning.asked import Asked, asked

PATHS = {"rust": ("rust/**", "Cargo.lock"), "python": ("python", "*.toml"), "always": ()}


def untouched(*changed, no_effect=("docs/**", "*.md")):
    return set(asked(changed, PATHS, no_effect).untouched)


def test_a_file_asks_for_the_suites_that_name_it():
    assert untouched("rust/src/main.rs") == {"python"}
    assert untouched("Cargo.lock", "python/align/dtw.py") == set()
    assert untouched("pyproject.toml") == {"rust"}


def test_a_suite_without_paths_is_always_asked_for():
    assert "always" not in untouched("docs/index.md")


@pytest.mark.parametrize("file", ["build.sh", "../other/lib.rs", "soundmark.ini"])
def test_a_file_that_nobody_knows_asks_for_everything_and_is_named(file):
    found = asked(["rust/src/main.rs", file], PATHS, ())
    assert found == Asked(unknown=(file,))


def test_files_without_effect_ask_for_nothing():
    assert untouched("docs/index.md", "README.md") == {"rust", "python"}
    assert asked(["docs/index.md"], PATHS, ()).unknown == ("docs/index.md",)


def test_where_nothing_differs_nothing_is_asked_for():
    assert untouched() == {"rust", "python"}


def test_where_no_suite_says_paths_nothing_is_left_out():
    assert asked(["docs/index.md"], {"rust": (), "python": ()}, ("docs/**",)) == Asked()
