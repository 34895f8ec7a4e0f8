"""Operators of speech inference, measured without any weights."""

from collector.suites.micro.suite import MicroSuite

__all__ = ["MicroSuite"]
