"""Default thresholds of suites."""

from __future__ import annotations

from typing import Final

from history.words.metrics import DefaultThreshold

_COMPONENTS: Final = (
    "mel_time",
    "encoder_time",
    "prefill_time",
    "decode_step_time",
    "decode_loop_time",
)
_TOTALS: Final = ("first_token_time", "model_only_time", "end_to_end_time", "total_time")

GOLDEN: Final = (
    *(
        DefaultThreshold(
            name=f"component {metric} at most 20 % slower",
            suite="golden*",
            metric=metric,
            worse_by="20 %",
        )
        for metric in _COMPONENTS
    ),
    *(
        DefaultThreshold(
            name=f"pipeline {metric} at most 10 % slower",
            suite="golden*",
            metric=metric,
            worse_by="10 %",
            severity="warn",
        )
        for metric in _TOTALS
    ),
    DefaultThreshold(
        name="peak memory of tiny-int8 at most 150 MB",
        suite="golden*",
        metric="peak_rss",
        variant="*tiny-int8*",
        limit="150 MB",
    ),
)
"""A component more than 20 % slower fails, the whole pipeline more than 10 % slower warns. The
absolute limit holds for one model alone: it belongs to a model and not to a suite."""
