"""Invent a year of a speech project: for the demo and for tests, always labelled simulated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from math import exp
from typing import TYPE_CHECKING

from history.words import calibration
from history.words.calibration import Calibration, Reading
from history.words.records import (
    Commit,
    Failed,
    Invalid,
    Machine,
    Measured,
    Origin,
    Outcome,
    Point,
    Run,
    RunRecord,
    Skipped,
    Variant,
)
from site_gen.demo import simulate_items

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

YEAR = timedelta(days=350)
LAST_NIGHT = datetime(2026, 12, 21, 2, 30, tzinfo=UTC)
MACHINES = (
    Machine(name="runner-4c", cpu_model="AMD EPYC 7763 64-Core Processor", cores=4, memory_gib=16),
    Machine(
        name="bench-h200",
        cpu_model="Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz",
        cores=16,
        memory_gib=128,
        gpu="NVIDIA H200",
        gpu_driver="580.95",
    ),
)
_SUBJECTS = (
    "Reuse the emission buffer between utterances",
    "Group words with one pass over the path",
    "Fold log-softmax into the last layer",
    "Check the tokens' range before the gather",
    "Cache the mel filter bank",
    "Read audio in one block",
    "Split the decoder loop from sampling",
    "Move the key-value cache to one allocation",
    "Bound the beam before scoring",
    "Tidy the command line",
    "Say which model file is missing",
    "Update the onnxruntime pin",
    "Skip silent tails when chunking",
    "Document the alignment format",
    "Keep spans as integers until the end",
)


_PLAIN = Variant()


@dataclass(frozen=True)
class _Shift:
    """From this share of the year on the value is multiplied, at once or over some nights."""

    at: float
    factor: float
    over: int = 0


@dataclass(frozen=True)
class _Trend:
    """One invented series before machine and noise."""

    metric: str
    level: float
    noise: float = 0.012
    shifts: tuple[_Shift, ...] = ()


@dataclass(frozen=True)
class _Work:
    """One invented benchmark in one variant."""

    suite: str
    benchmark: str
    trends: tuple[_Trend, ...]
    params: tuple[tuple[str, str], ...] = ()
    variant: Variant = _PLAIN
    only_gpu: bool = False


def year(nights: int = 120, seed: int = 7, last: datetime = LAST_NIGHT) -> tuple[RunRecord, ...]:
    """Runs of `nights` commits over the year that ends at `last`, oldest first."""
    import numpy as np

    random = np.random.default_rng(seed)
    works = tuple(_works())
    records = []
    for night in range(nights):
        days = round(night * YEAR.days / max(nights - 1, 1))
        time = last - YEAR + timedelta(days=days)
        sha = sha256(f"simulated {seed} {night}".encode()).hexdigest()[:40]
        commit = Commit(
            sha=sha,
            time=time - timedelta(hours=5),
            sequence=night + 1,
            subject=_SUBJECTS[night * 7 % len(_SUBJECTS)],
            branch="main",
            tag=f"v0.{night // 30 + 1}.0" if night % 30 == 29 else "",
            dirty=night == nights // 2,
        )
        for number, machine in enumerate(MACHINES):
            if (night * 5 + number * 3) % 17 == 0 and 0 < night < nights - 1:
                continue  # a night on which this machine was busy
            share = night / max(nights - 1, 1)
            points = tuple(
                point
                for work in works
                if not work.only_gpu or machine.gpu
                for point in _points(work, machine, share, night, nights, random)
            )
            if not machine.gpu:
                points += tuple(simulate_items.memory(night, nights, random))
            aligned = {work.variant for work in works if work.suite == "alignment"}
            records.append(
                RunRecord(
                    run=_run(commit, machine, time, share, night),
                    points=points,
                    items=tuple(
                        item
                        for variant in sorted(aligned, key=Variant.text)
                        for item in simulate_items.items(share, variant, speed_of(machine), random)
                    )
                    if night >= nights - 3
                    else (),
                )
            )
    return tuple(records)


def speed_of(machine: Machine) -> float:
    """How long work takes on a machine, in units of the slower one."""
    return 0.55 if machine.gpu else 1.0


def _run(commit: Commit, machine: Machine, time: datetime, share: float, night: int) -> Run:
    onnx = "1.23.2" if share < 0.45 else "1.24.0"
    return Run(
        run_id=sha256(f"{commit.sha} {machine.name}".encode()).hexdigest()[:32],
        started_at=time,
        commit=commit,
        machine=machine,
        project="simulated speech project",
        origin=Origin.SIMULATED,
        source="demo",
        profile="nightly",
        tool_version="0",
        duration_s=610.0 + 13 * (night % 9),
        environment={
            calibration.GROUP: calibration.encode(_calibration(night)),
            "python": {"version": "3.11.9"},
            "libraries": {"torch": "2.13.0", "onnxruntime": onnx, "numpy": "2.4.1"},
            "system": {"kernel": "6.8.0-1031" if share < 0.7 else "6.11.0-1004"},
        },
        warnings=("The load of the machine was 0.9 before the start; results may scatter.",)
        if night % 23 == 4
        else (),
    )


def _calibration(night: int) -> Calibration:
    """Reference work before and after; on some nights the machine changes speed."""
    limit, drift = 0.05, 0.083 if night % 23 == 4 else 0.004
    before_s = 0.000337
    reading = Reading(
        suite="alignment",
        work="compute",
        before_s=before_s,
        after_s=before_s * (1 + drift),
        disturbed=drift > limit,
    )
    return Calibration(readings=(reading,), limit=limit)


def _points(
    work: _Work,
    machine: Machine,
    share: float,
    night: int,
    nights: int,
    random: np.random.Generator,
) -> Iterator[Point]:
    absence = _absence(work, machine, night, nights)
    speed = speed_of(machine)
    for trend in work.trends:
        outcome: Outcome = absence or _measured(trend, speed, share, nights, random)
        yield Point(
            suite=work.suite,
            benchmark=work.benchmark,
            metric=trend.metric,
            outcome=outcome,
            params=dict(work.params),
            variant=work.variant,
            fingerprint="" if absence else ("5d41402a" if share < 0.62 else "9f86d081"),
        )


def _absence(work: _Work, machine: Machine, night: int, nights: int) -> Outcome | None:
    if work.benchmark == "pipeline" and work.suite == "tts" and not machine.gpu:
        return Skipped(reason="needs a CUDA device; this machine has none")
    if work.suite == "whisper" and night in {nights // 3, nights - 1} and not machine.gpu:
        return Failed(reason="the child ended with signal 9 (killed) after 41 s; 12.1 GB in use")
    if work.benchmark == "top_k" and night == nights - 4:
        return Invalid(reason="38 % of the samples were preempted; the limit is 20 %")
    return None


def _measured(
    trend: _Trend, speed: float, share: float, nights: int, random: np.random.Generator
) -> Measured:
    level = trend.level * (speed if trend.metric.endswith(("_time", "rtf")) else 1.0)
    for shift in trend.shifts:
        width = shift.over / nights
        part = 1.0 if width == 0 else min(max((share - shift.at) / width, 0.0), 1.0)
        if share >= shift.at:
            level *= 1 + (shift.factor - 1) * part
    level *= exp(trend.noise * float(random.standard_normal()))
    if random.random() < 0.012:
        level *= 1.2  # a spike that means nothing
    taken = [round(float(x), 9) for x in level * (1 + trend.noise * random.standard_normal(15))]
    samples = sorted(taken)
    return Measured(
        value=samples[7],
        n=15,
        aggregate="median",
        low=samples[3],
        high=samples[11],
        interval="order-statistics",
        q1=samples[3],
        q3=samples[11],
        minimum=samples[0],
        maximum=samples[-1],
        samples=tuple(taken),
    )


def _works() -> Iterator[_Work]:
    weights = "synthetic(seed=0)"
    for runtime, factor in (("torch", 1.0), ("onnxruntime", 0.72)):
        step: tuple[_Shift, ...] = ()
        if runtime == "torch":
            step = (_Shift(0.3, 0.86), _Shift(0.945, 1.19))
        parts = (
            _Trend("forward_time", 0.118 * factor, shifts=(*step, _Shift(0.62, 0.9))),
            _Trend("post_time", 0.0062 * factor),
            _Trend("dp_time", 0.0147, shifts=(_Shift(0.45, 0.41),)),
            _Trend("group_time", 0.0021, noise=0.03),
            _Trend("conf_time", 0.0013, noise=0.03),
            _Trend("align_time", 0.0181, shifts=(_Shift(0.45, 0.52),)),
            _Trend("total_time", 0.146 * factor, shifts=(*step, _Shift(0.45, 0.93))),
            _Trend("rtf", 0.029 * factor, shifts=step),
            _Trend("peak_rss", 412e6 * factor, noise=0.002, shifts=(_Shift(0.5, 1.06),)),
        )
        variant = Variant(
            implementation="numpy", runtime=runtime, device="cpu", threads="2", weights=weights
        )
        yield _Work("alignment", "pipeline", parts, (("seconds", "5"),), variant)
    for model, scale in (("tiny", 1.0), ("base", 2.1)):
        whisper = (
            _Trend("mel_time", 0.031, shifts=(_Shift(0.2, 0.52),)),
            _Trend("encoder_time", 0.094 * scale, shifts=(_Shift(0.4, 1.09, over=50),)),
            _Trend("prefill_time", 0.012 * scale),
            _Trend("decode_loop_time", 0.21 * scale, noise=0.02, shifts=(_Shift(0.55, 0.8),)),
            _Trend("end_to_end_time", 0.362 * scale, shifts=(_Shift(0.55, 0.87),)),
            _Trend("first_token_time", 0.143 * scale, shifts=(_Shift(0.2, 0.9),)),
            _Trend("rtf", 0.0724 * scale),
            _Trend("tokens_per_second", 118 / scale, noise=0.02, shifts=(_Shift(0.55, 1.24),)),
            _Trend("peak_rss", 301e6 * scale, noise=0.003),
        )
        variant = Variant(
            implementation="greedy", runtime="onnxruntime", device="cpu", weights=weights
        )
        yield _Work("whisper", "transcribe", whisper, (("model", model),), variant)
    tts = (
        _Trend("first_audio_time", 0.087, noise=0.025),
        _Trend("talker_time", 0.61),
        _Trend("code_predictor_time", 0.88, shifts=(_Shift(0.7, 0.74),)),
        _Trend("decoder_time", 0.17),
        _Trend("total_time", 1.71, shifts=(_Shift(0.7, 0.87),)),
        _Trend("rtf", 0.34, shifts=(_Shift(0.7, 0.87),)),
    )
    variant = Variant(implementation="hf-generate", runtime="torch", device="cuda", weights=weights)
    yield _Work("tts", "pipeline", tts, (("text", "short"),), variant)
    for name, seconds in (("whisper-tiny", 0.61), ("wav2vec2", 0.48)):
        yield _Work(
            "lifecycle",
            "load_unload",
            (
                _Trend("load_time", seconds, noise=0.03, shifts=(_Shift(0.8, 1.31),)),
                _Trend("unload_time", seconds / 9, noise=0.05),
                _Trend("load_overhead", 188e6, noise=0.004),
                _Trend("rss_growth_rate", 21e3, noise=0.2),
            ),
            (("model", name),),
            Variant(runtime="torch", device="cpu", weights=weights),
        )
    yield from _micro()


def _micro() -> Iterator[_Work]:
    operations = {
        "top_k": ((("vocab", "3072"), ("k", "50")), (("vocab", "32000"), ("k", "50"))),
        "log_softmax": ((("vocab", "3072"),), (("vocab", "32000"),), (("vocab", "152000"),)),
        "viterbi": ((("seconds", "2"),), (("seconds", "10"),)),
        "resample": ((("seconds", "2"),), (("seconds", "10"),)),
        "mel": ((("seconds", "2"),), (("seconds", "10"),)),
        "argmax": ((("vocab", "32000"),),),
    }
    for place, (name, all_params) in enumerate(operations.items()):
        for number, params in enumerate(all_params):
            shifts: tuple[_Shift, ...] = ()
            if (name, number) == ("resample", 1):
                shifts = (_Shift(0.975, 1.24),)
            if name == "mel":
                shifts = (_Shift(0.35, 0.6), _Shift(0.86, 1.11))
            for way, factor in (("numpy", 1.0), ("rust", 0.31)):
                level = 38e-6 * (place + 1) * (1 + 4 * number) * factor
                yield _Work(
                    "micro",
                    name,
                    (_Trend("operation_time", level, noise=0.018, shifts=shifts),),
                    params,
                    Variant(implementation=way, device="cpu"),
                )
