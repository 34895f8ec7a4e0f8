import os
import subprocess
import sys

import msgspec
import pytest

from collector.suites.whisper import Whisper, limits
from collector.suites.whisper.options import WhisperOptions
from history.errors import UsageError
from history.records import Skipped

OPTIONS = WhisperOptions(corpus="tones", files=1, limits=("1c2g",), threads=(1, 2))


def in_a_child(code):
    """What a child prints: a limit cannot be taken back, so it is never set here."""
    before = "from pathlib import Path; from collector.suites.whisper import limits;"
    done = subprocess.run(
        [sys.executable, "-c", before + code], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def plan(**options):
    return Whisper().plan(msgspec.structs.replace(OPTIONS, **options), "quick")


def test_a_limit_is_written_as_cores_and_memory():
    assert limits.parse("4c8g") == (4, 8)
    assert limits.parse("4c8g").text == "4c8g"


@pytest.mark.parametrize("text", ["", "4c", "4g8c", "0c4g", "4c0g", "4c4g "])
def test_anything_else_is_refused(text):
    with pytest.raises(UsageError, match='such as "4c4g"'):
        plan(limits=(text,))


def test_within_limits_everything_is_measured_with_every_number_of_threads():
    found = {
        (case.variant.implementation, case.variant.precision, case.variant.threads)
        for case in plan().cases
    }
    assert found == {
        ("own-loop", "fp32", "1"), ("own-loop", "fp32", "2"),
        ("own-loop", "int8", "1"), ("own-loop", "int8", "2"),
        ("hf-generate", "fp32", "1"), ("hf-generate", "fp32", "2"),
    }  # fmt: skip


def test_a_limit_is_part_of_the_variant_and_must_be_in_force():
    for case in plan().cases:
        assert case.variant.features == "1c2g"
        assert case.expect["limit"] == "1c2g"
        assert limits.of_process(case.process) == (1, 2)


def test_within_limits_every_implementation_reports_its_memory():
    assert all("peak_rss" in case.metrics for case in plan().cases)


def test_more_cores_than_there_are_is_skipped_with_the_reason():
    found = plan(limits=("9999c1g",))
    assert found.cases == ()
    for absence in found.absences:
        assert isinstance(absence.outcome, Skipped)
        assert absence.outcome.reason.startswith("9999c1g asks for 9999 cores, and this machine")


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no affinity")
def test_without_control_groups_cores_and_private_memory_are_limited(tmp_path):
    printed = in_a_child(
        f"one = limits.Applied(limits.parse('1c1g'), Path({str(tmp_path)!r}));"
        "import resource; print(one.facts(), resource.getrlimit(resource.RLIMIT_DATA)[0])"
    )
    assert "'limited by': 'affinity and rlimit', 'cores in force': 1" in printed
    assert printed.endswith(str(2**30))


def test_memory_beyond_the_limit_is_refused_by_the_kernel(tmp_path):
    printed = in_a_child(
        f"limits.Applied(limits.parse('1c1g'), Path({str(tmp_path)!r}))\n"
        "try:\n    bytearray(3 * 2**29)\nexcept MemoryError:\n    print('refused')"
    )
    assert printed == "refused"


def test_a_folder_that_is_no_control_group_is_not_taken_for_one(tmp_path):
    printed = in_a_child(
        "limits.Path.read_text = lambda *_, **__: '0::/';"
        f"one = limits.Applied(limits.parse('1c1g'), Path({str(tmp_path)!r}));"
        "print(one.facts()['limited by'])"
    )
    assert printed == "affinity and rlimit"
    assert list(tmp_path.iterdir()) == []
