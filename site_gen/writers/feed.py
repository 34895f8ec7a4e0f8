"""Write the Atom feed: one entry per failure and per event, with an address that never changes."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from history import addresses
from history.addresses import query
from history.judge.verdict import Absent
from history.report.wording import absences, changes, events, names, numbers, standing
from site_gen import format as text
from site_gen.pages import failing
from site_gen.pages.tally import tally
from site_gen.writers.text import clean

if TYPE_CHECKING:
    from history.judge.events import Event
    from site_gen.pages.context import Context
    from site_gen.pages.failing import Failure

MOST_ENTRIES = 100


def feed(context: Context) -> str:
    """New failures, then events with regressions or improvements, newest first.

    The id of an entry is its event, or the commit at which it began to fail, so a rebuilt feed
    shows nothing twice.
    """
    known = [
        event
        for event in context.judgement.events
        if event.commit in context.commits
        and any(one.series_id in context.by_series and one.has_direction for one in event.changes)
    ]
    newest = max((run.started_at for run in context.view.counting), default=None)
    root = context.site.root
    own = root or f"urn:soundmark:{query(context.site.title)}/"
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom"{_base(root)}>',
        f"<title>{_words(context.site.title)}: regressions</title>",
        f"<id>{_words(own)}{addresses.FEED}</id>",
        f"<updated>{text.iso(newest) if newest else '1970-01-01T00:00:00Z'}</updated>",
        "<author><name>soundmark</name></author>",
    ]
    shown = known[:MOST_ENTRIES]
    told = f"{tally(context).words} {standing.newest(len(shown), len(known))}".rstrip()
    lines.append(f"<subtitle>{_words(told)}</subtitle>")
    if root:
        lines.append(f'<link rel="self" href="{_words(root)}{addresses.FEED}"/>')
    failures = failing.now(context)
    entries = [_failed(context, one) for one in (*failures.new, *failures.still)]
    entries += [_entry(context, one) for one in shown]
    lines += entries
    return "\n".join([*lines, "</feed>", ""])


def _entry(context: Context, event: Event) -> str:
    commit = context.commits[event.commit]
    link = f"{addresses.event(event.event_id)}/"
    what = f"{events.summary(event)} at {names.short(event.commit)} {commit.subject}"
    return (
        f"<entry><title>{_words(events.title(event))}</title>"
        f"<id>urn:soundmark:event:{query(event.event_id)}</id>"
        f"<updated>{text.iso(commit.time)}</updated>"
        f'<link href="{_words(context.site.root + link)}"/>'
        f"<summary>{_words(f'{what}. {_evidence(event)}'.rstrip())}</summary></entry>"
    )


def _evidence(event: Event) -> str:
    return events.why(event) if event.series > 1 else changes.rule(event.changes[0])


def _failed(context: Context, failure: Failure) -> str:
    """The entry of a failure, which keeps its id while it fails."""
    first = failure.series[0]
    about = failure.about
    since = about.since if isinstance(about, Absent) else about.last
    commit = context.commits.get(since)
    when = commit.time if commit else max(run.started_at for run in context.view.counting)
    count = numbers.counted(len(failure.series), "series", "series")
    title = (
        f"{'newly failing' if failure.is_new else 'still failing'}, {failure.status}: "
        f"{failure.benchmark.benchmark_id} on {first.key.machine} ({count})"
    )
    link = addresses.series(first.key)
    words = f"{absences.reason(about)}; {absences.since(about)}, {absences.measured_last(about)}"
    return (
        f"<entry><title>{_words(title)}</title>"
        f"<id>urn:soundmark:{query(first.series_id)}:{failure.status}:{query(since)}</id>"
        f"<updated>{text.iso(when)}</updated>"
        f'<link href="{_words(context.site.root + link)}"/>'
        f"<summary>{_words(words)}</summary></entry>"
    )


def _words(value: str) -> str:
    return escape(clean(value))


def _base(root: str) -> str:
    return f' xml:base="{_words(root)}"' if root else ""
