"""Two sides, utterance by utterance: a dot for each, and names for those that stand apart."""

import re

import numpy as np

from history.read import item_pairs, view
from site_gen.charts import svg
from site_gen.pages import item_scatter
from tests.history.judge.builders import item, point, run, workspace
from tests.site_gen.builders import benchmark, context, series
from tests.site_gen.builders import run as stored_run

WORK = ("micro", "top_k", "", "")


def pictures(before, after):
    """What is drawn of two runs, each with these times by item."""
    found = context(benchmark(series([1.0, 1.1])))
    first, second = (
        {name: {"total_time": value} for name, value in side.items()} for side in (before, after)
    )
    pair = item_pairs.ItemPair(stored_run(0), stored_run(1), {WORK: (first, second)})
    made, more = item_scatter.build(found, [pair], {})
    assert more == 0
    return made


def times(count, **changed):
    return {f"item-{n:04d}": 0.01 * (n + 1) for n in range(count)} | changed


def dots(picture):
    """How many dots of each colour."""
    drawn = re.findall(r'class="d (c\d)" d="(.*?)"', picture)
    return {colour: path.count("M") for colour, path in drawn}


def test_every_item_of_both_sides_is_a_dot_and_those_of_one_are_counted():
    (one,) = pictures(times(12, only=3.0), times(12))
    assert (one.n, one.lone) == (12, 1)
    assert dots(one.picture)["c0"] == 12
    assert not one.outliers
    assert 'class="l c2"' in one.picture  # the diagonal


def test_an_item_that_moved_unlike_the_others_is_named_with_its_change():
    made = np.random.default_rng(5).normal(1.1, 0.004, 30)
    after = {name: value * made[n] for n, (name, value) in enumerate(times(30).items())}
    after["item-0007"] = times(30)["item-0007"] * 2
    (one,) = pictures(times(30), after)
    assert one.outliers[0] == ("item-0007", "+100.0 %")
    assert dots(one.picture)["c1"] == len(one.outliers) + one.more


def test_many_items_are_thinned_and_the_odd_one_stays():
    (one,) = pictures(times(4000), times(4000) | {"item-2000": 90.0})
    drawn = dots(one.picture)
    assert drawn["c0"] <= svg.MOST_POINTS + 2
    assert drawn["c1"] == 1
    assert one.n == 4000


def test_nothing_is_drawn_of_fewer_than_three_items():
    assert pictures(times(2), times(2)) == ()


def test_pictures_for_which_there_is_no_room_are_counted(monkeypatch):
    monkeypatch.setattr(item_scatter, "MOST", 0)
    found = context(benchmark(series([1.0, 1.1])))
    sides = ({"a": {"total_time": 1.0}, "b": {"total_time": 1.0}, "c": {"total_time": 1.0}},) * 2
    pair = item_pairs.ItemPair(stored_run(0), stored_run(1), {WORK: sides})
    assert item_scatter.build(found, [pair], {}) == ((), 1)


def test_the_newest_two_runs_with_items_of_one_machine_are_held_against_each_other(tmp_path):
    def night(number, value, **more):
        items = [item(f"u{n}", value=value + n) for n in range(3)]
        return run(number, point(value), items=items, **more)

    records = [night(0, 1.0), night(1, 2.0), run(2, point(9.0)), night(3, 3.0)]
    with workspace(tmp_path, *records, night(4, 7.0, machine="alone")).reading() as connection:
        (pair,) = item_pairs.newest(connection, view.read(connection))
    assert (pair.base.commit.sha, pair.head.commit.sha) == ("c0001", "c0003")
    ((before, after),) = pair.works.values()
    assert (before["u1"]["first_token_time"], after["u1"]["first_token_time"]) == (3.0, 4.0)
