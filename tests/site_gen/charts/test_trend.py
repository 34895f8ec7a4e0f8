import re

import numpy as np

from site_gen.charts import trend


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
