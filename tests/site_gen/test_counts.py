"""Whatever counts, counts the same rows: pages, badges, feed, data files and commands."""

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import numpy as np
import orjson
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from history import addresses
from history.judge import gate
from history.judge.judge import judge
from history.judge.verdict import Absent
from history.project import config
from history.project.workspace import Workspace
from history.read import view
from history.words.records import (
    Commit,
    Failed,
    Invalid,
    Machine,
    Measured,
    Point,
    Run,
    RunRecord,
    Skipped,
)
from site_gen.catalogue import catalogue
from site_gen.pages.context import Context, SiteInfo
from site_gen.pages.registry import pages
from site_gen.pages.tally import tally
from site_gen.writers import downloads
from site_gen.writers.badges import badges
from site_gen.writers.downloads import Downloads
from site_gen.writers.feed import MOST_ENTRIES, feed
from site_gen.writers.tree import Tree
from soundmark import main
from tests.site_gen.rendering import Rendered

ATOM = "{http://www.w3.org/2005/Atom}"
DAWN = datetime(2026, 1, 1, 3, tzinfo=UTC)
NIGHTS = 20
GONE = None
"""The benchmark is not in the run."""


def _level(night, step):
    return step if night >= 12 else 1.0


PLANS = {
    "quiet": lambda _, value: value,
    "slower": lambda night, value: value * _level(night, 1.4),
    "faster": lambda night, value: value * _level(night, 0.6),
    "slower and back": lambda night, value: value * (1.4 if 7 <= night < 14 else 1.0),
    "far out": lambda night, value: value * (1.5 if night > NIGHTS - 3 else 1.0),
    "killed": lambda night, value: Failed(reason="killed") if night == NIGHTS - 1 else value,
    "killed for long": lambda night, value: Failed(reason="killed") if night > 14 else value,
    "invalid": lambda night, value: Invalid(reason="empty") if night == NIGHTS - 1 else value,
    "lost": lambda night, value: Skipped(reason="no model") if night > 16 else value,
    "never run": lambda *_: Skipped(reason="needs a GPU"),
    "left behind": lambda night, value: GONE if night > 13 else value,
    "young": lambda night, value: value if night > 15 else GONE,
}
LIMITS = {"held": 9.0, "broken": 0.2, "close": 1.0}


@st.composite
def histories(draw):
    """Plans of a few series, and the limits of the targets about them."""
    series = draw(
        st.lists(
            st.tuples(st.sampled_from(sorted(PLANS)), st.sampled_from(["golden", "whisper"])),
            min_size=1,
            max_size=6,
        )
    )
    targets = draw(
        st.lists(
            st.tuples(st.integers(0, len(series)), st.sampled_from(sorted(LIMITS))),
            max_size=4,
            unique=True,
        )
    )
    return series, targets, draw(st.integers(0, 1000))


EVERY = (
    [(plan, ("golden", "whisper")[place % 2]) for place, plan in enumerate(sorted(PLANS))],
    [(place, limit) for place in range(len(PLANS) + 1) for limit in sorted(LIMITS)],
    7,
)
"""Every plan at once, with every kind of target about each and about nothing."""


def stored(folder, series, targets, seed):
    """A project folder with that history, and its configuration."""
    generator = np.random.default_rng(seed)
    noise = np.exp(generator.normal(0, 0.005, (NIGHTS, len(series))))
    lines = ['[history]\ndatabase = "history.duckdb"\nledger = "runs"\n']
    lines += [
        f'[[target]]\nname = "{limit} {place}"\nbenchmark = "*.b{place}"\n'
        f'metric = "total_time"\nlimit = "{LIMITS[limit]} s"\n'
        for place, limit in targets
    ]
    (folder / "soundmark.toml").write_text("\n".join(lines), encoding="utf-8")
    made = Workspace(
        config.load(folder / "soundmark.toml"), folder / "history.duckdb", folder / "runs"
    )
    made.append([_run(night, series, noise[night]) for night in range(NIGHTS)])
    return made


def _run(night, series, noise):
    points = [_point("calm", "golden", 1.0), _point("calm", "whisper", 1.0)]
    for place, (plan, suite) in enumerate(series):
        outcome = PLANS[plan](night, float(noise[place]))
        if outcome is not GONE:
            points.append(_point(f"b{place}", suite, outcome))
    moment = DAWN + timedelta(days=night)
    parents = (f"c{night - 1:039d}",) if night else ()
    return RunRecord(
        run=Run(
            run_id=f"{night:032x}",
            started_at=moment,
            commit=Commit(
                sha=f"c{night:039d}", time=moment, sequence=night, parents=parents, branch="main"
            ),
            machine=Machine(name="box", cpu_model="model", cores=2, memory_gib=4),
            environment={},
        ),
        points=tuple(points),
    )


