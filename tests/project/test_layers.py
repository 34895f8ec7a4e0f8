"""Rooms import each other only downwards."""

import graphlib
import re
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from tests.conftest import ROOT


def test_import_contracts_hold():
    result = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout


def test_only_the_room_of_commits_runs_git():
    rooms = ("collector", "history", "site_gen", "soundmark")
    sources = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    run = [path for path in sources if re.search(r"[\[(]\s*\"git\",", path.read_text())]
    assert [path.relative_to(ROOT).as_posix() for path in run] == ["history/vcs/git.py"]


def test_no_two_modules_need_each_other_not_even_for_their_types():
    graph = grimp.build_graph("collector", "history", "site_gen")
    needs = {one: graph.find_modules_directly_imported_by(one) for one in graph.modules}
    try:
        graphlib.TopologicalSorter(needs).prepare()
    except graphlib.CycleError as circle:
        pytest.fail(" imports ".join(reversed(circle.args[1])))
