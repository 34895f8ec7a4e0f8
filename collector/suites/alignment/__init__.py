"""Forced alignment: the times of the words in an utterance."""

from collector.suites.alignment.suite import Alignment

__all__ = ["Alignment"]
