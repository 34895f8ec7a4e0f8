"""Write a notice as the message of a webhook: plain JSON, or Slack's format. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from history.judge.changes import ChangeRow
    from site_gen.notices.news import Notice

FORMAT: Final = "soundmark-notice"
VERSION: Final = 1
_ESCAPED: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
"""Characters that begin markup, mentions and links in Slack."""


def plain(notice: Notice, project: str, url: str) -> dict[str, Any]:
    """Every fact under its name; `docs/notices.md` lists them."""
    message: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "project": project,
        "kind": notice.kind,
        "state": notice.state,
        "before": notice.before,
        "title": notice.title,
        "lines": list(notice.lines),
        "machine": notice.machine,
        "url": url,
        "about": [key.partition(" ")[2] for key in notice.known],
    }
    event = notice.fact.event if notice.fact else None
    if event is not None:
        message |= {
            "event": event.event_id,
            "direction": str(event.direction),
            "previous_commit": event.previous_commit,
            "commit": event.commit,
            "series": event.series,
            "changes": [_change(row) for row in event.worst],
        }
    return message


def slack(notice: Notice, project: str, url: str) -> dict[str, Any]:
    """A text for Slack, Mattermost, Rocket.Chat, and Discord below its ``/slack``."""
    head = f"{project}: {notice.title}" if project else notice.title
    lines = [f"*{_inert(head)}*", *(f"\N{BULLET} {_inert(line)}" for line in notice.lines)]
    if url:
        lines.append(f"<{_inert(url)}|All of it, with its trends>")
    return {"text": "\n".join(lines)}


SHAPES: Final[dict[str, Callable[[Notice, str, str], dict[str, Any]]]] = {
    "json": plain,
    "slack": slack,
}


def _inert(text: str) -> str:
    return text.translate(_ESCAPED)


def _change(row: ChangeRow) -> dict[str, Any]:
    return {
        "benchmark": row.key.benchmark_id,
        "metric": row.key.metric,
        "variant": row.key.variant,
        "before": row.before,
        "after": row.after,
        "unit": row.key.unit,
        "status": str(row.status),
    }
