"""Make the tables of docs/method/judgement.md from the code.

Run this module to rewrite them (`python -m tests.history.judge.worked`); a test compares them.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from history.compare import decide, pair
from history.detect import DEFAULT_MINIMUM_EFFECT
from history.judge import baseline, judge
from history.judge import targets as sla
from history.judge import thresholds as gates
from history.judge import verdict as verdicts
from history.read.series import QUALIFIERS
from history.report.output import markdown
from history.report.wording import numbers
from history.report.wording.targets import margin_between
from tests.conftest import ROOT
from tests.history.judge.builders import config, noisy, trend, trends

PAGE = ROOT / "docs" / "method" / "judgement.md"
BLOCK = re.compile(r"<!-- worked: (?P<name>\w+) -->\n.*?<!-- /worked -->", re.DOTALL)


def limits() -> str:
    """The numbers that the rules use."""
    rows = [
        ("measured points for which a confirmed change is news", verdicts.RECENT),
        ("commits of its suite after which a series is missing", verdicts.MISSING_AFTER),
        ("points of a median baseline", baseline.MEDIAN_OF),
        ("points over which compliance with a target is stated", sla.NIGHTS),
        ("what about allows", f"± {numbers.allowed(sla.ABOUT_MEANS)}"),
        ("smallest difference that is called one", numbers.allowed(DEFAULT_MINIMUM_EFFECT)),
        ("samples on each side for a Mann–Whitney test", pair.LEAST_SAMPLES),
        ("pairs for a signed-rank test", pair.LEAST_PAIRS),
        ("false discovery rate of a comparison", decide.FALSE_DISCOVERY_RATE),
        ("p below which a difference is suspect", decide.SUSPECT_BELOW),
    ]
    return table(("rule", "value"), rows)


def regression() -> str:
    """What is known on the nights after a step of 8 %."""
    values = [*noisy(0.100, n=40, seed=8), *noisy(0.108, n=12, seed=9)]
    rows = []
    for after in (1, 2, 3, 4, 6, 12):
        history = trends(trend(values[: 40 + after]))
        with tempfile.TemporaryDirectory() as folder:
            judged = judge.judge_view(history, config(Path(folder)))
        verdict = judged.verdicts["5e71e5"]
        found = judged.regressions[-1] if judged.regressions else None
        rows.append(
            (
                after,
                verdict.word,
                found.status if found else "",
                f"{found.previous_commit}..{found.commit}" if found else "",
                f"{numbers.signed(found.change)} ({numbers.signed(found.change_low)} to "
                f"{numbers.signed(found.change_high)})"
                if found
                else "",
                numbers.share(verdict.minimum_detectable_change),
            )
        )
    heads = ("nights after", "verdict", "state", "commits", "change", "detectable")
    return table(heads, rows)


def thresholds() -> str:
    """The rules of the golden suites."""
    rows = [
        (
            rule.metric,
            f"above {numbers.limit(*rule.limit)}" if rule.limit else numbers.allowed(rule.worse_by),
            rule.severity,
            rule.variant,
        )
        for rule in gates.thresholds_for((), ())
    ]
    return table(("metric", "worse by more than", "severity", "variant"), rows)


def targets() -> str:
    """Published numbers against their targets."""
    published = [
        ("first token", 0.1752, "s", "exact", 0.120, "lower"),
        ("encoder", 0.0555, "s", "exact", 0.500, "lower"),
        ("median latency", 0.120, "s", "about", 0.100, "lower"),
        ("memory", 150e6, "B", "below", 145e6, "lower"),
        ("throughput", 181.8, "tokens/s", "exact", 100.0, "higher"),
    ]
    rows = []
    for name, value, unit, stated, limit, better in published:
        qualifier = QUALIFIERS.index(stated)
        nothing = float("nan")
        prefix = "" if stated == "exact" else f"{stated} "
        rows.append(
            (
                name,
                numbers.limit(limit, unit),
                prefix + numbers.limit(value, unit),
                sla.complies(value, nothing, nothing, qualifier, limit, better),
                margin_between(value, limit, better, stated),
            )
        )
    return table(("target", "limit", "published", "status", "margin"), rows)


def table(heads, rows) -> str:
    """A Markdown table as the program writes one."""
    return markdown([dict(zip(heads, map(str, row), strict=True)) for row in rows], heads)


BLOCKS = {made.__name__: made for made in (limits, regression, thresholds, targets)}


def refreshed(text: str) -> str:
    """The page with every table as the code makes it now."""
    return BLOCK.sub(
        lambda found: (
            f"<!-- worked: {found['name']} -->\n\n{BLOCKS[found['name']]()}\n<!-- /worked -->"
        ),
        text,
    )


if __name__ == "__main__":
    PAGE.write_text(refreshed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
