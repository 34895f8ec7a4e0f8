"""Killed and damaged at random, with seeds: nothing is lost, doubled, altered or silently less."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

SHARES = {"kills": 50, "damages": 50, "collections": 4, "compactions": 8}


@pytest.mark.slow
@pytest.mark.parametrize("share", SHARES)
def test_no_attack_on_the_record_succeeds(share):
    """Seeds are fixed; `python -m benchmarks.history.attacks --seed N` draws others."""
    counts = [f"--{kind}={number if kind == share else 0}" for kind, number in SHARES.items()]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.history.attacks", "--seed", "18", *counts],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("examples") == []
    assert found.pop("kills") + found.pop("survived") + found.pop("damages") >= 4
    assert set(found.values()) == {0}, found
