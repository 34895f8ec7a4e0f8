"""What is recorded beside the numbers, and what never is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest

from collector.host import control_groups, doctor, environment, load, machine
from collector.host.doctor import Level
from collector.host.examine import Examined
from collector.host.load import Load
from collector.host.probe import noise_of
from collector.host.recorder import Recorder
from collector.measure import memory
from tests.waiting import wait_for


class TestEnvironment:
    def test_it_has_two_levels_and_no_path_of_this_computer(self):
        recorder = Recorder("quick")
        recorder.before()
        recorder.after()
        found = recorder.environment()
        text = msgspec.json.encode(found).decode()
        assert {"tool", "libraries", "system", "cpu", "load"} <= set(found)
        assert str(Path.home()) + "/" not in text
        for group in found.values():
            assert not any(isinstance(value, dict) for value in group.values())

    def test_what_nothing_changes_is_read_for_the_first_result_and_at_the_end(self, monkeypatch):
        readings = []
        read = environment.library_versions

        def counted():
            readings.append(1)
            return read()

        monkeypatch.setattr(environment, "library_versions", counted)
        recorder = Recorder("quick")
        recorder.before()
        assert [recorder.environment() for _ in range(3)] == [recorder.environment()] * 3
        assert len(readings) == 1
        recorder.after()
        recorder.environment()
        assert len(readings) == 2

    def test_what_cannot_be_read_is_left_out(self, monkeypatch):
        monkeypatch.setattr(environment, "_text", lambda path: "")
        assert environment.cpu().keys() <= {"affinity"}
        assert 0 not in environment.cpu().values()

    def test_load_is_what_happened_between_two_moments(self):
        before = Load(
            at_s=0.0, psi_us={"cpu": 100}, psi_avg10={"cpu": 0.02}, steal_ticks=5, ticks=100
        )
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
    def test_how_long_work_waited_is_read_from_this_kernel(self):
        now = load.read()
        assert set(now.psi_us) == set(now.psi_avg10) == {"cpu", "memory", "io"}
        assert all(0 <= share <= 1 for share in now.psi_avg10.values())

    def test_throttling_by_the_quota_is_a_warning_with_the_next_step(self):
        before = Load(at_s=0.0, throttling={"nr_throttled": 3})
        after = Load(at_s=1.0, throttling={"nr_throttled": 10})
        (warning,) = load.warnings(before, after)
        assert "7 times" in warning
        assert "raise the container's" in warning

    def test_a_quiet_machine_gives_no_warning(self):
        assert load.warnings(Load(at_s=0.0), Load(at_s=1.0)) == []


class TestMachine:
    def test_a_given_name_does_not_hide_the_hardware(self):
        found = machine.fingerprint("ci-large")
        assert found.name == "ci-large"
        assert found.cpu_model
        assert found.cores >= 1

    def test_two_looks_at_one_machine_are_equal(self):
        assert machine.fingerprint() == machine.fingerprint()

    def test_a_containers_limits_are_the_machine(self, monkeypatch):
        monkeypatch.setattr(control_groups, "cpu_quota", lambda: 1.5)
        monkeypatch.setattr(control_groups, "memory_limit_bytes", lambda: 2 * 2**30)
        found = machine.fingerprint()
        assert found.cores <= 2
        assert found.memory_gib == 2


class TestControlGroups:
    def files(self, monkeypatch, tmp_path: Path, line: str, **texts: str):
        base = tmp_path / "fs"
        for name, text in texts.items():
            path = base / name.replace("__", "/").replace("_DOT_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        own = tmp_path / "cgroup"
        own.write_text(line)
        monkeypatch.setattr(control_groups, "_SELF", own)
        monkeypatch.setattr(control_groups, "_ROOT", base)

    def test_version_2(self, monkeypatch, tmp_path: Path):
        self.files(
            monkeypatch,
            tmp_path,
            "0::/box\n",
            box__cpu_DOT_max="150000 100000",
            box__memory_DOT_max="max",
            memory_DOT_max="1073741824",
            box__cpu_DOT_stat="usage_usec 5\nnr_periods 9\nnr_throttled 4\nthrottled_usec 77\n",
        )
        assert control_groups.cpu_quota() == 1.5
        assert control_groups.memory_limit_bytes() == 2**30, "a group above may be the limit"
        assert control_groups.throttling() == {"nr_throttled": 4, "throttled_usec": 77}

    def test_version_1(self, monkeypatch, tmp_path: Path):
        self.files(
            monkeypatch,
            tmp_path,
            "4:memory:/box\n1:cpu:/\n",
            memory__box__memory_DOT_limit_in_bytes="536870912",
            cpu__cpu_DOT_cfs_quota_us="200000",
            cpu__cpu_DOT_cfs_period_us="100000",
        )
        assert control_groups.memory_limit_bytes() == 2**29
        assert control_groups.cpu_quota() == 2.0

    def test_no_group_is_no_limit(self, monkeypatch, tmp_path: Path):
        monkeypatch.setattr(control_groups, "_SELF", tmp_path / "none")
        assert control_groups.cpu_quota() is None
        assert control_groups.memory_limit_bytes() is None
        assert control_groups.throttling() == {}


class TestMemory:
    def test_what_cannot_be_read_is_missing(self, monkeypatch, tmp_path: Path):
        for name in ("_STATUS", "_ROLLUP", "_CLEAR"):
            monkeypatch.setattr(memory, name, tmp_path / "none" / name)
        monkeypatch.setattr(memory, "_by_psutil", dict)
        assert memory.read() == {}
        assert memory.peak_rss() is None
        assert memory.reset_peak() is False

    def test_where_the_peak_cannot_be_reset_it_is_looked_for(self, monkeypatch):
        looks: list[int] = []
        look = psutil.Process.memory_info

        def counted(process: psutil.Process) -> Any:
            looks.append(1)
            return look(process)

        monkeypatch.setattr(psutil.Process, "memory_info", counted)

        def action() -> bytes:
            passing = bytes([1]) * (60 * 2**20)
            before = len(looks)
            wait_for(lambda: len(looks) >= before + 2)
            del passing
            return b""

        before = memory.read()["rss"]
        peak = memory.sampled_peak(action)
        assert peak is not None
        assert peak - before == pytest.approx(60 * 2**20, rel=0.1)

    def test_elsewhere_psutil_answers(self, monkeypatch, tmp_path: Path):
        for name in ("_STATUS", "_ROLLUP"):
            monkeypatch.setattr(memory, name, tmp_path / "none")
        found = memory.read()
        assert found["rss"] > 2**20
        assert 0 not in found.values()


class TestDoctor:
    def judged(self, **seen: Any) -> dict[str, Any]:
        return {finding.seen: finding for finding in doctor.judge(Examined(**seen))}

    def test_a_machine_nothing_can_be_said_against_is_fit(self):
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
            ({"free_memory": 2**30}, "1.0 GiB of memory", Level.WARNING),
            ({"free_disk": 2**30}, "1.0 GiB of disk", Level.WARNING),
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
        ],
    )
    def test_each_disturbance_is_named_with_its_reason_and_what_to_do(self, seen, words, level):
        found = [text for text in self.judged(**seen) if words in text]
        assert len(found) == 1
        finding = self.judged(**seen)[found[0]]
        assert finding.level is level
        assert finding.why
        assert finding.fix

    def test_problems_come_first(self):
        found = doctor.judge(Examined(turbo="on", governor="powersave", other_load=4.0))
        assert [finding.level for finding in found] == [Level.PROBLEM, Level.WARNING, Level.NOTE]
        assert not doctor.fit(found)

    def test_the_smallest_visible_change_grows_with_the_noise(self):
        quiet = noise_of("compute", [1.0, 1.001, 0.999, 1.0, 1.001])
        loud = noise_of("compute", [1.0, 1.1, 0.9, 1.05, 0.95])
        assert quiet.smallest_change == pytest.approx(2.8 * 2**0.5 * 1.4826 * 0.001, rel=0.01)
        assert loud.smallest_change > 10 * quiet.smallest_change
        assert noise_of("compute", [1.0]).smallest_change == 0
