import gzip
import hashlib
import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from statistics import median

import duckdb
import numpy as np
import orjson
import pytest
from click.testing import CliRunner

from history import addresses
from history.project.workspace import open_workspace
from history.report.review import links
from history.words.errors import UsageError
from site_gen.shell import our_folder
from site_gen.shell.build import Built, build
from site_gen.shell.our_folder import MARKER
from site_gen.writers.coding import read
from soundmark import main
from tests.site_gen.hostile import WORDS


def digest(folder):
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return found.hexdigest()


def pages(out):
    return [path for path in out.rglob("index.html") if "docs" not in path.parts]


def test_every_page_and_every_data_file_is_built(demo):
    with demo.workspace.reading() as connection:
        (benchmarks,), (runs,), (commits,) = (
            connection.execute(query).fetchone()
            for query in (
                "select count(*) from (select distinct suite, benchmark, params from series)",
                "select count(*) from runs",
                "select count(*) from commits",
            )
        )
        (suites,) = connection.execute("select count(distinct suite) from series").fetchone()
    found = json.loads((demo.out / "data/regressions.json").read_text())
    events = {change["event"] for change in found}
    assert events
    folders = {
        "suites/*": suites,
        "suites/*/*": benchmarks,
        "runs/*": runs,
        "commits/*": commits,
        "events/*": len(events),
    }
    for pattern, count in folders.items():
        assert len(list(demo.out.glob(f"{pattern}/index.html"))) == count, pattern
    assert len(pages(demo.out)) == demo.pages
    assert len(list((demo.out / "data/series").rglob("*.json"))) == benchmarks
    assert len(list((demo.out / "data/samples").rglob("*.json"))) == benchmarks


def test_the_list_of_pages_is_what_others_may_link_to(demo):
    found = links.decode((demo.out / addresses.PAGES).read_bytes())
    built = {path.parent.relative_to(demo.out).as_posix() for path in pages(demo.out)}
    assert found.pages == {"" if page == "." else page for page in built}
    assert found.pictures
    for picture in found.pictures:
        assert (demo.out / picture).read_bytes().startswith(b"\x89PNG")


def test_pages_that_only_some_histories_have_stand_in_the_navigation(demo):
    front = (demo.out / "index.html").read_text(encoding="utf-8")
    for name in ("compare", "memory"):
        assert f'href="{name}/"' in front
        assert (demo.out / name / "index.html").is_file()


def test_building_again_writes_nothing_and_gives_the_same_bytes(demo):
    before = digest(demo.out)
    again = build(demo.workspace, demo.out, lambda _: None)
    assert again.written == 0
    assert digest(demo.out) == before


def test_a_page_never_disagrees_with_the_samples(demo):
    with demo.workspace.reading() as connection:
        rows = connection.execute(
            "select series.metric, machines.label, series.variant, points.samples_ns"
            " from points join series using (series_key) join runs using (run_key)"
            " join machines on machines.machine_key = series.machine_key"
            " where suite = 'alignment' and metric = 'total_time' and status = 'measured'"
            " qualify row_number() over (partition by series_key order by started_at desc) = 1"
        ).fetchall()
    (file,) = (demo.out / "data/series/alignment").glob("*.json")
    page = orjson.loads(file.read_bytes())
    assert len(rows) == 4
    for metric, machine, variant, samples in rows:
        series = next(
            one
            for one in page["series"]
            if (one["m"], one["k"], one["v"]) == (metric, machine, variant)
        )
        assert series["u"] == "ms"
        drawn = read(np.array(sum(filter(None, series["y"]))), series["q"])
        assert drawn == pytest.approx(median(samples) / 1e6, rel=1e-4)


