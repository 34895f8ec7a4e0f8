import xml.etree.ElementTree as ET

from site_gen.charts import flamegraph

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
