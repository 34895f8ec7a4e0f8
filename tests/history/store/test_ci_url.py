"""The page of the CI run is kept with a run: in its file, in the history, on its page."""

import json

import duckdb
import msgspec
import pytest
from click.testing import CliRunner

from collector.cli.keeping import in_job
from history import addresses
from history.project.workspace import open_workspace
from history.read import runs
from history.store.ledger import Ledger
from history.vcs import ci_run
from history.words.records import Commit, RunKind, Side
from site_gen.shell.build import build
from soundmark import main
from tests.history.builders import START, point, record
from tests.history.store.admission.test_admission import faults, forge

ADDRESS = "https://github.com/acme/aligner/actions/runs/77"


def told(made, address=ADDRESS):
    """The same run, measured by that CI run."""
    return msgspec.structs.replace(made, run=msgspec.structs.replace(made.run, ci_url=address))


@pytest.fixture
def workspace(tmp_path):
    return open_workspace(history=tmp_path / "history.duckdb", ledger=tmp_path / "runs")


def known(workspace):
    with workspace.reading() as connection:
        return [run.ci_url for run in runs.read(connection)]


def test_it_is_known_of_the_run_and_after_the_database_is_made_anew(workspace):
    workspace.append([told(record("a1")), record("b2", night=1)])
    assert known(workspace) == [ADDRESS, ""]
    workspace.history_file.unlink()
    workspace.sync()
    assert known(workspace) == [ADDRESS, ""]


def test_a_file_of_a_run_without_one_has_no_such_column(tmp_path):
    ledger = Ledger(tmp_path)
    for made, has in ((record("a1"), False), (told(record("b2", night=1)), True)):
        path = ledger.path(ledger.write([made]))
        with duckdb.connect() as connection:
            columns = connection.execute(f"describe from '{path}'").fetchall()
        assert ("ci_url" in {column[0] for column in columns}) is has


@pytest.mark.parametrize("kind", ["run", "duet"])
def test_history_show_says_it(workspace, kind):
    made = told(record("a1"))
    if kind == "duet":
        points = [msgspec.structs.replace(point(), side=side) for side in Side]
        run = msgspec.structs.replace(
            made.run, kind=RunKind.DUET, base=Commit(sha="b0", time=START)
        )
        made = msgspec.structs.replace(made, run=run, points=tuple(points))
    workspace.append([made])
    words = ["history", "show", "a1", "--format", "json",
             "--history", str(workspace.history_file)]  # fmt: skip
    (shown,) = json.loads(CliRunner().invoke(main, words, catch_exceptions=False).stdout)
    assert (shown["kind"] == "duet", shown["ci_url"]) == (kind == "duet", ADDRESS)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "https://me:word@host/a", "https://a b"]
)
def test_a_forged_file_with_anything_else_is_refused(tmp_path, address):
    ledger = Ledger(tmp_path)
    name = ledger.write([told(record("a1"))])
    forge(ledger.path(name), f"select * replace ('{address}' as ci_url) from {{}}")
    assert faults(ledger) == {name: "has a ci_url that is no address of the web"}


def test_a_job_names_itself_and_what_was_told_goes_before_it(monkeypatch):
    for name in ci_run.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    assert in_job(record("a1"), "").run.ci_url == ""
    monkeypatch.setenv("CI_JOB_URL", "https://gitlab.com/a/b/-/jobs/5")
    assert in_job(record("a1"), "").run.ci_url == "https://gitlab.com/a/b/-/jobs/5"
    assert in_job(record("a1"), ADDRESS).run.ci_url == ADDRESS


def test_an_address_of_something_else_stops_collecting_before_it_begins():
    done = CliRunner().invoke(main, ["collect", "--ci-url", "javascript:alert(1)"])
    assert (done.exit_code, "--ci-url: expected an address" in done.output) == (2, True)


def test_pages_link_there(workspace, tmp_path):
    made = told(record("a1"))
    workspace.append([made])
    build(workspace, tmp_path / "site", lambda _: None, "plain")
    page = tmp_path / "site" / addresses.run(made.run.run_id) / "index.html"
    assert f'<a href="{ADDRESS}">' in page.read_text()
    one = made.points[0]
    trend = tmp_path / "site" / addresses.benchmark(one.suite, one.benchmark, {}) / "index.html"
    assert f'<a class="sm-sub" href="{ADDRESS}">CI run</a>' in trend.read_text()
    book = json.loads((tmp_path / "site" / "data" / "runs.json").read_text())
    assert list(book["ci"].values()) == [ADDRESS]
