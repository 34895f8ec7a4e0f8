"""Expand a command suite's table to cases: variants times parameters, placeholders filled in.

Pure, and used by both sides: the parent plans with it, the child finds its command with it.
"""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from collector.contract import Case, Process, Sampling
from collector.suites.command import counts
from collector.suites.command.options import CommandOptions, Line, Reads, VariantTable
from collector.suites.command.pattern import Pattern
from collector.suites.command.readers import parser
from history.formats.interface import ParsesFolder
from history.words.errors import ConfigError, UsageError
from history.words.records import VARIANT_KEYS, Variant

WALL: Final = "wall_time"
WHOLE: Final = (WALL, "cpu_time", "user_time", "system_time", "peak_rss")
TOOL: Final = "tool_time"
BUILD: Final = "build"
BUILD_TIME: Final = "build_time"
SCRATCH: Final = "scratch"

_PLACE: Final = re.compile(r"\{\{(\w+)\}\}|\{(\w+)\}")


class Job(NamedTuple):
    """One case and its command."""

    case: Case
    argv: tuple[str, ...]
    build: tuple[str, ...]
    """Empty when nothing is built."""
    build_env: dict[str, str]
    """Environment of the build, which must not depend on parameters: one build serves all cases."""
    env: dict[str, str]
    reads: tuple[Reads, ...]
    fingerprint: str
    counts: str = ""
    """Tool that counts in this job; empty when it is timed."""

    @property
    def is_build(self) -> bool:
        """Whether the build itself is measured, not a run."""
        return self.case.metrics == (BUILD_TIME,)


class Expanded(NamedTuple):
    """The processes and jobs of a table."""

    processes: tuple[Process, ...]
    jobs: tuple[Job, ...]
    """The builds first, then timed jobs, then counting jobs."""


def expand(options: CommandOptions, profile: str) -> Expanded:
    """Processes and jobs; none when there is no ``run``. Raises ConfigError naming the key."""
    where = f"suite {options.name}"
    reads = _readings(options, where)
    variants = options.variants or (VariantTable(),)
    if not all(table.run or options.run for table in variants):
        if options.variants or options.build:
            raise ConfigError(f"{where}: expected `run`, the command to measure.")
        return Expanded((), ())
    processes = _processes(options, variants, where)
    sampling = _sampling(options, profile, reads)
    jobs = [
        job
        for table, process in zip(variants, processes, strict=True)
        for job in _jobs(options, table, process.name, reads, sampling)
    ]
    counting = [_counting(job, options) for job in jobs] if options.counts else []
    return Expanded(processes, (*_builds(options, jobs), *jobs, *counting))


def _processes(
    options: CommandOptions, variants: Sequence[VariantTable], where: str
) -> tuple[Process, ...]:
    """One process for each variant. Raises ConfigError for two equal variants."""
    for table in options.variants:
        if options.variants.count(table) > 1:
            raise ConfigError(f"{where}: two variants are the same; remove one.")
    found: list[Process] = []
    for table in variants:
        name = variant_of(table).text() or options.name
        if any(name == other.name for other in found):
            raise ConfigError(
                f'{where}: two variants are called "{name}".',
                hint="Name what differs, for example with `features`.",
            )
        found.append(Process(name=name, threads=_threads(table, where), spawns=True))
    return tuple(found)


def _jobs(
    options: CommandOptions,
    table: VariantTable,
    process: str,
    reads: tuple[Reads, ...],
    sampling: Sampling,
) -> Iterator[Job]:
    """One variant with every combination of parameters."""
    where = f"suite {options.name}"
    variant = variant_of(table)
    known = dict(variant.pairs())
    raw = {key: str(value) for key, value in (options.env | table.env).items()}
    late = (*options.matrix, SCRATCH)
    fixed = {key: value for key, value in raw.items() if not _uses(value, late)}
    build_env = _env(fixed, known, where)
    build = _argv(table.build or options.build, known, f"{where}: build")
    for params in combinations(options):
        places = known | params | {SCRATCH: f"{{{SCRATCH}}}"}
        case = Case(
            benchmark=options.benchmark or options.name,
            process=process,
            metrics=WHOLE if _whole(options, reads) else (TOOL,),
            params=params,
            variant=variant,
            sampling=sampling,
        )
        yield Job(
            case=case,
            argv=_argv(table.run or options.run, places, f"{where}: run"),
            build=build,
            build_env=build_env,
            env=_env(raw, places, where),
            reads=tuple(_filled(one, places, where) for one in reads),
            fingerprint=fill(options.fingerprint, places, f"{where}: fingerprint"),
        )


def _builds(options: CommandOptions, jobs: Sequence[Job]) -> list[Job]:
    """The builds that these jobs need, each once; without a variant where it serves all of them."""
    needed: dict[tuple[object, ...], Job] = {}
    for job in jobs:
        if job.build:
            needed.setdefault((job.build, tuple(sorted(job.build_env.items()))), job)
    builds = [
        Job(
            case=_build_case(options, job.case.process, job.case.variant),
            argv=job.build,
            build=job.build,
            build_env=job.build_env,
            env=job.build_env,
            reads=(),
            fingerprint="",
        )
        for job in needed.values()
    ]
    if len(builds) == 1:
        shared = msgspec.structs.replace(builds[0].case, variant=Variant())
        return [builds[0]._replace(case=shared)]
    return builds


