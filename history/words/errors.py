"""The errors that are shown to users, with the exit code of each.

Every message states what was expected, what was found, where, and what to do. The front door prints
the message alone; ``--debug`` adds the traceback.
"""

from __future__ import annotations

from typing import ClassVar


class SoundmarkError(Exception):
    """Base of every error that is shown to a user without a traceback."""

    exit_code: ClassVar[int] = 3

    def __init__(self, message: str, *, hint: str = "") -> None:
        """Keep the message and the next step apart, so that JSON output can carry both."""
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Message and next step as one paragraph."""
        return f"{self.message} {self.hint}".strip()


class UsageError(SoundmarkError):
    """Wrong option, wrong argument or wrong configuration: exit code 2."""

    exit_code: ClassVar[int] = 2


class ConfigError(UsageError):
    """A configuration file that cannot be used; the message names file and key path."""


class BrokenDataError(SoundmarkError):
    """Stored data that cannot be read: exit code 3."""


class BrokenEnvironmentError(SoundmarkError):
    """Something is missing on this computer: exit code 3."""


class StoredOnlyError(BrokenEnvironmentError):
    """The run file is in the ledger, but adding it to the database failed."""

    def __init__(self, file: str, error: SoundmarkError) -> None:
        """``error`` is the failure."""
        super().__init__(
            f"stored in {file}, but not yet in the history: {error.message}",
            hint=f"`soundmark history sync` takes it in. {error.hint}".strip(),
        )
        self.file = file


class ImportRefusedError(BrokenDataError):
    """A file of which nothing can be imported; rows refused one by one are counted instead."""
