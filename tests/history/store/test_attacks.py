"""Killed and damaged at random, with seeds: nothing is lost, doubled, altered or silently less."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

SHARES = {
    "kills": ["--kills", "50", "--damages", "0", "--collections", "0"],
    "damages": ["--kills", "0", "--damages", "50", "--collections", "0"],
    "collections": ["--kills", "0", "--damages", "0", "--collections", "4"],
}


@pytest.mark.slow
@pytest.mark.parametrize("share", SHARES)
def test_no_attack_on_the_record_succeeds(share):
    """Seeds are fixed; `python -m benchmarks.history.attacks --seed N` draws others."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.history.attacks", "--seed", "18", *SHARES[share]],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("examples") == []
    assert found.pop("kills") + found.pop("survived") + found.pop("damages") >= 4
    assert set(found.values()) == {0}, found