def combinations(options: CommandOptions) -> list[dict[str, str]]:
    """Every combination of the matrix; one empty one without a matrix."""
    values = [[str(value) for value in row] for row in options.matrix.values()]
    return [dict(zip(options.matrix, row, strict=True)) for row in itertools.product(*values)]


def variant_of(table: VariantTable) -> Variant:
    """The fields that identify the variant."""
    return Variant(**{key: str(getattr(table, key)) for key in VARIANT_KEYS})


def fill(text: str, places: Mapping[str, str], where: str) -> str:
    """``--input {input}`` with its parameter; raises ConfigError for a name that is not known."""

    def one(match: re.Match[str]) -> str:
        if match.group(2) is None:
            return f"{{{match.group(1)}}}"
        if match.group(2) not in places:
            known = ", ".join(f"{{{name}}}" for name in places) or "none"
            raise ConfigError(
                f'{where}: nothing is called "{match.group(2)}".',
                hint=f"Known here: {known}. Braces that stand for themselves are written twice.",
            )
        return places[match.group(2)]

    return _PLACE.sub(one, text)


def _uses(text: str, names: tuple[str, ...]) -> bool:
    return any(match.group(2) in names for match in _PLACE.finditer(text))


def _env(raw: Mapping[str, str], places: Mapping[str, str], where: str) -> dict[str, str]:
    return {key: fill(value, places, f"{where}: env.{key}") for key, value in raw.items()}


def _argv(line: Line, places: Mapping[str, str], where: str) -> tuple[str, ...]:
    """The arguments of a command; a text is split first, so a value never becomes two of them."""
    try:
        parts = shlex.split(line) if isinstance(line, str) else list(line)
    except ValueError as error:
        raise ConfigError(f"{where}: {error}.", hint="Write it as a list of arguments.") from None
    return tuple(fill(part, places, where) for part in parts)


def _filled(reads: Reads, places: Mapping[str, str], where: str) -> Reads:
    return msgspec.structs.replace(reads, path=fill(reads.path, places, f"{where}: reads.path"))


def _readings(options: CommandOptions, where: str) -> tuple[Reads, ...]:
    reads = options.readings()
    for one in reads:
        if reads.count(one) > 1:
            raise ConfigError(
                f"{where}: reads: the same {one.format} is listed {reads.count(one)} times.",
                hint="Its results would count as often; list it once.",
            )
        try:
            found = parser(one)
        except UsageError as error:
            raise ConfigError(f"{where}: reads: {error}") from None
        if (one.format == Pattern.name) != bool(one.pattern):
            raise ConfigError(f'{where}: reads: `pattern` and format "regex" belong together.')
        if isinstance(found, ParsesFolder) and not one.path:
            raise ConfigError(
                f"{where}: reads.path: expected {one.format}'s folder.",
                hint=f'Usually path = "{found.usual_folder}".',
            )
        try:
            groups = re.compile(one.pattern).groupindex
        except re.error as error:
            raise ConfigError(f"{where}: reads.pattern: {error}.") from None
        if one.pattern and not groups and not one.metric:
            raise ConfigError(
                f"{where}: reads.pattern: name its groups after metrics, or set `metric`.",
                hint="For example (?P<forward_time>[0-9.]+).",
            )
    return reads


def _sampling(options: CommandOptions, profile: str, reads: tuple[Reads, ...]) -> Sampling:
    once = _repeats_itself(reads)
    repeats = 1 if once else 3 if profile == "quick" else 10
    warmup = 0 if once else 1
    return Sampling(
        warmup=warmup if options.warmup is None else options.warmup,
        repeats=options.repeats or repeats,
        repeat_limit_s=options.timeout_s + 30.0,  # the suite's own limit comes first
    )


def _whole(options: CommandOptions, reads: tuple[Reads, ...]) -> bool:
    if options.process is not None:
        return options.process
    return not _repeats_itself(reads)


def _repeats_itself(reads: tuple[Reads, ...]) -> bool:
    return any(parser(one).repeats_itself for one in reads)


def _threads(table: VariantTable, where: str) -> int:
    if table.threads == "":
        return 1
    try:
        return max(1, int(table.threads))
    except ValueError:
        raise ConfigError(
            f'{where}: threads: expected a whole number, found "{table.threads}".'
        ) from None


def _counting(job: Job, options: CommandOptions) -> Job:
    """The same command under the counting tool, twice, so that a varying count is noticed.

    In a duet it is done once on each side, since further rounds would give the same numbers.
    """
    sampling = Sampling(warmup=0, repeats=2, repeat_limit_s=options.timeout_s + 30.0)
    metrics = counts.METRICS[options.counts]
    case = msgspec.structs.replace(job.case, metrics=metrics, sampling=sampling, once=True)
    return job._replace(case=case, reads=(), fingerprint="", counts=options.counts)


def _build_case(options: CommandOptions, process: str, variant: Variant) -> Case:
    return Case(
        benchmark=BUILD,
        process=process,
        metrics=(BUILD_TIME,),
        variant=variant,
        sampling=Sampling(warmup=0, repeats=1, repeat_limit_s=options.build_timeout_s + 30.0),
        once=True,
    )
