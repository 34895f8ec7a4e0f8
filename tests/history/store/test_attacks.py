"""Killed and damaged at random, with seeds: nothing is lost, doubled, altered or silently less."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

FEW = {"kills": 2, "damages": 1}
MANY = {"kills": 50, "damages": 50, "collections": 4, "compactions": 8}


@pytest.mark.parametrize("kind", FEW)
def test_no_attack_on_the_record_succeeds(kind):
    attacked(kind, FEW[kind])


@pytest.mark.nightly
@pytest.mark.parametrize("kind", MANY)
def test_no_attack_of_many_on_the_record_succeeds(kind):
    attacked(kind, MANY[kind])


def attacked(kind, number):
    """Seeds are fixed; `python -m benchmarks.history.attacks --seed N` draws others."""
    counts = [f"--{one}={number if one == kind else 0}" for one in MANY]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.history.attacks", "--seed", "18", *counts],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("examples") == []
    assert found.pop("kills") + found.pop("survived") + found.pop("damages") >= number
    assert set(found.values()) == {0}, found
