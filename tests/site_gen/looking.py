"""Look at pages of the built site in a browser; what a page says on its console fails."""

from contextlib import contextmanager

import pytest

from tests.waiting import wait_for

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1400, "height": 1000}
READY = '[data-page][data-ready="1"]'
PATIENCE_MS = 300_000
"""Reached by a mistake only, however slow the machine is."""
DESK_THEN_PHONE = [
    pytest.param(DESK, id="desk"),
    pytest.param(PHONE, id="phone", marks=pytest.mark.nightly),
]
"""What pages do is the same on a phone, so it is looked at there by night. By day its sister looks
at a desk, and `assets/test_browser.py` at how a phone lays pages out."""


@contextmanager
def visiting(browser, address, path, *, viewport=DESK, **facts):
    """A page, what it said and what it asked for."""
    context = browser.new_context(viewport=viewport, reduced_motion="reduce", **facts)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.soundmark_faults = []
    page.on(
        "console",
        lambda one: page.soundmark_faults.append(one.text) if one.type == "error" else None,
    )
    page.on("pageerror", lambda one: page.soundmark_faults.append(str(one)))
    page.on("dialog", lambda one: page.soundmark_faults.append(f"dialog {one.message}"))
    page.on(
        "request",
        lambda one: None if one.url.startswith((address, "data:", "blob:"))
        else page.soundmark_faults.append(f"asked {one.url}"),
    )  # fmt: skip
    page.goto(address + path)
    try:
        yield page
        assert page.soundmark_faults == []
    finally:
        context.close()


def until(page, asked, arg=None):
    """Wait until a script says yes.

    The driver's own waiting asks from within the page, where the policy forbids to evaluate: it
    works only when the first answer is yes.
    """
    wait_for(lambda: page.evaluate(asked, arg))
