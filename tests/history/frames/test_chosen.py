"""Series are chosen by globs; the glob that fits none is named with what there is."""

import pytest

from history.frames.chosen import Globs, series_ids
from history.words.errors import UsageError
from history.words.key import SeriesKey

KEYS = {
    "1": SeriesKey("golden", "pipeline", "clip=a", "runtime=torch", "total_time", "s", "box"),
    "2": SeriesKey("golden", "load", "", "", "peak_rss", "B", "box"),
}


def chosen(benchmark="*", metric="*", variant="*", machine="*"):
    return series_ids(KEYS, Globs(benchmark, metric, variant, machine))


def test_all_globs_have_to_fit():
    assert chosen() == ["1", "2"]
    assert chosen("golden.pipeline") == chosen("golden.pipeline[clip=a]") == ["1"]
    assert chosen(metric="*_rss", machine="b?x", variant="") == ["2"]


def test_a_history_without_series_has_none_that_fit():
    assert series_ids({}, Globs("a", "b", "c", "d")) == []


@pytest.mark.parametrize(
    ("globs", "said"),
    [
        ({"metric": "totl_time"}, 'a metric that fits "totl_time". Did you mean "total_time"?'),
        ({"machine": "laptop"}, 'a machine that fits "laptop". There are box.'),
        (
            {"benchmark": "golden.load", "metric": "total_time", "variant": ""},
            'no series fits all of benchmark "golden.load", metric "total_time". Each of them fits',
        ),
    ],
)
def test_what_fits_none_is_named(globs, said):
    with pytest.raises(UsageError) as caught:
        chosen(**globs)
    assert said in str(caught.value)
