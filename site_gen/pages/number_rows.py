"""Write the rows of the tables of numbers on run and commit pages.

This is a function, not a template: a site has tens of thousands of these rows, and a template would
look up forty names in each of them.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup, escape

from history.report.wording.numbers import MISSING
from history.words.metrics import title_of
from site_gen.pages.fragments import framed, pill

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from history.report.wording.names import Common
    from site_gen.pages.run_points import Number

MOST_LETTERS: Final = 160
"""Longest warning beside a number, in characters."""
_MEASURED: Final = "measured"
_ONE_THING: Final = ("fail", "failed")
"""Verdicts and statuses of an absence that mean the same: the status is shown."""


class Choices(NamedTuple):
    """The choices of the filters: every word once, in the order of the rows."""

    suites: tuple[str, ...]
    verdicts: tuple[str, ...]
    machines: tuple[str, ...]


def choices(rows: Sequence[Number]) -> Choices:
    """The choices of these rows."""
    return Choices(
        tuple(dict.fromkeys(one.benchmark.suite for one in rows)),
        tuple(dict.fromkeys(one.verdict for one in rows)),
        tuple(dict.fromkeys(one.series.key.machine for one in rows)),
    )


class Reason(NamedTuple):
    """A reason that several absent points share."""

    status: str
    reason: str
    times: int


def reasons(rows: Iterable[Number]) -> tuple[Reason, ...]:
    """The reasons of more than one row, the most frequent first."""
    found = Counter((one.status, one.reason) for one in rows if one.status != _MEASURED)
    return tuple(
        Reason(*about, count) for about, count in found.most_common() if count > 1 and about[1]
    )


def number_rows(
    rows: Iterable[Number],
    words: Sequence[str],
    root: str,
    shared: Common,
    *,
    machines: bool,
    told: Iterable[Reason] = (),
) -> Markup:
    """The rows, each with the index of its status in ``words``.

    ``shared`` pairs and the reasons in ``told`` are left out: they are listed above the table.
    """
    places = {word: place for place, word in enumerate(words, 1)}
    known = frozenset(one.reason for one in told)
    return Markup(  # noqa: S704 - what comes from outside is escaped
        "".join(
            _row(one, places[one.status], root, shared, known, machines=machines) for one in rows
        )
    )


def _row(
    one: Number, status: int, root: str, shared: Common, told: frozenset[str], *, machines: bool
) -> str:
    key, benchmark = one.series.key, one.benchmark
    machine = key.machine if machines else ""
    suite, name, pairs = benchmark.suite, benchmark.name, benchmark.params
    text = f"{benchmark.benchmark_id} {key.metric} {key.variant}{' ' if machines else ''}{machine}"
    about = " · ".join(filter(None, (title_of(key.metric), shared.rest(key.variant), machine)))
    against = f' title="against {escape(one.baseline)}"' if one.baseline else ""
    of_machine = f'data-machine="{escape(machine)}" ' if machines else ""
    order = f' data-v="{one.moved:.4g}"' if one.change else ""
    value = _value(one) if one.status == _MEASURED else MISSING
    return (
        f'<tr data-w="{status}" data-suite="{escape(suite)}" data-verdict="{escape(one.verdict)}" '
        f'{of_machine}data-text="{escape(text)}">'
        f"{_named(root, benchmark.path, suite, name, pairs, about)}"
        f'<td>{_verdict(one, told)}</td><td class="n">{value}</td>'
        f'<td class="n" data-l="against baseline"{order}><span class="t-{escape(one.change_tone)}"'
        f"{against}>{escape(one.change or MISSING)}</span></td>"
        f'<td class="n opt">{one.n}</td></tr>'
    )


@lru_cache(maxsize=8192)
def _named(
    root: str, path: str, suite: str, name: str, pairs: tuple[tuple[str, str], ...], about: str
) -> str:
    """The first cell of a row, which is the same on the pages of many runs."""
    return (
        f'<th scope="row"><a href="{root}{escape(path)}/">{escape(suite)}.{escape(name)}</a>'
        f'{framed(pairs)}<br><span class="sm-sub">{escape(about)}</span></th>'
    )


def _verdict(one: Number, told: frozenset[str]) -> str:
    is_said = one.verdict == _MEASURED or (one.verdict, one.status) == _ONE_THING
    said = "" if is_said else str(pill(one.verdict))
    if one.why:
        said += f'<br><span class="sm-sub sm-reason">{escape(one.why)}</span>'
    if one.status != _MEASURED:
        if one.status != one.verdict:
            said += f" {pill(one.status)}"
        if one.reason not in told:
            said += f'<br><span class="sm-sub sm-reason">{escape(one.reason)}</span>'
    return said


def _value(one: Number) -> str:
    more = "".join(f"<br>{escape(each)}" for each in (one.beside, one.items) if each)
    said = f'{escape(one.value)}<br><span class="sm-sub">{escape(one.interval)}{more}</span>'
    if one.reason:
        said += f'<br><span class="sm-flag t-warn sm-reason">! {escape(_cut(one.reason))}</span>'
    return said


def _cut(text: str) -> str:
    """At most about so many letters, up to a whole word, as Jinja's ``truncate`` does it."""
    if len(text) <= MOST_LETTERS + 5:
        return text
    return text[: MOST_LETTERS - 3].rsplit(" ", 1)[0] + "..."
