"""Which environment a measuring child starts with."""

import os
import subprocess
import sys

from collector.contract import Process
from collector.protocol import isolation
from tests.conftest import ROOT


def test_the_child_gets_its_threads_and_waits_without_spinning():
    found = isolation.environment(Process(name="a", threads=2), {})
    assert found["OMP_NUM_THREADS"] == found["MKL_NUM_THREADS"] == "2"
    assert found["OMP_WAIT_POLICY"] == "PASSIVE"
    assert found["GOMP_SPINCOUNT"] == "0"
    assert found["HF_HUB_OFFLINE"] == "1"
    assert found["PYTHONHASHSEED"] == "0"


def test_what_would_change_numbers_unasked_is_taken_away_and_told():
    inherited = {"LD_PRELOAD": "x.so", "OMP_NUM_THREADS": "64", "HOME": "/home/ann"}
    found = isolation.environment(Process(name="a"), inherited)
    assert "LD_PRELOAD" not in found
    assert found["OMP_NUM_THREADS"] == "1"
    assert found["HOME"] == "/home/ann"
    assert isolation.removed(inherited) == ("LD_PRELOAD",)


def test_a_suites_own_word_is_the_last():
    process = Process(name="spin", environment={"OMP_WAIT_POLICY": "ACTIVE"})
    assert isolation.asked(process)["OMP_WAIT_POLICY"] == "ACTIVE"


def test_a_child_of_a_source_tree_finds_this_package_under_any_python(tmp_path):
    environment = isolation.environment(Process(name="main"), {"PYTHONPATH": "elsewhere"})
    assert environment["PYTHONPATH"].split(os.pathsep) == [str(ROOT), "elsewhere"]
    # -S: without the packages of this environment, as under the Python of another one.
    command = [sys.executable, "-S", "-P", "-c", "import collector; print(*collector.__path__)"]
    found = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == str(ROOT / "collector")
