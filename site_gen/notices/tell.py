"""Send news to a webhook, and store what it accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from history.report.wording import numbers
from history.words.errors import SoundmarkError
from site_gen.forge.webhook import WebhookError
from site_gen.notices import news
from site_gen.notices.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from history.judge.judge import Judgement
    from history.report.review.links import Links
    from site_gen.forge.webhook import Webhook
    from site_gen.notices.memory import Keeper
    from site_gen.notices.news import Notice

MOST_AT_ONCE: Final = 10
"""Most messages of one command; others wait for the next one, and are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """The inputs of sending notices."""

    keeper: Keeper
    links: Links
    shape: Callable[[Notice, str, str], dict[str, Any]]
    project: str
    say: Callable[[str], None]
    warn: Callable[[SoundmarkError], None]

    def message(self, notice: Notice) -> Mapping[str, Any]:
        """The message in the webhook's format; only existing pages are linked."""
        return self.shape(notice, self.project, self.links.of(notice.page))


def tell(telling: Telling, webhook: Webhook | None, judged: Judgement) -> None:
    """Send each message once; without a webhook only print them.

    Accepted messages are stored even if a later one fails. Raises what the keeper of the memory
    raises before anything is told.
    """
    memory = telling.keeper.read()
    found = news.since(memory, judged)
    told = Memory() if memory is None else memory
    if memory is None and found.passed_over:
        telling.say(
            f"nothing was told before: {numbers.counted(found.passed_over, 'settled fact')} "
            "taken as known"
        )
    sent = 0
    stored = told.after(found.silent)
    for notice in found.notices[:MOST_AT_ONCE]:
        if webhook is None:
            telling.say(f"would tell: {notice.title}")
            continue
        try:
            webhook.send(telling.message(notice))
        except WebhookError as error:
            telling.warn(error)
            if not error.is_about_message:
                break
            continue
        telling.say(f"told: {notice.title}")
        stored = stored.after(notice.known)
        sent += 1
    if webhook is not None and (memory is None or stored != memory):
        _keep(telling, stored, sent)
    _say_rest(telling, found.notices, sent, is_real=webhook is not None)


def _keep(telling: Telling, memory: Memory, sent: int) -> None:
    try:
        telling.keeper.keep(memory)
    except (SoundmarkError, OSError) as error:
        why = error.message if isinstance(error, SoundmarkError) else str(error.strerror)
        again = f"; the next time tells {numbers.counted(sent, 'message')} again" if sent else ""
        telling.warn(SoundmarkError(f"what was told cannot be remembered: {why}{again}"))


def _say_rest(telling: Telling, notices: tuple[Notice, ...], sent: int, *, is_real: bool) -> None:
    waiting = len(notices) - (sent if is_real else min(len(notices), MOST_AT_ONCE))
    if waiting:
        telling.say(f"{numbers.counted(waiting, 'message')} left for the next time")
    if not notices:
        telling.say("nothing to tell: nothing has changed since the last time")
