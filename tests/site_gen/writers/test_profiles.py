"""What a profiler saw is drawn, linked from the page of its run, and harms no page."""

import xml.etree.ElementTree as ET
from typing import Any

from history.project import profiles
from site_gen.charts import flamegraph
from site_gen.shell.build import build
from tests.history.judge.builders import point, run, workspace

SVG = "{http://www.w3.org/2000/svg}"


def boxes(lines):
    root = ET.fromstring(flamegraph.svg(lines, "busy"))  # noqa: S314 - ours
    found = {}
    for group in root.findall(f"{SVG}g"):
        box = group.find(f"{SVG}rect")
        name = group.find(f"{SVG}title").text
        found[name] = (float(box.get("x")), float(box.get("y")), float(box.get("width")))
    return root.find(f"{SVG}title").text, found


def test_a_box_is_as_wide_as_the_share_of_samples_and_as_deep_as_the_stack():
    title, found = boxes(["main;slow 6", "main;fast 3", "other 1"])
    assert title == "busy, 10 samples"
    assert found["main 90.0 %"] == (0.0, 17.0, 1080.0)
    assert found["fast 30.0 %"] == (0.0, 34.0, 360.0)
    assert found["slow 60.0 %"] == (360.0, 34.0, 720.0)
    assert found["other 10.0 %"] == (1080.0, 17.0, 120.0)


def test_names_are_text_whatever_they_hold_and_lines_that_are_no_stack_are_left_out():
    title, found = boxes(["<script>alert(1)</script>;a\x00&b 2", "no count", "", "x -1"])
    assert (title, list(found)) == ("busy, 2 samples", ["<script>alert(1)</script> 100.0 %",
                                                        "a\ufffd&b 100.0 %"])  # fmt: skip


def test_very_deep_stacks_and_none_at_all_are_drawn():
    flamegraph.svg([";".join(f"f{k}" for k in range(5000)) + " 1"], "deep")
    assert boxes([]) == ("busy, 0 samples", {})


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
