"""The commands of the collector; what they do is imported when they run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from collector.cli.flags import SuiteCommand
from history.cli import completion
from history.cli.options import workspace_options
from history.report.terminal import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from collector.cli.collect import Request
    from history.project.workspace import Workspace

F = TypeVar("F", bound="Callable[..., Any]")

PROFILES = ("quick", "nightly")


def _profile_option(text: str) -> Callable[[F], F]:
    return click.option(
        "--profile", type=click.Choice(PROFILES), default="quick", show_default=True, help=text
    )


def _address(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """What may be stored as the page of a CI run. Raises UsageError."""
    from history.vcs import ci_run

    return ci_run.checked(value) if value else None


@click.command(
    cls=SuiteCommand, short_help="Measure suites on this machine, and store the results."
)
@click.argument("suites", metavar="[SUITE]...", nargs=-1, shell_complete=completion.SUITES)
@_profile_option("How much is measured.")
@click.option(
    "--only",
    multiple=True,
    metavar="GLOB",
    shell_complete=completion.BENCHMARKS,
    help="Measure what matches `suite.benchmark[params]`; may be repeated.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="Set an option of the one SUITE, as its table would; may be repeated.",
)
@click.option(
    "--shard", metavar="K/N", default="1/1", help="Measure share K of N of the benchmarks."
)
@click.option(
    "--planned",
    metavar="FILE",
    default="",
    help="Deal shares out by what `collect --plan json` printed, not by this history.",
)
@click.option(
    "--plan", "plan_", type=click.Choice(("json",)), help="Print the plan; measure nothing."
)
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="End a child that is silent for longer.  [default: depends on the step]",
)
@click.option(
    "--calibration/--no-calibration",
    "calibrate",
    default=True,
    help="Gauge the machine before and after each suite.",
)
@click.option(
    "--keep-empty",
    is_flag=True,
    help="Store the run even if every benchmark was skipped or none came to an end.",
)
@click.option(
    "--ci-url",
    metavar="URL",
    callback=_address,
    help="Page of the CI run, stored and linked.  [default: as the CI service says]",
)
@click.option(
    "--against",
    metavar="REV",
    shell_complete=completion.COMMITS,
    help="A duet: measure HEAD and its merge base with REV, in turn in one job.",
)
@click.option("--budget", metavar="TIME", help="Time for the rounds of a duet, such as 10m.")
@click.option(
    "--harness",
    type=click.Choice(("head", "each")),
    default="head",
    show_default=True,
    help="Configuration and inputs of checked-out commits: those of the head, or each its own.",
)
@click.option(
    "--measure-identical", is_flag=True, help="In a duet, measure identical programs too."
)
@click.option(
    "--seed", type=int, metavar="N", help="Seed of the order of a duet's rounds.  [default: drawn]"
)
@click.option(
    "--commits",
    metavar="RANGE",
    help="Measure commits that were passed by, such as v1.0..main, and only what is missing.",
)
@click.option(
    "--every",
    type=click.IntRange(min=1),
    metavar="N",
    help="With --commits: the newest, and every N-th before it.",
)
@click.option(
    "--profile-with",
    type=click.Choice(("perf", "py-spy")),
    help="Run everything once more under a profiler, which is not counted; keep its stacks.",
)
@click.option(
    "--dry-run", is_flag=True, help="Print what would be measured; measure and store nothing."
)
@click.option(
    "--suspects",
    is_flag=True,
    help="Measure again what `soundmark regressions` calls suspect on this machine.",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Store what a killed collection, or one without room, has measured; measure the rest.",
)
@workspace_options
def collect(
    workspace: Workspace,
    *,
    resume: bool,
    plan_: str | None,
    suspects: bool,
    dry_run: bool,
    **options: Any,  # noqa: ANN401 - fields of Request
) -> None:
    """Measure suites on this machine, and store the results.

    Without SUITE: those of the configuration, else all that can run here. The options of a suite
    are flags as well: `soundmark collect SUITE --help` shows them.

    A run is stored twice: as a new file in the ledger (.soundmark/runs), and in the history made of
    it (.soundmark/history.duckdb). Nothing that was stored is changed or deleted. To start afresh,
    `soundmark history exclude --all --reason WHY` leaves all runs out, or --ledger and --history
    name a new folder.
    """
    from collector.cli import conflicts
    from collector.cli.collect import Request

    if resume:
        others = {"dry_run": dry_run or None, "plan_": plan_, "suspects": suspects or None}
        conflicts.check_alone(options | others, _spelled())
        from collector.cli.resume import resume as complete

        raise SystemExit(complete(workspace))
    request = Request(**{name: value for name, value in options.items() if value is not None})
    conflicts.check_together(request)
    if len(request.suites) == 1 and request.settings:
        _say_what_is_set(workspace, request.suites[0], request.settings)
    if suspects:
        conflicts.check_suspects(request, dry_run=dry_run)
        from collector.cli.suspects import measure_again

        raise SystemExit(measure_again(workspace, request))
    from collector.cli import shares

    request = shares.settled(workspace, request)
    if plan_:
        conflicts.check_dry(request, "--plan")
        raise SystemExit(shares.show(workspace, request))
    if dry_run:
        conflicts.check_dry(request, "--dry-run")
        from collector.cli.preview import show

        raise SystemExit(show(workspace, request))
    raise SystemExit(_measure(workspace, request))


def _measure(workspace: Workspace, request: Request) -> int:
    """This commit alone, against another one, or many; the exit code."""
    if request.against:
        from collector.cli.duet import measure_and_store

        return measure_and_store(workspace, request)
    if request.commits:
        from collector.cli import backfill

        return backfill.measure_and_store(workspace, request)
    from collector.cli.collect import collect_and_store

    return collect_and_store(workspace, request)


def _spelled() -> dict[str, str]:
    """Parameter of this command -> how it is written: ``timeout_s`` -> ``--timeout``."""
    command = click.get_current_context().command
    return {
        str(one.name): one.name.upper()
        if isinstance(one, click.Argument) and one.name
        else (one.secondary_opts or one.opts)[0]
        for one in command.params
    }


def _say_what_is_set(workspace: Workspace, name: str, settings: tuple[str, ...]) -> None:
    from collector.cli import overrides
    from history.project.config import suite_tables
    from history.report.output import visible

    told = overrides.told(suite_tables(workspace.loaded), name, settings)
    say(visible(told), err=True)


@click.command(short_help="Find the commit at which a series changed.")
@click.argument("series", shell_complete=completion.BENCHMARKS)
@click.argument("good", shell_complete=completion.COMMITS)
@click.argument("bad", shell_complete=completion.COMMITS)
@click.option(
    "--metric", default="", help="Metric to look at.  [default: that of SERIES, or its first]"
)
@_profile_option("How much is measured.")
@click.option("--budget", metavar="TIME", help="Time for the rounds of each step, such as 5m.")
@workspace_options
def bisect(
    workspace: Workspace,
    series: str,
    good: str,
    bad: str,
    metric: str,
    profile: str,
    budget: str | None,
) -> None:
    """Find the commit between GOOD and BAD at which a series changed, by duets.

    SERIES is the id of a series, or its beginning, or a benchmark as `soundmark suites` has it.
    Exit code 1 when the two ends do not differ.
    """
    from collector.cli.bisect import search
    from collector.cli.collect import Request

    request = Request(profile=profile, budget=budget or "")
    raise SystemExit(search(workspace, series, (good, bad), metric, request))


@click.command(short_help="List suites with their benchmarks.")
@_profile_option("Profile whose plan is shown.")
@click.option("--json", "json_", is_flag=True, help="Print one JSON array of objects.")
@workspace_options
def suites(workspace: Workspace, profile: str, json_: bool) -> None:  # noqa: FBT001
    """List suites with their benchmarks, parameters, metrics and needs."""
    from collector.cli.listing import list_suites

    list_suites(workspace, profile, json_=json_)


@click.command(short_help="Check whether this machine is fit to measure.")
@click.option("--json", "json_", is_flag=True, help="Print one JSON object.")
@click.option(
    "--probe/--no-probe", default=True, help="Estimate the smallest change this machine can see."
)
@workspace_options
def doctor(workspace: Workspace, json_: bool, probe: bool) -> None:  # noqa: FBT001
    """Check whether this machine is fit to measure, and which suites can run.

    Exit code 1 when something stands in the way.
    """
    from collector.cli.checkup import check_up

    raise SystemExit(check_up(workspace, json_=json_, noise=probe))


@click.command(short_help="Write a first soundmark.toml.")
@click.option("--github", is_flag=True, help="Write workflows for GitHub Actions too.")
@click.option("--gitlab", is_flag=True, help="Write jobs for GitLab too.")
@click.option(
    "--from",
    "source",
    metavar="ADDRESS",
    default="",
    help="Where they install soundmark from: a git address with @TAG, or a requirement of pip."
    "  [default: where this one came from]",
)
@click.option(
    "--overwrite", is_flag=True, help="Write over files that differ, after showing how they do."
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def init(github: bool, gitlab: bool, source: str, overwrite: bool, debug: bool) -> None:  # noqa: FBT001, ARG001
    """Look at the current folder and write a soundmark.toml that works in it.

    May be run again: what is missing is added, what differs is shown and kept (exit code 1).
    """
    from pathlib import Path

    from collector.cli.init import begin
    from collector.onboarding.start import Request

    request = Request(github=github, gitlab=gitlab, source=source, overwrite=overwrite)
    raise SystemExit(begin(Path.cwd(), request))
