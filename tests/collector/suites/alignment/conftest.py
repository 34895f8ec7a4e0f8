"""What the tests of alignment share: one cache, and one run of the smallest plan."""

from pathlib import Path

import pytest

from collector.suites.alignment import Alignment
from tests.collector.suites.alignment.tiny import TINY
from tests.collector.suites.driver import run_suite


@pytest.fixture(scope="session")
def workspace(tmp_path_factory) -> Path:
    """One cache for the worker, as the collector has one for the project."""
    found: Path = tmp_path_factory.mktemp("workspace")
    return found


@pytest.fixture(scope="session")
def ran(workspace):
    pytest.importorskip("transformers")
    (found,) = run_suite(Alignment(), TINY, workspace, repeats=3)
    return found
