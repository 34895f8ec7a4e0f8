"""Tests mirror the sources folder by folder, or this list says where those of a folder are."""

import subprocess

import pytest

from tests.conftest import ROOT

ELSEWHERE = {
    "collector": ("collector/planning", "the contract is what planning, execution and suites use"),
    "history/cli": ("history/judge", "each command is tested beside what it prints"),
    "history/words/built_in": ("history/words", "tables of metrics"),
}
"""Folder of sources -> folder of its tests, and why there."""


@pytest.fixture(scope="module")
def files():
    """Every Python file that git knows."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "*.py"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("no checkout: files cannot be told from what lies beside them")
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_every_folder_of_sources_has_tests_at_its_place_or_is_listed(files):
    sources = {
        name.rpartition("/")[0]
        for name in files
        if name.startswith(("collector/", "history/", "site_gen/"))
        and not name.endswith("__init__.py")
    }
    tested = {
        name.removeprefix("tests/").rpartition("/")[0]
        for name in files
        if name.startswith("tests/") and "/test_" in name
    }
    assert sources - tested == set(ELSEWHERE)
    assert {place for place, _ in ELSEWHERE.values()} <= tested
