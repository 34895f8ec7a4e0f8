import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.execution.bisect import Answer, Bisection, locate
from history.compare.duet import Line
from history.compare.results import ComparisonVerdict
from tests.collector.execution.projects import TABLE, TOOL
from tests.history.compare.duets import key


def searched(count, guilty, unmeasurable=()):
    """(first, last, measurements) of a search for the commit at position `guilty`."""
    bisection = Bisection(count, {count - 1: Answer.AFTER})
    asked = 0
    while (at := bisection.next_one()) is not None:
        asked += 1
        answer = Answer.AFTER if at >= guilty else Answer.BEFORE
        bisection.tell(at, Answer.UNKNOWN if at in unmeasurable else answer)
    return bisection.first, bisection.last, asked


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))))
def test_any_commit_is_found_in_no_more_steps_than_halving_takes(drawn):
    count, guilty = drawn
    first, last, asked = searched(count, guilty)
    assert first == last == guilty
    assert asked <= (count - 1).bit_length()


@given(st.data())
def test_commits_that_cannot_be_measured_widen_the_answer_and_never_make_it_wrong(data):
    count = data.draw(st.integers(2, 40))
    guilty = data.draw(st.integers(0, count - 1))
    unmeasurable = data.draw(st.sets(st.integers(0, count - 2)))
    first, last, _ = searched(count, guilty, unmeasurable)
    assert first <= guilty <= last
    assert set(range(first, last)) <= unmeasurable


def line(ratio=None, low=None, high=None, verdict=ComparisonVerdict.NO_DIFFERENCE):
    found = Line(key(), "lower", "time", is_headline=True, before=None, after=None)
    return found._replace(ratio=ratio, low=low, high=high, verdict=verdict)


@pytest.mark.parametrize(
    ("ratio", "interval", "change", "answer", "is_sure"),
    [
        (1.00, (0.99, 1.01), 1.10, Answer.BEFORE, True),
        (1.10, (1.09, 1.11), 1.10, Answer.AFTER, True),
        (1.04, (1.00, 1.08), 1.10, Answer.BEFORE, False),
        (0.90, (0.89, 0.91), 0.90, Answer.AFTER, True),
        (1.00, (0.99, 1.01), 0.90, Answer.BEFORE, True),
    ],
)
def test_a_commit_lies_where_half_of_the_change_says(ratio, interval, change, answer, is_sure):
    assert locate(line(ratio, *interval), change) == (answer, is_sure)


def test_the_program_of_the_good_end_is_before_the_change_without_a_measurement():
    assert locate(line(verdict=ComparisonVerdict.IDENTICAL), 1.1) == (Answer.BEFORE, True)


def test_what_was_not_measured_is_not_known():
    assert locate(None, 1.1).answer is Answer.UNKNOWN
    assert locate(line(verdict=ComparisonVerdict.NOT_COMPARABLE), 1.1).answer is Answer.UNKNOWN


def steps(repository, *values):
    """A commit for each value; returns their hashes."""
    return [
        repository.commit(f"step {number}", value=f"{value}\n", README__md=f"{number}\n")
        for number, value in enumerate(values)
    ]


def test_the_commit_of_a_change_is_found_by_duets_each_in_an_environment_of_its_own(repository):
    prepared = TABLE + 'prepare = "mkdir $SOUNDMARK_ENV/bin"\n'
    repository.commit("prepared", soundmark__toml=prepared)
    shas = steps(repository, 0.1, 0.12)
    before = repository.state()
    done = repository.run("bisect", "cli.decode", "HEAD~2", "HEAD", "--metric", "forward_time")
    assert done.exit_code == 0, done.output
    told = "First commit with the change of +20.0 % (+20.0 % to +20.0 %): "
    assert told + shas[1] in done.stdout
    assert "2 commits, about 1 step" in done.stdout
    assert done.stdout.endswith("2 duets\n")
    assert repository.state()[1:] == before[1:]
    assert repository.git("status", "--porcelain") == ""
    listed = repository.run("history", "list", "--format", "json").stdout
    assert listed.count('"kind": "duet"') == 2


def test_ends_that_do_not_differ_are_refused(repository):
    steps(repository, 0.1, 0.1)
    done = repository.run("bisect", "cli.decode", "HEAD~2", "HEAD", "--metric", "forward_time")
    assert done.exit_code == 1
    assert "do not differ beyond the noise of this job: nothing to bisect" in done.stdout


def test_a_commit_that_does_not_run_is_passed_over_and_the_range_is_told(repository):
    broken = repository.commit("broken", tool__sh="exit 3\n")
    slower = repository.commit("mended and slower", tool__sh=TOOL, value="0.12\n")
    done = repository.run("bisect", "cli.decode", "HEAD~2", "HEAD", "--metric", "forward_time")
    assert done.exit_code == 0, done.output
    assert f"came with one of 2 commits, {broken[:12]} to {slower[:12]}" in done.stdout


def test_a_series_of_the_history_is_known_by_the_beginning_of_its_id(repository):
    repository.run("collect", "--no-calibration")
    (found,) = (
        row.partition(",")[0]
        for row in repository.run("export", "csv").stdout.splitlines()
        if ",forward_time," in row
    )
    steps(repository, 0.12)
    done = repository.run("bisect", found[:10], "HEAD~1", "HEAD")
    assert done.exit_code == 0, done.output
    assert "+20.0 %" in done.stdout


def test_ends_in_the_wrong_order_are_refused(repository):
    steps(repository, 0.1)
    done = repository.run("bisect", "cli.decode", "HEAD", "HEAD~1")
    assert done.exit_code == 2
    assert "HEAD does not lie before HEAD~1" in done.output


def test_a_name_of_several_benchmarks_or_none_is_refused(repository):
    table = TABLE + "matrix = { size = [1, 2] }\n"
    repository.commit("two", soundmark__toml=table)
    steps(repository, 0.1)
    several = repository.run("bisect", "cli.decode", "HEAD~1", "HEAD")
    assert several.exit_code == 2
    assert "found 2 benchmarks" in several.output
    assert repository.run("bisect", "cli.encode", "HEAD~1", "HEAD").exit_code == 2
