"""An engine in another program, which receives a JSON line and reports events as it speaks.

Request:  ``{"text": "...", "frames": 12, "seed": 42}``; 0 frames: the engine stops by itself.
Events, one JSON object a line, as they happen::

    {"event": "ready", "facts": {...}}                       once, when the model is loaded
    {"event": "frame"}                                       a codec frame is there
    {"event": "audio", "samples": 1920, "rate": 24000}       so much more could be played
    {"event": "stage", "name": "prefill_time", "seconds": 0.002}
    {"event": "done", "peak_rss": 581000000, "fingerprint": "..."}

    {"event": "error", "message": "..."}                     instead of any other: it cannot speak

An engine that cannot stream says so in ``done`` with ``"first_audio_s"`` and ``"derived": "why"``,
and where it reports no frames as they come, with ``"frames"`` and ``"first_frame_s"``. Frames and
audio are timed here, when their line arrives. Other lines are ignored.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import time
from collections import deque
from collections.abc import Mapping, Sequence
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from collector.suites.tts.engine import AudioOutput
from collector.suites.tts.inputs import Input
from history.words.errors import BrokenEnvironmentError

if TYPE_CHECKING:
    from collector.contract import StageTimer

PEAKS: Final = ("peak_rss", "gpu_allocated_peak")
LAST_LINES_S: Final = 5.0
"""Time for the last lines of a program that ended; one it started may hold its errors open."""


class Foreign:
    """One program that speaks."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], timeout_s: float, name: str
    ) -> None:
        """Start it and wait until it is ready. Raises FileNotFoundError without such a program."""
        self._name, self._timeout_s = name, timeout_s
        self._popen = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(env),
        )
        self._words: deque[str] = deque(maxlen=20)
        self._buffer = b""
        self.peaks: dict[str, float] = {}
        """Memory peaks of the program in bytes: ``peak_rss``, and ``gpu_allocated_peak`` on a
        device.
        """
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()
        try:
            self._facts = dict(self._event("ready").get("facts", {}))
        except BrokenEnvironmentError:
            self.close()
            raise

    def synthesize(self, text: Input, timer: StageTimer, output: AudioOutput) -> None:
        """Send the request, then read events until ``done``."""
        request = {"text": text.text, "frames": text.frames, "seed": 42}
        if self._popen.stdin is None:
            raise BrokenEnvironmentError(f"{self._name} has no standard input.")
        output.began_ns = time.perf_counter_ns()
        self._popen.stdin.write(json.dumps(request).encode() + b"\n")
        self._popen.stdin.flush()
        stages: dict[str, float] = {}
        while True:
            event = self._event()
            kind = event["event"]
            if kind == "frame":
                output.frame()
            elif kind == "audio":
                output.audio(int(event["samples"]), int(event["rate"]))
            elif kind == "stage":
                name = str(event["name"])
                stages[name] = stages.get(name, 0.0) + float(event["seconds"])
            elif kind == "done":
                break
        for name, seconds in stages.items():
            timer.record(name, seconds)
        if "first_audio_s" in event:
            output.first_audio_s = float(event["first_audio_s"])
            output.derived = str(event.get("derived", "the engine does not stream"))
        if "first_frame_s" in event:
            output.first_frame_s = float(event["first_frame_s"])
        output.frames = int(event.get("frames", output.frames))
        output.fingerprint = str(event.get("fingerprint", ""))
        self.peaks = {name: float(event[name]) for name in PEAKS if event.get(name)}

    def facts(self) -> dict[str, Any]:
        """The facts that the program reports."""
        return {"engine": self._name} | self._facts

    def close(self) -> None:
        """End it."""
        self._popen.kill()
        self._popen.wait()
        self._listener.join(LAST_LINES_S)
        for pipe in (self._popen.stdin, self._popen.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # a request that nobody will read
                    pipe.close()
        if self._popen.stderr is not None and not self._listener.is_alive():
            self._popen.stderr.close()

    def _event(self, wanted: str = "") -> dict[str, Any]:
        """The next event. Raises BrokenEnvironmentError when the program ends or is silent."""
        while True:
            line = self._line()
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if isinstance(event, dict) and isinstance(event.get("event"), str):
                if event["event"] == "error":
                    raise BrokenEnvironmentError(f"{self._name}: {event.get('message')}")
                if wanted in {"", event["event"]}:
                    return event

    def _line(self) -> bytes:
        if self._popen.stdout is None:
            raise BrokenEnvironmentError(f"{self._name} has no standard output.")
        descriptor = self._popen.stdout.fileno()
        deadline = time.monotonic() + self._timeout_s
        while b"\n" not in self._buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([descriptor], [], [], left)[0]:
                self.close()
                raise BrokenEnvironmentError(
                    f"{self._name} said nothing for {self._timeout_s:g} s and was ended."
                )
            chunk = os.read(descriptor, 1 << 16)
            if not chunk:
                code = self._popen.wait()
                self._listener.join(LAST_LINES_S)
                last = f"; its last line: {self._words[-1][:200]}" if self._words else ""
                raise BrokenEnvironmentError(f"{self._name} ended with exit code {code}{last}")
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def _listen(self) -> None:
        """Keep the last lines of its standard error."""
        if self._popen.stderr is not None:
            for line in self._popen.stderr:
                if line.strip():
                    self._words.append(line.decode("utf-8", "replace").strip())
