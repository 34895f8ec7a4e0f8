"""What a profiler saw is drawn, linked from the page of its run, and harms no page."""

from typing import Any

from history.project import profiles
from site_gen.shell.build import build
from tests.history.judge.builders import point, run, workspace


def test_the_page_of_a_run_links_its_flame_graphs_and_says_what_is_missing(tmp_path):
    made = workspace(tmp_path, run(0, point(1.0)))
    with made.reading() as connection:
        ((run_id,),) = connection.execute("select run_id from runs").fetchall()
    folder = profiles.folder(made.history_file, run_id)
    told: Any = {"suite": "golden", "benchmark": "pipeline", "tool": "perf"}
    profiles.write(
        folder,
        [
            profiles.Profile(label="golden.pipeline", file="one.folded", samples=7, **told),
            profiles.Profile(label="golden.short", problem="it was seen nowhere", **told),
            profiles.Profile(label="golden.evil", file="../../secret", samples=1, **told),
        ],
    )
    (folder / "one.folded").write_text("main;loop 7\n")
    out = tmp_path / "site"
    build(made, out, lambda _: None, "plain", 1)
    (page,) = out.glob("runs/*/index.html")
    text = page.read_text()
    address = f"data/profiles/{run_id}/one"
    assert f'{address}.svg">golden.pipeline</a>' in text
    assert "it was seen nowhere" in text
    assert "golden.evil" in text
    assert "secret" not in text
    assert "loop" in (out / f"{address}.svg").read_text()
    assert (out / f"{address}.folded").read_text() == "main;loop 7\n"
    profiles.write(folder, [])
    build(made, out, lambda _: None, "plain", 1)
    assert "Profiles" not in page.read_text(), "a site is made again when profiles changed"
