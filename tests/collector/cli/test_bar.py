"""What a terminal shows while benchmarks run fits its width, and keeps the name."""

import io

import pytest
from rich.console import Console

from collector.cli.bar import Bar

NAME = "recognise[audio=conversation,model=wav2vec2-large,threads=2]"


def test_before_the_first_suite_it_says_what_is_done():
    bar = Bar(12, Console(file=io.StringIO(), width=60))
    assert bar._progress.tasks[0].description == "looking at the machine"
    bar.close()


@pytest.mark.parametrize("width", [80, 60])
def test_suite_counts_times_and_the_whole_name_are_seen(width):
    # No terminal: nothing is drawn by itself while it is looked at.
    bar = Bar(12, Console(file=io.StringIO(), width=width))
    bar._progress.update(bar._task, suite="alignment", completed=3)
    bar._progress.update(bar._task, description=f"{NAME} · round 3 · 12/30")
    out = io.StringIO()
    for shown in bar._progress.get_renderables():
        Console(file=out, width=width).print(shown)
    bar.close()
    first, *below = out.getvalue().splitlines()
    assert first.split()[0] == "alignment"
    assert " 3/12 0:00:0" in first
    assert " left " in first
    assert "…" not in out.getvalue()
    assert all(len(line.rstrip()) <= width for line in (first, *below))
    assert NAME in "".join(below)
