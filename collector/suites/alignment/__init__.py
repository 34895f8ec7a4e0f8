"""Forced alignment: which word was said when, and how long finding out takes."""

from collector.suites.alignment.suite import Alignment

__all__ = ["Alignment"]
