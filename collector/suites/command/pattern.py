"""Read numbers out of output by a regular expression."""

from __future__ import annotations

import re
from collections import defaultdict

from collector.suites.command.options import Reads
from history.formats import fields
from history.formats.fields import RefuseError
from history.formats.interface import Parsed, Refused
from history.formats.outcomes import in_base_unit, measured, metric_of
from history.words.metrics import find
from history.words.records import Point


class Pattern:
    """A format of one's own, given by ``pattern``, ``metric`` and ``unit`` of a ``reads`` table."""

    name = "regex"
    summary = "whatever a regular expression finds"
    repeats_itself = False

    def __init__(self, reads: Reads) -> None:
        """Keep the table."""
        self._reads = reads

    def parse(self, text: str, name: str = "") -> Parsed:
        """Numbers the expression finds; every match is one sample.

        Groups are metrics by name, but ``benchmark`` and ``unit`` say what they name, and
        ``param_x`` is the parameter x. Without named groups the first group is ``metric``.
        """
        del name
        reads = self._reads
        pattern = re.compile(reads.pattern, re.MULTILINE)
        samples: dict[tuple[str, tuple[tuple[str, str], ...], str], list[float]] = defaultdict(list)
        units: dict[str, str] = {}
        refused: list[Refused] = []
        matches = list(pattern.finditer(text))
        for number, match in enumerate(matches, start=1):
            groups = {key: value for key, value in match.groupdict().items() if value is not None}
            if not pattern.groupindex:
                groups = {reads.metric: match.group(1 if pattern.groups else 0)}
            benchmark = groups.pop("benchmark", "")
            unit = groups.pop("unit", reads.unit)
            params = tuple(
                (key.removeprefix("param_"), groups.pop(key))
                for key in list(groups)
                if key.startswith("param_")
            )
            try:
                found = {
                    metric: in_base_unit(fields.number(written.strip(), metric), metric, unit)
                    for metric, written in groups.items()
                }
            except RefuseError as error:
                refused.append(Refused(number, str(error)))
                continue
            for metric, value in found.items():
                units[metric] = unit
                samples[benchmark, params, metric].append(value)
        points = []
        for (benchmark, params, metric), values in samples.items():
            unit, direction = metric_of(metric, units[metric])
            known = find(metric).unit != ""
            points.append(
                Point(
                    suite="regex",
                    benchmark=benchmark,
                    metric=metric,
                    params=dict(params),
                    outcome=measured(values),
                    unit="" if known else unit,
                    direction=None if known else direction,
                )
            )
        return Parsed(points=tuple(points), rows_read=len(matches), refused=tuple(refused))
