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
    """A page, what it said (`soundmark_faults`) and what it asked for (`soundmark_asked`)."""
    kept = vars(browser).setdefault("soundmark_pages", {})
    key = repr(sorted(facts.items()))
    page = kept.pop(key, None) or _opened(browser, facts)
    page.soundmark_faults, page.soundmark_asked = [], []
    page.soundmark_address = address
    page.set_viewport_size(viewport)
    page.goto(address + path)
    try:
        yield page
        assert page.soundmark_faults == []
    except BaseException:
        page.context.close()
        raise
    _leave(page)
    kept[key] = page


def _opened(browser, facts):
    """A page in a context of its own, which takes the browser longer to begin than to go on with:
    so those who come after look at their pages in it, too."""
    page = browser.new_context(reduced_motion="reduce", **facts).new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on(
        "console",
        lambda one: page.soundmark_faults.append(one.text) if one.type == "error" else None,
    )
    page.on("pageerror", lambda one: page.soundmark_faults.append(str(one)))
    page.on("dialog", lambda one: page.soundmark_faults.append(f"dialog {one.message}"))
    page.on("request", lambda one: _note(page, one.url))
    return page


def _note(page, url):
    page.soundmark_asked.append(url)
    if not url.startswith((page.soundmark_address, "data:", "blob:")):
        page.soundmark_faults.append(f"asked {url}")


def _leave(page):
    """Nothing of this visit is left for the next one."""
    page.wait_for_load_state()
    page.unroute_all()
    page.emulate_media(media="null")
    if page.url.startswith("http"):
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.goto("about:blank")
    page.mouse.move(0, 0)


def until(page, asked, arg=None):
    """Wait until a script says yes.

    The driver's own waiting asks from within the page, where the policy forbids to evaluate: it
    works only when the first answer is yes.
    """
    wait_for(lambda: page.evaluate(asked, arg))
