"""A verdict is told in words; the rule behind it stands where it is asked for."""

from history.judge.size import UNKNOWN
from history.judge.verdict import Verdict, Word
from history.report.wording import verdicts
from tests.site_gen.builders import change, series, target


def test_a_change_is_told_by_from_where_to_where_it_went_without_its_rule():
    moved = change(series([1.0] * 8), 4, rule="step")
    found = Verdict(Word.FAIL, moved, UNKNOWN, 8)
    told = verdicts.plainly(found)
    assert told == "step of +20.0 %, from 1.00 s to 1.20 s at 000000000000, seen in 5 runs since"
    assert "|t|" in verdicts.verdict(found)


def test_anything_else_is_told_by_its_sentence():
    found = Verdict(Word.FAIL, target(series([1.5]), "fail"), UNKNOWN, 1)
    assert verdicts.plainly(found) == verdicts.verdict(found)
