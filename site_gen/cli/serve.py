"""Serve a built site on this computer, and on no other."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from history.words.errors import BrokenEnvironmentError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ADDRESS = "127.0.0.1"


class _Quiet(SimpleHTTPRequestHandler):
    """Files of one folder, without a line per request, and never from a browser's cache."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has there
        """Say nothing."""

    def end_headers(self) -> None:
        """A rebuilt site is seen at once."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


def server(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server that is bound but not yet running; port 0 takes a free one."""
    if not (folder / "index.html").is_file():
        raise UsageError(
            f"there is no built site in {folder.name}.", hint="Build one: soundmark site build"
        )
    try:
        return ThreadingHTTPServer((ADDRESS, port), partial(_Quiet, directory=str(folder)))
    except OSError as error:
        raise BrokenEnvironmentError(
            f"port {port} cannot be used: {error.strerror}.", hint="Name another with --port."
        ) from None


def serve(folder: Path, port: int, say: Callable[[str], None]) -> None:
    """Serve until Ctrl-C."""
    with server(folder, port) as running:
        try:
            say(f"http://{ADDRESS}:{running.server_address[1]}/  (Ctrl-C ends it)")
            running.serve_forever()
        except KeyboardInterrupt:
            say("ended")
