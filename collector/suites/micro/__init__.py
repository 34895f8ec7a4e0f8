"""Operators of speech inference, measured without any weights."""

from collector.suites.micro.suite import Micro

__all__ = ["Micro"]