def _point(benchmark, suite, outcome):
    if isinstance(outcome, float):
        outcome = Measured(value=outcome, n=10)
    return Point(suite=suite, benchmark=benchmark, metric="total_time", outcome=outcome)


class Site:
    """The pages of a history, rendered when they are asked for."""

    def __init__(self, made):
        with made.reading() as connection:
            history = view.read(connection)
            judged = judge(connection, made.loaded, history)
        found = catalogue(history.series, ())
        self.context = Context(history, judged, found, SiteInfo("a project"))
        self._pages = Rendered(self.context, pages(self.context, {}, Downloads((), ())))

    def __contains__(self, path):
        return path in self._pages

    def page(self, path):
        return self._pages[path]

    def section(self, path, anchor):
        """From a heading to the next one."""
        _, _, rest = self.page(path).partition(f'id="{anchor}"')
        return rest.partition("</section>")[0]


def command(made, *words):
    """What a command answers to a program."""
    arguments = [*words, "--config", str(made.loaded.file), "--format", "json"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code in {0, 1}, done.output + done.stderr
    return json.loads(done.stdout), done.exit_code


def linked(body):
    """Every link whose words begin with a count: words and address."""
    found = re.findall(r'<a href="([^"]*)">(\d+[^<]*)</a>', body)
    return {words: address.removeprefix("../") for address, words in found}


def examples(number):
    return settings(
        max_examples=max(1, number),
        deadline=None,
        derandomize=True,
        # To shrink would take many minutes.
        phases=[Phase.explicit, *([Phase.generate] if number else [])],
        suppress_health_check=[HealthCheck.too_slow],
    )


@examples(0)
@example(EVERY)
@given(histories())
def test_every_count_is_of_the_same_rows(tmp_path_factory, planned):
    counts_agree(tmp_path_factory, planned)


@pytest.mark.nightly
@examples(10)
@given(histories())
def test_every_count_of_any_history_is_of_the_same_rows(tmp_path_factory, planned):
    counts_agree(tmp_path_factory, planned)


def counts_agree(tmp_path_factory, planned):
    made = stored(tmp_path_factory.mktemp("counts"), *planned)
    site = Site(made)
    told = tally(site.context)
    _verdicts_agree(made, site)
    _failures_agree(made, site, told)
    _changes_agree(made, site, told)
    _targets_agree(made, site, told)
    _words_agree(site, told)
    _tiles_agree(site)


def _verdicts_agree(made, site):
    """Overview, suite pages, the lists of each verdict and what ``check`` says of all series."""
    verdicts = site.context.judgement.verdicts.values()
    expected = Counter("skipped" if one.never_run else str(one.word) for one in verdicts)
    every: Counter[str] = Counter()
    by_suite: Counter[tuple[str, str]] = Counter()
    for word in expected:
        body = site.page(addresses.verdict(word))
        every[word] = body.count("<li><a ")
        for suite in ("golden", "whisper"):
            by_suite[suite, word] = site.section(addresses.verdict(word), suite).count("<li><a ")
    assert every == expected
    assert _counted(site.page("")) == Counter({w: n for w, n in expected.items() if w != "skipped"})
    said = CliRunner().invoke(main, ["check", "--config", str(made.loaded.file)]).stdout
    graver = {
        word: n for word, n in expected.items() if word in {*map(str, gate.FAILING), "skipped"}
    }
    told = re.findall(
        r"(\d+) (fail|invalid|missing|never run here)\b", said.rpartition("series (")[2]
    )
    assert graver == {word.replace("never run here", "skipped"): int(n) for n, word in told}
    for suite in ("golden", "whisper"):
        said = _counted(site.page(addresses.suite(suite)))
        own = {word: n for (of, word), n in by_suite.items() if of == suite and n}
        assert said == Counter({word: n for word, n in own.items() if word != "skipped"})


def _counted(body):
    """The verdicts of the first list of counts on a page."""
    first = body.partition('<ul class="sm-counts">')[2].partition("</ul>")[0]
    found = re.findall(r"</i>([^<]+)</span><b>(\d+)</b>", first)
    return Counter({word: int(number) for word, number in found})


def _failures_agree(made, site, told):
    """``check``, the blocks of what fails, and the verdicts."""
    rows, code = command(made, "check")
    found = gate.rows(site.context.judgement)
    assert Counter(row["verdict"] for row in rows) == Counter(str(one.reason.word) for one in found)
    assert code == int(any(one.fails for one in found))
    failing = {one.series_id for one in found if one.fails and one.series_id}
    judged = site.context.judgement.verdicts
    assert failing == {
        series_id
        for series_id, one in judged.items()
        if one.word in gate.FAILING and not one.never_run
    }
    absent = [one for one in found if one.series_id and one.reason.source == "benchmark"]
    abouts = [one.reason.about for one in absent]
    new = sum(isinstance(about, Absent) and about.points == 1 for about in abouts)
    assert (told.newly_failing, told.still_failing) == (new, len(absent) - new)
    for path in ("", "runs"):
        for anchor, number in (("newly-failing", new), ("still-failing", len(absent) - new)):
            section = site.section(path, anchor)
            assert bool(section) == bool(number)
            assert not number or f"<small>{number} series</small>" in section
            assert section.count('<tr><th scope="row">') == number  # one series each here


def _changes_agree(made, site, told):
    """``regressions``, the page of all, the file of all and the feed."""
    every, _ = command(made, "regressions", "--all")
    shown, _ = command(made, "regressions")
    kinds = Counter((one["status"], one["direction"]) for one in every)
    bad = "regression"
    suspected = kinds["suspect", bad] + kinds["suspect", "improvement"]
    assert told.open_series == kinds["confirmed", bad]
    assert len(shown) == kinds["confirmed", bad] + kinds["suspect", bad]
    assert (told.open_, told.suspected) == (kinds["confirmed", bad], suspected)  # one series each
    for anchor, number in (("open", told.open_), ("suspect", told.suspected)):
        section = site.section("regressions", anchor)
        assert f"<small>{number}</small>" in section
        assert section.count('<tr class="sm-why">') == number
    page = site.page("regressions")
    assert page.count('<tr class="sm-why">') == len(every)
    entries = ET.fromstring(feed(site.context)).findall(f"{ATOM}entry")  # noqa: S314 - our own text
    events = {one["event"] for one in every if one["direction"] in {bad, "improvement"}}
    assert len(entries) == min(len(events), MOST_ENTRIES) + told.newly_failing + told.still_failing


def _targets_agree(made, site, told):
    """``sla``, the page of all and the counts of it, which lead to their rows."""
    rows, _ = command(made, "sla")
    assert Counter(one["status"] for one in rows) == Counter(told.targets)
    body = site.page("sla")
    if not rows:
        assert "No targets are set" in body
        return
    places = {
        anchor: place
        for place, anchor in re.findall(r'<p class="sm-only w(\d+)" id="([^"]*)">', body)
    }
    for status, number in told.targets.items():
        place = places[addresses.only(status)]
        assert body.count(f'data-w="{place}"') == number
    for where in (body, site.page("")):
        for words, address in linked(where).items():
            if address.startswith("sla/#only-"):
                assert int(words.partition(" ")[0]) == told.targets[address[len("sla/#only-") :]]


def _tiles_agree(site):
    """Commits and machines of the front page are those of their own pages."""
    tiles = dict(re.findall(r"<span>([^<]+)</span><b>(\d+)</b>", site.page("")))
    runs = re.search(r"(\d+) runs? at (\d+) commits?", site.page("runs"))
    assert runs is not None
    assert tiles["Commits measured"] == runs[2]
    assert int(runs[1]) == len(site.context.view.counting)
    assert int(tiles["Machines"]) == site.page("machines").count("<section>")


def _words_agree(site, told):
    """Tiles, badges and feed say the same words, and the files have the same rows."""
    said = {one.name: one.message for one in badges(site.context)}
    assert said["regressions"] == told.regressions_words
    assert said["failing"] == (told.failing_words or "none")
    assert said.get("sla", "") == (told.targets_words if told.every_target else "")
    subtitle = ET.fromstring(feed(site.context)).findtext(f"{ATOM}subtitle")  # noqa: S314 - ours
    tiles = re.sub(r"<[^>]*>", "", site.page(""))
    for words in (told.regressions_words, told.failing_words, said.get("sla", "")):
        assert words in tiles
        assert words in (subtitle or "")


def test_data_files_hold_the_rows_that_pages_count(tmp_path):
    (tmp_path / "project").mkdir()
    site = Site(stored(tmp_path / "project", *EVERY))
    downloads.write_decided(site.context, Tree(tmp_path))
    told = tally(site.context)
    changes = orjson.loads((tmp_path / "data/regressions.json").read_bytes())
    found = Counter((one["status"], one["direction"]) for one in changes)
    assert found["confirmed", "regression"] == told.open_series
    assert found["suspect", "regression"] + found["suspect", "improvement"] == told.suspected
    targets = orjson.loads((tmp_path / "data/sla.json").read_bytes())
    assert Counter(one["status"] for one in targets) == Counter(told.targets)


def test_a_run_page_links_each_count_to_exactly_its_points(tmp_path):
    site = Site(stored(tmp_path, *EVERY))
    newest = site.context.view.runs[-1]
    body = site.page(addresses.run(newest.run_id))
    status = Counter(
        series.status_of(series.size - 1)
        for series in site.context.view.series
        if series.runs[-1] == newest.position
    )
    assert _counted(body) == status
    for place, (word, number) in enumerate(_counted(body).items(), start=1):
        anchor = addresses.only(word)
        assert f'<a href="#{anchor}">' in body
        assert f'<p class="sm-only w{place}" id="{anchor}">' in body
        assert body.count(f'<tr data-w="{place}"') == number
