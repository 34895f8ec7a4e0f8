import numpy as np

from site_gen.charts.stages import UNATTRIBUTED, stack


def test_what_no_part_accounts_for_is_shown():
    found = stack(np.array([10.0, 10.0]), {"a": np.array([4.0, 4.0]), "b": np.array([5.0, 7.0])})
    names = [name for name, _ in found.parts]
    assert names == ["a", "b", UNATTRIBUTED]
    assert found.parts[-1][1].tolist() == [1.0, 0.0]


def test_sums_of_floats_leave_no_remainder():
    parts = {"a": np.array([0.1]), "b": np.array([0.2])}
    assert stack(np.array([0.30000000000000004]), parts).parts[-1][1].tolist() == [0.0]


def test_a_run_without_a_part_is_not_stacked():
    found = stack(np.array([10.0]), {"a": np.array([np.nan]), "b": np.array([5.0])})
    assert np.isnan(found.whole[0])
