"""Pictures of trends for places where no script runs."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from site_gen.charts.picture import MOST_POINTS, picture, title_of
from tests.history.judge.builders import trend
from tests.site_gen.hostile import WORDS

SVG = "{http://www.w3.org/2000/svg}"


def drawn(values, title="x"):
    return ET.fromstring(picture(trend(values), title))  # noqa: S314 - our own


def test_a_picture_says_what_it_shows_and_the_newest_value():
    text = drawn([0.050, 0.051, 0.0523], "cli.decode wall_time on box").find(f"{SVG}text")
    assert text.text == "cli.decode wall_time on box: 52.3 ms, 3 points"


def test_only_the_newest_points_are_drawn():
    line, dots = drawn(np.linspace(1.0, 2.0, 500)).iter(f"{SVG}path")
    assert line.get("d").count("L") == MOST_POINTS - 1
    assert dots.get("d").count("M") == MOST_POINTS


def test_absent_points_are_not_drawn():
    line, _ = drawn([1.0, np.nan, 1.1]).iter(f"{SVG}path")
    assert line.get("d").count("L") == 1


@pytest.mark.parametrize("text", WORDS)
def test_text_from_outside_stays_text(text):
    from site_gen.writers.text import clean

    found = drawn([1.0, 1.1], clean(text))
    assert {element.tag for element in found.iter()} == {
        f"{SVG}{name}" for name in ("svg", "rect", "text", "g", "path")
    }


def test_a_title_names_the_series():
    series = trend([1.0, 1.1], variant="runtime=torch;threads=2", params="k=50")
    assert title_of(series) == "golden.pipeline[k=50] first_token_time on box, torch · 2 threads"
