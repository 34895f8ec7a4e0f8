"""The load of a machine between two moments."""

from pathlib import Path

import pytest

from collector.host import load
from collector.host.load import Load


def test_load_is_what_happened_between_two_moments():
    before = Load(at_s=0.0, psi_us={"cpu": 100}, psi_avg10={"cpu": 0.02}, steal_ticks=5, ticks=100)
    after = Load(
        at_s=10.0, psi_us={"cpu": 5_000_100}, psi_avg10={"cpu": 0.31}, steal_ticks=15, ticks=300
    )
    fields = load.fields_of(before, after)
    assert fields["psi cpu share"] == 0.5
    assert fields["psi cpu avg10 before"] == 0.02
    assert fields["psi cpu avg10 after"] == 0.31
    assert fields["steal share"] == 0.05
    assert "loadavg before" not in fields, "missing is missing"
    warnings = load.warnings(before, after)
    assert "waited for a core during 50 %" in warnings[0]
    assert "The host took 5.0 %" in warnings[1]


@pytest.mark.skipif(not Path("/proc/pressure/cpu").is_file(), reason="this kernel has no PSI")
def test_how_long_work_waited_is_read_from_this_kernel():
    now = load.read()
    assert set(now.psi_us) == set(now.psi_avg10) == {"cpu", "memory", "io"}
    assert all(0 <= share <= 1 for share in now.psi_avg10.values())


def test_throttling_by_the_quota_is_a_warning_with_the_next_step():
    before = Load(at_s=0.0, throttling={"nr_throttled": 3})
    after = Load(at_s=1.0, throttling={"nr_throttled": 10})
    (warning,) = load.warnings(before, after)
    assert "7 times" in warning
    assert "raise the container's" in warning


def test_a_quiet_machine_gives_no_warning():
    assert load.warnings(Load(at_s=0.0), Load(at_s=1.0)) == []
