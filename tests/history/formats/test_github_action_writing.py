"""What goes out as data.js comes in as the same series, where it has a place."""

import json

from tests.history.formats.written import written


def test_data_js_says_what_it_has_no_place_for(tmp_path):
    said = written(tmp_path, "github-action-benchmark", tmp_path / "data.js")
    text = (tmp_path / "data.js").read_text()
    assert text.startswith("window.BENCHMARK_DATA = {\n")
    data = json.loads(text.partition("= ")[2])
    tools = {suite: entries[0]["tool"] for suite, entries in data["entries"].items()}
    assert tools == {
        "suite": "customSmallerIsBetter", "suite (higher is better)": "customBiggerIsBetter",
    }  # fmt: skip
    (entry,) = data["entries"]["suite"]
    assert [one["name"] for one in entry["benches"]] == [
        "mel - peak_rss", "mel [n=1]", "mel [n=2, runtime=onnxruntime;device=cpu]",
    ]  # fmt: skip
    assert sorted(said) == [
        "1 point that failed or were skipped left out",
        "1 point without a direction left out: its tools have one each",
        "interval of 1 point written as half its width",
        "machine or direction of 1 point said by the name of the suite",
        "metric of 1 point put into the name: it is known by its unit alone",
        "parameters or variant of 2 points put into the name",
        "samples of 1 point left out",
    ]
