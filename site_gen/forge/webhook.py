"""Post a message to a webhook, with bounded retries when it did nothing.

Whoever knows the address of a webhook may write there, so only its host is printed.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, Final

import httpx2
import msgspec

from history.words.errors import SoundmarkError, UsageError
from site_gen.forge.http import (
    HERE,
    LONGEST_WAIT_S,
    TIMEOUT,
    TRIES,
    TROUBLE,
    WITHOUT_RETRY_AFTER_S,
    retry_after_s,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_OF_THE_MESSAGE: Final = frozenset({400, 413, 422})
_HOST: Final = re.compile(r"[\w.:-]+")
_MOST_SAID: Final = 120
_SECRET_FROM: Final = 6
"""Length from which a part of the address may be a secret."""
_HINTS: Final = {
    400: "Is it a webhook that takes this --shape?",
    401: "Make a new webhook, and store its address.",
    403: "It was switched off: make a new one, and store its address.",
    404: "It was deleted: make a new one, and store its address.",
    410: "It was deleted: make a new one, and store its address.",
}


class WebhookError(SoundmarkError):
    """A webhook did not take a message."""

    def __init__(self, message: str, *, hint: str = "", is_about_message: bool = False) -> None:
        """``is_about_message`` where another message may be taken."""
        super().__init__(message, hint=hint)
        self.is_about_message = is_about_message


class Webhook:
    """One address to which messages are posted."""

    def __init__(
        self,
        address: str,
        *,
        wait: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Raises UsageError for what is no address, or one without TLS beyond this computer."""
        try:
            self._url = httpx2.URL(address.strip())
        except httpx2.InvalidURL:
            raise _no_address() from None
        host = self._url.host
        if not _HOST.fullmatch(host) or self._url.scheme not in {"http", "https"}:
            raise _no_address()
        if self._url.scheme != "https" and host not in HERE:
            raise UsageError(
                f"--webhook: expected an address that begins with https://, found one of {host} "
                "that does not.",
                hint="Whoever reads the address on its way may write there.",
            )
        self.shown = host
        """The printable part of the address."""
        self._client = httpx2.Client(headers={"User-Agent": "soundmark"}, timeout=TIMEOUT)
        self._wait, self._now = wait, now

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def send(self, message: Mapping[str, Any]) -> None:
        """Post one message. Raises WebhookError where nobody has taken it, or nobody can tell."""
        waited = 0.0
        for attempt in range(1, TRIES + 1):
            failure, delay_s = self._once(message, float(2 ** (attempt - 1)))
            if failure is None:
                return
            if delay_s is None or attempt == TRIES:
                raise failure
            if waited + delay_s > LONGEST_WAIT_S:
                raise WebhookError(f"{failure.message} It asks to wait {delay_s:.0f} s.")
            self._wait(delay_s)
            waited += delay_s

    def _once(
        self, message: Mapping[str, Any], pause_s: float
    ) -> tuple[WebhookError | None, float | None]:
        """The error, or None, and the seconds to wait before a retry."""
        try:
            response = self._client.post(self._url, json=dict(message))
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            return self._silent(error), pause_s  # it never arrived
        except httpx2.HTTPError as error:
            return self._silent(error), None
        if response.is_success:
            return None, None
        status = response.status_code
        failure = WebhookError(
            f"the webhook at {self.shown} answered {status}{self._said(response)}.",
            hint="" if response.is_redirect else _HINTS.get(status, ""),
            is_about_message=status in _OF_THE_MESSAGE,
        )
        asked = retry_after_s(response.headers.get("retry-after", ""), self._now())
        if status == 429:
            return failure, WITHOUT_RETRY_AFTER_S if asked is None else asked
        return failure, (asked or pause_s) if status in TROUBLE else None

    def _silent(self, error: Exception) -> WebhookError:
        why = self._without_secret(str(error)) or type(error).__name__
        return WebhookError(
            f"no answer from the webhook at {self.shown}: {why}.",
            hint="Is the network there, and the address right?",
        )

    def _said(self, response: httpx2.Response) -> str:
        """The webhook's message as one short line, without secrets."""
        text = response.text[: 100 * _MOST_SAID]
        try:
            told = msgspec.json.decode(text)
            text = str(told.get("message", told.get("error", ""))) if isinstance(told, dict) else ""
        except msgspec.MsgspecError:
            text = "" if "<" in text else text
        line = " ".join("".join(one if one.isprintable() else " " for one in text).split())
        return f' "{self._without_secret(line)[:_MOST_SAID]}"' if line else ""

    def _without_secret(self, text: str) -> str:
        parts = (self._url.userinfo.decode(), *self._url.path.split("/"), self._url.query.decode())
        for part in sorted(filter(None, (str(self._url), *parts)), key=len, reverse=True):
            if len(part) >= _SECRET_FROM:
                text = text.replace(part, "***")
        return text


def _no_address() -> UsageError:
    return UsageError(
        "--webhook: expected the address of a webhook, found something else.",
        hint="It begins with https:// and is not shown here, since whoever knows it may write "
        "there.",
    )
