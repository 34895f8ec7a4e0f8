"""Send requests to a forge over HTTP, with waits that it asks for and safe retries.

Every request has a timeout, every wait is bounded, and so is their sum. A request that creates
something is repeated only when the forge reported that it did nothing.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, Final, TypeVar

import httpx2
import msgspec

from site_gen.forge.errors import ForgeError, GoneError, TooLargeError, UnsureError

T = TypeVar("T")
Body = Mapping[str, Any]
Parameters = Mapping[str, str | int]

TRIES: Final = 4
"""Attempts of one request."""
LONGEST_WAIT_S: Final = 120.0
"""Longest sum of waits for one request."""
WITHOUT_RETRY_AFTER_S: Final = 60.0
"""Seconds to wait after a secondary limit of GitHub without a time."""
MOST_PAGES: Final = 100
MOST_READINGS: Final = 12
"""Most readings of a list that others change, until two in a row are equal."""
TIMEOUT: Final = httpx2.Timeout(30.0, connect=10.0)
TROUBLE: Final = frozenset({500, 502, 503, 504})
HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})

_HINTS: Final = {
    401: "The token is wrong or has expired: give the job a new one.",
    403: "The token may not do this: grant the job the right that the documentation names "
    "(`pull-requests: write`, `checks: write`, `issues: write`). A job of a fork never gets one: "
    "post from `workflow_run`.",
    404: "It was deleted or renamed, or the token may not see it.",
    410: "It was deleted, or that part of the repository is switched off.",
    422: "The forge does not accept what was sent; if this repeats, report it as a mistake.",
}


@cache
def _trusted() -> ssl.SSLContext:
    """The trusted certificates, cached, since reading them takes longer than a request."""
    return httpx2.create_ssl_context()


class Http:
    """One forge's address with our token."""

    def __init__(
        self,
        base_url: str,
        headers: Mapping[str, str],
        *,
        wait: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
    ) -> None:
        """``base_url`` is what every path begins with. Raises ForgeError for one without TLS."""
        self._base = httpx2.URL(base_url.rstrip("/"))
        if self._base.scheme != "https" and self._base.host not in HERE:
            raise ForgeError(
                f"expected an address that begins with https://, found {base_url}.",
                hint="A token is not sent where others can read it.",
            )
        self._client = httpx2.Client(
            headers={"User-Agent": "soundmark", **headers}, timeout=TIMEOUT, verify=_trusted()
        )
        self._wait, self._now = wait, now

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, path: str, shape: type[T], **parameters: str | int) -> T:
        """Get a resource. Raises ForgeError, GoneError when it does not exist."""
        return self._decode(self._send("GET", self._url(path), parameters), shape)

    def send(self, method: str, path: str, body: Body, shape: type[T]) -> T:
        """Create or change a resource; returns its new state.

        Raises ForgeError; UnsureError where something new may or may not have been made.
        """
        return self._decode(self._send(method, self._url(path), body=body), shape)

    def tell(self, path: str, body: Body) -> None:
        """Send a request without a response body. Raises ForgeError, as ``send`` does."""
        self._send("POST", self._url(path), body=body)

    def delete(self, path: str) -> None:
        """Remove something; what is gone already is no error."""
        try:
            self._send("DELETE", self._url(path))
        except GoneError:
            return

    def pages(self, path: str, shape: type[T], **parameters: str | int) -> Iterator[T]:
        """The answers of a list, page after page, as the forge's ``Link`` headers lead.

        Raises ForgeError when there are more than MOST_PAGES: nothing is left out unsaid.
        """
        response = self._send("GET", self._url(path), parameters)
        for _ in range(MOST_PAGES):
            yield self._decode(response, shape)
            following = response.links.get("next", {}).get("url")
            if following is None:
                return
            response = self._send("GET", self._own(following))
        raise ForgeError(f"GET {path}: expected at most {MOST_PAGES} pages, found more.")

    def settled(self, path: str, shape: type[T], **parameters: str | int) -> list[T]:
        """The pages of a list that others may change while it is read.

        When an entry is removed, later ones move up, and one of them may be skipped between two
        pages. So a list of several pages is read until two readings in a row are equal. Raises
        ForgeError.
        """
        before = list(self.pages(path, shape, **parameters))
        if len(before) == 1:
            return before
        for _ in range(1, MOST_READINGS):
            now = list(self.pages(path, shape, **parameters))
            if now == before:
                return now
            before = now
        raise ForgeError(
            f"GET {path}: it changed in each of {MOST_READINGS} readings.",
            hint="Other jobs write there at the same time: start this one again later.",
        )

    def download(self, path: str, most_bytes: int) -> bytes:
        """A file, read no further than ``most_bytes``. Raises TooLargeError."""
        held = bytearray()
        try:
            with self._client.stream("GET", self._url(path), follow_redirects=True) as response:
                if response.status_code != 200:
                    response.read()
                    raise _refusal(response)
                for part in response.iter_bytes():
                    held += part
                    if len(held) > most_bytes:
                        raise TooLargeError(f"GET {path}: expected at most {most_bytes} bytes.")
        except httpx2.HTTPError as error:
            raise _unreachable("GET", self._url(path), error) from error
        return bytes(held)

    def _url(self, path: str) -> httpx2.URL:
        return httpx2.URL(f"{self._base}{path}")

    def _own(self, url: str) -> httpx2.URL:
        """Another address of the same forge; the token is not sent elsewhere."""
        found = httpx2.URL(url)
        if (found.scheme, found.host, found.port) != (
            self._base.scheme,
            self._base.host,
            self._base.port,
        ):
            raise ForgeError(f"the next page is at {found.host}, which is not {self._base.host}.")
        return found

    def _send(
        self,
        method: str,
        url: httpx2.URL,
        parameters: Parameters | None = None,
        body: Body | None = None,
    ) -> httpx2.Response:
        waited = 0.0
        for attempt in range(1, TRIES + 1):
            failure, delay = self._once(method, url, parameters, body, attempt)
            if isinstance(failure, httpx2.Response):
                return failure
            if delay is None or attempt == TRIES:
                raise failure
            if waited + delay > LONGEST_WAIT_S:
                raise ForgeError(
                    f"{failure.message} It asks to wait {delay:.0f} s.",
                    hint="Start the job again later.",
                    status=failure.status,
                )
            self._wait(delay)
            waited += delay
        raise AssertionError

    def _once(
        self,
        method: str,
        url: httpx2.URL,
        parameters: Parameters | None,
        body: Body | None,
        attempt: int,
    ) -> tuple[httpx2.Response | ForgeError, float | None]:
        """The response, or the error and the seconds to wait before a retry."""
        makes_something = method == "POST"
        pause = float(2 ** (attempt - 1))
        try:
            response = self._client.request(
                method, url, params=parameters or None, json=body, follow_redirects=method == "GET"
            )
        except httpx2.HTTPError as error:
            failure = _unreachable(method, url, error)
            if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
                return failure, pause  # it never arrived
            if makes_something:
                return UnsureError(failure.message, hint=failure.hint), None
            return failure, pause
        if response.is_success:
            return response, None
        return self._refused(response, pause, makes_something=makes_something)

    def _refused(
        self, response: httpx2.Response, pause: float, *, makes_something: bool
    ) -> tuple[ForgeError, float | None]:
        """The error, and the seconds to wait before a retry."""
        refusal = _refusal(response)
        limited = self._limited_s(response)
        if limited is not None:
            return refusal, limited  # a limit is checked before anything is done
        if response.status_code not in TROUBLE:
            return refusal, None
        if makes_something:
            unsure = UnsureError(refusal.message, hint=refusal.hint, status=refusal.status)
            return unsure, None
        return refusal, self._asked_s(response) or pause

    def _limited_s(self, response: httpx2.Response) -> float | None:
        """Seconds until the forge accepts requests again; None without a limit."""
        if response.status_code not in {403, 429}:
            return None
        asked = self._asked_s(response)
        if asked is not None:
            return asked
        if response.headers.get("x-ratelimit-remaining") == "0":
            reset = response.headers.get("x-ratelimit-reset", "")
            return max(1.0, float(reset) - self._now()) if reset.isdigit() else None
        if response.status_code == 429 or "rate limit" in _said(response).lower():
            return WITHOUT_RETRY_AFTER_S
        return None

    def _asked_s(self, response: httpx2.Response) -> float | None:
        return retry_after_s(response.headers.get("retry-after", ""), self._now())

    @staticmethod
    def _decode(response: httpx2.Response, shape: type[T]) -> T:
        try:
            return msgspec.json.decode(response.content, type=shape)
        except msgspec.MsgspecError as error:
            raise ForgeError(
                f"{_asked(response)}: the answer is not of the documented shape: {error}.",
                hint="Is this address really the forge's API?",
                status=response.status_code,
            ) from error


