"""What is made of the memory of every iteration."""

import numpy as np

from collector.contract import WorkOutcome
from collector.suites.lifecycle import Lifecycle
from collector.suites.lifecycle.plan import LifecycleOptions, plan
from history.words.records import Invalid, Measured

MIB = 2**20


def test_a_control_that_is_not_found_makes_the_result_invalid():
    suite = Lifecycle()
    case = plan(LifecycleOptions(), "quick").cases[1]
    flat = np.full(40, 5e7)
    samples = dict.fromkeys(
        ("rss", "rss_before", "rss_after_load", "rss_after_inference", "total_time"), flat
    )
    for read, kind in ((1.0, Measured), (0.9, Invalid), (0.0, Invalid)):
        values = {"planted": 1.0 * MIB, "control_rate": read * MIB}
        made = suite.derive(case, samples, WorkOutcome(values=values))
        rate = made["rss_growth_rate"]
        assert isinstance(rate, kind), read
        if isinstance(rate, Invalid):
            assert "cannot be trusted" in rate.reason
