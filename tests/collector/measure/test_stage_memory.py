"""The highest memory of stages and items, from one repeat that is not timed."""

import pytest

from collector.contract import WorkOutcome
from collector.measure import memory
from collector.measure.stage_memory import item_peaks, stage_peaks

pytestmark = pytest.mark.skipif(
    not memory.reset_peak(), reason="this system cannot reset the peak of a process"
)
MB = 1_000_000


class Grows:
    """The first item takes 60 MB in its second stage and lets go of them; the second takes none."""

    def __init__(self):
        self.repeats = 0

    def run(self, timer):
        self.repeats += 1
        for item in (2, 7):
            timer.begin_item(item)
            timer.end_stage("forward_time")
            taken = bytearray(60 * MB) if item == 2 else bytearray()
            timer.end_stage("dp_time")
            del taken
            timer.end_item()

    def finish(self):
        return WorkOutcome()


class Tells(Grows):
    """Work that tells the memory of its items."""

    def keep_item_peaks(self, peaks):
        self.kept = peaks


def test_a_stage_has_the_peak_of_its_hungriest_item():
    peaks = stage_peaks(Grows(), ("forward_time", "dp_time"))
    assert peaks["dp_peak_rss"] - peaks["forward_peak_rss"] == pytest.approx(60 * MB, rel=0.1)


def test_every_item_has_the_peaks_of_its_own_stages():
    found = item_peaks(Grows())
    assert found.keys() == {2, 7}
    assert found[2]["rss_dp"] - found[7]["rss_dp"] == pytest.approx(60 * MB, rel=0.1)
    assert found[2]["rss_forward"] == pytest.approx(found[7]["rss_forward"], abs=2 * MB)


def test_one_repeat_is_enough_for_both():
    work = Tells()
    peaks = stage_peaks(work, ("forward_time", "dp_time"))
    assert work.repeats == 1
    assert max(one["rss_dp"] for one in work.kept.values()) == peaks["dp_peak_rss"]
