"""What `soundmark doctor` prints."""

from __future__ import annotations

from contextlib import chdir
from typing import TYPE_CHECKING, Any

import click
import msgspec

from collector.cli import catalogue
from collector.host import doctor, machine
from collector.host.examine import examine
from collector.host.probe import Probe, probe
from collector.suites.registry import SUITES
from history.detect import DETECTORS
from history.formats.registry import FORMATS
from history.project.config import suite_tables
from history.report.output import visible
from history.report.terminal import say
from history.report.wording import numbers
from history.words import metrics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collector.cli.catalogue import Entry
    from collector.host.doctor import Finding
    from history.project.workspace import Workspace

_SIGNS = {"fine": "ok  ", "note": "note", "warning": "WARN", "problem": "STOP"}


def check_up(workspace: Workspace, *, json_: bool, noise: bool) -> int:
    """Examine the machine and list the suites; 0 when it is fit and a suite can run, else 1."""
    seen = msgspec.structs.replace(examine(workspace.root), hidden=hidden())
    findings = doctor.judge(seen)
    with chdir(workspace.root):  # where a table's paths start
        suites = catalogue.entries(suite_tables(workspace.loaded), "quick")
    probed = probe(workspace.root) if noise else None
    here = machine.fingerprint(workspace.config.machine.name)
    fit = doctor.fit(findings) and any(entry.runs for entry in suites)
    if json_:
        import orjson

        document: dict[str, Any] = {
            "fit": fit,
            "machine": msgspec.to_builtins(here),
            "findings": msgspec.to_builtins(findings),
            "noise": _noise_document(probed),
            "suites": [
                {"name": entry.name, "runs": entry.runs, "problem": entry.problem}
                for entry in suites
            ],
        }
        click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
        return 0 if fit else 1
    gpu = f", {here.gpu}" if here.gpu else ""
    texts = [
        f"{here.name}: {here.cpu_model}, {here.cores} cores, {here.memory_gib} GiB{gpu}",
        _findings_text(findings),
        _noise_text(probed) if probed is not None else "",
        _suites_text(suites),
    ]
    for text in filter(None, texts):
        say(text)
    click.echo("Fit to measure." if fit else "Not fit to measure now; see STOP above.")
    return 0 if fit else 1


def hidden() -> tuple[str, ...]:
    """Names that other packages offer and that are not used, because they are ours."""
    return (*SUITES.hidden(), *FORMATS.hidden(), *DETECTORS.hidden(), *metrics.redefined())


def _findings_text(findings: Sequence[Finding]) -> str:
    lines = []
    for finding in findings:
        lines.append(
            f"  {_SIGNS[finding.level.value]}  {visible(finding.seen)} {finding.why}".rstrip()
        )
        if finding.fix:
            lines.append(f"        -> {finding.fix}")
    return "\n".join(lines)


def _noise_text(probed: Probe) -> str:
    lines = ["Smallest change two runs of one point each would show, 4 times in 5:"]
    lines += [
        f"  {noise.work}: {numbers.share(noise.smallest_change)} (the reference work takes"
        f" {numbers.value(noise.median_s, 's')}; "
        f"{numbers.counted(noise.readings, 'reading')} in fresh processes)"
        for noise in probed.noise
    ]
    if probed.failure:
        lines.append(f"  the probe failed: {visible(probed.failure)}")
    return "\n".join(lines)


def _noise_document(probed: Probe | None) -> dict[str, Any] | None:
    if probed is None:
        return None
    return {
        "failure": probed.failure,
        "work": {
            noise.work: {
                "median_s": noise.median_s,
                "spread": noise.spread,
                "smallest_change": noise.smallest_change,
                "readings": noise.readings,
            }
            for noise in probed.noise
        },
    }


def _suites_text(suites: Sequence[Entry]) -> str:
    # A project that measures its own program need not read what each speech suite lacks.
    others = [entry.name for entry in suites if not entry.configured and not entry.runs]
    told = set(others) if any(entry.configured for entry in suites) else set()
    lines = ["Suites:"]
    for entry in catalogue.own_first(suites):
        if entry.name in told and not entry.configured:
            continue
        if not entry.runs:
            lines.append(f"  {entry.name}: cannot run. {visible(entry.problem)}")
            continue
        skipped = len(entry.plan.absences) if entry.plan is not None else 0
        rest = f", {numbers.counted(skipped, 'benchmark')} skipped" if skipped else ""
        lines.append(f"  {entry.name}: can run{rest}")
        reasons = dict.fromkeys(
            absence.outcome.reason
            for absence in (entry.plan.absences if entry.plan is not None else ())
        )
        lines += [f"    {visible(reason)}" for reason in reasons]
    if told:
        lines.append(
            f"  not configured, and cannot run here: {', '.join(others)};"
            " `soundmark suites` says what each lacks"
        )
    return "\n".join(lines)
