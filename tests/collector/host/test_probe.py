"""The smallest change that a machine can show."""

from pathlib import Path

import pytest

from collector.calibrate.calibrate import Calibrator
from collector.host.probe import Probe, noise_of, probe
from collector.protocol import messages
from collector.protocol.process import ProblemError


def test_the_smallest_visible_change_grows_with_the_noise():
    quiet = noise_of("compute", [1.0, 1.001, 0.999, 1.0, 1.001])
    loud = noise_of("compute", [1.0, 1.1, 0.9, 1.05, 0.95])
    assert quiet.smallest_change == pytest.approx(2.8 * 2**0.5 * 1.4826 * 0.001, rel=0.01)
    assert loud.smallest_change > 10 * quiet.smallest_change
    assert noise_of("compute", [1.0]).smallest_change == 0


def test_a_probe_whose_child_reports_a_problem_says_which(monkeypatch, tmp_path: Path):
    def fail(self: Calibrator) -> None:
        raise ProblemError(messages.Problem(reason="No module named 'numpy'"))

    monkeypatch.setattr(Calibrator, "_opened", fail)
    assert probe(tmp_path) == Probe((), "No module named 'numpy'")
