"""Render pages as a site does, without compiling templates anew for every test."""

import os
from pathlib import Path

from site_gen.writers import cache
from site_gen.writers.html import Renderer


def renderer(context):
    return Renderer(context, Path(os.environ[cache.VARIABLE]) / "templates")
