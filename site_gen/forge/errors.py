"""Errors of talking to a forge, each with the next step."""

from __future__ import annotations

from history.words.errors import SoundmarkError


class ForgeError(SoundmarkError):
    """A forge did not do what was asked: exit code 3, in CI a warning and exit code 0."""

    def __init__(self, message: str, *, hint: str = "", status: int = 0) -> None:
        """Keep the HTTP status; 0 where no answer came."""
        super().__init__(message, hint=hint)
        self.status = status


class GoneError(ForgeError):
    """The object does not exist, or this token may not see it."""


class TooLargeError(ForgeError):
    """A file from an untrusted source is larger than the limit."""


class UnsureError(ForgeError):
    """It is unknown whether something was created: check before trying again."""


class NothingToPostError(SoundmarkError):
    """Nothing was posted, with the reason: no place for it, or a newer result exists."""
