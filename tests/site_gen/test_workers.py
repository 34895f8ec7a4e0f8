"""Several processes answer as one does, in the same order."""

import os

import pytest

from site_gen import workers


def test_answers_come_in_order_from_other_processes():
    known = {place: place * place for place in range(200)}
    found = list(workers.in_order(lambda one: (known[one], os.getpid()), range(200), 2))
    assert [answer for answer, _ in found] == [place * place for place in range(200)]
    assert os.getpid() not in {process for _, process in found}


def test_few_pieces_are_done_here():
    assert list(workers.in_order(lambda _: os.getpid(), range(3), 2)) == [os.getpid()] * 3


def test_what_goes_wrong_in_a_child_is_raised_here():
    with pytest.raises(ValueError, match="of piece 70"):
        list(workers.in_order(_fail, range(100), 2))


def _fail(one):
    if one == 70:
        raise ValueError(f"of piece {one}")
    return one
