"""The conclusion of a check from a review. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from history.report.review.result import Outcome
from site_gen.forge.interface import Conclusion

if TYPE_CHECKING:
    from history.project.tables import CheckMode

_REQUIRED: Final = {
    Outcome.FAILED: Conclusion.FAILURE,
    Outcome.REGRESSION: Conclusion.FAILURE,
    Outcome.ACCEPTED: Conclusion.NEUTRAL,
    Outcome.TARGET_BROKEN: Conclusion.FAILURE,
    Outcome.NOT_COMPARABLE: Conclusion.NEUTRAL,
    Outcome.SUSPECT: Conclusion.ACTION_REQUIRED,
    Outcome.IMPROVEMENT: Conclusion.SUCCESS,
    Outcome.NO_DIFFERENCE: Conclusion.SUCCESS,
    Outcome.NOT_ENOUGH_DATA: Conclusion.NEUTRAL,
    Outcome.NOTHING_COMPARED: Conclusion.NEUTRAL,
}


def conclusion(outcome: Outcome, mode: CheckMode) -> Conclusion:
    """Success without a finding; failures stop a merge only if the check is required."""
    said = _REQUIRED[outcome]
    if mode == "required" or said is Conclusion.SUCCESS:
        return said
    return Conclusion.NEUTRAL


def of_trouble(mode: CheckMode, *, is_ours: bool) -> Conclusion:
    """The conclusion without a result: neutral when the failure is ours.

    When the job handed over no valid result, a required check asks for one; otherwise a pull
    request could pass by handing over nothing.
    """
    if mode == "required" and not is_ours:
        return Conclusion.ACTION_REQUIRED
    return Conclusion.NEUTRAL
