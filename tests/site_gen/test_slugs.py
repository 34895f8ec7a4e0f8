import re

from hypothesis import given
from hypothesis import strategies as st

from site_gen.slugs import slug


def test_a_plain_name_stays_as_it_is():
    assert slug("top_k") == "top_k"
    assert slug("log-softmax") == "log-softmax"


def test_parameters_are_readable_and_hashed():
    assert re.fullmatch(r"top_k-k-50-vocab-3072-[0-9a-f]{8}", slug("top_k[k=50,vocab=3072]"))


def test_names_that_mean_something_elsewhere_are_hashed():
    for name in ("index", "con", "nul", "assets"):
        assert slug(name) != name


@given(st.text())
def test_a_slug_is_safe_in_any_file_system_and_address(text):
    assert re.fullmatch(r"[a-z0-9_][a-z0-9_-]{0,63}", slug(text))


@given(st.text(max_size=12), st.text(max_size=12))
def test_two_names_never_share_a_slug(one, other):
    assert (slug(one) == slug(other)) == (one == other)


@given(st.text())
def test_a_slug_cannot_be_taken_by_a_plain_name(text):
    first = slug(text)
    assert slug(first) != first or first == text
