"""What is said about a field of an environment."""

from history.read.environments import Difference
from history.report.wording import environments


def test_a_field_that_is_new_is_told_then_and_now():
    assert environments.difference(Difference("libraries.torch", "2.12", "2.13")) == (
        "libraries.torch: 2.12 → 2.13"
    )
    assert environments.difference(Difference("image", None, "b")) == "image: absent → b"


def test_a_long_value_is_cut_where_everybody_sees_it():
    told = environments.difference(Difference("flags", "a" * 70, "b"))
    assert told == f"flags: {'a' * 60}… → b"


def test_numbers_of_an_environment_look_like_all_others():
    assert environments.field(0.000364971) == "0.000365"
    assert environments.field(4) == "4"
    assert environments.field("2.13") == "2.13"
    assert environments.field(value=True) == "true"
