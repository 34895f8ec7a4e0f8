"""Whether a machine is fit to measure, and what to do where it is not."""

from typing import Any

import pytest

from collector.host import doctor
from collector.host.doctor import Level
from collector.host.examine import Examined
from history.vcs.commits import Remark


def judged(**seen: Any) -> dict[str, Any]:
    return {finding.seen: finding for finding in doctor.judge(Examined(**seen))}


def test_a_machine_nothing_can_be_said_against_is_fit():
    found = doctor.judge(Examined())
    assert [finding.level for finding in found] == [Level.FINE]
    assert doctor.fit(found)


@pytest.mark.parametrize(
    ("seen", "words", "level"),
    [
        ({"other_load": 3.6, "busiest": ("chrome",)}, "chrome", Level.PROBLEM),
        ({"other_load": 0.8}, "0.8 of 4 cores", Level.WARNING),
        ({"governor": "powersave"}, "powersave", Level.WARNING),
        ({"turbo": "on"}, "Turbo", Level.NOTE),
        ({"smt": "on"}, "SMT", Level.NOTE),
        ({"steal": 0.03}, "3.0 %", Level.WARNING),
        ({"throttled": 12}, "12 times", Level.WARNING),
        ({"quota": 1.5}, "1.5 cores", Level.WARNING),
        ({"cores": 1}, "one core", Level.WARNING),
        ({"virtual": "KVM"}, "virtual machine", Level.NOTE),
        ({"celsius": 96.0}, "96 °C", Level.WARNING),
        ({"on_battery": True}, "battery", Level.WARNING),
        ({"free_memory_bytes": 2**30}, "1.0 GiB of memory", Level.WARNING),
        ({"free_disk_bytes": 2**30}, "1.0 GiB of disk", Level.WARNING),
        ({"swapping": True}, "swap", Level.WARNING),
        ({"clock_s": 2e-6, "clock_source": "hpet"}, "hpet", Level.WARNING),
        ({"preemption_known": False}, "preemptions", Level.NOTE),
        ({"peak_resets": False}, "peak", Level.NOTE),
        ({"removed": ("LD_PRELOAD",)}, "LD_PRELOAD", Level.NOTE),
        ({"runtimes": ("onnxruntime", "onnxruntime-gpu")}, "both installed", Level.PROBLEM),
        ({"gpu": "H200", "runtimes": ("onnxruntime",)}, "ONNX Runtime for the CPU", Level.NOTE),
        ({"gpu": "H200", "torch_build": "2.13.0+cpu"}, "2.13.0+cpu", Level.NOTE),
        ({"gpu_others": 2}, "2 other programs", Level.WARNING),
        ({"speech_voice": False}, "espeak-ng", Level.NOTE),
        ({"hidden": ("drums offers a suite",)}, "drums offers", Level.WARNING),
        ({"git": False}, "git is not installed", Level.WARNING),
        ({"hosted": "GitLab"}, "hosted runner (GitLab)", Level.NOTE),
        ({"refused": Remark("dubious ownership", "trust it")}, "Dubious owner", Level.PROBLEM),
    ],
)
def test_each_disturbance_is_named_with_its_reason_and_what_to_do(seen, words, level):
    found = [text for text in judged(**seen) if words in text]
    assert len(found) == 1
    finding = judged(**seen)[found[0]]
    assert finding.level is level
    assert finding.why
    assert finding.fix


def test_problems_come_first():
    found = doctor.judge(Examined(turbo="on", governor="powersave", other_load=4.0))
    assert [finding.level for finding in found] == [Level.PROBLEM, Level.WARNING, Level.NOTE]
    assert not doctor.fit(found)
