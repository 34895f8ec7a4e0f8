"""Render pages as a site does, without compiling templates anew for every test."""

import os
from collections.abc import Mapping
from pathlib import Path

from site_gen.writers import cache
from site_gen.writers.html import Renderer


def renderer(context):
    return Renderer(context, Path(os.environ[cache.VARIABLE]) / "templates")


class Rendered(Mapping):
    """Address to HTML; a page is rendered when it is asked for."""

    def __init__(self, context, listed):
        self._pages = {one.path: one for one in listed}
        self._renderer = renderer(context)
        self._done = {}

    def __getitem__(self, path):
        if path not in self._done:
            self._done[path] = self._renderer.page(self._pages[path])
        return self._done[path]

    def __iter__(self):
        return iter(self._pages)

    def __len__(self):
        return len(self._pages)
