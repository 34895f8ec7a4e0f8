"""The XML of Catch2."""

from __future__ import annotations

from pathlib import Path

import pytest

from history.formats.catch2 import Catch2
from history.words.errors import ImportRefusedError
from history.words.records import Failed
from tests.history.formats.builders import outcome

FORMAT = Catch2()
REAL = Path(__file__).with_name("samples") / "catch2.xml"

TEXT = """<?xml version="1.0" encoding="UTF-8"?>
<Catch2TestRun name="bench" rng-seed="1" xml-format-version="3" catch2-version="3.4.0">
  <TestCase name="mel" filename="/home/ann/mel.cpp" line="3">
    <Section name="long">
      <BenchmarkResults name="fft 512" samples="100" resamples="100000" iterations="7">
        <mean value="120.5" lowerBound="119" upperBound="123" ci="0.95"/>
        <standardDeviation value="3" lowerBound="2" upperBound="5" ci="0.95"/>
      </BenchmarkResults>
    </Section>
    <BenchmarkResults name="broken" samples="100"><failed message="it threw"/></BenchmarkResults>
    <OverallResult success="true"/>
  </TestCase>
</Catch2TestRun>
"""


def test_the_mean_has_its_interval_and_a_name_of_test_case_and_sections():
    time = outcome(FORMAT.parse(TEXT), "operation_time", "mel / long / fft 512")
    assert (time.value, time.low, time.high) == pytest.approx((120.5e-9, 119e-9, 123e-9))
    assert (time.n, time.aggregate, time.interval) == (100, "mean", "stated")


def test_an_interval_of_another_level_is_not_kept():
    time = outcome(
        FORMAT.parse(TEXT.replace('upperBound="123" ci="0.95"', 'upperBound="123" ci="0.99"')),
        "operation_time", "mel / long / fft 512",
    )  # fmt: skip
    assert time.low is None


def test_a_benchmark_that_failed_is_a_failed_point():
    failed = outcome(FORMAT.parse(TEXT), "operation_time", "mel / broken")
    assert failed == Failed(reason="it threw")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TEXT[:-40], "expected XML, found a mistake"),
        (TEXT.replace("UTF-8", "GTF-8"), "found a mistake: unknown encoding: GTF-8"),
        ('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><Catch2TestRun/>', "a document type"),
    ],
)
def test_xml_that_is_cut_off_or_has_entities_is_refused(text, said):
    with pytest.raises(ImportRefusedError, match=said):
        FORMAT.parse(text, "a.xml")


def test_a_file_of_the_real_tool():
    text = REAL.read_text()
    assert FORMAT.recognise(text)
    found = FORMAT.parse(text)
    assert not found.refused
    assert [point.benchmark for point in found.points] == [
        "sums / sum of 100", "sums / larger / sum of 10000",
    ]  # fmt: skip
    for point in found.points:
        time = outcome(found, "operation_time", point.benchmark)
        assert time.low <= time.value <= time.high
