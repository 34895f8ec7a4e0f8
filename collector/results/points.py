"""Turn a child's report about a case into points and items.

Pure. Every metric of the case gets exactly one point: measured, failed or invalid.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec
import numpy as np

from collector.contract import Case, DerivesItems, Suite, WorkOutcome
from collector.results import scrub
from collector.results.aggregate import measured
from collector.results.samples import Arrays, CaseResult, arrays
from history.stats.summary import Floats
from history.words.metrics import Direction, Kind, find
from history.words.records import Failed, Invalid, Item, Measured, Outcome, Point, Skipped

TOTAL: Final = "total_time"
UNATTRIBUTED: Final = "unattributed_time"
CPU: Final = "cpu_time"
PEAK: Final = "peak_rss"
STAGE_PEAKS: Final = (f"_{PEAK}", "_gpu_allocated_peak")
"""``forward_time`` has its peak memory as ``forward_peak_rss``."""


class Made(NamedTuple):
    """The points and items of one case."""

    points: tuple[Point, ...]
    items: tuple[Item, ...] = ()


def make(suite: Suite, name: str, result: CaseResult) -> Made:
    """Points and items of one case; ``name`` is the suite's name in the plan.

    A mistake in the suite's ``derive`` makes them failed: it costs only that case.
    """
    try:
        return _make(suite, name, result)
    except Exception as error:  # noqa: BLE001 - suites of other packages may raise anything
        reason = f"the suite could not derive its metrics: {type(error).__name__}: {error}"
        return Made(absent(name, result.case, Failed(reason=reason)))


def _make(suite: Suite, name: str, result: CaseResult) -> Made:
    case = result.case
    absence = result.absence or _expectation(case, result) or _heavy(result)
    data = arrays(case, result.blocks)
    if absence is None:
        absence = _impossible(result, data)
    if absence is not None:
        return Made(absent(name, case, _with_samples(absence, data)))
    outcome = _outcome(result)
    found = tuple(msgspec.structs.replace(point, suite=name) for point in outcome.points)
    items = tuple(msgspec.structs.replace(item, suite=name) for item in outcome.found)
    if outcome.failed:
        return Made(absent(name, case, Failed(reason=outcome.failed)) + found, items)
    values = _values(suite, case, result, data, outcome)
    points = tuple(
        _point(name, case, metric, value, outcome.fingerprint) for metric, value in values.items()
    )
    return Made(points + found, _items(suite, name, case, data, outcome) + items)


def absent(suite: str, case: Case, outcome: Skipped | Failed | Invalid) -> tuple[Point, ...]:
    """The same typed absence for every metric of the case."""
    clean = msgspec.structs.replace(outcome, reason=scrub.text(outcome.reason))
    return tuple(_point(suite, case, metric, clean, "") for metric in case.metrics)


def _values(
    suite: Suite, case: Case, result: CaseResult, data: Arrays, outcome: WorkOutcome
) -> dict[str, Outcome]:
    """Metric -> outcome: the metrics of the case in order, then others that were reported."""
    per_repeat: dict[str, Floats] = {**data.stages, **data.readings, TOTAL: data.total_s}
    derived = suite.derive(case, per_repeat, outcome)
    memory = _memory(result)
    warnings = _warnings(result, outcome)
    times = _reported(case, data, per_repeat)
    times |= {
        metric: np.asarray(found, dtype=np.float64)
        for metric, found in derived.items()
        if not isinstance(found, Measured | Invalid)
    }

    def resolve(metric: str) -> Outcome:
        found = derived.get(metric)
        if isinstance(found, Measured | Invalid):
            return found
        if metric in times:
            return _aggregate(case, metric, times[metric], data, warnings)
        if metric in outcome.values:
            return Measured(value=outcome.values[metric], n=1)
        if metric in memory:
            return _of_processes(case, memory[metric])
        if metric == case.metrics[0]:
            return _aggregate(case, metric, data.total_s, data, warnings)
        return _unreported(metric)

    names = dict.fromkeys((*case.metrics, *case.stages, *derived))
    if case.stages:
        names[TOTAL] = None
    values = {metric: resolve(metric) for metric in names}
    if case.stages:
        rest = data.total_s - sum(data.stages.values())
        values[UNATTRIBUTED] = _aggregate(case, UNATTRIBUTED, rest, data, ())
    bonus = {name: found for name, found in memory.items() if _is_stage_peak(name)}
    return values | {metric: _of_processes(case, found) for metric, found in bonus.items()}


def _memory(result: CaseResult) -> dict[str, Floats]:
    """Metric -> (processes,) bytes, without readings that failed."""
    read = [_whole_peak(finished.memory) for finished in result.finished]
    names = dict.fromkeys(name for one in read for name in one)
    return {name: np.array([one[name] for one in read if name in one]) for name in names}


def _whole_peak(memory: Mapping[str, float]) -> Mapping[str, float]:
    """The readings of one process, the peak of the work not below that of any of its stages.

    Stages are watched in one more repeat, which may reach a little higher than those before it.
    """
    if PEAK not in memory:
        return memory
    stages = [found for name, found in memory.items() if name.endswith(f"_{PEAK}")]
    return {**memory, PEAK: max([memory[PEAK], *stages])}


def _of_processes(case: Case, readings: Floats) -> Measured:
    """The point of a metric that every process reads once; readings: (processes,)."""
    if readings.size == 1:
        return Measured(value=float(readings[0]), n=1)
    return measured(readings, case.sampling, processes=range(readings.size))


def _reported(case: Case, data: Arrays, per_repeat: Mapping[str, Floats]) -> dict[str, Floats]:
    """Reported metrics; the total only where it is not the headline under another name."""
    found = dict(per_repeat)
    if TOTAL not in case.metrics and not case.stages:
        del found[TOTAL]
    if CPU in case.metrics:
        found.setdefault(CPU, data.cpu_s)
    return found


def _unreported(metric: str) -> Skipped | Failed:
    if find(metric).kind is Kind.MEMORY or _is_stage_peak(metric):
        return Skipped(reason=f"{metric} cannot be read on this computer.")
    return Failed(reason=f"the suite did not report {metric}.")


def _aggregate(
    case: Case, metric: str, samples: Floats, data: Arrays, warnings: tuple[str, ...]
) -> Outcome:
    """The point of samples per repeat; gaps are reported, a missing reading is a failure."""
    here = np.isfinite(samples)
    if not here.any():
        return Failed(reason=f"the suite did not report {metric}.")
    aligned = samples.size == data.n
    if not here.all():
        lost = int((~here).sum())
        text = f"{lost} of {samples.size} repeats gave no {metric}; the others make the point."
        warnings = (*warnings, text)
        return measured(samples[here], case.sampling, warnings=warnings)
    spread = len(set(data.rounds)) > 1
    several = len(set(data.processes)) > 1
    timed = metric in {TOTAL, case.metrics[0], CPU} and aligned
    return measured(
        samples,
        case.sampling,
        preempted=data.preempted if aligned else (),
        # Work in another process records its own processor time.
        cpu=data.readings.get(CPU, data.cpu_s)
        if timed and find(metric).kind is Kind.TIME
        else None,
        rounds=data.rounds if aligned and spread else (),
        processes=data.processes if aligned and several else (),
        warnings=warnings if metric in {TOTAL, case.metrics[0]} else (),
    )


def _items(
    suite: Suite, name: str, case: Case, data: Arrays, outcome: WorkOutcome
) -> tuple[Item, ...]:
    """One record per utterance or file, with its own stage times."""
    found = []
    total = TOTAL if case.stages or TOTAL in case.metrics else case.metrics[0]
    for position, item in enumerate(case.items):
        samples: dict[str, Floats] = {
            metric: values[:, position]
            for metric, values in (*data.item_stages.items(), *data.item_readings.items())
        }
        samples[total] = data.item_total_s[:, position]
        facts = dict(outcome.items.get(item, {}))
        if isinstance(suite, DerivesItems):
            samples |= suite.derive_item(case, item, samples, facts)
        samples = {
            metric: values for metric, values in samples.items() if np.isfinite(values).all()
        }
        found.append(
            Item(
                suite=name,
                benchmark=case.benchmark,
                item=item,
                params=case.params,
                variant=case.variant,
                facts=facts,
                values={
                    metric: measured(values, case.sampling, preempted=data.preempted).value
                    for metric, values in samples.items()
                },
                samples={metric: tuple(values.tolist()) for metric, values in samples.items()},
                fingerprint=outcome.fingerprints.get(item, ""),
                text=outcome.texts.get(item, ""),
            )
        )
    return tuple(found)


def _point(suite: str, case: Case, metric: str, outcome: Outcome, fingerprint: str) -> Point:
    # The peak of a stage is called after the stage, so no registry has it.
    unknown_peak = _is_stage_peak(metric) and not find(metric).unit
    return Point(
        suite=suite,
        benchmark=case.benchmark,
        metric=metric,
        outcome=outcome,
        params=case.params,
        variant=case.variant,
        unit="B" if unknown_peak else "",
        direction=Direction.LOWER if unknown_peak else None,
        fingerprint=fingerprint,
    )


def _is_stage_peak(metric: str) -> bool:
    return metric.endswith(STAGE_PEAKS)


def _expectation(case: Case, result: CaseResult) -> Invalid | None:
    """The first fact in force that is not the requested one, as Invalid; None when all are."""
    for finished in result.finished:
        unmet = unmet_expectation(case, finished.facts, complete=True)
        if unmet is not None:
            return unmet
    return None


def unmet_expectation(case: Case, facts: Mapping[str, object], *, complete: bool) -> Invalid | None:
    """Invalid when a fact is not what the case expects; unknown facts count once ``complete``."""
    for key, wanted in case.expect.items():
        if key not in facts:
            if complete:
                return Invalid(reason=f"{key}: asked for {wanted}, but the suite reported nothing.")
            continue
        actual = facts[key]
        said = actual if isinstance(actual, list | tuple) else [actual]
        text = ", ".join(str(part) for part in said)
        if wanted not in {text, str(said[0]) if said else ""}:
            return Invalid(reason=f"{key}: asked for {wanted}, ran on {text}.")
    return None


def _heavy(result: CaseResult) -> Invalid | None:
    heavy = dict.fromkeys(name for finished in result.finished for name in finished.heavy)
    if not heavy:
        return None
    names = " and ".join(heavy)
    return Invalid(reason=f"{names} was imported into a child whose own memory is measured.")


def _impossible(result: CaseResult, data: Arrays) -> Failed | Invalid | None:
    """Why the numbers cannot be a measurement; None when they can."""
    outcome = _outcome(result)
    if outcome.invalid:
        return Invalid(reason=outcome.invalid)
    if data.n == 0:
        return Failed(reason="no repeat was finished.")
    if not float(np.median(data.total_s)) > 0:
        return Invalid(reason="the work took less time than the clock can measure.")
    for name, times in data.stages.items():
        if (times < 0).any():
            return Invalid(reason=f"the stage {name} took a negative time.")
    return None


def _with_samples(absence: Skipped | Failed | Invalid, data: Arrays) -> Skipped | Failed | Invalid:
    """The absence with the samples, kept for inspection."""
    if isinstance(absence, Invalid) and not absence.samples and data.n:
        return Invalid(reason=absence.reason, samples=tuple(data.total_s.tolist()))
    return absence


def _outcome(result: CaseResult) -> WorkOutcome:
    """The outcome of the last process, with the warnings and the first problem of all of them."""
    if not result.finished:
        return WorkOutcome()
    every = [finished.outcome for finished in result.finished]
    warnings = [text for outcome in every for text in outcome.warnings]
    odd = [n for n, one in enumerate(every, 1) if one.fingerprint != every[0].fingerprint]
    if odd:
        warnings.append(
            f"The output of process {odd[0]} of {len(every)} is not that of the first; what differs"
            " from process to process may also take another time: fix seeds and the order of sets."
        )
    return msgspec.structs.replace(
        every[-1],
        warnings=tuple(dict.fromkeys(warnings)),
        invalid=next((one.invalid for one in every if one.invalid), ""),
    )


def _warnings(result: CaseResult, outcome: WorkOutcome) -> tuple[str, ...]:
    found = list(outcome.warnings)
    if result.unmet:
        found.append(
            f"{_sentence(result.unmet)}; the machine was not quiet or the work is not steady:"
            " allow more time or measure when it is quiet."
        )
    cold = [warm for warm in result.warm if not warm.converged]
    if cold:
        several = f" in {len(cold)} of {len(result.warm)} processes" * (len(result.warm) > 1)
        found.append(
            f"Warm-up ended{several} after {cold[0].repeats} repeats and {cold[0].seconds:.2g} s"
            " without two blocks that agree; the first samples may be slow: allow more time."
        )
    blocks = [taken.block for taken in result.blocks]
    for reason in dict.fromkeys(text for block in blocks for text in block.discarded):
        count = sum(block.discarded.count(reason) for block in blocks)
        found.append(f"{count} samples were thrown away and taken again: {reason}.")
    return tuple(scrub.text(text) for text in found)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
