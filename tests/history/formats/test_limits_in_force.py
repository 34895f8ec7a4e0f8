"""Limits hold inside of their block only."""

import pytest

from history.formats import limits_in_force
from history.store.admission.limits import Limits


def test_the_limits_of_a_block_end_with_it_even_when_it_fails():
    def fail():
        with limits_in_force.files_of_at_most(20):
            raise ValueError("odd")

    with limits_in_force.holding(Limits(text_bytes=8)):
        with pytest.raises(ValueError, match="odd"):
            fail()
        assert limits_in_force.now() == Limits(text_bytes=8)
    assert limits_in_force.now() == Limits()


def test_a_limit_of_files_leaves_the_others_as_they_are():
    with (
        limits_in_force.holding(Limits(text_bytes=8)),
        limits_in_force.files_of_at_most(20),
    ):
        assert limits_in_force.now() == Limits(text_bytes=8, file_bytes=20)
