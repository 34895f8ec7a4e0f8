"""Words for a whole judgement: what was checked, and what cannot be detected."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from history.judge.verdict import Word
from history.report.wording import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.judge.gate import GateRow
    from history.judge.judge import Judgement


def too_few(judged: Judgement) -> str:
    """The number of series with too few points for a change; empty without any."""
    every = len(judged.detections)
    few = sum(not one.enough_data for one in judged.detections.values())
    if not few:
        return ""
    have = "has" if few == 1 else "have"
    needed = {one.n_needed for one in judged.detections.values()}
    than = f", fewer than {needed.pop()}," if len(needed) == 1 else ""
    return (
        f"{numbers.whole(few)} of {numbers.whole(every)} series {have} too few points{than} to "
        f"show one."
    )


def not_open(judged: Judgement) -> str:
    """The number of changes that need no attention, and how to list them; may be empty."""
    count = sum(not row.is_open_regression for row in judged.regressions)
    if not count:
        return ""
    return (
        f"{numbers.counted(count, 'change')} decided, recovered or for the better: "
        "`soundmark regressions --all`."
    )


def upgrade(judged: Judgement) -> str:
    """``The rules are now steps 2: since steps 1, 3 changes came and 1 went.``, or nothing."""
    if not judged.upgrades:
        return ""
    first = judged.upgrades[0]
    came = sum(one.effect == "came" for one in judged.upgrades)
    return (
        f"The rules are now {first.new_rules}: since {first.old_rules}, "
        f"{numbers.counted(came, 'change')} came and {len(judged.upgrades) - came} went, on the "
        f"same points."
    )


def check(judged: Judgement, found: Sequence[GateRow]) -> str:
    """``1 failed, 2 invalid, 0 warned: 163 series, 40 points held against thresholds, ...``."""
    words = Counter(row.reason.word for row in found)
    failed, invalid, missing = (words[one] for one in (Word.FAIL, Word.INVALID, Word.MISSING))
    counts = [f"{failed} failed"]
    counts += [f"{invalid} invalid"] * bool(invalid) + [f"{missing} missing"] * bool(missing)
    counts += [f"{len(found) - failed - invalid - missing} warned"]
    held = numbers.counted(judged.gates_checked, "point")
    return (
        f"{', '.join(counts)}: {_series(judged)}, {held} held against thresholds "
        f"({_without(judged)}), {numbers.counted(len(judged.sla), 'target')}; "
        f"detector {judged.version}"
    )


def _series(judged: Judgement) -> str:
    """``163 series (45 fail, 2 missing, 6 never run here)``: the verdicts that the site counts."""
    every = judged.verdicts.values()
    counts = Counter(one.word for one in every if not one.never_run)
    parts = [(counts[word], str(word)) for word in (Word.FAIL, Word.INVALID, Word.MISSING)]
    parts.append((sum(one.never_run for one in every), "never run here"))
    words = ", ".join(f"{count} {what}" for count, what in parts if count)
    return f"{numbers.whole(len(judged.verdicts))} series" + (f" ({words})" if words else "")


def _without(judged: Judgement) -> str:
    """``3 without a baseline: against the release 2, parent 1``."""
    rules = judged.gates_without_baseline
    named = ", ".join(f"{name} {count}" for name, count in sorted(rules.items()))
    return f"{sum(rules.values())} without a baseline{': ' if named else ''}{named}"
