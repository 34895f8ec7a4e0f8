"""What can go wrong between us and a forge, each as one message with the next step."""

from __future__ import annotations

from history.words.errors import SoundmarkError


class ForgeError(SoundmarkError):
    """A forge did not do what was asked: exit code 3, in CI a warning and exit code 0."""

    def __init__(self, message: str, *, hint: str = "", status: int = 0) -> None:
        """Keep the HTTP status; 0 where no answer came."""
        super().__init__(message, hint=hint)
        self.status = status


class GoneError(ForgeError):
    """What was asked for is not there, or this token may not see it."""


class TooLargeError(ForgeError):
    """A file is larger than what is read of a stranger: not the forge's fault, nor ours."""


class UnsureError(ForgeError):
    """Something was to be made, and no answer says whether it was: look before asking again."""


class NothingToPostError(SoundmarkError):
    """There is no place where it belongs, or a newer one is there: nothing was done, and why."""
