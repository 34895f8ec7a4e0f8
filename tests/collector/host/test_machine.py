"""The class of hardware that a series belongs to."""

from collector.host import control_groups, machine


def test_a_given_name_does_not_hide_the_hardware():
    found = machine.fingerprint("ci-large")
    assert found.name == "ci-large"
    assert found.cpu_model
    assert found.cores >= 1


def test_two_looks_at_one_machine_are_equal():
    assert machine.fingerprint() == machine.fingerprint()


def test_a_containers_limits_are_the_machine(monkeypatch):
    monkeypatch.setattr(control_groups, "cpu_quota", lambda: 1.5)
    monkeypatch.setattr(control_groups, "memory_limit_bytes", lambda: 2 * 2**30)
    found = machine.fingerprint()
    assert found.cores <= 2
    assert found.memory_gib == 2