def test_downloads_hold_every_point(demo):
    data = demo.out / "data"
    with demo.workspace.reading() as connection:
        (points,) = connection.execute("select count(*) from points").fetchone()
    with duckdb.connect() as connection:
        for name in ("points.parquet", "points.csv.zst"):
            found = connection.execute(f"select count(*) from '{data / name}'").fetchone()
            assert found == (points,)
    with duckdb.connect(str(data / "history.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from points").fetchone() == (points,)
        assert connection.execute("select count(*) > 0 from latest").fetchone() == (True,)
        tags = connection.execute(
            "select tags['storage_version'] from duckdb_databases() where database_name = 'history'"
        ).fetchone()
    assert tags is not None
    assert str(tags[0]).startswith("v1.4")


def test_hostile_names_stay_text(demo):
    for page in pages(demo.out):
        text = page.read_text(encoding="utf-8")
        assert "<script>window.pwned" not in text
        assert "<img src=x" not in text
        assert "<svg onload" not in text
        assert 'href="javascript:' not in text
    names = [path.name for path in (demo.out / "suites").rglob("*") if path.is_dir()]
    assert all(name.isascii() and len(name) < 70 and "." not in name for name in names)
    hostile = next(path for path in (demo.out / "suites").iterdir() if "pwned" in path.name)
    assert len([path for path in hostile.iterdir() if path.is_dir()]) == len(WORDS)


def test_a_hostile_transcript_is_shown_as_text(demo):
    hostile = next(path for path in (demo.out / "suites").iterdir() if "pwned" in path.name)
    texts = [path.read_text(encoding="utf-8") for path in hostile.rglob("index.html")]
    (page,) = [text for text in texts if 'id="transcripts"' in text]
    assert "+&lt;script&gt;window.pwned=1&lt;/script&gt;" in page or "+&#34;&gt;&lt;img" in page


def test_the_scripts_before_the_first_chart_are_small(demo):
    assets = demo.out / "assets"
    own = [
        len(gzip.compress((assets / f"{one}.js").read_bytes())) for one in ("soundmark", "charts")
    ]
    assert sum(own) <= 14_000
    assert len(gzip.compress((assets / "chart-tools.js").read_bytes())) <= 5_000
    assert len(gzip.compress((assets / "vega.js").read_bytes())) <= 205_500


def test_benchmarks_are_not_in_the_navigation(demo):
    front = (demo.out / "index.html").read_text()
    navigation = front[front.index('<nav class="md-tabs"') : front.index("<main")]
    assert "suites/alignment/pipeline" not in navigation
    assert not (demo.out / "search/search_index.json").exists(), "assets/search.js finds them"


def test_a_folder_of_someone_else_is_not_emptied(demo, tmp_path):
    (tmp_path / "precious.txt").write_text("keep me")
    with pytest.raises(UsageError, match="did not build"):
        build(demo.workspace, tmp_path, lambda _: None)
    assert (tmp_path / "precious.txt").read_text() == "keep me"


def test_a_folder_that_was_typed_as_a_point_is_named(tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "precious.txt").write_text("keep me")
    monkeypatch.chdir(tmp_path / "mine")
    with pytest.raises(UsageError, match="the folder mine holds something"):
        our_folder.refuse_foreign(Path())


def test_the_command_says_where_the_site_is(demo):
    assert str(demo.out) in demo.said
    assert f"{demo.pages} pages" in demo.said
    assert (demo.out / MARKER).is_file()


def test_every_page_of_simulated_numbers_says_so(demo):
    assert all("Simulated numbers" in page.read_text(encoding="utf-8") for page in pages(demo.out))


def test_the_demo_command_invents_a_year_and_builds_it(tmp_path, monkeypatch):
    def only_count(workspace, out, say):
        with workspace.reading() as connection:
            (runs,) = connection.execute("select count(*) from runs").fetchone()
        return Built(pages=runs, files=0, written=0, out=out)

    monkeypatch.setattr("site_gen.demo.demo.build", only_count)
    done = CliRunner().invoke(main, ["demo", "--out", str(tmp_path / "d"), "--nights", "3"])
    assert done.exit_code == 0, done.output
    assert "7 pages of simulated numbers" in done.output


def test_nothing_private_reaches_a_page(demo):
    secrets = [str(demo.workspace.root), os.environ.get("HOME", "/nowhere") + "/"]
    for path in demo.out.rglob("*"):
        if path.suffix in {".html", ".json", ".xml", ".svg"}:
            text = path.read_text(encoding="utf-8")
            assert not any(secret in text for secret in secrets), path.name


def test_help_needs_neither_charts_nor_a_database():
    code = (
        "import sys; from click.testing import CliRunner; from site_gen.cli.main import site, demo;"
        "CliRunner().invoke(site, ['build', '--help']); CliRunner().invoke(demo, ['--help']);"
        "heavy = {'altair', 'duckdb', 'numpy', 'vl_convert', 'mkdocs', 'jinja2'};"
        "print(*sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, done.stdout.strip()) == (0, "", "")


def test_assets_are_packaged():
    for name in ("soundmark.css", "soundmark.js", "charts/page.js", "logo.svg"):
        assert (files("site_gen") / "assets" / name).is_file()


def test_an_empty_history_is_a_site_that_says_so(tmp_path):
    workspace = open_workspace(history=tmp_path / "history.duckdb", ledger=tmp_path / "runs")
    workspace.sync()
    build(workspace, tmp_path / "site", lambda _: None, "plain", 1)
    front = (tmp_path / "site/index.html").read_text(encoding="utf-8")
    assert "nothing measured yet" in front
    assert 'href="compare/"' not in front
    assert 'href="memory/"' not in front
