"""Addresses depend on names alone, are safe anywhere, and never change."""

import re

from hypothesis import given
from hypothesis import strategies as st

from history import addresses
from history.addresses import slug
from history.words.key import SeriesKey

RESAMPLE = SeriesKey(
    "micro", "resample", "seconds=10", "implementation=numpy", "operation_time", "s", "runner-4c"
)

# What sites of before have; links in chats, feeds and other pages lead there.
PERMALINKS = {
    addresses.suite("micro"): "suites/micro",
    addresses.suite("Whisper on CPU"): "suites/whisper-on-cpu-3ea06208",
    addresses.benchmark("alignment", "pipeline", {}): "suites/alignment/pipeline",
    addresses.benchmark("micro", "resample", {"seconds": "10"}): (
        "suites/micro/resample-seconds-10-6d9a772d"
    ),
    addresses.benchmark(
        "micro", "log_softmax", {"vocab": "32000"}
    ): "suites/micro/log_softmax-vocab-32000-9107e8f8",
    addresses.series(RESAMPLE): (
        "suites/micro/resample-seconds-10-6d9a772d/?m=operation_time&on=runner-4c"
    ),
    addresses.commit("03282e58f91c707c4475472e8f239cdee0b68b9c"): (
        "commits/03282e58f91c707c4475472e8f239cdee0b68b9c"
    ),
    addresses.commit("v1.0 (imported)"): "commits/v1-0-imported-6f0619e4",
    addresses.run("00b26acb13d43bd0c076165bd6f1daa0"): "runs/00b26acb13d43bd0c076165bd6f1daa0",
    addresses.change("7983fb16187a"): "regressions/#7983fb16187a",
    addresses.target(
        "first token", "13ca61053ec19a43"
    ): "sla/#target-first-token-13ca61053ec19a43-c78b12e7",
    addresses.numbers_of("suites/micro/top_k"): "data/series/micro/top_k.json",
    addresses.samples_of("suites/micro/top_k"): "data/samples/micro/top_k.json",
    addresses.badge("regressions"): "badges/regressions.svg",
    addresses.FEED: "feed.xml",
}


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


def test_permalinks_are_those_of_sites_of_before():
    assert list(PERMALINKS) == list(PERMALINKS.values())


def test_the_order_of_parameters_does_not_move_a_page():
    one = addresses.benchmark("micro", "top_k", {"vocab": "32000", "k": "50"})
    assert addresses.benchmark("micro", "top_k", {"k": "50", "vocab": "32000"}) == one


@given(st.text(max_size=12), st.text(max_size=12))
def test_a_metric_and_a_machine_of_any_name_fit_into_an_address(metric, machine):
    page, _, rest = addresses.series(SeriesKey("a", "b", "", "", metric, "s", machine)).partition(
        "/?"
    )
    assert page == "suites/a/b"
    assert re.fullmatch(r"m=[\w.~%-]*&on=[\w.~%-]*", rest, re.ASCII)
