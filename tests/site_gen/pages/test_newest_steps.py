from history import addresses
from history.compare.two_sides import newest_steps
from history.detect import detector
from history.judge.answers import detect
from history.read import view
from site_gen.pages import newest_steps as steps
from tests.history.judge.builders import item, point, run, workspace
from tests.site_gen.builders import benchmark, series

SAME = [1.0 + k / 1000 for k in range(12)]
SLOW = [1.5 + k / 1000 for k in range(12)]


def night(number, samples, *others, **more):
    middle = sorted(samples)[6]
    return run(number, point(middle, samples=samples), *others, **more)


def stepped(folder, *runs):
    with workspace(folder, *runs).reading() as connection:
        history = view.read(connection)
        return newest_steps(connection, history, detect(history, detector()).detections)


def test_the_newest_commit_stands_against_the_one_before_and_the_release_before(tmp_path):
    found = stepped(
        tmp_path, night(0, SLOW, tag="v1.0"), night(1, SAME), night(2, SAME), night(3, SLOW)
    )
    assert [(one.base, one.head) for one in found] == [
        ("c0002", "c0003"),
        ("v1.0 (c0000)", "c0003"),
    ]
    assert [one.comparison.rows[0].verdict for one in found] == [
        "regression", "no difference shown",
    ]  # fmt: skip


def test_other_machines_and_branches_are_not_before(tmp_path):
    others = night(1, SAME, machine="laptop"), night(2, SAME, branch="experiment")
    main = [night(number, SLOW, branch="main") for number in (0, 3)]
    (found,) = stepped(tmp_path, main[0], *others, main[1])
    assert found.base == "c0000"


def test_the_first_commit_has_no_step(tmp_path):
    assert stepped(tmp_path, night(0, SAME)) == ()


def test_benchmarks_that_were_given_other_items_are_named(tmp_path):
    nights = [
        night(number, SAME, items=[item(name, value=1.0) for name in names])
        for number, names in enumerate((("u1", "u2"), ("u1", "u3")))
    ]
    (step,) = stepped(tmp_path, *nights)
    known = {addresses.benchmark("golden", "pipeline", {}): benchmark(series([1.0]))}
    (found,) = steps.build((step,), known)
    head, line = found.other_items
    assert head.startswith("1 benchmark was measured on other items")
    assert "golden.pipeline" in line
    assert "u3" in line
    (same,) = stepped(tmp_path / "same", *(night(one, SAME) for one in (0, 1)))
    assert steps.build((same,), known)[0].other_items == ()


def test_what_differs_is_shown_and_the_rest_is_counted(tmp_path):
    quiet = point(1.0, samples=SAME, benchmark="quiet")
    fresh = point(1.0, samples=SAME, benchmark="fresh")
    (step,) = stepped(tmp_path, night(0, SAME, quiet), night(1, SLOW, quiet, fresh))
    names = ("pipeline", "quiet", "fresh")
    known = {addresses.benchmark("golden", name, {}): benchmark(series([1.0])) for name in names}
    (found,) = steps.build((step,), known)
    assert found.counts == (("regression", 1), ("no difference shown", 1), ("new", 1))
    assert [line.verdict for line in found.lines] == ["regression", "new"]
    assert found.shown == {"regression", "new"}  # only these counts lead to lines
    assert found.lines[0].faster == "1.50× slower"
    assert found.means[0].machine == "box"