def retry_after_s(asked: str, now: float) -> float | None:
    """Seconds to wait by a header ``Retry-After``, which is seconds or a date; None without one."""
    if asked.isdigit():
        return float(asked)
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - now)
    except ValueError:
        return None


def _refusal(response: httpx2.Response) -> ForgeError:
    status = response.status_code
    said = _said(response)
    kind = GoneError if status in {404, 410} else ForgeError
    hint = _HINTS.get(status, "")
    if response.is_redirect:
        hint = "The repository was renamed or moved: use its new name."
    found = f'{status} "{said}"' if said else str(status)
    return kind(f"{_asked(response)}: the forge answered {found}.", hint=hint, status=status)


def _asked(response: httpx2.Response) -> str:
    return f"{response.request.method} {response.request.url.path}"


def _said(response: httpx2.Response) -> str:
    """The forge's message as one short line."""
    try:
        told = msgspec.json.decode(response.content)
    except (msgspec.MsgspecError, UnicodeError):
        return ""
    words = told.get("message", told.get("error", "")) if isinstance(told, dict) else ""
    return " ".join("".join(one if one.isprintable() else " " for one in str(words)).split())[:200]


def _unreachable(method: str, url: httpx2.URL, error: Exception) -> ForgeError:
    return ForgeError(
        f"{method} {url.path}: no answer from {url.host}: {str(error) or type(error).__name__}.",
        hint="Is the network there, and the address right?",
    )
