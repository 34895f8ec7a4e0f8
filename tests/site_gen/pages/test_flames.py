"""A change links what a profiler saw before it and after it, where both sides have that."""

import re

import msgspec
import pytest

from history import addresses
from history.project import profiles
from history.words.records import RunKind, Side
from site_gen.shell.build import build
from tests.history.judge.builders import noisy, point, run, workspace

STEP = 30
VARIANT = {"runtime": "torch"}
LABEL = "golden.pipeline runtime=torch"
LINKS = re.compile(
    r'Profile <a href="(?:\.\./)*([^"]+)">before</a>.*?<a href="(?:\.\./)*([^"]+)">after'
)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A history with a step, and what builds its site with these profiles alone."""
    folder = tmp_path_factory.mktemp("flames")
    nights = [run(night, point(value, variant=VARIANT), branch="main")
              for night, value in enumerate(noisy(1.0, 1.3, n=STEP, noise=0.003))]  # fmt: skip
    made = workspace(folder, *nights)
    both = run(STEP, branch="main", started_at=nights[-1].run.started_at)
    duet = msgspec.structs.replace(
        both.run, run_id="d" * 32, kind=RunKind.DUET, base=nights[STEP - 1].run.commit
    )
    sides = [msgspec.structs.replace(point(1.0, variant=VARIANT), side=side) for side in Side]
    made.append([msgspec.structs.replace(both, run=duet, points=tuple(sides))])
    ids = [one.run.run_id for one in nights]

    def built(*seen):
        for index in profiles.indexes(made.history_file):
            profiles.write(index.parent, [])
        for run_id, sides, label in seen:
            place = profiles.folder(made.history_file, run_id)
            found = [
                profiles.Profile(
                    label=label, suite="golden", benchmark="pipeline", side=side, tool="perf",
                    file=f"one{side}.folded", samples=3,
                )
                for side in sides
            ]  # fmt: skip
            profiles.write(place, found)
            for one in found:
                (place / one.file).write_text("main;loop 3\n")
        build(made, folder / "site", lambda _: None, "plain", 1)
        (event,) = (folder / "site" / addresses.EVENTS).glob("*/index.html")
        pages = (event, folder / "site" / addresses.REGRESSIONS / "index.html")
        return [LINKS.findall(page.read_text()) for page in pages], folder / "site"

    return ids, built


def test_the_nearest_run_on_each_side_is_linked_from_the_event_and_the_list(project):
    ids, built = project
    seen = [(ids[number], [""], LABEL) for number in (4, 20, 40, 50)]
    pages, site = built(*seen)
    links = [addresses.profile_of(ids[number], "one.svg") for number in (20, 40)]
    assert pages == [[tuple(links)]] * 2
    assert all("loop" in (site / link).read_text() for link in links)


def test_one_side_alone_and_another_variant_are_no_pair(project):
    ids, built = project
    other = "golden.pipeline runtime=onnxruntime"
    for seen in ([(ids[20], [""], LABEL)], [(ids[20], [""], LABEL), (ids[40], [""], other)]):
        pages, _ = built(*seen)
        assert pages == [[], []]


def test_a_duet_of_the_two_commits_goes_before_runs(project):
    ids, built = project
    pages, _ = built(
        (ids[20], [""], LABEL), (ids[40], [""], LABEL), ("d" * 32, ["base", "head"], LABEL)
    )
    links = [addresses.profile_of("d" * 32, f"one{side}.svg") for side in ("base", "head")]
    assert pages == [[tuple(links)]] * 2
