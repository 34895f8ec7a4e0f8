import numpy as np
import pytest

from history.compare import duet
from history.compare.duet import Why
from history.compare.results import ComparisonVerdict
from history.words.records import Status
from tests.history.compare.duets import comes_and_goes, keyed, side, taken

DRAWN = [True, False] * 12


def judged(*pairs):
    base, head = zip(*pairs, strict=True)
    return duet.judge(keyed(base), keyed(head))


def measured(scatter=0.005, change=1.0, seed=1, rounds=24, **about):
    values = 0.05 * np.exp(np.random.default_rng(seed).normal(0, scatter, (rounds, 4)))
    base, head = taken(values, DRAWN[:rounds], change=change)
    return side(base, **about), side(head, **about)


@pytest.mark.parametrize(
    ("change", "direction", "verdict"),
    [
        (1.05, "lower", ComparisonVerdict.REGRESSION),
        (0.95, "lower", ComparisonVerdict.IMPROVEMENT),
        (1.05, "higher", ComparisonVerdict.IMPROVEMENT),
        (0.95, "higher", ComparisonVerdict.REGRESSION),
        (1.05, "none", ComparisonVerdict.UP),
        (1.0, "lower", ComparisonVerdict.NO_DIFFERENCE),
    ],
)
def test_a_change_beyond_the_control_is_called_by_the_metrics_direction(change, direction, verdict):
    (line,) = judged(measured(change=change, direction=direction)).lines
    assert line.verdict is verdict
    assert line.ratio == pytest.approx(change, abs=0.005)
    assert line.low <= change <= line.high


def test_a_difference_that_the_control_could_have_shown_is_no_change():
    values = np.ones((24, 4))
    # Every second process of a side is 30 % slower: the same code differs by as much as the sides.
    values[:, [1, 3]] *= 1.3
    base, head = taken(values, [True] * 24, change=1.1)
    (line,) = judged((side(base), side(head))).lines
    assert line.verdict is ComparisonVerdict.NO_DIFFERENCE
    assert line.noise > 0.1


def test_less_than_two_percent_is_told_and_not_called():
    (line,) = judged(measured(scatter=0.001, change=1.01)).lines
    assert (line.verdict, line.why) == (ComparisonVerdict.NO_DIFFERENCE, Why.BELOW)


def test_an_improvement_with_another_output_is_suspect():
    base, head = measured(change=0.9, fingerprint="aa"), measured(change=0.9, fingerprint="bb")
    (line,) = judged((base[0], head[1])).lines
    assert (line.verdict, line.why) == (ComparisonVerdict.SUSPECT, Why.OUTPUT)


def test_two_rounds_are_too_few_for_a_verdict():
    (line,) = judged(measured(change=1.5, rounds=2)).lines
    assert (line.verdict, line.why) == (ComparisonVerdict.NOT_ENOUGH_DATA, Why.FEW)


def test_the_same_code_is_never_called_while_a_load_comes_and_goes():
    called = 0
    for job in range(20):
        generator = np.random.default_rng(job)
        times, seen = comes_and_goes(generator, 24, benchmarks=10)
        called += len(
            _verdicts(times, seen, generator).of(
                ComparisonVerdict.REGRESSION, ComparisonVerdict.IMPROVEMENT
            )
        )
    assert called <= 2, "of 200 comparisons"


def test_planted_slowdowns_are_found_while_a_load_comes_and_goes():
    found = {3: 0, 7: 0}
    for job in range(20):
        generator = np.random.default_rng(job)
        times, seen = comes_and_goes(generator, 24, benchmarks=10)
        lines = _verdicts(times, seen, generator, slower={3: 1.05, 7: 1.03}).lines
        for place in found:
            found[place] += lines[place].verdict is ComparisonVerdict.REGRESSION
    assert found[3] >= 18, "5 % in at least 18 of 20"
    assert found[7] >= 14, "3 % in at least 14 of 20"


def _verdicts(times, seen, generator, slower=None):
    pairs = []
    for number, (values, flags) in enumerate(zip(times, seen, strict=True)):
        base, head = taken(
            values,
            generator.random(len(values)) < 0.5,
            change=(slower or {}).get(number, 1.0),
            disturbed=set(map(tuple, np.argwhere(flags).tolist())),
        )
        pairs.append((side(base, benchmark=f"b{number}"), side(head, benchmark=f"b{number}")))
    return judged(*pairs)


def absent(status, reason):
    return side(status=status, reason=reason)


def test_what_the_base_cannot_run_is_not_comparable_and_not_fine():
    _, head = measured()
    found = judged((absent(Status.FAILED, "no such option --fast"), head))
    (line,) = found.lines
    assert (line.verdict, line.why) == (ComparisonVerdict.NOT_COMPARABLE, Why.BASE)
    assert line.absence == "no such option --fast"
    assert not found.is_fine


def test_what_only_the_head_cannot_run_has_failed():
    base, _ = measured()
    found = judged((base, absent(Status.INVALID, "nothing was printed")))
    (line,) = found.lines
    assert (line.verdict, line.why, line.absence) == (
        ComparisonVerdict.FAILED,
        Why.HEAD,
        "nothing was printed",
    )
    assert found.findings == (line,)


def test_what_no_side_has_the_means_for_is_skipped_and_no_finding():
    found = judged(
        measured(),
        (
            side(benchmark="asr", status=Status.SKIPPED, reason="torch is missing"),
            side(benchmark="asr", status=Status.SKIPPED, reason="torch is missing"),
        ),
    )
    assert [line.verdict for line in found.lines] == [
        ComparisonVerdict.NO_DIFFERENCE,
        ComparisonVerdict.SKIPPED,
    ]
    assert found.is_fine


def test_nothing_but_skipped_is_not_fine():
    one = absent(Status.SKIPPED, "torch is missing")
    assert not judged((one, one)).is_fine


def test_identical_programs_are_an_answer():
    one = absent(Status.SKIPPED, duet.IDENTICAL)
    found = judged((one, one))
    assert [line.verdict for line in found.lines] == [ComparisonVerdict.IDENTICAL]
    assert found.is_fine


def test_what_only_one_side_plans_is_new_or_missing():
    base, head = measured()
    assert duet.judge({}, keyed([head])).lines[0].verdict is ComparisonVerdict.NEW
    gone = duet.judge(keyed([base]), {})
    assert gone.lines[0].verdict is ComparisonVerdict.MISSING
    assert not gone.is_fine


def test_nothing_at_all_is_not_fine():
    assert not duet.judge({}, {}).is_fine


def test_the_noise_of_the_job_is_that_of_the_headlines():
    found = judged(
        measured(scatter=0.005, benchmark="a"),
        measured(scatter=0.2, benchmark="a", metric="system_time"),
        measured(scatter=0.02, benchmark="b"),
    )
    first, _, second = (line.noise for line in found.lines)
    assert found.noise == ((first + second) / 2, max(first, second))


def test_the_smallest_detectable_change_is_told_and_never_below_what_is_called():
    quiet, loud = (judged(measured(scatter=one)).lines[0] for one in (0.001, 0.1))
    assert quiet.detectable == 0.02
    assert loud.detectable >= loud.noise > 0.02
