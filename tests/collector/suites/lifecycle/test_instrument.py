"""Memory that is read, and memory that is planted."""

import math

from collector.suites.lifecycle.control import PlantedLeak
from collector.suites.lifecycle.instrument import PAGE, GrowingBuffer, rss


def test_resident_memory_is_read_in_bytes_trimmed_or_not():
    for trimmed in (False, True):
        found = rss(trimmed=trimmed)
        assert math.isnan(found) or found > 5e6


def test_a_planted_leak_is_a_whole_number_of_pages_and_can_be_given_back():
    leak = GrowingBuffer(PAGE + 1)
    assert leak.size == 2 * PAGE
    leak.grow()
    leak.grow()
    assert [block[leak.size - PAGE] for block in leak._kept] == [1, 1]
    leak.close()
    assert leak._kept == []


def test_the_control_says_what_it_plants_and_reports_its_token_before_it_ends():
    subject = PlantedLeak(1)
    assert subject.facts() == {"planted bytes per iteration": PAGE}
    subject.load()
    reported = []
    said = [subject.infer(lambda: reported.append("token")) for _ in range(2)]
    assert said == ["1", "2"]
    assert reported == ["token", "token"]
    subject.reset()
    assert subject.infer(lambda: None) == "1"
    assert PlantedLeak(0).facts() == {"planted bytes per iteration": 0}
