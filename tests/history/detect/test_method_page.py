from pathlib import Path

from benchmarks.detection.worked_example import END, PAGE, START, worked_example

ROOT = Path(__file__).parents[3]


def test_the_numbers_of_the_method_page_are_those_of_the_code():
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    written = text.split(START)[1].split(END)[0].strip()
    assert written == worked_example().strip(), (
        "run `python -m benchmarks.detection.worked_example` and read the page again"
    )
