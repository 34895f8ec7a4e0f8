import json
import re
from pathlib import Path

import pytest
import vl_convert

from site_gen.charts import compiling, registry
from site_gen.charts.interface import vega_lite
from site_gen.writers import bundle

KINDS = registry.every()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_specification_is_what_it_was(kind, golden):
    spec = vega_lite(kind)
    spec.pop("$schema")  # names the release of Altair
    text = json.dumps(spec, indent=1, sort_keys=True)
    golden(text + "\n", f"{kind.name}.vl.json")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_specification_holds_no_data_and_no_fixed_colour(kind):
    text = json.dumps(vega_lite(kind))
    assert '"values"' not in text
    assert "http" not in text.replace("https://vega.github.io/schema", "")
    assert "#" not in text


def test_every_kind_is_compiled_for_the_browser():
    found = bundle.compiled()
    for kind in KINDS:
        spec = json.loads(found[f"assets/charts/{kind.name}.vg.json"])
        assert {"x", "y"} <= {scale["name"] for scale in spec["scales"]}
        assert spec["$schema"].startswith("https://vega.github.io/schema/vega/")


def skip_with_other_compilers():
    noted = json.loads((compiling.FOLDER / compiling.MADE_WITH).read_text("utf-8"))
    if noted != compiling.made_with():
        pytest.skip(f"made with {noted}, here is {compiling.made_with()}")


def test_the_compiled_charts_of_the_package_are_what_its_command_makes_today():
    skip_with_other_compilers()
    held = {path.name: path.read_bytes() for path in compiling.FOLDER.glob("*.v[gl].json")}
    assert held == compiling.compiled()


@pytest.mark.nightly
def test_every_file_of_the_package_is_what_its_command_makes_today(tmp_path):
    skip_with_other_compilers()
    compiling.write(tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    held = {path.name: path.read_bytes() for path in compiling.FOLDER.iterdir()}
    assert held.pop("vega.licences.txt").startswith(b"vega.js is a bundle")
    assert held == made


def test_every_library_of_the_bundle_has_its_licence():
    other = {
        *("vega-lite", "vega-embed", "vega-themes", "vega-tooltip", "vega-schema-url-parser"),
        *("clone", "fast-deep-equal", "fast-json-stable-stringify"),
        "json-stringify-pretty-compact",
    }
    library = next(Path(vl_convert.__file__).parent.glob("vl_convert.*.so"))
    known = re.findall(rb"/npm/([a-z0-9-]+)@[\d.]+/\+esm", library.read_bytes())
    parts = {name.decode() for name in known} - other
    text = bundle.compiled()["assets/vega.licences.txt"].decode()
    listed = {name for line in text.splitlines() for name in line.split(", ")}
    assert {"vega", "vega-interpreter", "d3-array"} <= parts <= {one.rstrip(",") for one in listed}
