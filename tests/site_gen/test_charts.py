import json
import re

import numpy as np
import pytest

from site_gen.charts import registry, trend
from site_gen.charts.interface import vega_lite
from site_gen.writers.bundle import specifications

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


def test_every_kind_is_compiled_for_the_browser(tmp_path):
    found = specifications(tmp_path)
    assert specifications(tmp_path) == found  # the second time from what was kept
    for kind in KINDS:
        spec = json.loads(found[f"charts/{kind.name}.vg.json"])
        assert {"x", "y"} <= {scale["name"] for scale in spec["scales"]}
        assert spec["$schema"].startswith("https://vega.github.io/schema/vega/")


def test_signs_at_the_same_run_stand_side_by_side_and_the_same_one_once():
    marks = (
        trend.Mark(2, "good", "▼", "faster"),
        trend.Mark(2, "good", "▼", "faster in another way"),
        trend.Mark(2, "env", "◆", "another library"),
        trend.Mark(3, "env", "◆", "another kernel"),
    )
    xs = np.arange(5.0)
    line = trend.Line("a way", xs, values=xs, low=xs, high=xs, absent=np.zeros(5, dtype=bool))
    drawn = trend.draw(trend.TrendPicture((line,), marks, tuple("abcde"), "ms", "a trend"))
    signs = re.findall(r'left:([\d.]+)%(?:;margin-left:([\d.]+)rem)?" title="[^"]*">(.)<', drawn)
    assert signs == [("50.0", "", "▼"), ("50.0", "0.6", "◆"), ("70.0", "", "◆")]
