"""Read numbers out of output by a regular expression."""

from __future__ import annotations

import re
from collections import defaultdict

from collector.suites.command.options import Reads
from history.formats import fields
from history.formats.fields import RefuseError
from history.formats.interface import Parsed, Refused
from history.formats.outcomes import in_base_unit, measured, metric_of
from history.words.metrics import Direction, find
from history.words.records import Point

Series = tuple[str, tuple[tuple[str, str], ...], str]
"""Benchmark, parameters, metric."""


class Pattern:
    """A user's format, defined by ``pattern``, ``metric`` and ``unit`` of a ``reads`` table."""

    name = "regex"
    summary = "whatever a regular expression finds"
    repeats_itself = False

    def __init__(self, reads: Reads) -> None:
        """Keep the table."""
        self._reads = reads

    def parse(self, text: str, name: str = "") -> Parsed:
        """Numbers that the expression finds; every match is one sample.

        Named groups are metrics, except ``benchmark`` and ``unit``, and ``param_x``, which is the
        parameter x. Without named groups the first group is ``metric``.
        """
        del name
        pattern = re.compile(self._reads.pattern, re.MULTILINE)
        samples: dict[Series, list[float]] = defaultdict(list)
        kinds: dict[Series, tuple[str, Direction]] = {}
        refused: list[Refused] = []
        matches = list(pattern.finditer(text))
        for number, match in enumerate(matches, start=1):
            try:
                found = self._values(match, kinds)
            except RefuseError as error:
                refused.append(Refused(number, str(error)))
                continue
            for series, value in found.items():
                samples[series].append(value)
        points = [_point(series, values, kinds[series]) for series, values in samples.items()]
        return Parsed(points=tuple(points), rows_read=len(matches), refused=tuple(refused))

    def _values(
        self, match: re.Match[str], kinds: dict[Series, tuple[str, Direction]]
    ) -> dict[Series, float]:
        """The numbers of one match, in base units; ``kinds`` keeps unit and direction of each."""
        reads = self._reads
        groups = {key: value for key, value in match.groupdict().items() if value is not None}
        if not match.re.groupindex:
            groups = {reads.metric: match.group(1 if match.re.groups else 0)}
        benchmark = groups.pop("benchmark", "")
        unit = groups.pop("unit", reads.unit)
        params = tuple(
            (key.removeprefix("param_"), groups.pop(key))
            for key in list(groups)
            if key.startswith("param_")
        )
        found = {}
        for metric, written in groups.items():
            series = (benchmark, params, metric)
            value = fields.number(written.strip(), metric)
            found[series] = in_base_unit(value, metric, unit)
            kind = metric_of(metric, unit)
            kept = kinds.setdefault(series, kind)
            if kept[0] != kind[0]:
                raise RefuseError(f'{metric}: was "{kept[0]}" before, now "{kind[0]}"')
        return found


def _point(series: Series, values: list[float], kind: tuple[str, Direction]) -> Point:
    benchmark, params, metric = series
    known = find(metric).unit != ""
    return Point(
        suite="regex",
        benchmark=benchmark,
        metric=metric,
        params=dict(params),
        outcome=measured(values),
        unit="" if known else kind[0],
        direction=None if known else kind[1],
    )
