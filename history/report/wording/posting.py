"""Markdown posted to a forge beside the review itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.report.review.inert import code, inert, one_line
from history.report.wording import events, moments, names, numbers, sizes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from history.judge.events import Event

MOST_LETTERS_OF_A_TITLE = 200


def resolved(head: str, earlier: str) -> str:
    """The line above a review without findings, where an earlier one had some."""
    before = f" What was found at {earlier[:12]} is not found any more." if earlier else ""
    return f"**Resolved at {head[:12]}.**{before}"


def not_measured(why: str) -> str:
    """The text of a check without a result."""
    return f"There is no result for this commit: {inert(why)}"


def measuring(head: str, base: str, pattern: str, login: str) -> str:
    """The reply to a comment that asks for a measurement, until there is a result."""
    return (
        f"**Measuring** {_benchmarks(pattern)} at {inert(head[:12])} against {inert(base)}, as "
        f"{inert(login)} asked. The result will stand here."
    )


def measured(head: str, pattern: str) -> str:
    """The line above a review that a comment asked for."""
    return (
        f"**Measured as asked**: {_benchmarks(pattern)} at {inert(head[:12])}. "
        "The check is that of the last push and is not changed by this."
    )


def not_measured_as_asked(head: str, pattern: str, why: str) -> str:
    """Text below a request whose measurement failed or gave no result."""
    asked = f"{_benchmarks(pattern)} at {inert(head[:12])}"
    return f"**No result** of {asked}, as asked for: {inert(why)}"


def not_started(why: str) -> str:
    """Text below a request for which no measurement was started."""
    return f"**Nothing was started**: {inert(why)}"


def _benchmarks(pattern: str) -> str:
    return code(pattern) if pattern else "everything"


def shortened(text: str, most: int = MOST_LETTERS_OF_A_TITLE) -> str:
    """A title of at most so many letters, whose end shows that there was more."""
    return text if len(text) <= most else f"{text[: most - 1]}\N{HORIZONTAL ELLIPSIS}"


def issue_title(event: Event) -> str:
    """``regression: 90 of 290 series on box: 86 worse by 52.3 % (8.0 % to 97.0 %)``."""
    return shortened(one_line(events.title(event)))


def told(event: Event, url: str, merged: Sequence[int]) -> str:
    """The text of an issue about an event; ``merged`` are the pull requests of its range."""
    worst = [
        f"- {inert(row.key.benchmark_id)} {inert(row.key.metric)} {sizes.size(row.size)}".rstrip()
        for row in event.worst
    ]
    more = len(event.changes) - len(worst)
    lines = [
        f"{_headline(event)} ({events.states(event.changes)}).",
        f"Between {between(event)}.",
        "\n".join(worst)
        + (f"\n- and {numbers.counted(more, 'more series', 'more series')}" if more else ""),
        inert(events.why(event)),
        merged_there(merged),
        f"[All of it, with its trends]({url})" if url else "",
        f"It is called `{event.event_id}` in triage.toml and `soundmark regressions`.",
    ]
    return "\n\n".join(filter(None, lines))


def _headline(event: Event) -> str:
    return f"{events.series(event)} on {inert(event.machine)}: {events.amounts(event)}"


def between(event: Event) -> str:
    """The commits, as code, so that a forge links none that it does not know."""
    if event.is_rerun:
        return f"two runs at {inert(names.short(event.commit))}"
    before, after = names.short(event.previous_commit), names.short(event.commit)
    return f"{inert(before)} and {inert(after)}"


def merged_there(merged: Sequence[int]) -> str:
    """``Merged in between: #12, #15.``; empty where none is known."""
    return f"Merged in between: {', '.join(f'#{one}' for one in merged)}." if merged else ""


def settled(status: str) -> str:
    """The line above an issue that is closed."""
    return f"**Closed: {inert(status)}.**"


def nightly(event: Event, night: datetime, url: str) -> str:
    """The comment on the only pull request that was merged in the range of an event."""
    found = f"The nightly of {moments.day(night)} found a regression between {between(event)}"
    only = "and this pull request is all that was merged between them"
    return f"{found}, {only}.\n\n{told(event, url, ())}"


def _days(days: float) -> str:
    return "a day" if days == 1 else f"{days:g} days"


def silence_title(days: float) -> str:
    """The title of the issue about a site without new runs."""
    return f"nothing new published for more than {_days(days)}"


def silence(url: str, newest: datetime | None, days: float) -> str:
    """What that issue says; ``newest`` is None where no site answers. The same every day."""
    if newest is None:
        found = f"No site answers at {url}."
    else:
        found = f"The newest run on [the site]({url}) began on {moments.minute(newest)}."
    return (
        f"{found} A run is expected at least every {_days(days)} "
        "(`stale_after_days` in the table `[site]`).\n\n"
        "Look at the last executions of the nightly workflow: a job may fail before it publishes, "
        "or it may not start at all, since a forge switches schedules off where nothing happens."
    )


def silence_over(newest: datetime) -> str:
    """Why it is closed."""
    return settled(f"a run of {moments.minute(newest)} is published")
