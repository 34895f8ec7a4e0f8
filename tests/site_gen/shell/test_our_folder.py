"""A site that was built from more runs is not replaced."""

import orjson
import pytest

from history.project.workspace import open_workspace
from history.words.errors import BrokenDataError
from site_gen.shell.build import build
from site_gen.shell.our_folder import MARKER
from tests.history.builders import record


@pytest.mark.parametrize("said", [{"runs": 7, "held": 9}, {"runs": 9}], ids=["now", "before"])
def test_a_site_of_more_runs_is_left_as_it_is(tmp_path, said):
    workspace = open_workspace(history=tmp_path / "history.duckdb", ledger=tmp_path / "runs")
    workspace.append([record("a1")])
    out = tmp_path / "site"
    out.mkdir()
    (out / MARKER).write_bytes(orjson.dumps(said))
    (out / "index.html").write_text("nine runs")
    with pytest.raises(BrokenDataError, match="built from 9 runs, the history holds 1"):
        build(workspace, out, lambda _: None)
    assert (out / "index.html").read_text() == "nine runs"


def test_a_site_is_built_from_everything_the_ledger_has(tmp_path):
    """Runs that only the ledger had are taken in before they are counted."""
    workspace = open_workspace(history=tmp_path / "history.duckdb", ledger=tmp_path / "runs")
    workspace.append([record("a1")])
    workspace.ledger.write([record("b2", night=1)])
    out = tmp_path / "site"
    out.mkdir()
    (out / MARKER).write_bytes(orjson.dumps({"runs": 3, "held": 3}))
    with pytest.raises(BrokenDataError, match="built from 3 runs, the history holds 2"):
        build(workspace, out, lambda _: None)
