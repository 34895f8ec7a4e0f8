import pytest

from collector.planning import rounds
from collector.planning.rounds import Allowance, Standing
from history.words.records import Side

SOME = Allowance(series=50, own_s=15.0)


def spread(standings, allowance, elapsed_s=0.0, last=None):
    return rounds.next_one(standings, range(len(standings)), allowance, elapsed_s, last)


def test_a_round_holds_each_side_twice_and_starts_and_ends_with_the_same():
    for order in rounds.orders(1, "cli.decode", 20):
        assert sorted(order) == [Side.BASE, Side.BASE, Side.HEAD, Side.HEAD]
        assert order[0] == order[3]


def test_either_side_begins_as_often_as_the_other():
    first = [order[0] for order in rounds.orders(7, "cli.decode", 30)]
    assert first.count(Side.BASE) == first.count(Side.HEAD) == 15


def test_the_order_follows_from_the_seed_and_the_benchmark_alone():
    assert rounds.orders(7, "a", 30) == rounds.orders(7, "a", 40)[:30]
    assert rounds.orders(7, "a", 30) != rounds.orders(8, "a", 30)
    assert rounds.orders(7, "a", 30) != rounds.orders(7, "b", 30)


def test_every_benchmark_stands_in_the_drawn_order_once():
    assert sorted(rounds.shuffled(3, 12)) == list(range(12))
    assert rounds.shuffled(3, 12) != rounds.shuffled(4, 12)


@pytest.mark.parametrize(("series", "pairs"), [(1, 6), (5, 8), (50, 11), (1500, 16)])
def test_more_series_need_more_pairs_before_one_of_them_can_be_called(series, pairs):
    allowance = Allowance(series=series, own_s=15.0)
    assert allowance.least_pairs == pairs
    assert 2 / 2**pairs * series <= 0.05


def test_rounds_are_spread_over_all_benchmarks_in_turn():
    standings = [Standing(rounds=2), Standing(rounds=1), Standing(rounds=2)]
    assert spread(standings, SOME) == 1
    assert rounds.next_one([Standing(rounds=1)] * 3, [2, 0, 1], SOME) == 2


def test_a_narrow_benchmark_stops_after_the_least_number_of_rounds():
    narrow = Standing(rounds=6, pairs=12, noise=0.005, spent_s=1.0)
    assert rounds.is_enough(narrow, SOME)
    assert not rounds.is_enough(narrow._replace(rounds=5), SOME)


def test_pairs_that_were_disturbed_are_made_up_for():
    assert not rounds.is_enough(Standing(rounds=6, pairs=5, noise=0.005, spent_s=1.0), SOME)


def test_a_wide_benchmark_stops_at_its_time_or_its_number_of_rounds():
    wide = Standing(rounds=8, pairs=16, noise=0.2, spent_s=3.0)
    assert not rounds.is_enough(wide, SOME)
    assert rounds.is_enough(wide._replace(spent_s=15.0), SOME)
    assert rounds.is_enough(wide._replace(rounds=rounds.MOST_ROUNDS), SOME)


def test_a_benchmark_that_lost_a_side_is_over():
    assert rounds.is_enough(Standing(over=True), SOME)
    assert spread([Standing(over=True)], SOME) is None


def test_a_budget_goes_to_the_least_certain_once_all_have_the_least():
    budget = Allowance(series=50, own_s=15.0, budget_s=60.0)
    standings = [
        Standing(rounds=6, pairs=12, noise=0.02, spent_s=1.0),
        Standing(rounds=6, pairs=12, noise=0.08, spent_s=1.0),
    ]
    assert spread(standings, budget) == 1
    assert spread([*standings, Standing(rounds=3, spent_s=0.5)], budget) == 2


def test_a_budget_is_not_spent_on_one_benchmark_without_a_break():
    budget = Allowance(series=50, own_s=15.0, budget_s=60.0)
    standings = [
        Standing(rounds=6, pairs=12, noise=0.02, spent_s=1.0),
        Standing(rounds=6, pairs=12, noise=0.08, spent_s=1.0),
    ]
    assert spread(standings, budget, last=1) == 0
    assert spread(standings[1:], budget, last=0) == 0


def test_no_round_is_begun_that_would_not_end_in_the_budget():
    budget = Allowance(series=50, own_s=15.0, budget_s=60.0)
    slow, fast = Standing(rounds=6, spent_s=60.0), Standing(rounds=6, spent_s=6.0)
    assert spread([slow, fast], budget, elapsed_s=55.0) == 1
    assert spread([slow, fast], budget, elapsed_s=59.5) is None


def test_a_budget_is_left_over_where_all_are_certain():
    budget = Allowance(series=2, own_s=15.0, budget_s=600.0)
    assert spread([Standing(rounds=6, pairs=12, noise=0.001, spent_s=1.0)], budget) is None
