"""Add a Content-Security-Policy to every page, since static servers send no headers.

Scripts come from the site alone. Inline scripts of the theme are allowed by hash; nothing else
runs, so a text from outside could not run either. Inline styles are allowed, since drawings need
them.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html import escape
from typing import Final

_RULES: Final = (
    "default-src 'none'",
    "style-src 'self' 'unsafe-inline'",
    "img-src {images}",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'self'",
    "form-action 'none'",
)
_OWN_IMAGES: Final = "'self' data:"
_ANY_IMAGES: Final = "'self' data: https:"
_SCRIPT: Final = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_DATA: Final = re.compile(r"\bsrc\s*=|\btype\s*=\s*[\"']?(?!text/javascript|module)", re.IGNORECASE)
_HEAD: Final = re.compile(r"<meta charset=[^>]*>", re.IGNORECASE)
_BEFORE: Final = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def guarded(page: str, *, is_ours: bool = True) -> str:
    """The page with its policy: the hashes of the scripts that stand in it now.

    Give it frames, never pages with content from outside. A page of the project's own
    documentation (``is_ours`` false) may show images of other hosts.
    """
    page = _BEFORE.sub("", page)
    scripts = [
        body for facts, body in _SCRIPT.findall(page) if body.strip() and not _DATA.search(facts)
    ]
    hashes = sorted({f"'sha256-{_hash(one)}'" for one in scripts})
    images = _OWN_IMAGES if is_ours else _ANY_IMAGES
    scripts_from = " ".join(["script-src 'self'", *hashes])
    rules = "; ".join([*(one.format(images=images) for one in _RULES), scripts_from])
    said = escape(rules, quote=False)  # it has single quotes alone, and stands in every page
    meta = f'<meta http-equiv="Content-Security-Policy" content="{said}">'
    return _HEAD.sub(lambda found: found[0] + meta, page, count=1)


def _hash(script: str) -> str:
    return b64encode(sha256(script.encode()).digest()).decode()
