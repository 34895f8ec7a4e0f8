"""The words of a run can be taken away as TextGrid files."""

import io
import zipfile

from history.items.aligned import Word
from history.read.aligned import Aligned
from site_gen.pages.context import Context, SiteInfo
from site_gen.pages.interface import Details
from site_gen.pages.registry import pages
from site_gen.writers import textgrids
from site_gen.writers.downloads import Downloads
from tests.history.judge.builders import item, point, run, workspace
from tests.site_gen import builders
from tests.site_gen.rendering import renderer

SPOKEN = {"u1": "GOOD 0.10-0.30 · DAY 0.30-0.75", "u2": "NIGHT 0.20-0.60"}


def night(number, texts):
    items = [
        item(name, value=1.0, text=text, facts={"duration_s": 1.5}) for name, text in texts.items()
    ]
    return run(number, point(1.0), items=items)


def built(folder, *nights):
    made = workspace(folder, *nights)
    with made.reading() as connection:
        return textgrids.build(connection)


def names_in(data):
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def test_every_utterance_of_a_chosen_run_has_its_own_words(tmp_path):
    told, files = built(tmp_path, night(0, SPOKEN), night(1, SPOKEN | {"u2": "LIGHT 0.25-0.60"}))
    old, new = (told[f"{number:08x}626f78000000000000000000"] for number in (0, 1))
    assert (old.utterances, new.utterances) == (2, 2)
    first, second = names_in(files[old.path]), names_in(files[new.path])
    assert [name.rpartition("/")[2] for name in first] == ["u1.TextGrid", "u2.TextGrid"]
    (one,) = [text for name, text in first.items() if name.endswith("u2.TextGrid")]
    (other,) = [text for name, text in second.items() if name.endswith("u2.TextGrid")]
    assert 'text = "NIGHT"' in one
    assert 'text = "LIGHT"' in other
    assert "xmax = 1.5" in one


def test_transcripts_without_times_give_no_file(tmp_path):
    assert built(tmp_path, night(0, {"u1": "good day"})) == ({}, {})


def test_runs_beyond_the_newest_are_counted_only(tmp_path, monkeypatch):
    monkeypatch.setattr(textgrids, "MOST_RUNS", 1)
    told, files = built(tmp_path, night(0, SPOKEN), night(1, SPOKEN))
    assert [bool(one.path) for one in told.values()] == [True, False]
    assert len(files) == 1


def test_the_same_words_are_the_same_bytes_and_a_hostile_name_stays_inside():
    word = Word("<b>", 0.0, 0.5)
    rows = [Aligned("golden.pipeline", "", "../../etc/passwd", (word,), 1.0)]
    assert textgrids.archive(rows) == textgrids.archive(rows)
    (name,) = names_in(textgrids.archive(rows))
    assert ".." not in name


def test_the_page_of_the_run_leads_to_them():
    context: Context = builders.context(
        builders.benchmark(builders.series([1.0, 2.0])), site=SiteInfo("a site")
    )
    first, second = (one.run_id for one in context.view.runs)
    words = {
        first: textgrids.RunWords(7),
        second: textgrids.RunWords(2, "data/words/x.zip", 2048),
    }
    made = {
        one.path: renderer(context).page(one)
        for one in pages(context, {}, Downloads((), ()), details=Details(words=words))
        if one.template == "run.html"
    }
    assert 'href="../../data/words/x.zip" download' in made[f"runs/{second}"]
    assert "are in the history" in made[f"runs/{first}"]
