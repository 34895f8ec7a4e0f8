"""Start a headless Chromium, and serve a built site to it."""

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from site_gen.cli.serve import server

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FINDER: Final = Path(__file__).resolve().parent.parent / ".ci" / "browser"


def installed() -> str:
    """Path of a Chromium or Chrome on this machine; empty without one."""
    return subprocess.run([FINDER], capture_output=True, text=True, check=False).stdout.strip()


@contextmanager
def chromium(path: str) -> Iterator["Browser"]:
    """The browser at that path, without a window."""
    from playwright.sync_api import sync_playwright

    # Chromium has no sandbox for root, nor on many CI machines; it sees only our own pages.
    unconfined = bool(os.environ.get("CI")) or (hasattr(os, "geteuid") and os.geteuid() == 0)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--disable-dev-shm-usage", *(["--no-sandbox"] if unconfined else [])],
        )
        yield browser
        browser.close()


@contextmanager
def served(site: Path, port: int = 0) -> Iterator[str]:
    """Where a built site can be looked at; port 0 takes a free one."""
    running = server(site, port)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_address[1]}/"
    running.shutdown()
    running.server_close()
    thread.join()
