"""The messages between the parent and a measuring child: one JSON line each.

Commands go down one pipe, answers come up another, and nothing else travels on either; whatever
the child prints goes to its log. Every command has one answer, which may be preceded by progress.
Times are whole nanoseconds as the clock gave them: making seconds, medians and points of them is
the parent's business.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from collector.contract import Case, Process
from collector.measure.report import Block, Finished, Report, Warm

MAX_LINE: Final = 256 * 2**20
"""Longest answer in bytes; a longer one is treated as a broken child."""


class Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all messages."""


class Open(Message, frozen=True, kw_only=True, tag="open"):
    """Load the suite and make this process ready; the first command."""

    suite: str
    """``module:Class``, so that the child needs no registry."""
    options: dict[str, Any]
    profile: str
    workspace: str
    process: Process


class Prepare(Message, frozen=True, kw_only=True, tag="prepare"):
    """Load and build a case and keep it under this key."""

    key: int
    case: Case


class WarmUp(Message, frozen=True, kw_only=True, tag="warm-up"):
    """Repeat a prepared case until its speed is steady, and find how many calls a sample needs."""

    key: int


class Round(Message, frozen=True, kw_only=True, tag="round"):
    """Take samples of a prepared, warm case."""

    key: int
    repeats: int
    max_s: float
    """Stop after the sample that reaches this; 0 sets no limit."""
    settle: int = 0
    """Samples to take and discard first, since another child has used the caches meanwhile."""


class Finish(Message, frozen=True, kw_only=True, tag="finish"):
    """Read memory and outputs of a case, then release it."""

    key: int


class Quit(Message, frozen=True, kw_only=True, tag="quit"):
    """Close the suite and end."""


Command = Open | Prepare | WarmUp | Round | Finish | Quit


class Ready(Message, frozen=True, kw_only=True, tag="ready"):
    """The suite is open."""

    facts: dict[str, Any]


class Prepared(Message, frozen=True, kw_only=True, tag="prepared"):
    """The case is ready to be repeated."""

    seconds: float
    """Seconds spent on loading and building."""


class Progress(Message, frozen=True, kw_only=True, tag="progress"):
    """Progress of the current command; any number of these may precede its answer.

    The harness sends one between two samples of a long round, a suite with ``StageTimer.progress``
    inside a long repeat; never two within a second.
    """

    done: int
    total: int


class Problem(Message, frozen=True, kw_only=True, tag="problem"):
    """The command failed; the child continues with the next one."""

    reason: str
    missing: bool = False
    """Whether something is not installed or not found, so that the case counts as skipped."""
    log: tuple[str, ...] = ()
    """The last lines of a failed program's output; printed, never stored."""


class Bye(Message, frozen=True, kw_only=True, tag="bye"):
    """The suite is closed."""


Answer = Ready | Prepared | Warm | Block | Finished | Problem | Bye | Progress


def _plain(value: object) -> object:
    """Convert numpy numbers and paths, which suites use in facts, to plain values."""
    item = getattr(value, "item", None)
    return item() if callable(item) else str(value)


_encoder: Final = msgspec.json.Encoder(enc_hook=_plain)
_commands: Final = msgspec.json.Decoder(Command)
_answers: Final = msgspec.json.Decoder(Answer)


def encode(message: Message | Report) -> bytes:
    """One line, newline included."""
    return _encoder.encode(message) + b"\n"


def decode_command(line: bytes) -> Command:
    """Raises msgspec.DecodeError (or its ValidationError) when it is not a command."""
    command: Command = _commands.decode(line)
    return command


def decode_answer(line: bytes) -> Answer:
    """Raises msgspec.DecodeError (or its ValidationError) when it is not an answer."""
    answer: Answer = _answers.decode(line)
    return answer
