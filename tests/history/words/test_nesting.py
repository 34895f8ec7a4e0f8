"""How deeply lists and objects stand in one another is told without recursion."""

import pytest

from history.words.nesting import is_deeper


class Pairs(dict):
    """What may stand for an object."""


@pytest.mark.parametrize(
    ("value", "depth"),
    [
        ([[1, "a"], {"b": [None, 2.5]}], 3),
        ({"a": {}, "b": []}, 1),
        ([[], {}, [[]]], 2),
        ([Pairs(a=[Pairs(b=1)])], 4),
    ],
)
def test_only_what_holds_anything_counts(value, depth):
    assert is_deeper(value, depth - 1)
    assert not is_deeper(value, depth)


@pytest.mark.parametrize("value", [3, "[[[]]]", None, (((1,),),)])
def test_what_is_neither_list_nor_object_has_no_depth(value):
    assert not is_deeper(value, 0)
