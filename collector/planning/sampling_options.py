"""Read when sampling stops: ``sampling = { ... }`` in any ``[[suite]]`` table."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from collector.contract import SuitePlan
from history.project.config import convert_table
from history.words.errors import ConfigError


class SamplingTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of ``Sampling`` a project may set for all benchmarks of a suite.

    What is left out stays as the suite has it.
    """

    warmup: int | None = None
    repeats: int | None = None
    min_repeats: int | None = None
    max_repeats: int | None = None
    max_s: float | None = None
    half_width: float | None = None
    rounds: int | None = None
    processes: Annotated[int, msgspec.Meta(ge=1)] | None = None
    aggregate: Literal["median", "mean"] | None = None


def split(table: dict[str, Any], where: str) -> tuple[dict[str, Any], SamplingTable]:
    """The suite's own table without ``sampling``, and the value of that key.

    Raises ConfigError naming the place of a mistake.
    """
    own = {key: value for key, value in table.items() if key != "sampling"}
    given = table.get("sampling", {})
    return own, convert_table(given, SamplingTable, f"{where}.sampling")


def apply(sampling: SamplingTable, plan: SuitePlan, where: str) -> SuitePlan:
    """The plan with every case sampled that way; ``where`` is the place of the suite's table.

    Raises ConfigError when a case cannot be.
    """
    given = {
        field: value
        for field, value in msgspec.structs.asdict(sampling).items()
        if value is not None
    }
    if not given:
        return plan
    bound = [case.benchmark for case in plan.cases if case.sampling.sequence]
    if bound and given.get("processes", 1) > 1:
        raise ConfigError(
            f"{where}.sampling.processes: an iteration of {bound[0]} builds on the one before, so"
            f" one process must do them all, not {given['processes']}.",
            hint="Take `processes` out of this table.",
        )
    cases = tuple(
        msgspec.structs.replace(case, sampling=msgspec.structs.replace(case.sampling, **given))
        for case in plan.cases
    )
    return msgspec.structs.replace(plan, cases=cases)
