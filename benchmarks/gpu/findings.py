"""What was found on a device, as a page. Pure: readings in, Markdown out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from history.stats.trend import theil_sen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

AGREES: Final = 0.05
"""Share by which the events of a stage may differ from wall time, the device waited for."""
LEAK_AGREES: Final = 0.02
"""Share by which the planted leak may be read wrong, as in the suite `lifecycle`."""


class Timed(NamedTuple):
    """One stage timed twice, in seconds."""

    stage: str
    events: tuple[float, ...]
    """Between two CUDA events."""
    wall: tuple[float, ...]
    """Between two readings of the clock, the device waited for at both."""


class Leak(NamedTuple):
    """A leak of known size on the device, read after every iteration, in bytes."""

    planted: int
    driver: tuple[float, ...]
    """Memory in use as NVML counts it."""
    allocator: tuple[float, ...]
    """Memory that torch's allocator gave away."""


class Seen(NamedTuple):
    """Everything that was seen in one go of the script."""

    device: str
    driver: str
    libraries: Mapping[str, str]
    before: Mapping[str, Any]
    """Clocks, temperature, power and throttle reasons, by name."""
    after: Mapping[str, Any]
    requested: str
    actual: Sequence[str]
    """Execution providers of an ONNX Runtime session that asked for the requested one."""
    timed: Sequence[Timed]
    leak: Leak
    collected: int
    """Exit code of `soundmark collect`; 1 says that benchmarks failed."""
    took_s: float


def median(values: Sequence[float]) -> float:
    """The middle one, or the mean of the two in the middle."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


def disagreement(one: Timed) -> float:
    """Events over wall time, less 1."""
    return median(one.events) / median(one.wall) - 1


def leak_errors(leak: Leak) -> dict[str, float]:
    """How wrong the slope of each reading is, as a share of what was planted."""
    return {
        name: theil_sen(values).slope / leak.planted - 1
        for name, values in (("NVML", leak.driver), ("torch", leak.allocator))
    }


def problems(seen: Seen) -> list[str]:
    """What contradicts the documentation; empty when all of it holds."""
    found = [
        f"{one.stage}: events and wall time differ by {disagreement(one):+.1%}"
        for one in seen.timed
        if abs(disagreement(one)) > AGREES
    ]
    ran = seen.actual[0] if seen.actual else "none"
    if ran != seen.requested:
        found.append(f"{seen.requested} was asked for and {ran} ran")
    found += [
        f"planted leak, {name}: read {error:+.1%} wrong"
        for name, error in leak_errors(seen.leak).items()
        if abs(error) > LEAK_AGREES
    ]
    if seen.collected:
        found.append(f"`soundmark collect` ended with {seen.collected}")
    return found


def page(seen: Seen) -> str:
    """The page of findings, in Markdown."""
    lines = [
        f"# {seen.device}, driver {seen.driver}",
        "",
        ", ".join(f"{name} {version}" for name, version in sorted(seen.libraries.items())) + ".",
        f"All of it took {seen.took_s:.0f} s.",
        "",
        "| the device | before | after |",
        "|---|---|---|",
        *(
            f"| {name} | {seen.before.get(name, '')} | {seen.after.get(name, '')} |"
            for name in dict.fromkeys((*seen.before, *seen.after))
        ),
        "",
        f"ONNX Runtime: asked for {seen.requested}, in force {', '.join(seen.actual) or 'none'}.",
        "",
        "| stage | CUDA events | wall, device waited for | difference | n |",
        "|---|---|---|---|---|",
        *(
            f"| {one.stage} | {median(one.events) * 1e6:.1f} us | {median(one.wall) * 1e6:.1f} us |"
            f" {disagreement(one):+.1%} | {len(one.wall)} |"
            for one in seen.timed
        ),
        "",
        f"A leak of {seen.leak.planted / 2**20:g} MiB an iteration was read with an error of "
        + ", ".join(f"{error:+.2%} ({name})" for name, error in leak_errors(seen.leak).items())
        + f" over {len(seen.leak.driver)} iterations.",
        "",
        *(
            ["Not as documented:", "", *(f"- {one}" for one in problems(seen))]
            if problems(seen)
            else ["Everything is as documented."]
        ),
    ]
    return "\n".join(lines) + "\n"
