"""Limits that a container sets, by both versions of control groups."""

from pathlib import Path

from collector.host import control_groups


def files(monkeypatch, tmp_path: Path, line: str, **texts: str):
    base = tmp_path / "fs"
    for name, text in texts.items():
        path = base / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    own = tmp_path / "cgroup"
    own.write_text(line)
    monkeypatch.setattr(control_groups, "_SELF", own)
    monkeypatch.setattr(control_groups, "_ROOT", base)


def test_the_limits_of_version_2_are_the_smallest_up_to_the_top(monkeypatch, tmp_path: Path):
    files(
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


def test_the_limits_of_version_1_stand_by_controller(monkeypatch, tmp_path: Path):
    files(
        monkeypatch,
        tmp_path,
        "4:memory:/box\n1:cpu:/\n",
        memory__box__memory_DOT_limit_in_bytes="536870912",
        cpu__cpu_DOT_cfs_quota_us="200000",
        cpu__cpu_DOT_cfs_period_us="100000",
    )
    assert control_groups.memory_limit_bytes() == 2**29
    assert control_groups.cpu_quota() == 2.0


def test_no_group_is_no_limit(monkeypatch, tmp_path: Path):
    monkeypatch.setattr(control_groups, "_SELF", tmp_path / "none")
    assert control_groups.cpu_quota() is None
    assert control_groups.memory_limit_bytes() is None
    assert control_groups.throttling() == {}
