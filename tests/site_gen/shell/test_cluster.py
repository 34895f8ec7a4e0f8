"""A cluster makes the data of pages, and the site has the same bytes."""

import pytest

from history import workers
from history.project.workspace import open_workspace
from site_gen.demo.demo import CONFIG
from site_gen.demo.simulate import year
from site_gen.shell.build import build
from site_gen.writers.tree import Tree
from tests import clusters
from tests.site_gen.builders import of_suites

NIGHTS = 12


def data_files(out):
    return {path.relative_to(out): path.read_bytes() for path in (out / "data").rglob("*.json")}


@pytest.mark.nightly
def test_data_of_pages_from_a_cluster_that_loses_a_worker_are_those_of_this_machine(
    tmp_path, monkeypatch
):
    (tmp_path / "soundmark.toml").write_text(CONFIG, encoding="utf-8")
    workspace = open_workspace(tmp_path / "soundmark.toml")
    workspace.append(of_suites(year(NIGHTS), "alignment", "micro"))
    build(workspace, tmp_path / "here", lambda _: None, "plain", 1)
    monkeypatch.setattr(workers, "_CHUNK", 1)
    put = Tree.put
    with clusters.of_two_workers(tmp_path) as (address, (first, second)):

        def losing(tree, name, content):
            if name.startswith("data/series/") and first.poll() is None:
                first.kill()
                first.wait()
            return put(tree, name, content)

        monkeypatch.setattr(Tree, "put", losing)
        with workers.using(workers.named(f"dask://{address}")):
            build(workspace, tmp_path / "there", lambda _: None, "plain", 1)
        assert first.poll() is not None
        assert second.poll() is None
    here = data_files(tmp_path / "here")
    assert len(here) > 10
    assert data_files(tmp_path / "there") == here
